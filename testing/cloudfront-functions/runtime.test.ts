import * as assert from "node:assert/strict";
import { njs, script } from "./njs";
import { unsupported } from "./runtime";
import { skipWithout } from "../outage/switchCases";

/** A mistake, what the check says of it, and whether njs throws on it too. Node runs nearly all of them. */
type Mistake = readonly [code: string, says: RegExp, njsThrows: boolean];

const promise = "async function one() { return 1; }\n";
const inHandler = (body: string): string =>
  `${promise}async function handler() { ${body} }\nhandler().then((value) => { console.log(String(value)); });`;

const mistakes: Readonly<Record<string, readonly Mistake[]>> = {
  "await inside the arguments of a call": [
    [inHandler("return String(await one());"), /arguments of a call: await one\(\)/, true],
    [inHandler("return new Error(await one());"), /arguments of a call/, true],
    [inHandler("return String([await one()]);"), /arguments of a call/, true],
    [inHandler("return String({ a: await one() }.a);"), /arguments of a call/, true],
    [inHandler("return String(`${await one()}`);"), /arguments of a call/, true],
    [inHandler("return String((await one()) + 1);"), /arguments of a call/, true],
    [inHandler("return [1].concat(1, true ? await one() : 2);"), /arguments of a call/, true],
  ],
  "async where it is not supported": [
    [inHandler("const f = async () => 3; return f();"), /async function that is not at the top/, false],
    [inHandler("async function inner() { return 3; } return inner();"), /async function that is not at the top/, false],
    [inHandler("return [1].map(async function (x) { return x; });"), /async function that is not at the top/, false],
    ["const o = { async m() { return 1; } };", /async function|a method/, false],
    ["const f = async () => 1; f();", /async function that is not at the top/, false],
    ["const x = await 1;", /await outside of an async function/, true],
    ["function handler() { return await 1; }", /await outside of an async function|syntax/, true],
    [inHandler("for await (const x of [1]) { return x; }"), /for \.\.\. of/, true],
    ["async function f(a = 1) { return a; } f();", /a default for a parameter/, true],
    ["async function* f() { yield 1; }", /a generator/, true],
  ],
  "a constant that is read above its declaration": [
    ["function f() { const h = t.a; return h; }\nconst t = { a: 1 };\nf();", /t is read above its declaration/, true],
    ["function f() { let h = t; return h; }\nlet t = 1;\nf();", /t is read above its declaration/, true],
    ["const f = () => { const h = { x: t }; return h; };\nconst t = 1;\nf();", /t is read above/, true],
    ["function f() { if (t) { const a = t; return a; } }\nconst t = 1;\nf();", /t is read above/, true],
    ["function f() { return [1].map((x) => { const y = t; return x + y; }); }\nconst t = 1;\nf();", /t is/, true],
    ["const f = () => t;\nconst t = 1;\nf();", /t is read above its declaration/, false],
    ["function f() { return t.a; }\nconst t = { a: 1 };\nf();", /t is read above its declaration/, false],
    ["f();\nfunction f() { return g(); }\nconst g = () => 1;", /g is read above its declaration/, true],
  ],
  "syntax that is not on the list": [
    ["for (const x of [1]) { console.log(x); }", /for \.\.\. of/, true],
    ["const a = { b: 1 }; console.log(String(a?.b));", /optional chaining/, true],
    ["console.log(String(null ?? 3));", /the operator \?\?/, false],
    ["let a = null; a ??= 3;", /the operator \?\?=/, true],
    ["let a = null; a ||= 3;", /the operator \|\|=/, true],
    ["let a = 1; a &&= 3;", /the operator \&\&=/, true],
    ["const { a } = { a: 1 };", /a destructuring pattern/, true],
    ["const [a] = [1];", /a destructuring pattern/, true],
    ["let a; [a] = [1];", /an assignment to a pattern/, true],
    ["let a; ({ a: a } = { a: 1 });", /an assignment to a pattern/, true],
    ["function f({ a }) { return a; }", /a destructuring pattern/, true],
    ["console.log(String([...[1, 2]].length));", /a spread/, true],
    ["Math.max(...[1, 2]);", /a spread/, true],
    ["const o = { ...{ a: 1 } };", /a spread/, true],
    ["const a = 1; const o = { a };", /a shorthand property/, false],
    ['const o = { ["a"]: 1 };', /a computed property/, false],
    ["const o = { a() { return 1; } };", /a method/, false],
    ["class A {}", /a class/, true],
    ["const A = class {};", /a class/, true],
    ["function* g() { yield 1; }", /a generator/, true],
    ["const a = 10n;", /a BigInt/, true],
    ["function f(a = 1) { return a; }", /a default for a parameter/, true],
    ["try { throw 1; } catch { 2; }", /catch without a name/, true],
    ["function t(s) { return s[0]; } t`x`;", /a tagged template/, false],
    ["with ({ a: 1 }) { a; }", /with/, true],
    ["debugger;", /debugger/, false],
    ["function F() { return new.target; }", /a meta property/, true],
    ['import("buffer");', /an import while it runs/, true],
    ["export default 1;", /an export/, true],
    ['import fs from "fs";', /another import/, false],
    ['import { kvs } from "cloudfront";', /another import/, true],
  ],
  "regular expressions": [
    ["/a/s.test('a');", /flags of a regular expression/, true],
    ["/a/u.test('a');", /flags of a regular expression/, true],
    ["/a/d.test('a');", /flags of a regular expression/, true],
    ["/a/v.test('a');", /flags of a regular expression/, true],
    ["/(?<=a)b/.test('ab');", /a feature of regular expressions/, false],
    ["/(?<!a)b/.test('ab');", /a feature of regular expressions/, false],
  ],
  "what is not there": [
    ["[1, [2]].flat();", /the method flat/, true],
    ["'a'.at(0);", /the method at/, true],
    ["'a'.matchAll(/a/g);", /the method matchAll/, true],
    ["'a'.normalize();", /the method normalize/, true],
    ["[1].findLast((x) => x);", /the method findLast/, true],
    ["[1].entries();", /the method entries/, false],
    ["Object.fromEntries([['a', 1]]);", /the method Object.fromEntries/, true],
    ["Object.hasOwn({}, 'a');", /the method Object.hasOwn/, true],
    ["Array.from([1]);", /the method Array.from/, false],
    ["Promise.withResolvers();", /the method Promise.withResolvers/, true],
    ["console.log('a', 'b');", /console.log with other than one argument/, false],
    ["console.error('a');", /the method console.error/, false],
    ["new Map();", /the global Map/, true],
    ["new Set([1]);", /the global Set/, true],
    ["new Proxy({}, {});", /the global Proxy/, true],
    ["new URL('https://example.org');", /the global URL/, true],
    ["fetch('https://example.org');", /the global fetch/, true],
    ["setTimeout(() => 1, 1);", /the global setTimeout/, true],
    ["eval('1');", /the global eval/, true],
    ["new Function('return 1')();", /the global Function/, true],
    ["structuredClone({});", /the global structuredClone/, true],
    ["const a = () => missing;\na();", /the global missing/, true],
    ["require('fs');", /require of what is no module/, false],
    ["process.exit(0);", /the global process/, true],
  ],
};

describe("the check of CloudFront Functions", () => {
  for (const [kind, planted] of Object.entries(mistakes)) {
    it(`finds ${kind}`, () => {
      for (const [code, says] of planted) {
        assert.match(unsupported(code).join("\n"), says, code);
      }
    });
  }

  it("lets through what the documentation lists", () => {
    const listed = `import cf from "cloudfront";
const crypto = require("crypto");
const limits = { low: 1_000, high: 2 ** 10, name: "a" };
let counter = 0;
async function two() { return { a: 2 }; }
function sum(...given) { return given.reduce((a, b) => a + b, limits.low); }
async function handler(event) {
  const value = await two();
  const both = [await two(), { b: await two() }];
  const first = (await two()).a;
  label: for (const name in event) { if (name === "x") { continue label; } break; }
  do { counter++; } while (counter < 3);
  switch (first) { case 2: counter = 1; break; default: throw new TypeError(\`\${first} \${\`nested \${counter}\`}\`); }
  const found = /(?<year>\\d{4})-x/gi.exec("2026-x");
  const text = Object.entries(value).map((pair) => pair.join("=")).join("&").padStart(20).trimEnd();
  try { JSON.parse(text); } catch (error) { console.log("no: " + error); } finally { counter = Math.trunc(1.5); }
  return { found: found, text: text, both: both, sum: sum(1, 2), hash: crypto.createHash("md5").update("a").digest("hex") };
}`;
    assert.deepEqual(unsupported(listed), []);
  });

  describe("beside njs itself", () => {
    before(function () {
      skipWithout(njs, this);
    });
    for (const [kind, planted] of Object.entries(mistakes)) {
      it(`knows of ${kind} what njs throws on, and what it takes all the same`, async () => {
        for (const [code, , throws] of planted) {
          const outcome = await script({}, 0, code).then(
            () => false,
            () => true,
          );
          assert.equal(outcome, throws, code);
        }
      });
    }
  });
});
