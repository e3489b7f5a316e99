import * as assert from "node:assert/strict";
import { exampleConfig } from "../../testing/examples/settings";
import { loadSettings } from "./load";

const firewallOf = (firewall: unknown, profile = "prod") => {
  const { edge } = loadSettings(exampleConfig({ profile, edge: { firewall } }), profile);
  return edge.kind === "cloudfront" ? edge.firewall : assert.fail("no firewall");
};

describe("moodle:edge.firewall", () => {
  it("is complete when nothing of it is given, and staging is a step ahead of prod", () => {
    assert.equal(firewallOf({}).rollout.common, "count");
    assert.equal(firewallOf({}, "staging").rollout.common, "block");
    assert.deepEqual([firewallOf({}).loginRequestLimit, firewallOf({}).bodyInspectionKb], [undefined, 16]);
  });

  it("changes only what is given", () => {
    const { rollout, geoAllow } = firewallOf({ rollout: { sql: "block" }, geoAllow: ["GB"] });
    assert.deepEqual([rollout.sql, rollout.common, rollout.login, geoAllow], ["block", "count", "block", ["GB"]]);
  });

  const refused: readonly (readonly [unknown, RegExp])[] = [
    [{ rollout: { sqli: "block" } }, /edge\.firewall\.rollout\.sqli/],
    [{ rollout: { sql: "deny" } }, /edge\.firewall\.rollout\.sql: .*count or block/],
    [{ geoAllow: ["UK"] }, /edge\.firewall\.geoAllow\[0\]: .*Did you mean GB\?/],
    [{ geoBlock: ["gb"] }, /edge\.firewall\.geoBlock\[0\]: .*GB for the United Kingdom.*Did you mean GB\?/],
    [{ geoAllow: ["ZZ"] }, /edge\.firewall\.geoAllow\[0\]: .*ISO 3166-1/],
    [{ blockedCidrs: ["192.0.2.7/24"] }, /edge\.firewall\.blockedCidrs\[0\]: .*Did you mean 192\.0\.2\.0\/24/],
    [{ allowedCidrs: ["010.0.0.0/8"] }, /edge\.firewall\.allowedCidrs\[0\]/],
    [{ geoAllow: ["GB"], geoBlock: ["FR"] }, /edge\.firewall\.geoAllow: .*one of geoAllow and geoBlock/],
    [{ blockedCidrs: ["192.0.2.1"] }, /edge\.firewall\.blockedCidrs\[0\]/],
    [{ allowedCidrs: ["0.0.0.0/0"] }, /edge\.firewall\.allowedCidrs\[0\]: .*not \/0/],
    [{ bodyInspectionKb: 24 }, /edge\.firewall\.bodyInspectionKb: .*16, 32, 48 or 64/],
    [{ loginRequestLimit: 5 }, /edge\.firewall\.loginRequestLimit/],
  ];
  for (const [firewall, says] of refused) {
    it(`refuses ${JSON.stringify(firewall)}`, () =>
      assert.throws(() => loadSettings(exampleConfig({ edge: { firewall } }), "prod"), says));
  }
});
