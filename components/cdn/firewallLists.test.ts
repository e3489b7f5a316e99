import * as assert from "node:assert/strict";
import { CountryCode } from "@aws-sdk/client-wafv2";
import { countryCodes, meantCountries } from "./countries";

describe("the countries that the firewall can match", () => {
  it("are those of AWS's own model of the service", () => {
    assert.deepEqual([...countryCodes].sort(), Object.keys(CountryCode).sort());
  });

  it("have none of the codes that are taken for one", () => {
    for (const [wrong, right] of Object.entries(meantCountries)) {
      assert.ok(!countryCodes.has(wrong), wrong);
      assert.ok(countryCodes.has(right), right);
    }
  });
});
