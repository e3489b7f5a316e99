import * as assert from "node:assert/strict";
import { leaveOut } from "../leftOut";
import { type Engine, run, type Viewer } from "../cloudfront-functions/harness";
import { missing, njs } from "../cloudfront-functions/njs";
import { switchText } from "../../components/outage/pages/switchValue";
import { v8 } from "../cloudfront-functions/v8";

/** One site's function. */
export interface Site {
  readonly code: string;
  readonly service: string;
  /** Viewers, and whether they are testers. */
  readonly addresses: readonly (readonly [string, boolean])[];
}

const now = Date.parse("2026-11-23T05:00:00Z");
const page = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
const planned = (more: object = {}) => JSON.stringify({ state: "planned", ...more });

/** Every path of the switch, the same in both engines: CloudFront's own is built on njs; V8 is the second opinion. */
export function switchCases(what: string, site: () => Site): void {
  for (const [name, engine] of [
    ["njs", njs],
    ["V8", v8],
  ] as const) {
    describe(`${what} in ${name}`, function () {
      before(function () {
        skipWithout(engine, this);
      });
      cases(engine, site);
    });
  }
}

/** Leaves the suite out where njs cannot run, and says why; CI always has it. */
export function skipWithout(engine: Engine, context: Mocha.Context): void {
  const reason = engine === njs ? missing() : undefined;
  if (reason !== undefined) {
    assert.ok(process.env["CI"] === undefined, `njs must run in CI: ${reason}`);
    leaveOut(context, `there is no njs: ${reason}`);
  }
}

function cases(engine: Engine, site: () => Site): void {
  const ask = (state: string | undefined, viewer: Viewer = {}) =>
    run(engine, site().code, state === undefined ? {} : { state }, { headers: page, ...viewer }, now);

  it("has a harness that would notice", async () => {
    const probe = (body: string, viewer: Viewer = {}) =>
      run(engine, `async function handler(event) { ${body} }`, {}, viewer);
    await assert.rejects(probe("setTimeout(() => 1, 1);"), /setTimeout is not defined|async timers unsupported/);
    await assert.rejects(probe("return fetch('x');"), /fetch"? is not defined/);
    await assert.rejects(
      probe("return new Function('return 1')();"),
      /from strings disallowed|constructor is disabled/,
    );
    await assert.rejects(probe("undeclared = 1;"), /undeclared"? is not defined/);
    await assert.rejects(probe("event.request.method = 'PUT'; return event.request;"), /may not change the method/);
    await assert.rejects(probe("return { statusCode: 503, headers: { Via: { value: 'x' } } };"), /lower case/);
    const header = (line: string) => probe(`event.request.headers${line}; return event.request;`);
    await assert.rejects(header(".host = { value: 'x' }"), /must not|input was expected to not match/);
    await assert.rejects(header("['x-real-ip'] = { value: 'x' }"), /input was expected to not match/);
    await assert.rejects(header("['True-Client-IP'] = { value: 'x' }"), /lower case/);
    await header("['x-anything'] = { value: 'x' }");
  });

  for (const value of ["off", "OFF ", '{"state":"off"}', "", "of", '{"state":', "{}", "null", undefined]) {
    it(`lets everyone through when the store holds ${JSON.stringify(value)}`, async () => {
      const { request, response } = await ask(value, { uri: "/my/", cookies: { moodlesession: "abc" } });
      assert.equal(response, undefined);
      assert.deepEqual([request?.uri, request?.cookies], ["/my/", { moodlesession: { value: "abc" } }]);
    });
  }

  it("chooses the published version of the status page and the feeds, and of nothing else", async () => {
    const uri = async (store: Record<string, string>, path: string) =>
      (await run(engine, site().code, store, { uri: path, headers: page }, now)).request?.uri;
    const held = { state: "outage", pages: "12-k7Qw2mX9_T-4" };
    for (const name of ["status.html", "status.json", "feed.xml", "feed.json"]) {
      assert.equal(await uri(held, `/outage/${name}`), `/outage/v/12-k7Qw2mX9_T-4/${name}`);
      assert.equal(await uri({ state: "off" }, `/outage/${name}`), `/outage/${name}`, "before the first publish");
      assert.equal(await uri({ pages: "../journal/12" }, `/outage/${name}`), `/outage/${name}`, "no other folder");
    }
    for (const other of ["/outage/index.html", "/outage/", "/outage/draft.html", "/outage/v/1-a/status.html"]) {
      assert.equal(await uri(held, other), other);
    }
  });

  const stands: readonly [string, string, object][] = [
    ["off", "off", { state: "off" }],
    ["one word", " Planned\n", { state: "planned" }],
    [
      "planned work, without the testers' pass",
      planned({ message: "x", pass: "k7Qw2mX9rT4vB8nZ", quietUntil: "2026-11-23T09:00:00.000Z" }),
      { state: "planned", quietUntil: "2026-11-23T09:00:00.000Z" },
    ],
    ["an outage", "outage", { state: "outage" }],
  ];
  for (const [what, held, told] of stands) {
    it(`says to programs how it stands: ${what}`, async () => {
      const { response } = await ask(held, { uri: "/outage/switch.json" });
      assert.deepEqual([response?.statusCode, JSON.parse(response?.body?.data ?? "")], [200, told]);
      assert.equal(response?.headers?.["cache-control"]?.value, "no-store");
    });
  }

  it("says nothing of a switch that it cannot read", async () => {
    assert.equal((await ask(undefined, { uri: "/outage/switch.json" })).response, undefined);
  });

  const passing: readonly [string, string | undefined, Viewer][] = [
    ["the switch is off", "off", {}],
    ["the value is nonsense", '{"state":', {}],
    ["the store is away", undefined, {}],
    [
      "the pass is the right one",
      planned({ pass: "k7Qw2mX9rT4vB8nZ" }),
      { cookies: { outage_pass: "k7Qw2mX9rT4vB8nZ" } },
    ],
    ["it asks for a page about the outage", "outage", { uri: "/outage/index.html" }],
    ["it is a HEAD", "off", { method: "HEAD" }],
    ["it is a POST of the app", "off", { method: "POST", uri: "/webservice/rest/server.php", headers: {} }],
    ["it asks for a kept file", "off", { uri: "/theme/styles.php/boost/1/all" }],
  ];
  for (const [when, state, viewer] of passing) {
    it(`tells Moodle the viewer's address, and not what the viewer says of it, when ${when}`, async () => {
      for (const ip of ["203.0.113.7", "2001:db8:85a3::8a2e:370:7334"]) {
        for (const forged of [undefined, "192.0.2.1", ["192.0.2.1", "192.0.2.2"]]) {
          const claim = forged && { "true-client-ip": forged };
          const { request } = await ask(state, { ...viewer, ip, headers: { ...page, ...viewer.headers, ...claim } });
          assert.deepEqual(request?.headers["true-client-ip"], { value: ip });
        }
      }
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
      assert.match(response?.body?.data ?? "", /^<!doctype html>.*<\/html>$/s);
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
    assert.match(
      (await ask("planned")).response?.body?.data ?? "",
      new RegExp(`<h1>${site().service} is closed for maintenance</h1>`),
    );
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
    assert.match(response?.body?.data ?? "", new RegExp(`^${site().service} is not available at the moment\\..*\\n$`));
    assert.equal((await ask("outage", { method: "HEAD" })).response?.body, undefined);
    assert.equal(
      (await ask("outage", { method: "POST", uri: "/mod/quiz/processattempt.php" })).response?.statusCode,
      503,
    );
  });

  it("lets testers in during planned work, by their address, and nobody in an outage", async () => {
    for (const [ip, passes] of site().addresses) {
      assert.equal((await ask("planned", { ip })).request !== undefined, passes, ip);
      assert.equal((await ask("outage", { ip })).response?.statusCode, 503, ip);
    }
  });

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
}
