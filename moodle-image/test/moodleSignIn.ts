import assert from "node:assert/strict";

import { Browser, field, type Page } from "./browser";
import type { Container } from "./container";
import { firstPassword, host, password, type Site } from "./site";

/** What `install` is given besides. */
export const master = {
  MOODLE_DB_MASTER_USER: "master",
  MOODLE_DB_MASTER_PASSWORD: "master-secret",
  MOODLE_ADMIN_EMAIL: "admin@example.org",
  MOODLE_ADMIN_PASSWORD: firstPassword,
};

const changePage = "/login/change_password.php";

async function changePassword(browser: Browser, { port }: Container, from: string, to: string): Promise<Page> {
  const form = await browser.open(port, `${changePage}?id=1`);
  return browser.post(port, changePage, {
    id: "1",
    sesskey: field(form.text, "sesskey"),
    _qf__login_change_password_form: "1",
    password: from,
    newpassword1: to,
    newpassword2: to,
    submitbutton: "Save changes",
  });
}

/** Where a sign-in leads: `in`, `change` the password first, or back to the form with this message. */
async function signIn(web: Container, username: string, given: string, browser = new Browser(host)): Promise<string> {
  const form = await browser.open(web.port, "/login/index.php");
  const sent = await browser.post(web.port, "/login/index.php", {
    username,
    password: given,
    logintoken: field(form.text, "logintoken"),
  });
  const page =
    sent.location === "" ? sent : await browser.open(web.port, sent.location.replace(/^https:\/\/[^/]+/, ""));
  const my = await browser.get(web.port, "/my/");
  if (my.location.includes(changePage)) return "change";
  if (my.status === 200) return "in";
  return /(Invalid login|account is locked)/.exec(page.text)?.[1] ?? `${page.status} ${page.location}`;
}

/** The first administrator, and accounts under attack. Leaves the administrator with `password`. */
export function signingIn(site: () => Site): void {
  const sql = (query: string) => site().database.sql(query);

  it("has the defaults of the image, which administrators may change", async () => {
    const values = await site().php(`
foreach (['timezone', 'lockoutthreshold', 'lockoutwindow', 'lockoutduration', 'supportavailability', 'supportemail', 'curlsecurityblockedhosts'] as $name) {
    $found[$name] = $CFG->$name;
}
$found['forced'] = array_intersect(array_keys($found), array_keys($CFG->config_php_settings));
$blocked = new core\\files\\curl_security_helper();
foreach (['169.254.170.2', '169.254.169.254', '100.64.1.1', '10.1.2.3', '[fd00:ec2::254]', '93.184.215.14'] as $host) {
    $found['blocked'][$host] = $blocked->url_is_blocked("http://$host/");
}
echo json_encode($found), "\\n", date_default_timezone_get(), ' ', ini_get('date.timezone'), ' ', getenv('TZ');
`);
    const [found, zones] = values.split("\n");
    const { curlsecurityblockedhosts, ...rest } = JSON.parse(found ?? "") as Record<string, unknown>;
    assert.match(String(curlsecurityblockedhosts), /^127\.0\.0\.0\/8\n/);
    assert.deepEqual(rest, {
      timezone: "Europe/Berlin",
      lockoutthreshold: "10",
      lockoutwindow: "1800",
      lockoutduration: "900",
      supportavailability: "0",
      supportemail: "",
      forced: [],
      blocked: {
        "169.254.170.2": true,
        "169.254.169.254": true,
        "100.64.1.1": true,
        "10.1.2.3": true,
        "[fd00:ec2::254]": true,
        "93.184.215.14": false,
      },
    });
    assert.equal(zones, "Europe/Berlin Europe/Berlin Europe/Berlin");
  });

  it("asks the administrator for a new password at the first sign-in, and a later install leaves that alone", async () => {
    const [first] = site().web;
    const browser = new Browser(host);
    assert.equal(await signIn(first, "admin", firstPassword, browser), "change");
    // Not before the first sign-in and not after it: what a person has is never taken away.
    const again = async () => {
      const { status, text } = await (await site().newTask()).run(["install"], master);
      assert.equal(status, 0, text);
      assert.match(text, /nothing to install/);
    };
    await again();
    assert.equal(await signIn(first, "admin", firstPassword), "change");
    const changed = await changePassword(browser, first, firstPassword, password);
    assert.match(changed.text, /Password has been changed/);
    await again();
    assert.equal(await signIn(first, "admin", firstPassword), "Invalid login");
    assert.equal(await signIn(first, "admin", password), "in");
  });

  it("locks an account after ten wrong passwords, and no other of the same address", async () => {
    const [first, second] = site().web;
    await site().php(`
require_once $CFG->dirroot . '/user/lib.php';
foreach (['target', 'bystander'] as $name) {
    user_create_user(['username' => $name, 'password' => 'Us3r-password!', 'firstname' => $name, 'lastname' => 'Test', 'email' => "$name@example.org",
        'confirmed' => 1, 'mnethostid' => $CFG->mnet_localhost_id, 'auth' => 'manual']);
}
`);
    for (let tries = 0; tries < 9; tries++) {
      assert.equal(await signIn(tries % 2 === 0 ? first : second, "target", `guess-${tries}`), "Invalid login");
    }
    // One short of the tenth a person may still remember the password; then counting starts again.
    assert.equal(await signIn(first, "target", "Us3r-password!"), "in");
    for (let tries = 0; tries < 10; tries++) await signIn(tries % 2 === 0 ? first : second, "target", `guess-${tries}`);
    assert.equal(await signIn(first, "target", "Us3r-password!"), "account is locked");
    assert.equal(await signIn(first, "bystander", "Us3r-password!"), "in");
    // Behind Moodle's back: a quarter of an hour later.
    sql(
      "UPDATE moodle.mdl_user_preferences SET value = value - 901 WHERE name = 'login_lockout' AND userid = (SELECT id FROM moodle.mdl_user WHERE username = 'target')",
    );
    assert.equal(await signIn(first, "target", "Us3r-password!"), "in");
  });

  it("has a way back for an administrator who is locked out: install --reset-administrator", async () => {
    const [first] = site().web;
    const signedIn = new Browser(host);
    assert.equal(await signIn(first, "admin", password, signedIn), "in");
    for (let tries = 0; tries < 10; tries++) await signIn(first, "admin", `guess-${tries}`);
    assert.equal(await signIn(first, "admin", password), "account is locked");
    const given = { ...master, MOODLE_ADMIN_PASSWORD: "Res3t-password!" };
    const { status, text } = await (await site().newTask()).run(["install", "--reset-administrator"], given);
    assert.equal(status, 0, text);
    assert.match(text, /asks for a new one at the next sign-in/);
    assert.ok(!text.includes("Res3t"));
    // Whoever used the account is out, and the password is to be changed again.
    assert.match((await signedIn.get(first.port, "/my/")).location, /login/);
    const browser = new Browser(host);
    assert.equal(await signIn(first, "admin", "Res3t-password!", browser), "change");
    assert.match((await changePassword(browser, first, "Res3t-password!", password)).text, /Password has been changed/);
    assert.equal(await signIn(first, "admin", password), "in");
  });
}
