import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { Browser } from "./browser";
import { folder } from "./build";
import { type Container, healthy, type Task } from "./container";
import { host, password, type Site } from "./site";

const list = join(folder, "build/scripts.txt");

/** The scripts that php-fpm of the first task has loaded, relative to Moodle's docroot or the folder above it, as scripts.txt has them. */
async function loaded(site: Site): Promise<string[]> {
  const answer = await site.script(`
require '/opt/moodle/lib/fastcgi.php';
file_put_contents('/run/moodle/list.php', '<?php echo implode("\\n", array_keys(opcache_get_status()["scripts"]));');
echo moodle_image\\ask('/run/moodle/php-fpm.sock', ['SCRIPT_FILENAME' => '/run/moodle/list.php', 'SCRIPT_NAME' => '/list.php'], 10)['body'];
`);
  return answer
    .split("\n")
    .filter((name) => name.startsWith("/var/www/moodle/") && !/\/(lang|tests|db)\/|\/version\.php$/.test(name))
    .map((name) => name.replace(/^\/var\/www\/moodle\/(public\/)?/, ""))
    .sort();
}

/** A new task of the site: its style sheet is there before it takes requests, and its code is compiled. */
export function startUp(site: () => Site): void {
  it("starts with its code compiled: scripts.txt names what the first pages load", async () => {
    const scripts = await loaded(site());
    assert.ok(scripts.length > 500, `${scripts.length} scripts`);
    // RECORD_SCRIPTS=1 rewrites the list from what this run has loaded: login, dashboard, course, files, quiz attempt, services.
    if (process.env.RECORD_SCRIPTS === "1") writeFileSync(list, `${scripts.join("\n")}\n`);
    // A cache miss would show as a new file next to the built one.
    const task = site().tasks[0] as Task;
    assert.equal(readdirSync(join(task.state, "run/opcache")).length, 1);
    const known = new Set(readFileSync(list, "utf8").split("\n"));
    const missed = scripts.filter((name) => !known.has(name));
    process.stdout.write(`      ${scripts.length} scripts loaded, ${missed.length} of them not compiled at build\n`);
    assert.ok(missed.length < scripts.length / 10, missed.join("\n"));
  });

  it("asks for the first pages before users do, and is healthy when the database is away", async () => {
    const task = await site().newTask();
    const web = task.start(["web"]);
    await healthy(web);
    const warm = said(web);
    assert.match(warm, /sign-in page 200, style sheet 200/);
    const browser = new Browser(host);
    const start = Date.now();
    const page = await browser.open(web.port, "/login/index.php");
    const login = Date.now() - start;
    const css = /https:\/\/moodle\.test(\/theme\/styles\.php[^"]*)/.exec(page.text)?.[1] ?? "";
    const sheet = await browser.get(web.port, css.replaceAll("&amp;", "&"));
    process.stdout.write(`      first sign-in page ${login} ms, its style sheet ${Date.now() - start - login} ms\n`);
    assert.ok(sheet.text.length > 100_000);
    assert.match((await browser.login(web.port, "admin", password)).text, /login\/logout\.php/);

    const alone = (await site().newTask({ MOODLE_DB_PORT: "1" })).start(["web"]);
    await healthy(alone);
    assert.match(said(alone), /sign-in page (5\d\d|404|no answer), style sheet no answer/);
    for (const container of [web, alone]) {
      container.signal("SIGTERM");
      assert.equal(await container.ended, 0);
    }
  });
}

const said = (web: Container): string =>
  web
    .lines()
    .map(({ message }) => String(message))
    .find((message) => message.startsWith("warm-up")) ?? "";
