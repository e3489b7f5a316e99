// cspell:ignore sthree
import * as assert from "node:assert/strict";
import { exampleConfig } from "../../testing/examples/settings";
import { checkSettings, loadSettings } from "./load";
import { longestStackName, stackNameProblems } from "./stackName";

describe("The name of a stack", () => {
  const longest = "a".repeat(longestStackName);

  it("has at most 17 characters, and is taken up to there", () => {
    assert.equal(longestStackName, 17);
    for (const name of ["prod", "a", "exam-2", longest]) {
      assert.deepEqual(checkSettings(exampleConfig(), name).problems, []);
    }
  });

  it("is refused at once when it is longer, with the limit and why, beside every other mistake", () => {
    assert.throws(
      () => loadSettings(exampleConfig({ owner: undefined }), `${longest}b`),
      /2 mistakes[^]*the stack's name: got "a+b", expected 1 to 17 small letters[^]*load balancer has at most 32/,
    );
  });

  for (const name of [
    "",
    "Prod",
    "9",
    "-a",
    "a-",
    "a--b",
    "a_b",
    "a.b",
    "internal",
    "internal-x",
    "sg-1",
    "sthree-a",
  ]) {
    it(`is refused as "${name}"`, () => assert.equal(stackNameProblems(name).length, 1));
  }
});
