// cspell:ignore EDFDVBD ntj
import * as assert from "node:assert/strict";
import { maxValueBytes } from "../../components/outage/pages/switchValue";

/**
 * CloudFront Functions, runtime cloudfront-js-2.0, for unit tests: an event, an engine that runs the function on it,
 * and CloudFront's requirements for the answer. Two engines: njs, which CloudFront's own is built on (njs.ts), and V8
 * without everything that the documentation does not list (v8.ts).
 *
 * Unknown to both: how much compute time the function takes (CloudFront only shows a percentage, in its console),
 * memory (2 MB), and how long a change of the store takes to arrive everywhere ("a few seconds").
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 */

/** Runs `handler` on an event. It knows CloudFront's module, whose store holds these values, and the time. */
export type Engine = (program: Program) => Promise<{ readonly returned: string; readonly log: readonly string[] }>;

export interface Program {
  readonly code: string;
  readonly store: Readonly<Record<string, string>>;
  readonly event: object;
  /** Milliseconds: CloudFront's clock stands still while a function runs. */
  readonly now: number;
}

/** A header that came more than once has all of its values in `multiValue` too. */
export interface Value {
  readonly value: string;
  readonly multiValue?: readonly { readonly value: string }[];
}

export interface CloudFrontRequest {
  readonly method: string;
  readonly uri: string;
  readonly querystring: Readonly<Record<string, Value>>;
  readonly headers: Readonly<Record<string, Value>>;
  readonly cookies: Readonly<Record<string, Value>>;
}

export interface CloudFrontResponse {
  readonly statusCode: number;
  readonly statusDescription?: string;
  readonly headers?: Readonly<Record<string, { readonly value: string }>>;
  readonly cookies?: Readonly<Record<string, { readonly value: string; readonly attributes?: string }>>;
  readonly body?: { readonly encoding: string; readonly data: string };
}

export interface Run {
  /** Set when the function lets the request go on. */
  readonly request?: CloudFrontRequest;
  /** Set when the function answers itself. */
  readonly response?: CloudFrontResponse;
  readonly log: readonly string[];
}

export interface Viewer {
  readonly method?: string;
  readonly uri?: string;
  /** A list is a header that the viewer sent more than once. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly cookies?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  readonly ip?: string;
}

/** Runs the function for one viewer request, with what the key value store holds. @param now milliseconds. */
export async function run(
  engine: Engine,
  code: string,
  store: Readonly<Record<string, string>>,
  viewer: Viewer = {},
  now = 0,
): Promise<Run> {
  for (const value of Object.values(store)) {
    assert.ok(Buffer.byteLength(value) <= maxValueBytes, "the store would not hold this value");
  }
  const event = eventOf(viewer);
  const { returned, log } = await engine({ code, store, event, now });
  const result = JSON.parse(returned) as CloudFrontRequest & CloudFrontResponse;
  if (result.statusCode === undefined) {
    checkRequest(event.request, result);
    return { request: result, log };
  }
  checkResponse(result);
  return { response: result, log };
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html */
export function eventOf(viewer: Viewer): { readonly request: CloudFrontRequest } {
  const values = (fields: Readonly<Record<string, string | readonly string[]>> = {}) =>
    Object.fromEntries(
      Object.entries(fields).map(([name, value]): [string, Value] => [
        name,
        typeof value === "string"
          ? { value }
          : { value: value[0] ?? "", multiValue: value.map((one) => ({ value: one })) },
      ]),
    );
  return {
    version: "1.0",
    context: {
      distributionDomainName: "d111111abcdef8.cloudfront.net",
      distributionId: "EDFDVBD6EXAMPLE",
      eventType: "viewer-request",
      requestId: "EXAMPLEntjQpEXAMPLE_SG5Z",
    },
    viewer: { ip: viewer.ip ?? "198.51.100.11" },
    request: {
      method: viewer.method ?? "GET",
      uri: viewer.uri ?? "/",
      querystring: values(viewer.query),
      headers: { host: { value: "moodle.example.org" }, ...values(viewer.headers) },
      cookies: values(viewer.cookies),
    },
  } as { readonly request: CloudFrontRequest };
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html */
const forbiddenHeaders =
  /^(connection|expect|keep-alive|proxy-.*|trailer|upgrade|x-accel-.*|x-amz-cf-.*|x-amzn-.*|x-cache|x-edge-.*|x-forwarded-proto|x-real-ip|transfer-encoding|via|content-length)$/;

/** Headers that a function on viewer requests may read but not write; adding a forbidden one ends in 502. */
const readOnlyHeaders = /^(content-length|host|transfer-encoding|via)$/;

function checkRequest(sent: CloudFrontRequest, returned: CloudFrontRequest): void {
  assert.equal(returned.method, sent.method, "a function may not change the method");
  for (const name of new Set([...Object.keys(sent.headers), ...Object.keys(returned.headers)])) {
    if (JSON.stringify(sent.headers[name]) !== JSON.stringify(returned.headers[name])) {
      assert.equal(name, name.toLowerCase(), "header names are in lower case");
      assert.doesNotMatch(name, forbiddenHeaders);
      assert.doesNotMatch(name, readOnlyHeaders);
    }
  }
}

function checkResponse({ statusCode, headers = {}, body }: CloudFrontResponse): void {
  assert.ok(Number.isInteger(statusCode) && statusCode >= 200 && statusCode < 600, "statusCode is a whole number");
  for (const [name, { value }] of Object.entries(headers)) {
    assert.equal(name, name.toLowerCase(), "header names are in lower case");
    assert.doesNotMatch(name, forbiddenHeaders);
    assert.equal(typeof value, "string", `${name} is a text`);
    assert.doesNotMatch(value, /[\r\n]/);
  }
  if (body !== undefined) {
    assert.deepEqual(Object.keys(body).sort(), ["data", "encoding"]);
    assert.ok(body.encoding === "text" || body.encoding === "base64");
  }
}
