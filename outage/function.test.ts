import * as assert from "node:assert/strict";
import { branding } from "./example";
import { functionCode, maxFunctionBytes, testerRange } from "./functionCode";
import { run, unsupported, type Viewer } from "./harness";
import { switchText } from "./switchValue";

const code = functionCode(branding, ["192.0.2.0/24", "198.51.100.128/25", "2001:db8:12::/47"]);
const now = Date.parse("2026-11-23T05:00:00Z");
const page = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
const ask = (state: string | undefined, viewer: Viewer = {}) =>
  run(code, state === undefined ? {} : { state }, { headers: page, ...viewer }, now);
const planned = (more: object = {}) => JSON.stringify({ state: "planned", ...more });

describe("the outage switch", () => {
  it("is small, and uses only what the runtime has", () => {
    assert.deepEqual(unsupported(code), []);
    assert.ok(Buffer.byteLength(code) < maxFunctionBytes, `${Buffer.byteLength(code)} bytes`);
    assert.match(code, /^import cf from "cloudfront";\nconst settings/);
    assert.doesNotMatch(code, /^\s*\/\//m);
  });

  it("has a harness that would notice", async () => {
    assert.deepEqual(unsupported("const { a } = b; c?.d; e ?? f; [...g]; for (const h of i) {} j.flat();").length, 6);
    const probe = (body: string) => run(`async function handler(event) { ${body} }`, {});
    await assert.rejects(probe("setTimeout(() => 1, 1);"), /setTimeout is not defined/);
    await assert.rejects(probe("return fetch('x');"), /fetch is not defined/);
    await assert.rejects(probe("return require('fs');"), /require is not defined/);
    await assert.rejects(probe("return new Function('return 1')();"), /Code generation from strings disallowed/);
    await assert.rejects(probe("undeclared = 1;"), /undeclared is not defined/);
    await assert.rejects(probe("event.request.method = 'PUT'; return event.request;"), /may not change the method/);
    await assert.rejects(probe("return { statusCode: 503, headers: { Via: { value: 'x' } } };"), /lower case/);
  });

  for (const value of ["off", "OFF ", '{"state":"off"}', "", "of", '{"state":', "{}", "null", undefined]) {
    it(`lets everyone through when the store holds ${JSON.stringify(value)}`, async () => {
      const { request, response } = await ask(value, { uri: "/my/", cookies: { moodlesession: "abc" } });
      assert.equal(response, undefined);
      assert.deepEqual([request?.uri, request?.cookies], ["/my/", { moodlesession: { value: "abc" } }]);
    });
  }

  it("says in its log why, when the store cannot be read", async () => {
    assert.deepEqual((await ask(undefined)).log, ["switch: Error: KeyNotFound"]);
  });

  for (const value of ["outage", " Outage\n", '{"state":"outage"}', "planned", planned()]) {
    it(`closes the site when it holds ${JSON.stringify(value)}`, async () => {
      const { response } = await ask(value, { uri: "/course/view.php" });
      assert.equal(response?.statusCode, 503);
      assert.deepEqual(response?.headers, {
        "content-type": { value: "text/html; charset=utf-8" },
        "cache-control": { value: "no-store" },
        "retry-after": { value: "300" },
        "x-outage-version": { value: "0" },
      });
      assert.match(response?.body?.data ?? "", /^<!doctype html>.*University of Example.*<\/html>$/s);
      assert.doesNotMatch(response?.body?.data ?? "", /\{\{/);
    });
  }

  it("never touches the pages about the outage", async () => {
    for (const uri of ["/outage/index.html", "/outage/status.html", "/outage/feed.xml"]) {
      assert.equal((await ask("outage", { uri })).request?.uri, uri);
    }
    assert.equal((await ask("outage", { uri: "/outage.php" })).response?.statusCode, 503);
  });

  it("shows the message as text, in paragraphs, with when it will be over", async () => {
    const state = switchText({
      state: "outage",
      message: 'Back <soon> & "safe"\nSecond $& {{back}}',
      back: "Monday at 06:00 GMT",
      version: 7,
    });
    const { response } = await ask(state);
    const html = response?.body?.data ?? "";
    assert.ok(html.includes('<p>Back &lt;soon&gt; &amp; "safe"</p><p>Second $&amp; {{back}}</p>'), html);
    assert.ok(html.includes("<strong>Expected back:</strong> Monday at 06:00 GMT"));
    assert.equal(response?.headers?.["x-outage-version"]?.value, "7");
    assert.match((await ask("planned")).response?.body?.data ?? "", /<h1>Moodle is closed for maintenance<\/h1>/);
  });

  const retries: readonly [string, string | undefined, string][] = [
    ["nothing is said", undefined, "300"],
    ["it is over in half an hour", "2026-11-23T05:30:00Z", "1800"],
    ["it is over in a second", "2026-11-23T05:00:01Z", "60"],
    ["it is over tomorrow", "2026-11-24T05:00:00Z", "3600"],
    ["it should have been over", "2026-11-23T04:00:00Z", "300"],
    ["the time is nonsense", "soon", "300"],
  ];
  for (const [when, until, expected] of retries) {
    it(`says to come back after ${expected} seconds when ${when}`, async () => {
      const { response } = await ask(planned({ until }));
      assert.equal(response?.headers?.["retry-after"]?.value, expected);
    });
  }

  const json: readonly [string, Viewer, boolean][] = [
    ["Moodle's AJAX", { uri: "/lib/ajax/service.php", method: "POST", headers: { accept: "*/*" } }, false],
    ["AJAX without a login", { uri: "/lib/ajax/service-nologin.php", headers: { accept: "*/*" } }, true],
    ["older AJAX", { uri: "/mod/chat/ajax.php", headers: { ...page, "x-requested-with": "XMLHttpRequest" } }, false],
    ["web services", { uri: "/webservice/rest/server.php", method: "POST", headers: page }, true],
    ["the app's login", { uri: "/login/token.php", method: "POST", headers: {} }, true],
    ["whoever asks for JSON", { uri: "/r.php/api/rest/v2", headers: { accept: "application/json" } }, false],
  ];
  for (const [who, viewer, open] of json) {
    it(`answers ${who} in JSON`, async () => {
      const { response } = await ask(planned({ message: 'Closed "now"' }), viewer);
      assert.equal(response?.statusCode, 503);
      assert.equal(response?.headers?.["content-type"]?.value, "application/json; charset=utf-8");
      assert.equal(response?.headers?.["cache-control"]?.value, "no-store");
      assert.equal(response?.headers?.["access-control-allow-origin"]?.value, open ? "*" : undefined);
      assert.deepEqual(JSON.parse(response?.body?.data ?? ""), {
        error: 'Closed "now"',
        errorcode: "sitemaintenance",
        exception: "moodle_exception",
        message: 'Closed "now"',
        stacktrace: null,
        debuginfo: null,
        reproductionlink: null,
      });
    });
  }

  it("answers scripts, images and programs in a line of text, and HEAD with no body", async () => {
    const { response } = await ask("outage", {
      uri: "/theme/styles.php/boost/1/all",
      headers: { accept: "text/css,*/*" },
    });
    assert.equal(response?.headers?.["content-type"]?.value, "text/plain; charset=utf-8");
    assert.match(response?.body?.data ?? "", /^Moodle is not available at the moment\..*\n$/);
    assert.equal((await ask("outage", { method: "HEAD" })).response?.body, undefined);
    assert.equal(
      (await ask("outage", { method: "POST", uri: "/mod/quiz/processattempt.php" })).response?.statusCode,
      503,
    );
  });

  const addresses: readonly [string, boolean][] = [
    ["192.0.2.0", true],
    ["192.0.2.255", true],
    ["192.0.3.0", false],
    ["198.51.100.127", false],
    ["198.51.100.128", true],
    ["2001:db8:12::1", true],
    ["2001:0db8:0013:ffff:0:0:0:1", true],
    ["2001:db8:14::1", false],
    ["::1", false],
    ["2001:db8:12:1:2:3:4:5", true],
  ];
  for (const [ip, passes] of addresses) {
    it(`${passes ? "lets" : "does not let"} ${ip} in during planned work`, async () => {
      assert.equal((await ask("planned", { ip })).request !== undefined, passes);
      assert.equal((await ask("outage", { ip })).response?.statusCode, 503, "nobody passes in an outage");
    });
  }

  it("gives a tester elsewhere a cookie for the right link, and lets the cookie in", async () => {
    const state = planned({ pass: "k7Qw2mX9rT4vB8nZ" });
    const admitted = (await ask(state, { uri: "/outage-pass/k7Qw2mX9rT4vB8nZ" })).response;
    assert.deepEqual(
      [admitted?.statusCode, admitted?.headers?.["location"]?.value, admitted?.cookies],
      [302, "/", { outage_pass: { value: "k7Qw2mX9rT4vB8nZ", attributes: "Path=/; Secure; HttpOnly; SameSite=Lax" } }],
    );
    const withCookie = (value: string, text = state) => ask(text, { cookies: { outage_pass: value } });
    assert.ok((await withCookie("k7Qw2mX9rT4vB8nZ")).request);
    for (const wrong of ["", "k7Qw2mX9rT4vB8n", "undefined"]) {
      assert.equal((await withCookie(wrong)).response?.statusCode, 503, wrong);
    }
    assert.equal((await ask(state, { uri: "/outage-pass/wrong" })).response?.statusCode, 503);
    assert.equal((await withCookie("undefined", planned())).response?.statusCode, 503, "no pass, nobody passes");
    assert.equal((await ask(planned(), { uri: "/outage-pass/" })).response?.statusCode, 503);
    assert.equal(
      (await withCookie("k7Qw2mX9rT4vB8nZ", '{"state":"outage","pass":"k7Qw2mX9rT4vB8nZ"}')).request,
      undefined,
    );
  });

  it("refuses what would not fit or is no range", () => {
    const logo = `<svg xmlns="http://www.w3.org/2000/svg"><path d="${"M0 0 ".repeat(900)}"/></svg>`;
    assert.throws(
      () => functionCode({ ...branding, logo }, []),
      /takes \d+ bytes; 10000 are allowed. Use a smaller logo/,
    );
    assert.throws(() => switchText({ state: "outage", message: "é".repeat(600) }), /Shorten it by \d+ characters/);
    for (const wrong of [
      "192.0.2.1",
      "192.0.2.256/32",
      "192.0.2.0/33",
      "1.2.3/8",
      "::/129",
      "1::2::3/64",
      "x/8",
      "12345::/16",
    ]) {
      assert.throws(() => testerRange(wrong), /is not an IPv4 or IPv6 block/, wrong);
    }
    assert.deepEqual(testerRange("2001:db8::/32"), [32, [0x2001, 0xdb8, 0, 0, 0, 0, 0, 0]]);
    assert.deepEqual(testerRange("::/0"), [0, [0, 0, 0, 0, 0, 0, 0, 0]]);
  });
});
