import { createHash } from "node:crypto";

/** A property bag as the engine sends it: plain JSON, with the markers below inside. */
export type Properties = Record<string, unknown>;

// The markers of Pulumi's property wire format:
// https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/plugin/rpc.go
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** Stands for a value that is not known before the deployment. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Marks a value as secret, so that the engine encrypts it in the state and hides it in its output. */
export function secret(value: unknown): Properties {
  return { [signatureKey]: secretSignature, value };
}

function isProperties(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value without its secret markers, at any depth. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  if (!isProperties(value)) {
    return value;
  }
  if (value[signatureKey] === secretSignature) {
    return plain(value["value"]);
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

/** One text for equal values, with keys in any order. Secret markers do not count. */
export function canonical(value: unknown): string {
  return JSON.stringify(plain(value), (_key, inner: unknown) =>
    isProperties(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

export function same(a: unknown, b: unknown): boolean {
  return canonical(a ?? null) === canonical(b ?? null);
}

/** Lower-case hexadecimal digits that depend on nothing but the seed. */
export function hex(seed: string, length: number): string {
  let digits = "";
  for (let block = 0; digits.length < length; block += 1) {
    digits += createHash("sha256").update(`${block}:${seed}`).digest("hex");
  }
  return digits.slice(0, length);
}

/** A text property, or undefined when it is missing, unknown or no text. */
export function text(properties: Properties, key: string): string | undefined {
  const value = plain(properties[key]);
  return typeof value === "string" && value !== unknown ? value : undefined;
}
