// cspell:ignore addstore
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { leaveOut } from "../../testing/leftOut";
import { Browser, field, setting } from "./browser";
import { baseOf, missing } from "./build";
import { type Container, healthy, type Task, until } from "./container";
import { master, signingIn } from "./moodleSignIn";
import { errors } from "./moodleErrors";
import { files } from "./moodleFiles";
import { moodleFaults } from "./moodleFaults";
import { mailTest } from "./moodleMail";
import { figures } from "./moodleFigures";
import { networkRules } from "./moodleNetwork";
import { quizAttempt } from "./moodleQuiz";
import { smokeTest } from "./moodleSmoke";
import { texts } from "./moodleTexts";
import { times } from "./moodleTimes";
import { startUp } from "./moodleStart";
import { verification } from "./moodleVerify";
import { firstPassword, host, password, Site } from "./site";

/**
 * The image with a real Moodle, named by MOODLE_SRC: two tasks on one database, two Redis servers and one shared folder, TLS on
 * every connection. MariaDB stands for Aurora, which exists nowhere else; the driver is then `mariadb`.
 */
describe("Moodle in the image", () => {
  const source = process.env.MOODLE_SRC ?? "";
  let site: Site = undefined as never;
  let [first, second]: [Container, Container] = [undefined as never, undefined as never];
  let [one, two]: [Task, Task] = [undefined as never, undefined as never];

  before(async function () {
    const why =
      source === ""
        ? "MOODLE_SRC is not set: it names a folder with Moodle's source (4.5 or later)"
        : missing(baseOf(source).release);
    if (why !== undefined) {
      leaveOut(this, why);
    }
    site = await Site.start(source);
    [one, two] = [await site.newTask(), await site.newTask()];
  });
  after(() => site?.stop());

  const cli = async (...command: string[]) => {
    const { status, text } = await one.run(["cli", ...command]);
    assert.equal(status, 0, text);
    return text;
  };

  it("is installed by the role install, and left alone by a second one", async () => {
    const installed = await one.run(["install"], master);
    assert.equal(installed.status, 0, installed.text.slice(-3000));
    const again = await one.run(["install"], master);
    assert.equal(again.status, 0, again.text);
    assert.match(again.text, /nothing to install/);
    assert.ok(!/secret|aB3dE/.test(installed.text + again.text));
  });

  it("passes its environment check, required and optional", async () => {
    const output = await site.php(`
require_once $CFG->libdir . '/environmentlib.php';
[, $results] = check_moodle_environment(normalize_version($CFG->release), ENV_SELECT_RELEASE);
foreach ($results as $result) {
    if (!$result->getStatus()) {
        echo $result->getLevel(), ' ', $result->getPart(), ' ', $result->getInfo(), "\\n";
    }
}
`);
    const failed = output.split("\n").filter((line) => line !== "");
    // Composer's folder is optional, and is in the image when it is in the source. HTTPS is judged from wwwroot.
    assert.deepEqual(
      failed.filter((line) => !/composer/i.test(line)),
      [],
    );
  });

  it("starts on two tasks", async () => {
    [first, second] = [one.start(["web"]), two.start(["web"])];
    site.web = [first, second];
    await Promise.all([healthy(first), healthy(second)]);
  });

  signingIn(() => site);

  it("serves a login on one task and keeps it on the other", async () => {
    const browser = new Browser(host);
    const my = await browser.login(first.port, "admin", password);
    assert.equal(my.status, 200);
    assert.match(my.text, /login\/logout\.php/);
    const other = await browser.open(second.port, "/my/");
    assert.match(other.text, /login\/logout\.php/);
    const deep = await first.get("/healthz/deep");
    assert.equal(deep.status, 200, await deep.text());
  });

  it("records the client's own address, not a proxy's and not the one that the client claims", async () => {
    const browser = new Browser(host, {
      "True-Client-IP": "203.0.113.7",
      "X-Forwarded-For": "9.9.9.9, 203.0.113.7, 130.176.89.12",
      "Client-IP": "1.1.1.1",
    });
    await browser.login(first.port, "admin", password);
    const recorded = await site.php(`
echo $DB->get_field('user', 'lastip', ['username' => 'admin']), ' ';
echo $DB->get_field_sql("SELECT ip FROM {logstore_standard_log} WHERE action = 'loggedin' ORDER BY id DESC", [], IGNORE_MULTIPLE);
`);
    assert.equal(recorded, "203.0.113.7 203.0.113.7");
  });

  it("takes an upload on one task, saves it on the other and serves it from both", async () => {
    const browser = new Browser(host);
    await browser.login(first.port, "admin", password);
    const form = await browser.open(first.port, "/user/files.php");
    const item = field(form.text, "files_filemanager");
    const sesskey = field(form.text, "sesskey");
    const data = randomBytes(3 * 1024 * 1024);
    const repository = /"id":"?(\d+)"?,"name":"[^"]*","type":"upload"/.exec(form.text)?.[1] ?? "";
    const uploaded = await browser.upload(
      first.port,
      "/repository/repository_ajax.php?action=upload",
      {
        sesskey,
        repo_id: repository,
        itemid: item,
        author: "a",
        license: "unknown",
        savepath: "/",
        title: "a.bin",
        ctx_id: setting(form.text, "contextid"),
        env: "filemanager",
      },
      { field: "repo_upload_file", name: "a.bin", data },
    );
    assert.match(uploaded.text, /"file":"a\.bin"/, uploaded.text);
    const hidden = [...form.text.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([input]) => [
      /name="([^"]*)"/.exec(input)?.[1] ?? "",
      /value="([^"]*)"/.exec(input)?.[1] ?? "",
    ]);
    const formdata = new URLSearchParams({ ...Object.fromEntries(hidden), files_filemanager: item }).toString();
    const saved = await browser.call(second.port, sesskey, "core_form_dynamic_form", {
      formdata,
      form: "core_user\\form\\private_files",
    });
    assert.match(saved.text, /"submitted":true/, saved.text);
    const context =
      /pluginfile\.php\/(\d+)\/user\/private\/a\.bin/.exec(
        (await browser.open(first.port, "/user/files.php")).text,
      )?.[1] ?? setting(form.text, "contextid");
    for (const web of [first, second]) {
      const file = await browser.get(web.port, `/pluginfile.php/${context}/user/private/a.bin`);
      assert.equal(file.status, 200);
      assert.ok(file.body.equals(data), `${file.body.length} bytes of ${data.length}`);
    }
  });

  it("generates a course and shows it with its style sheet", async () => {
    await cli(
      `${site.scripts}admin/tool/generator/cli/maketestcourse.php`,
      "--shortname=small",
      "--size=XS",
      "--bypasscheck",
    );
    const browser = new Browser(host);
    await browser.login(first.port, "admin", password);
    const course = await browser.open(second.port, "/course/view.php?id=2");
    assert.equal(course.status, 200);
    const css = /https:\/\/moodle\.test(\/theme\/styles\.php[^"]*)/.exec(course.text)?.[1] ?? "";
    const sheet = await browser.get(first.port, css.replaceAll("&amp;", "&"));
    assert.equal(sheet.status, 200);
    assert.match(sheet.type, /text\/css/);
    assert.ok(sheet.text.length > 100_000);
  });

  it("keeps caches and sessions in the image's own stores, and writes no cache configuration to the shared files", async () => {
    assert.ok(!existsSync(join(site.shared, "muc/config.php")));
    const files = join(site.shared, "cache/cachestore_file/default_application");
    assert.deepEqual(
      (existsSync(files) ? readdirSync(files) : []).filter((name) => name !== "filelocks"),
      [],
    );
    const mapped = await site.php(`
$config = core_cache\\config::instance();
$of = fn (string $id): array => array_keys($config->get_stores_for_definition(core_cache\\definition::load($id, $config->get_definition_by_id($id))));
echo json_encode(['class' => get_class($config), 'string' => $of('core/string'), 'config' => $of('core/config'), 'completion' => $of('core/completion'), 'css' => $of('core/postprocessedcss'),
    'purifier' => $of('core/htmlpurifier'), 'sessions' => $CFG->session_handler_class]);
`);
    assert.deepEqual(JSON.parse(mapped), {
      class: "moodle_image\\cache_config",
      string: ["tiered"],
      config: ["tiered"],
      completion: ["personal"],
      css: ["shared"],
      purifier: ["node"],
      sessions: "\\cachestore_tiered\\session",
    });
  });

  it("says on its cache page that the image has the caches, when somebody wants to add a store", async () => {
    const browser = new Browser(host);
    await browser.login(first.port, "admin", password);
    const form = await browser.open(first.port, "/cache/admin.php?action=addstore&plugin=apcu");
    const hidden = [...form.text.matchAll(/<input[^>]*type="hidden"[^>]*>/g)].map(([input]) => [
      /name="([^"]*)"/.exec(input)?.[1] ?? "",
      /value="([^"]*)"/.exec(input)?.[1] ?? "",
    ]);
    const answer = await browser.post(first.port, "/cache/admin.php?action=addstore&plugin=apcu", {
      ...Object.fromEntries(hidden),
      name: "lab",
      prefix: "lab",
      submitbutton: "Save changes",
    });
    assert.match(answer.text, /Nothing was changed: the caches of this site are part of its image/, answer.text);
  });

  it("shows a setting that the role cli changes in the next page of both tasks", async () => {
    const browser = new Browser(host);
    await browser.login(first.port, "admin", password);
    await cli("admin/cli/cfg.php", "--name=fullnamedisplay", "--set=lastname firstname");
    for (const web of [first, second])
      assert.match((await browser.open(web.port, "/user/profile.php?id=2")).text, /User Admin/);
  });

  it("empties the memory of both tasks when the role cli purges", async () => {
    const browser = new Browser(host);
    await browser.login(first.port, "admin", password);
    const shown = async (web: Container) =>
      /User Admin|Admin User/.exec((await browser.open(web.port, "/user/profile.php?id=2")).text)?.[0];
    // Behind Moodle's back, so that nothing but the purge can tell the tasks.
    site.database.sql("UPDATE moodle.mdl_config SET value = 'firstname lastname' WHERE name = 'fullnamedisplay'");
    for (const web of [first, second])
      assert.equal(await shown(web), "User Admin", "the setting is not kept in a cache");
    await cli("admin/cli/purge_caches.php");
    for (const web of [first, second]) assert.equal(await shown(web), "Admin User");
  });

  it("runs cron to its end when it is stopped, and waits in maintenance while the load balancer's check passes", async () => {
    const cron = two.start(["cron"]);
    await until("a cron run", () => (cron.output().includes("Execute scheduled task") ? true : undefined), 60);
    cron.signal("SIGTERM");
    assert.equal(await cron.ended, 0);
    assert.ok(!/exception|Fatal/i.test(cron.output()), cron.output());
    await cli("admin/cli/cron.php", "--keep-alive=0");
    await cli("admin/cli/adhoc_task.php", "--execute");

    await cli("admin/cli/maintenance.php", "--enable");
    assert.equal((await first.get("/healthz")).status, 200);
    assert.equal((await new Browser(host).get(first.port, "/login/index.php")).status, 503);
    const waiting = two.start(["cron"]);
    await until("cron waits", () => (waiting.errors().includes("cron ended with status 1") ? true : undefined), 30);
    waiting.signal("SIGTERM");
    assert.equal(await waiting.ended, 0);
    await cli("admin/cli/maintenance.php", "--disable");
    assert.equal((await new Browser(host).get(first.port, "/login/index.php")).status, 200);
  });

  it("needs no upgrade, and two upgrades never run at once", async () => {
    assert.equal((await one.run(["upgrade", "--is-pending"])).status, 0);
    const done = await one.run(["upgrade"]);
    assert.equal(done.status, 0, done.text);
    const held = spawn("mariadb", [
      "--no-defaults",
      "-h127.0.0.1",
      `-P${site.database.port}`,
      "-umaster",
      "-pmaster-secret",
      "--ssl",
      "-e",
      "SELECT GET_LOCK('moodle-change-moodle', 1); SELECT SLEEP(20)",
    ]);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const refused = await one.run(["upgrade"]);
    assert.equal(refused.status, 75);
    assert.match(refused.text, /another install or upgrade is running/);
    held.kill();
  });

  it("keeps the lock of an upgrade as long as its container lives, and not that of a machine that is lost", async () => {
    // 4 s in the place of 60.
    const task = await site.newTask();
    writeFileSync(
      join(task.state, "run/holder.php"),
      `<?php
require '/opt/moodle/lib/database.php';
moodle_image\\lock(moodle_image\\connect(getenv('MOODLE_DB_USER'), getenv('MOODLE_DB_PASSWORD'), 'moodle'), 4);
echo "held\\n";
moodle_image\\script('-r', 'sleep(600);');`,
    );
    const holder = task.start(["cli", "../../../run/moodle/holder.php"]);
    await until("the lock", () => holder.output().includes("held") || undefined);
    const held = () =>
      site.database.sql("SELECT IF(IS_USED_LOCK('moodle-change-moodle') IS NULL, 'free', 'held')").includes("\nheld");
    await new Promise((resolve) => setTimeout(resolve, 8000));
    assert.ok(held(), "lost while its process lives");
    // As if the machine were gone: nothing says good-bye, and the connection stays open.
    process.kill(holder.process("php ../../../run/moodle/holder.php"), "SIGSTOP");
    await until("the lock is free", () => !held() || undefined, 30);
  });

  it("lets no visitor begin an upgrade that is pending: Moodle asks for a key that nobody has", async () => {
    // What an older release left behind: its number, and the hash of all versions that spares Moodle a look at each.
    const names = ["version", "allversionshash"];
    const read = async (name: string) => (await cli("admin/cli/cfg.php", `--name=${name}`)).trim().split("\n").pop()!;
    const set = async (values: readonly string[]) => {
      for (const [at, name] of names.entries()) await cli("admin/cli/cfg.php", `--name=${name}`, `--set=${values[at]}`);
    };
    const installed = [await read("version"), await read("allversionshash")];
    await set([String(Number(installed[0]) - 1), "older"]);
    try {
      assert.equal((await one.run(["upgrade", "--is-pending"])).status, 2);
      for (const key of ["", `&upgradekeyhash=${createHash("sha1").update("").digest("hex")}`]) {
        const confirmed = `cache=0&confirmupgrade=1&confirmrelease=1&confirmplugincheck=1${key}`;
        const page = await new Browser(host).get(first.port, `/admin/index.php?${confirmed}`);
        assert.match(page.text, /name="upgradekey"/, page.text.slice(0, 3000));
      }
      assert.equal((await one.run(["upgrade", "--is-pending"])).status, 2, "a visitor upgraded it");
    } finally {
      await set(installed);
    }
    assert.equal((await one.run(["upgrade", "--is-pending"])).status, 0);
  });

  it("answers SQL as docs/runbooks/shell.md has it, from a shell in a task", () => {
    const page = readFileSync(join(__dirname, "../../docs/runbooks/shell.md"), "utf8");
    const functions = page.match(/^(?:rows|run)\(\) \{ php -r .*\}$/gm)!;
    assert.equal(functions.length, 2);
    const script = [
      ...functions,
      `rows "SHOW FULL PROCESSLIST" | grep -qi '"info":"SHOW FULL PROCESSLIST"'`,
      'run "DO 1"',
    ];
    assert.equal(first.exec(["sh", "-ec", script.join("\n")]), 0);
  });

  figures(() => site);
  errors(() => site);
  files(() => site);
  quizAttempt(() => site);
  networkRules(() => site);
  startUp(() => site);
  times(() => site);
  texts(() => site);
  smokeTest(() => site);
  mailTest(() => site);
  moodleFaults(() => site);
  verification(() => site);

  // A suite of its own: mocha runs a suite's own tests before the suites in it, and those need both tasks.
  describe("and a task that is stopped", () => {
    it("keeps the login when a task is stopped, and loses no request that runs", async () => {
      const browser = new Browser(host);
      await browser.login(first.port, "admin", password);
      const pages = Array.from({ length: 3 }, () => browser.open(first.port, "/course/view.php?id=2"));
      await new Promise((resolve) => setTimeout(resolve, 30));
      first.signal("SIGTERM");
      for (const page of await Promise.all(pages)) assert.equal(page.status, 200);
      assert.equal(await first.ended, 0);
      assert.match((await browser.open(second.port, "/my/")).text, /login\/logout\.php/);
      const leaks = [first, second].map((web) => web.output() + web.errors()).join("");
      for (const secret of ["database-secret", "session-secret", "cache-secret", password, firstPassword])
        assert.ok(!leaks.includes(secret));
      assert.deepEqual(
        second
          .lines()
          .filter(({ log, message }) => log === "php-fpm" && /Fatal|exception|Warning/i.test(String(message))),
        [],
      );
    });
  });
});
