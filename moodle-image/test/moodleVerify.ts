// cspell:ignore referencefileid showall upgradecheck
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { Browser } from "./browser";
import { host, type Site } from "./site";

/** The report of the role `verify`: its exit status, its last line, and the damage by kind and name. */
export interface Verdict {
  readonly status: number | null;
  readonly result: Readonly<Record<string, any>>;
  readonly damage: readonly string[];
  readonly text: string;
}

/** Runs the role in a task of its own. */
export async function verify(site: Site, extra: Readonly<Record<string, string>> = {}): Promise<Verdict> {
  const container = (await site.newTask({ MOODLE_VERIFY_FILES: "all", ...extra })).start(["verify"]);
  const status = await container.ended;
  const lines = container.lines().filter(({ log }) => log === "verify");
  return {
    status,
    result: lines.at(-1) ?? {},
    damage: lines.filter((line) => "damage" in line).map((line) => `${line["damage"]} ${line["name"]}`),
    text: container.output() + container.errors(),
  };
}

/** Damage that restores leave behind, planted in a real Moodle: each is found by its name, and nothing else is. */
export function verification(site: () => Site): void {
  const filed = (hash: string) => join(site().shared, "filedir", hash.slice(0, 2), hash.slice(2, 4), hash);
  const hashes = async (order: string, limit: number) =>
    (
      await site().php(`
echo implode(' ', $DB->get_fieldset_sql("SELECT contenthash FROM {files} WHERE filesize > 0 AND referencefileid IS NULL
    GROUP BY contenthash ORDER BY MIN(id) ${order} LIMIT ${limit}"));`)
    )
      .trim()
      .split(" ");
  /** Gives its hash; a file that is there already stays. */
  const newFile = (text: string) =>
    site().php(`
$fs = get_file_storage();
echo ($fs->get_file(context_system::instance()->id, 'local_lab', 'verify', 0, '/', '${text}.txt') ?: $fs->create_file_from_string(['contextid' => context_system::instance()->id, 'component' => 'local_lab', 'filearea' => 'verify',
    'itemid' => 0, 'filepath' => '/', 'filename' => '${text}.txt'], '${text}'))->get_contenthash();`);
  const sql = (statement: string) => site().database.sql(statement);
  const shown = (hash: string) => `${hash.slice(0, 2)}/${hash.slice(2, 4)}/${hash}`;
  const found = async (expected: readonly string[]) => {
    const verdict = await verify(site());
    assert.deepEqual([...verdict.damage].sort(), [...expected].sort(), verdict.text);
    assert.equal(verdict.status, expected.length === 0 ? 0 : 1);
    return verdict;
  };

  describe("verify", () => {
    before(async () => {
      for (const text of ["first", "second", "third"]) await newFile(text);
    });

    it("finds nothing wrong with a site that is in use, in lines of JSON alone", async () => {
      const { result, text } = await found([]);
      assert.equal(result["result"], "whole", text);
      assert.ok(result["tables"] > 400 && result["references"] > 500 && result["files"] === result["of"], text);
      assert.ok(result["hashes"] > 5, text);
      for (const line of text.trim().split("\n")) JSON.parse(line);
    });

    it("finds nothing wrong with a database that is older than the files", async () => {
      const [hash = ""] = await hashes("DESC", 1);
      const newer = `${filed(hash).slice(0, -1)}${hash.endsWith("0") ? "1" : "0"}`;
      writeFileSync(newer, "uploaded since");
      await found([]).finally(() => rmSync(newer));
    });

    it("names a file that is missing, and none that Moodle still has in its trash", async () => {
      const [hash = ""] = await hashes("ASC", 1);
      const kept = join(site().shared, `kept-${hash}`);
      renameSync(filed(hash), kept);
      try {
        const { text, result } = await found([`file-missing ${shown(hash)}`]);
        assert.match(text, /mdl_files names it, and it is not on the disk/);
        assert.deepEqual(result["damages"], { "file-missing": 1 });
        const trash = join(site().shared, "trashdir", shown(hash));
        mkdirSync(dirname(trash), { recursive: true });
        renameSync(kept, trash);
        await found([]);
        renameSync(trash, kept);
      } finally {
        renameSync(kept, filed(hash));
      }
    });

    it("names a file whose content was changed", async () => {
      const [hash = ""] = await hashes("ASC", 1);
      const { size } = statSync(filed(hash));
      appendFileSync(filed(hash), "x");
      try {
        const { text } = await found([`file-changed ${shown(hash)}`]);
        assert.match(text, new RegExp(`its length ${size + 1}, expected ${size} bytes`));
      } finally {
        execFileSync("truncate", [`--size=${size}`, filed(hash)]);
      }
      await found([]);
    });

    it("tells a store from before the database by its newest files, also from a sample", async () => {
      const newest = await hashes("DESC", 3);
      for (const hash of newest) renameSync(filed(hash), `${filed(hash)}-kept`);
      try {
        const expected = ["store-older filedir", ...newest.map((hash) => `file-missing ${shown(hash)}`)];
        const { text } = await found(expected);
        assert.match(text, /whatever was uploaded before 20\d\d-\d\d-\d\dT[\d:]+Z is there, and nothing since/);
        const sample = await verify(site(), { MOODLE_VERIFY_FILES: "6" });
        assert.equal(sample.result["files"], 6);
        assert.deepEqual([...sample.damage].sort(), expected.sort());
      } finally {
        for (const hash of newest) renameSync(`${filed(hash)}-kept`, filed(hash));
      }
    });

    it("is about what people see: a file of that time is not found, and all else is there", async () => {
      const page = site().addPage(`<?php require __DIR__ . '/../config.php'; require_once $CFG->libdir . '/filelib.php';
send_stored_file(get_file_storage()->get_file(context_system::instance()->id, 'local_lab', 'verify', 0, '/', 'third.txt'));`);
      // The first has been stopped by then.
      const [, web] = site().web;
      const ask = async (path: string) => (await new Browser(host).get(web.port, path)).status;
      assert.deepEqual([await ask(page), await ask("/login/index.php")], [200, 200]);
      const hash = (await newFile("third")).trim();
      renameSync(filed(hash), `${filed(hash)}-kept`);
      try {
        assert.deepEqual([await ask(page), await ask("/login/index.php")], [404, 200]);
      } finally {
        renameSync(`${filed(hash)}-kept`, filed(hash));
      }
    });

    it("names a table from another day", async () => {
      const { tls, database } = site();
      const connection = ["--no-defaults", "--host=127.0.0.1", `--port=${database.port}`, `--ssl-ca=${tls.authority}`];
      const account = [...connection, "--user=master", "--password=master-secret"];
      const dump = (table: string) =>
        execFileSync("mariadb-dump", [...account, "moodle", table], { maxBuffer: 256 * 1024 * 1024 });
      const load = (input: Buffer) => execFileSync("mariadb", [...account, "moodle"], { input });
      const tables = ["mdl_context", "mdl_course_modules"];
      const yesterday = tables.map(dump);
      // What people did since.
      const newer = ["cli", `${site().scripts}admin/tool/generator/cli/maketestcourse.php`];
      const made = await (await site().newTask()).run([...newer, "--shortname=verify", "--size=XS", "--bypasscheck"]);
      assert.equal(made.status, 0, made.text);
      await found([]);
      for (const [index, table] of tables.entries()) {
        const today = dump(table);
        load(yesterday[index]!);
        try {
          const { text } = await found([`table-older ${table}`]);
          assert.match(text, /it has given out ids up to \d+, and mdl_\w+\.\w+ names id \d+/);
        } finally {
          load(today);
        }
      }
      await found([]);
    });

    it("names a table and a column that the code needs, also when Moodle does not start without them", async () => {
      sql("RENAME TABLE moodle.mdl_glossary TO moodle.mdl_away");
      await found(["table-missing mdl_glossary"]).finally(() =>
        sql("RENAME TABLE moodle.mdl_away TO moodle.mdl_glossary"),
      );
      sql("ALTER TABLE moodle.mdl_glossary RENAME COLUMN showall TO away");
      await found(["column-missing mdl_glossary.showall"]).finally(() =>
        sql("ALTER TABLE moodle.mdl_glossary RENAME COLUMN away TO showall"),
      );
      sql("RENAME TABLE moodle.mdl_config TO moodle.mdl_away");
      await found(["table-missing mdl_config", "check-failed core_environment", "moodle-fails config.php"]).finally(
        () => sql("RENAME TABLE moodle.mdl_away TO moodle.mdl_config"),
      );
    });

    it("names the database of another Moodle", async () => {
      const version = (await site().php("echo $DB->get_field('config', 'value', ['name' => 'version']);")).trim();
      const set = (value: string) => sql(`UPDATE moodle.mdl_config SET value = '${value}' WHERE name = 'version'`);
      set("2099010100.00");
      await found(["check-failed core_upgradecheck"]).finally(() => set(version));
    });

    it("judges nothing when the database is away, and refuses a number that is none", async () => {
      const away = await verify(site(), { MOODLE_DB_PORT: "1" });
      assert.equal(away.status, 69);
      assert.equal(away.result["unknown"], "database");
      for (const wrong of ["0", "some", "-1"]) {
        const { status, text } = await verify(site(), { MOODLE_VERIFY_FILES: wrong });
        assert.equal(status, 78);
        assert.match(text, /MOODLE_VERIFY_FILES: given .*; allowed all, or a number of files from 1/);
      }
    });
  });
}
