import assert from "node:assert/strict";

import { Browser, setting } from "./browser";
import { pupil } from "./moodleQuiz";
import { host, type Site } from "./site";

/**
 * A viewer behind CloudFront: the function at the edge has written the address over what the viewer claims, and the load balancer
 * has appended one of CloudFront's own.
 */
function viewer(address: string, claims: string): Browser {
  return new Browser(host, {
    "True-Client-IP": address,
    "X-Forwarded-For": `${claims}, ${address}, 130.176.89.12`,
    "Client-IP": claims,
  });
}

const inside = ["203.0.113.7", "2001:db8:1::7"];
const outside = ["192.0.2.7", "2001:db8:2::7"];

/** What decides by the viewer's address. It runs after the quiz was made. */
export function networkRules(site: () => Site): void {
  it("lets students into a quiz that requires a network address by their own, and by nothing that they claim", async () => {
    const module = (
      await site().php(`
$DB->set_field('quiz', 'subnet', '203.0.113.0/24, 2001:db8:1::/48', []);
echo $DB->get_field_sql('SELECT cm.id FROM {course_modules} cm JOIN {modules} m ON m.id = cm.module WHERE m.name = ?', ['quiz']);`)
    ).trim();
    const [{ port }] = site().web;
    const start = async (browser: Browser) => {
      const sesskey = setting((await browser.login(port, pupil.username, pupil.password)).text, "sesskey");
      const view = await browser.open(port, `/mod/quiz/view.php?id=${module}`);
      const started = await browser.post(port, "/mod/quiz/startattempt.php", { cmid: module, sesskey });
      return { view: view.text, attempt: /attempt=(\d+)/.exec(started.location)?.[1] };
    };
    for (const address of outside) {
      const { view, attempt } = await start(viewer(address, inside[0]!));
      assert.match(view, /only accessible from certain locations/, address);
      assert.equal(attempt, undefined, address);
    }
    for (const address of inside) {
      const { view, attempt } = await start(viewer(address, outside[0]!));
      assert.doesNotMatch(view, /only accessible from certain locations/, address);
      assert.ok(attempt, address);
    }
    const logged = await site().php(`
$sql = 'SELECT DISTINCT ip FROM {logstore_standard_log} l JOIN {user} u ON u.id = l.userid WHERE u.username = ? AND l.eventname = ? ORDER BY ip';
echo implode(' ', $DB->get_fieldset_sql($sql, ['${pupil.username}', '\\\\core\\\\event\\\\user_loggedin']));
$DB->set_field('quiz', 'subnet', '', []);`);
    // Moodle writes IPv6 out in full.
    for (const address of [...inside, ...outside])
      assert.ok(logged.split(" ").includes(address.replace("::", ":0:0:0:0:")), `${address}: ${logged}`);
  });

  it("blocks visitors by their own address, and by nothing that they claim", async () => {
    const [{ port }] = site().web;
    const blocked = async (address: string, claims: string) =>
      /This site is not available currently/.test((await viewer(address, claims).get(port, "/login/index.php")).text);
    await site().php(`set_config('blockedip', "192.0.2.7\\n2001:db8:2::/48");`);
    try {
      for (const address of outside) assert.equal(await blocked(address, inside[0]!), true, address);
      for (const address of inside) assert.equal(await blocked(address, outside[0]!), false, address);
    } finally {
      await site().php("set_config('blockedip', '');");
    }
    assert.equal(await blocked(outside[0]!, inside[0]!), false);
  });
}
