import * as assert from "node:assert/strict";
import { createContext, runInContext } from "node:vm";
import * as ts from "typescript";
import { maxValueBytes } from "./switchValue";

/**
 * CloudFront Functions, runtime cloudfront-js-2.0, as far as its documentation tells, for unit tests.
 *
 * What it does not know: how much compute time the function takes (CloudFront only shows a percentage, in its console),
 * memory (2 MB), and how long a change of the store takes to arrive everywhere ("a few seconds").
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 */

export interface CloudFrontRequest {
  readonly method: string;
  readonly uri: string;
  readonly querystring: Readonly<Record<string, { readonly value: string }>>;
  readonly headers: Readonly<Record<string, { readonly value: string }>>;
  readonly cookies: Readonly<Record<string, { readonly value: string }>>;
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
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: Readonly<Record<string, string>>;
  readonly ip?: string;
}

/** Runs the function for one viewer request, with what the key value store holds. @param now milliseconds. */
export async function run(
  code: string,
  store: Readonly<Record<string, string>>,
  viewer: Viewer = {},
  now = 0,
): Promise<Run> {
  const log: string[] = [];
  const values = (fields: Readonly<Record<string, string>> = {}) =>
    Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, { value }]));
  const request = {
    method: viewer.method ?? "GET",
    uri: viewer.uri ?? "/",
    querystring: {},
    headers: { host: { value: "moodle.example.org" }, ...values(viewer.headers) },
    cookies: values(viewer.cookies),
  };
  const event = {
    version: "1.0",
    context: {
      distributionDomainName: "d111111abcdef8.cloudfront.net",
      distributionId: "EDFDVBD6EXAMPLE",
      eventType: "viewer-request",
      requestId: "EXAMPLEntjQpEXAMPLE_SG5Z",
    },
    viewer: { ip: viewer.ip ?? "198.51.100.11" },
    request,
  };
  const returned = await isolate(code, store, log, now)(JSON.stringify(event));
  const result = JSON.parse(returned) as CloudFrontRequest & CloudFrontResponse;
  if (result.statusCode === undefined) {
    assert.equal(result.method, request.method, "a function may not change the method");
    return { request: result, log };
  }
  checkResponse(result);
  return { response: result, log };
}

/** Everything that the runtime does not list is gone: timers, network and modules never were there. */
const removed = `
  for (const name of ["Map", "Set", "WeakMap", "WeakSet", "WeakRef", "Proxy", "Reflect", "Intl", "BigInt", "Atomics",
      "SharedArrayBuffer", "WebAssembly", "FinalizationRegistry", "Iterator", "eval", "escape", "unescape"]) {
    delete globalThis[name];
  }
  for (const name of ["at", "flat", "flatMap", "findLast", "toSorted", "entries", "keys", "values", "from"]) {
    delete Array.prototype[name]; delete Array[name];
  }
  for (const name of ["at", "matchAll", "normalize", "localeCompare", "toLocaleLowerCase", "raw"]) {
    delete String.prototype[name]; delete String[name];
  }
  for (const name of ["fromEntries", "hasOwn", "groupBy", "is"]) { delete Object[name]; }
`;

function isolate(
  code: string,
  store: Readonly<Record<string, string>>,
  log: string[],
  now: number,
): (event: string) => Promise<string> {
  // Asynchronous, and an error for a key that is not there, as functions-custom-methods.html says.
  const get = async (key: string, options?: { readonly format?: string }): Promise<unknown> => {
    const value = store[key];
    if (value === undefined) {
      throw new Error("KeyNotFound");
    }
    assert.ok(Buffer.byteLength(value) <= maxValueBytes, "the store would not hold this value");
    return options?.format === "json" ? JSON.parse(value) : value;
  };
  const console = {
    log: (...texts: readonly unknown[]) => {
      assert.equal(texts.length, 1, "console.log takes one argument");
      log.push(String(texts[0]));
    },
  };
  const context = createContext(
    { $cf: { kvs: () => ({ get }) }, console },
    { codeGeneration: { strings: false, wasm: false } },
  );
  runInContext(`${removed} Date.now = () => ${now};`, context);
  const body = code.replace(/^import cf from "cloudfront";$/m, "const cf = globalThis.$cf;");
  const source = `"use strict"; ${body}; (async (event) => JSON.stringify(await handler(JSON.parse(event))))`;
  return runInContext(source, context) as (event: string) => Promise<string>;
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html */
const forbiddenHeaders =
  /^(connection|expect|keep-alive|proxy-.*|trailer|upgrade|x-accel-.*|x-amz-cf-.*|x-amzn-.*|x-cache|x-edge-.*|x-forwarded-proto|x-real-ip|transfer-encoding|via|content-length)$/;

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

/** Syntax that the runtime's list does not have, and that Node would run all the same. */
const unknownSyntax: readonly ts.SyntaxKind[] = [
  ts.SyntaxKind.ForOfStatement,
  ts.SyntaxKind.ClassDeclaration,
  ts.SyntaxKind.ClassExpression,
  ts.SyntaxKind.ObjectBindingPattern,
  ts.SyntaxKind.ArrayBindingPattern,
  ts.SyntaxKind.SpreadElement,
  ts.SyntaxKind.SpreadAssignment,
  ts.SyntaxKind.ShorthandPropertyAssignment,
  ts.SyntaxKind.ComputedPropertyName,
  ts.SyntaxKind.MethodDeclaration,
  ts.SyntaxKind.QuestionDotToken,
  ts.SyntaxKind.QuestionQuestionToken,
  ts.SyntaxKind.QuestionQuestionEqualsToken,
  ts.SyntaxKind.BarBarEqualsToken,
  ts.SyntaxKind.YieldExpression,
  ts.SyntaxKind.BigIntLiteral,
  ts.SyntaxKind.RegularExpressionLiteral,
];

const knownMethods = new Set(
  (
    "kvs get log handler trim startsWith includes toLowerCase split join replaceAll concat map some every push parse " +
    "stringify ceil min max now"
  ).split(" "),
);

/** What in the code the runtime does not have, in words. Empty when all is well. */
export function unsupported(code: string): readonly string[] {
  const file = ts.createSourceFile("function.js", code, ts.ScriptTarget.ES2022, true, ts.ScriptKind.JS);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (unknownSyntax.includes(node.kind)) {
      found.push(`${ts.SyntaxKind[node.kind]}: ${node.getText().slice(0, 40)}`);
    }
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const name = node.expression.name.text;
      if (!knownMethods.has(name)) {
        found.push(`the method ${name}`);
      }
    }
    if (ts.isCatchClause(node) && node.variableDeclaration === undefined) {
      found.push("catch without a name");
    }
    if (ts.isParameter(node) && node.initializer !== undefined) {
      found.push("a default for a parameter");
    }
    if (ts.isArrowFunction(node) && node.modifiers?.some((one) => one.kind === ts.SyntaxKind.AsyncKeyword) === true) {
      found.push("an async arrow function");
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}
