import * as assert from "node:assert/strict";
import { exampleConfig } from "../testing/examples/settings";
import { signInRateWarning } from "./edge";
import { loadSettings } from "./settings/load";

const warning = (changes: Readonly<Record<string, unknown>>) =>
  signInRateWarning(loadSettings(exampleConfig(changes), "prod"));

describe("The sign-in rate of a site in production", () => {
  it("is warned of while nobody has said which addresses are the campus's", () => {
    assert.match(
      warning({})!,
      /edge\.firewall\.allowedCidrs is empty: any address may .* 20000 times .* all others have 2000/,
    );
  });

  const quiet: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
    ["the campus is known", { edge: { firewall: { allowedCidrs: ["192.0.2.0/24"] } } }],
    ["the stack file gives a rate", { edge: { firewall: { loginRequestLimit: 5000 } } }],
    ["another CDN is in front", { edge: { kind: "external", allowedCidrs: ["198.51.100.0/24"] } }],
    ["it is not production", { profile: "staging" }],
  ];
  for (const [what, changes] of quiet) {
    it(`is not when ${what}`, () => assert.equal(warning(changes), undefined));
  }
});
