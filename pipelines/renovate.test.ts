import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(__dirname, "..");
const read = (file: string) => readFileSync(join(root, file), "utf8");

interface Rule {
  readonly matchFileNames?: readonly string[];
  readonly postUpgradeTasks?: { readonly commands: readonly string[] };
}
interface Configuration {
  readonly customManagers: readonly {
    readonly managerFilePatterns: readonly string[];
    readonly matchStrings: readonly string[];
  }[];
  readonly packageRules: readonly Rule[];
}

/** Stands in for Renovate, whose own extraction was run once on these files: what its expressions find, and which commands it may run. */
describe("renovate.json", () => {
  const { customManagers, packageRules } = JSON.parse(read("renovate.json")) as Configuration;
  const found = (file: string, text = read(file)) =>
    customManagers
      .filter(({ managerFilePatterns }) => managerFilePatterns.includes(file))
      .flatMap(({ matchStrings }) => matchStrings.flatMap((one) => [...text.matchAll(new RegExp(one, "g"))]))
      .map(({ groups }) => ({ ...groups }));

  it("finds Moodle and every base image of the lock file", () => {
    const lock = JSON.parse(read("moodle-image/moodle.lock.json")) as {
      readonly moodle: { readonly version: string };
      readonly base: Readonly<Record<string, string>>;
    };
    const [moodle, ...bases] = found("moodle-image/moodle.lock.json");
    assert.equal(moodle?.["currentValue"], lock.moodle.version);
    assert.deepEqual(
      bases.map((base) => `${base["depName"]}:${base["currentValue"]}@${base["currentDigest"]}`),
      Object.values(lock.base),
    );
  });

  it("finds plugins whose archive is a tag's on GitHub, in the form that the tool writes", () => {
    const plugin = (source: string) => ({
      name: "mod_attendance",
      version: "2025010100",
      source,
      sha256: "a",
      moodle: ["5.1"],
    });
    const lock = (source: string) => JSON.stringify({ plugins: [plugin(source)] }, undefined, 2);
    const file = "moodle-image/plugins.lock.json";
    const address = "https://github.com/danmarsden/moodle-mod_attendance/archive/refs/tags/v5.1.zip";
    assert.deepEqual(found(file, lock(address)), [
      { depName: "mod_attendance", packageName: "danmarsden/moodle-mod_attendance", currentValue: "v5.1" },
    ]);
    assert.deepEqual(found(file, lock("https://moodle.org/plugins/download.php/1/a.zip")), []);
  });

  it("has commands that pipelines/update allows, and no others are allowed", () => {
    const list = /RENOVATE_ALLOWED_COMMANDS='(.*)'/.exec(read("pipelines/update"))?.[1] ?? "[]";
    const allowed = (JSON.parse(list) as string[]).map((one) => new RegExp(one));
    const values: Readonly<Record<string, string>> = {
      newVersion: "5.1.5",
      newValue: "v5.1.1",
      depName: "mod_attendance",
      packageName: "danmarsden/moodle-mod_attendance",
    };
    const commands = packageRules.flatMap(({ postUpgradeTasks }) => postUpgradeTasks?.commands ?? []);
    assert.equal(commands.length, 4);
    for (const command of commands) {
      const made = command.replace(/\{\{\{(\w+)\}\}\}/g, (_, name: string) => values[name] ?? assert.fail(name));
      assert.ok(
        allowed.some((one) => one.test(made)),
        made,
      );
      assert.ok(!allowed.some((one) => one.test(`${made}; id`) || one.test(`id; ${made}`)), made);
    }
  });
});
