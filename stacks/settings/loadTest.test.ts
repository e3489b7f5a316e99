import * as assert from "node:assert/strict";
import { exampleConfig } from "../../testing/examples/settings";
import { stackFileSchema } from "./documents";
import type { Node } from "./jsonSchema";
import { loadSettings } from "./load";

describe("moodle:loadTest", () => {
  it("is off unless it is asked for", () => {
    assert.equal(loadSettings(exampleConfig({}), "prod").loadTest.enabled, false);
    const staging = exampleConfig({ profile: "staging", loadTest: { enabled: true } });
    assert.equal(loadSettings(staging, "staging").loadTest.enabled, true);
  });

  it("is true or false in an editor: which profile refuses it is for the loader to say", () => {
    const { properties } = JSON.parse(stackFileSchema()) as { properties: { config: Node } };
    assert.equal(properties.config.properties?.["moodle:loadTest"]?.properties?.["enabled"]?.const, undefined);
  });

  it("is refused in profile prod, whatever the stack's name", () => {
    const config = exampleConfig({ loadTest: { enabled: true } });
    assert.throws(
      () => loadSettings(config, "rehearsal"),
      /loadTest\.enabled: got true, expected false in profile prod/,
    );
  });
});
