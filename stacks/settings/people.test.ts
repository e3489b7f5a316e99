// cspell:ignore Londn idpname
import * as assert from "node:assert/strict";
import { exampleConfig } from "../../testing/examples/settings";
import { checkSettings } from "./load";

const check = (moodle: object) => checkSettings(exampleConfig({ moodle }), "prod");
const problemOf = (moodle: object) => {
  const { problems } = check(moodle);
  assert.equal(problems.length, 1, JSON.stringify(problems));
  return problems[0]!;
};

describe("who administers the site, and its own settings", () => {
  it("has defaults that give no mailbox away and no shell", () => {
    const { moodle } = checkSettings(exampleConfig(), "prod").settings!;
    assert.deepEqual(
      [moodle.siteName, moodle.adminEmail, moodle.supportEmail, moodle.timeZone, moodle.exec],
      ["Moodle", undefined, undefined, "Europe/London", false],
    );
    assert.deepEqual([moodle.config, moodle.php], [{}, {}]);
  });

  it("takes time zones of the IANA database, and nothing that PHP or Moodle would not", () => {
    for (const timeZone of [
      "UTC",
      "Europe/Kyiv",
      "Asia/Kolkata",
      "America/Argentina/Buenos_Aires",
      "America/Port-au-Prince",
    ]) {
      assert.equal(check({ timeZone }).settings?.moodle.timeZone, timeZone);
    }
    for (const timeZone of [
      "Europe/Londn",
      "GMT",
      "BST",
      "+01:00",
      "europe/london",
      "Etc/GMT+1",
      "",
      " Europe/London",
    ]) {
      const { path, allowed } = problemOf({ timeZone });
      assert.deepEqual(
        [path, allowed],
        ["moodle:moodle.timeZone", "a name of the IANA time zone database, such as Europe/London"],
      );
    }
  });

  it("refuses what is no address, and a name of two lines", () => {
    assert.equal(problemOf({ adminEmail: "admin" }).path, "moodle:moodle.adminEmail");
    assert.equal(problemOf({ supportEmail: "Help <help@example.org>" }).path, "moodle:moodle.supportEmail");
    assert.equal(problemOf({ siteName: "a\nb" }).path, "moodle:moodle.siteName");
  });

  it("hands typed values of $CFG and php.ini on, and refuses what is the platform's", () => {
    const config = { forcelogin: true, sessiontimeout: 7200, "auth_saml2/idpname": "Sign in" };
    const { settings } = check({ config, php: { default_socket_timeout: 30 } });
    assert.deepEqual(settings?.moodle.config, config);
    assert.match(problemOf({ config: { wwwroot: "https://x" } }).fix, /moodle:domain/);
    assert.equal(problemOf({ config: { wwwroot: "https://x" } }).path, "moodle:moodle.config.wwwroot");
    assert.match(problemOf({ php: { memory_limit: "1G" } }).fix, /moodle:web/);
    const { path, allowed } = problemOf({ config: { forcelogin: [1] } });
    assert.deepEqual([path, allowed], ["moodle:moodle.config.forcelogin", "text, a number, true or false"]);
    assert.equal(problemOf({ config: "forcelogin" }).path, "moodle:moodle.config");
  });
});
