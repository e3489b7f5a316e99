import * as assert from "node:assert/strict";
import { exampleConfig } from "../../testing/examples/settings";
import { loadSettings } from "./load";

describe("moodle:loadTest", () => {
  it("is off unless it is asked for", () => {
    assert.equal(loadSettings(exampleConfig({}), "prod").loadTest.enabled, false);
    const staging = exampleConfig({ profile: "staging", loadTest: { enabled: true } });
    assert.equal(loadSettings(staging, "staging").loadTest.enabled, true);
  });

  it("is refused in profile prod, whatever the stack's name", () => {
    const config = exampleConfig({ loadTest: { enabled: true } });
    assert.throws(
      () => loadSettings(config, "rehearsal"),
      /loadTest\.enabled: true was given; allowed is false in profile prod/,
    );
  });
});
