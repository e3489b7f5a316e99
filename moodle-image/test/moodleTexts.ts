// cspell:ignore customlang langlocalroot
import assert from "node:assert/strict";
import { existsSync, mkdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { host, type Site } from "./site";
import { Browser } from "./browser";
import { cachedPaths } from "../../components/cdn/cacheBehaviours";

/** Texts and addresses that are kept under a revision, on two nodes of a real Moodle. */
export function texts(site: () => Site): void {
  it("shows a text that is corrected within a minute on both nodes, at once and later", async () => {
    const path = site().addPage(
      "<?php\nrequire __DIR__ . '/../config.php';\necho get_string('yes'), ' ', get_string_manager()->get_revision();\n",
    );
    // As tool_customlang does it: the file on the shared folder, then Moodle's own reset.
    const customise = (text: string) =>
      site().php(`
$folder = "$CFG->langlocalroot/en_local";
check_dir_exists($folder);
file_put_contents("$folder/moodle.php", '<?php $string["yes"] = "${text}";');
get_string_manager()->reset_caches();`);
    const shown = async () =>
      Promise.all(
        site().web.map(async ({ port }) => (await new Browser(host).get(port, path)).text.trim().split(" ")[0]),
      );
    const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
    try {
      for (const text of ["Aye", "Yea", "Surely"]) {
        await customise(text);
        // OPcache keeps no file that is younger than two seconds.
        await pause(4);
        assert.deepEqual(await shown(), [text, text]);
      }
      await pause(5);
      assert.deepEqual(await shown(), ["Surely", "Surely"]);
    } finally {
      rmSync(join(site().shared, "lang/en_local"), { recursive: true });
      assert.ok(!existsSync(join(site().shared, "lang/en_local")));
      await site().php("get_string_manager()->reset_caches();");
    }
  });

  it("asks the shared folder again for the names of texts, once for each revision of them", async () => {
    // An absent name is kept by NFS for a while, unless its folder is opened; a local disk shows the time at which a folder was read.
    const folder = join(site().shared, "lang/en_local");
    const [web] = site().web;
    const path = site().addPage(
      "<?php\nrequire __DIR__ . '/../config.php';\necho get_string('yes'), get_string('no', 'moodle');\n",
    );
    const read = async () => {
      const long = new Date("2020-01-01");
      for (const each of [join(site().shared, "lang"), folder]) utimesSync(each, long, new Date());
      await new Browser(host).get(web.port, path);
      return [join(site().shared, "lang"), folder].map((each) => statSync(each).atime > long);
    };
    mkdirSync(folder, { recursive: true });
    try {
      await site().php("get_string_manager()->reset_caches();");
      assert.deepEqual(await read(), [true, true]);
      assert.deepEqual(await read(), [false, false]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("reads what another node has put in the place of a file or a folder, at once", async () => {
    const folder = join(site().shared, "lab-paths");
    const put = (text: string) => {
      mkdirSync(folder);
      writeFileSync(join(folder, "file"), text);
    };
    const path = site().addPage(
      "<?php\nrequire __DIR__ . '/../config.php';\n$file = \"$CFG->dataroot/lab-paths/file\";\necho realpath($file) === false ? 'none' : file_get_contents($file);\n",
    );
    const shown = () => Promise.all(site().web.map(async ({ port }) => (await new Browser(host).get(port, path)).text));
    put("first");
    try {
      assert.deepEqual(await shown(), ["first", "first"]);
      writeFileSync(join(folder, "file"), "second");
      assert.deepEqual(await shown(), ["second", "second"]);
      renameSync(folder, `${folder}-old`);
      put("third");
      assert.deepEqual(await shown(), ["third", "third"]);
    } finally {
      for (const each of [folder, `${folder}-old`]) rmSync(each, { recursive: true, force: true });
    }
  });

  it("forgets the local cache of both nodes at a full purge by a third", async () => {
    const path = site().addPage(
      "<?php\nrequire __DIR__ . '/../config.php';\n$file = make_localcache_directory('lab') . '/kept';\necho is_file($file) ? 'kept' : 'new';\ntouch($file);\n",
    );
    const shown = () => Promise.all(site().web.map(async ({ port }) => (await new Browser(host).get(port, path)).text));
    assert.deepEqual(await shown(), ["new", "new"]);
    assert.deepEqual(await shown(), ["kept", "kept"]);
    // Moodle compares whole seconds: what is purged is older.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await site().php("purge_all_caches();");
    assert.deepEqual(await shown(), ["new", "new"]);
  });

  it("gives every address that the edge keeps a new revision in a release", async () => {
    const revisions = async () =>
      JSON.parse(
        await site().php(`
foreach (['themerev', 'jsrev', 'langrev', 'templaterev'] as $name) { $found[$name] = (int) get_config('core', $name); }
echo json_encode($found);`),
      ) as Record<string, number>;
    const before = await revisions();
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const { status, text } = await (await site().newTask()).run(["upgrade", "--revisions"]);
    assert.equal(status, 0, text);
    const after = await revisions();
    for (const [name, value] of Object.entries(before)) assert.ok(after[name]! > value, `${name} ${value} ${text}`);
    // What the edge keeps is kept by one of these.
    const kept = new Set(cachedPaths.flatMap(({ revision }) => revision));
    kept.delete("none");
    assert.deepEqual([...kept].sort(), Object.keys(before).sort());
  });
}
