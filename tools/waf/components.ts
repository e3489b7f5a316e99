import type { WafRequest } from "./request";

/** The text of a request component that a statement looks at, and whether there was more than AWS passes on. */
export interface Component {
  readonly texts: readonly string[];
  readonly oversize: boolean;
}

/** https://docs.aws.amazon.com/waf/latest/developerguide/waf-oversize-request-components.html */
export const headerLimits = { bytes: 8_192, count: 200 };

const whole = (...texts: readonly string[]): Component => ({ texts, oversize: false });

export function header(request: WafRequest, name: string): string | undefined {
  return request.headers.find(([given]) => given.toLowerCase() === name.toLowerCase())?.[1];
}

/** The body, as far as the ACL's limit lets AWS see it. */
export function body({ body: bytes }: WafRequest, limit: number): Component {
  return { texts: [bytes.subarray(0, limit).toString("latin1")], oversize: bytes.length > limit };
}

/** Names and values, up to 8 KB or 200 headers. */
export function headers(request: WafRequest): Component {
  const texts: string[] = [];
  let left = headerLimits.bytes;
  for (const [name, value] of request.headers.slice(0, headerLimits.count)) {
    texts.push(`${name}: ${value}`.slice(0, Math.max(0, left)));
    left -= name.length + value.length;
  }
  return { texts, oversize: left < 0 || request.headers.length > headerLimits.count };
}

export function cookies(request: WafRequest): Component {
  const value = header(request, "cookie") ?? "";
  return { texts: [value.slice(0, headerLimits.bytes)], oversize: value.length > headerLimits.bytes };
}

/** The values of all query arguments, not decoded. */
export function queryArguments({ query }: WafRequest): Component {
  return whole(...query.split("&").map((pair) => pair.slice(pair.indexOf("=") + 1)));
}

/**
 * The part of a request that a rule's `fieldToMatch` names. An absent header or argument has no text, so nothing
 * matches it.
 *
 * @throws Error for a component that is not modelled here.
 */
export function component(field: Readonly<Record<string, unknown>>, request: WafRequest, bodyLimit: number): Component {
  const [kind = "nothing"] = Object.keys(field);
  const name = (field[kind] as { readonly name?: string }).name ?? "";
  switch (kind) {
    case "uriPath":
      return whole(request.path);
    case "queryString":
      return whole(request.query);
    case "allQueryArguments":
      return queryArguments(request);
    case "singleHeader": {
      const value = header(request, name);
      return value === undefined ? whole() : whole(value);
    }
    case "method":
      return whole(request.method);
    case "body":
      return body(request, bodyLimit);
    case "headers":
      return headers(request);
    case "cookies":
      return cookies(request);
  }
  throw new Error(`The request component ${kind} is not modelled in tools/waf/components.ts.`);
}
