import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { moodleReleases } from "../../stacks/settings/moodleReleases";
import { folder } from "./build";

const json = (file: string) => JSON.parse(readFileSync(join(folder, file), "utf8"));

/** Three lists that name Moodle and PHP versions: what the settings allow, what a build allows, and what is built. */
describe("the lists of releases", () => {
  const branches: Record<string, { moodle: string; php: string[] }> = json("releases.json").branches;
  const lock: { moodle: { version: string; url: string; sha256: string }; base: Record<string, string> } =
    json("moodle.lock.json");

  /** Without security fixes: https://www.php.net/eol.php and https://www.php.net/supported-versions.php. */
  const ended = ["7.4", "8.0", "8.1"];
  const current = (php: readonly string[]) => php.filter((version) => !ended.includes(version));

  it("name the same Moodle branches as the settings of the platform, by Moodle's own numbers", () => {
    // 4.1 has no PHP that is supported: the image refuses it by name, and the settings do not offer it.
    assert.deepEqual(
      Object.values(branches)
        .filter(({ php }) => current(php).length > 0)
        .map(({ moodle }) => moodle),
      Object.keys(moodleReleases),
    );
    for (const [number, { moodle }] of Object.entries(branches)) {
      const [major, minor] = moodle.split(".");
      assert.equal(number, `${major}${minor?.padStart(2, "0")}`);
    }
  });

  it("allow the same PHP for each, except what is out of support itself", () => {
    for (const { moodle, php } of Object.values(branches)) {
      const offered = moodleReleases[moodle as keyof typeof moodleReleases]?.php ?? [];
      assert.deepEqual(current(php), [...offered], `Moodle ${moodle}`);
    }
  });

  it("can be built: the locked Moodle runs on a PHP that has a base, and everything is pinned", () => {
    const branch = lock.moodle.version.split(".").slice(0, 2).join(".");
    const release = Object.values(branches).find(({ moodle }) => moodle === branch);
    assert.ok(release !== undefined, `releases.json has no ${branch}`);
    assert.ok(release.php.some((version) => version in lock.base));
    assert.match(lock.moodle.sha256, /^[0-9a-f]{64}$/);
    assert.match(lock.moodle.url, new RegExp(`^https:.*/moodle-${lock.moodle.version.replaceAll(".", "\\.")}\\.tgz$`));
    const check = readFileSync(join(folder, "build/check-base"), "utf8");
    for (const [php, base] of Object.entries(lock.base)) {
      const [, name] = /^docker\.io\/library\/debian:([a-z]+)-slim@sha256:[0-9a-f]{64}$/.exec(base) ?? [];
      assert.ok(check.includes(`${name}/${php}`), `build/check-base knows no ${name} with PHP ${php}`);
    }
  });

  it("name every branch that the README says can be built", () => {
    const readme = readFileSync(join(folder, "README.md"), "utf8");
    for (const { moodle } of Object.values(branches))
      assert.ok(readme.includes(moodle), `Moodle ${moodle} is not in the README`);
  });
});
