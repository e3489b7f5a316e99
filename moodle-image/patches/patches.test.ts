import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { leaveOut } from "../../testing/leftOut";
import { hasFix, objection, type Patch, patchesFolder, readPatches } from "./list";

const script = join(patchesFolder, "../build/patches.php");
const entry: Patch = {
  file: "MDL-1-words.patch",
  issue: "MDL-1",
  why: "The front page fails",
  moodle: ["5.1"],
  fixedIn: [],
  expires: "2999-12-31",
  owner: "Learning platforms",
};

/** A patch as git writes it: its first line changed. */
const patchOf = (path: string, lines: readonly string[], to: string): string =>
  [
    "Subject: [PATCH] MDL-1 core: say it better",
    "",
    `diff --git a/${path} b/${path}`,
    `--- a/${path}`,
    `+++ b/${path}`,
    `@@ -1,${lines.length} +1,${lines.length} @@`,
    `-${lines[0]}`,
    `+${to}`,
    ...lines.slice(1).map((line) => ` ${line}`),
    "",
  ].join("\n");

describe("patches of the image", () => {
  let tree = "";
  let folder = "";
  const changed = "public/index.php";
  const lines = ["<?php", "// one", "// two", "// three"];
  beforeEach(() => {
    tree = mkdtempSync(join(tmpdir(), "moodle-tree-"));
    folder = mkdtempSync(join(tmpdir(), "patches-"));
    moodleOf("5.1.1");
    write(tree, changed, `${lines.join("\n")}\n`);
    write(folder, entry.file, patchOf(changed, lines, "<?php // better"));
  });
  afterEach(() => [tree, folder].forEach((one) => rmSync(one, { recursive: true })));

  const write = (base: string, path: string, text: string) => {
    mkdirSync(dirname(join(base, path)), { recursive: true });
    writeFileSync(join(base, path), text);
  };
  const moodleOf = (release: string) =>
    write(tree, "public/version.php", `<?php\n$release = '${release} (Build: 20251208)';\n`);
  const list = (...patches: readonly Partial<Patch>[]) =>
    write(folder, "patches.json", JSON.stringify({ patches: patches.map((one) => ({ ...entry, ...one })) }));
  const build = (args = [tree, folder]) => {
    const { status, stdout, stderr } = spawnSync("php", ["-n", script, ...args], { encoding: "utf8" });
    return { status, stdout, stderr };
  };
  /** One error, and the tree as it was. */
  const refuses = (...expected: readonly RegExp[]) => {
    const before = readFileSync(join(tree, changed), "utf8");
    const { status, stderr } = build();
    assert.equal(status, 1, stderr);
    assert.equal(stderr.match(/^moodle-image: /gm)?.length, 1, stderr);
    expected.forEach((one) => assert.match(stderr, one));
    assert.equal(readFileSync(join(tree, changed), "utf8"), before);
  };

  before(function () {
    if (spawnSync("php", ["-n", "-v"]).status !== 0 || spawnSync("patch", ["--version"]).status !== 0) {
      leaveOut(this, "php and patch are not installed: apt-get install php-cli patch");
    }
  });

  it("are applied, in the order of the list, and leave nothing beside what they change", () => {
    write(folder, "MDL-2.patch", patchOf(changed, ["<?php // better", ...lines.slice(1)], "<?php // best"));
    list({}, { file: "MDL-2.patch", issue: "MDL-2" });
    const { status, stdout, stderr } = build();
    assert.equal(status, 0, stderr);
    assert.deepEqual(stdout.trim().split("\n"), [
      "patch MDL-1 (MDL-1-words.patch) applied, until 2999-12-31",
      "patch MDL-2 (MDL-2.patch) applied, until 2999-12-31",
    ]);
    assert.equal(readFileSync(join(tree, changed), "utf8"), `<?php // best\n${lines.slice(1).join("\n")}\n`);
    assert.ok(!existsSync(join(tree, `${changed}.orig`)));
  });

  it("are none in this repository, which a build takes as it is", () => {
    assert.equal(build([tree, patchesFolder]).status, 0);
  });

  it("are refused when they do not apply, also by a line more or less", () => {
    list({});
    write(tree, changed, ["<?php", "// one", "// 2", "// three", ""].join("\n"));
    refuses(/patch MDL-1 \(MDL-1-words\.patch\) does not apply/, /hunk FAILED|Hunk #1 FAILED/i, /git format-patch/);
    rmSync(join(tree, changed));
    write(tree, changed, "");
    refuses(/does not apply/);
  });

  it("are refused when the source has the change, or the release has the fix", () => {
    list({});
    write(tree, changed, `<?php // better\n${lines.slice(1).join("\n")}\n`);
    refuses(/Moodle has the change of patch MDL-1 .* already/, /fix: {4}delete the patch/);
    list({ fixedIn: ["5.0.4", "5.1.1"] });
    refuses(/Moodle has the fix of patch MDL-1 .*itself/, /given: {3}Moodle 5\.1\.1/, /5\.0\.4 and 5\.1\.1/);
  });

  it("are refused for another branch and past their date", () => {
    list({ moodle: ["5.0"] });
    refuses(/is not for this Moodle/, /allowed: 5\.0\n/);
    list({ expires: "2020-01-31" });
    refuses(/is past its date/, /given: {3}2020-01-31/, /ask Learning platforms/);
  });

  it("are refused when they change what an upgrade changes", () => {
    for (const path of ["public/version.php", "public/mod/quiz/db/upgrade.php", "public/mod/quiz/db/install.xml"]) {
      write(folder, entry.file, patchOf(path, lines, "<?php // better"));
      list({});
      refuses(/changes versions or the database/, new RegExp(path.replaceAll(".", "\\.")));
    }
    write(folder, entry.file, patchOf("public/lib/conversion.php", lines, "<?php // better"));
    write(tree, "public/lib/conversion.php", `${lines.join("\n")}\n`);
    list({});
    assert.equal(build().status, 0);
  });

  it("are refused when list and folder differ, or a field is missing", () => {
    list();
    refuses(/patches\.json and its folder differ/, /list MDL-1-words\.patch in patches\.json, or delete it/);
    assert.throws(() => readPatches(folder), /MDL-1-words\.patch must be listed once/);
    list({}, { file: "MDL-3.patch" });
    refuses(/add the file MDL-3\.patch/);
    assert.throws(() => readPatches(folder), /MDL-3\.patch is not in the folder/);
    list({ owner: undefined as never });
    refuses(/patches\[0\] without owner/);
    list({ issue: "12", expires: "2026-02-30" });
    assert.throws(
      () => readPatches(folder),
      /such as MDL-12345\s+→ at patches\[0\]\.issue[^]*2026-12-15\s+→ at patches\[0\]\.expires/,
    );
    write(folder, "patches.json", "{");
    refuses(/the list of patches cannot be read/);
    assert.throws(() => readPatches(folder), /Restore it/);
  });

  it("are judged by the tools as the build judges them", () => {
    const fixes = [[], ["5.1"], ["5.1.2"], ["5.0.4", "5.1.1"], ["5.0.9"], ["5.2"], ["4.5.9", "5.2"], ["5.1.10"]];
    for (const release of ["5.0.4", "5.1", "5.1.1", "5.1.9", "5.1.10", "5.2"]) {
      moodleOf(release);
      for (const fixedIn of fixes) {
        const one = { ...entry, fixedIn, moodle: ["5.0", "5.1"] };
        list(one);
        write(tree, changed, `${lines.join("\n")}\n`);
        const { status, stderr } = build();
        const shown = `${release}, fixed in ${fixedIn.join(" ")}: ${stderr}`;
        assert.equal(status === 0, objection(one, release, "2026-11-30") === undefined, shown);
        assert.equal(/has the fix/.test(stderr), hasFix(release, fixedIn), shown);
      }
    }
  });

  it("of this repository fit the release in its lock file", () => {
    const lock = JSON.parse(readFileSync(join(patchesFolder, "../moodle.lock.json"), "utf8")) as {
      readonly moodle: { readonly version: string };
    };
    // Without a day: no test depends on the clock. The build asks for it.
    const wrong = readPatches().flatMap((one) => objection(one, lock.moodle.version) ?? []);
    assert.deepEqual(wrong, []);
  });

  describe("on Moodle's own source", () => {
    const source = process.env["MOODLE_SRC"];
    before(function () {
      if (source === undefined) {
        leaveOut(this, "it needs MOODLE_SRC, a Moodle tree");
      }
    });

    it("change one of its files, and are refused once it is changed", () => {
      const moodle = source ?? "";
      const top = existsSync(join(moodle, "public/version.php")) ? "public/" : "";
      const path = `${top}lib/setuplib.php`;
      for (const file of [path, `${top}version.php`]) {
        mkdirSync(dirname(join(tree, file)), { recursive: true });
        copyFileSync(join(moodle, file), join(tree, file));
      }
      const old = readFileSync(join(tree, path), "utf8");
      const better = old.replace("function setup_validate_php_configuration() {", "$&\n    // Carried.");
      assert.notEqual(better, old);
      write(folder, "new.php", better);
      const { stdout } = spawnSync("diff", ["-u", "--label", `a/${path}`, "--label", `b/${path}`, path, join(folder, "new.php")], { cwd: tree, encoding: "utf8" }); // prettier-ignore
      write(folder, entry.file, stdout);
      const [, branch = ""] =
        /\$release\s*=\s*'(\d+\.\d+)/.exec(readFileSync(join(tree, `${top}version.php`), "utf8")) ?? [];
      list({ moodle: [branch] });
      const first = build();
      assert.equal(first.status, 0, first.stderr);
      assert.equal(readFileSync(join(tree, path), "utf8"), better);
      const second = build();
      assert.equal(second.status, 1);
      assert.match(second.stderr, /has the change of patch MDL-1 .* already/);
      list({ moodle: [branch], fixedIn: [branch] });
      assert.match(build().stderr, /Moodle has the fix of patch MDL-1/);
    });
  });
});
