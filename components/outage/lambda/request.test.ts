import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { readRequest } from "./request";

const good = { request: "k7Qw2mX9rT4v", base: "", change: { state: "outage", message: "a\r\nb" } };

describe("what the status editor's page sends", () => {
  it("is read, with one kind of line end", () => {
    assert.deepEqual(readRequest(JSON.stringify(good)), { ...good, change: { state: "outage", message: "a\nb" } });
  });

  const refused: readonly [string, string, string][] = [
    ["no JSON", "{", "body"],
    ["a flood", `"${"x".repeat(20_001)}"`, "body"],
    ["nothing", "null", "request"],
    ["a short request", JSON.stringify({ ...good, request: "a" }), "request"],
    ["a request that is a path", JSON.stringify({ ...good, request: "../../journal" }), "request"],
    ["no base", JSON.stringify({ ...good, base: undefined }), "base"],
    ["a field that is none", JSON.stringify({ ...good, change: { state: "off", pass: "x" } }), "change.pass"],
    ["a number", JSON.stringify({ ...good, change: { state: "off", message: 1 } }), "change.message"],
  ];
  for (const [what, body, path] of refused) {
    it(`is refused when it is ${what}`, () => {
      const read = readRequest(body);
      assert.deepEqual("problems" in read && read.problems.map((one) => one.path), [path]);
    });
  }

  it("is read or refused, whatever it is", () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (body) => typeof readRequest(body) === "object"));
  });
});
