import * as assert from "node:assert/strict";
import { branding } from "../../../testing/outage/example";
import { functionCode, maxFunctionBytes, testerRange } from "./functionCode";
import { moodleClients } from "./moodleClients";
import { run } from "../../../testing/cloudfront-functions/harness";
import { v8 } from "../../../testing/cloudfront-functions/v8";
import { unsupported } from "../../../testing/cloudfront-functions/runtime";
import { switchCases } from "../../../testing/outage/switchCases";
import { switchText } from "./switchValue";

const code = functionCode(branding, ["192.0.2.0/24", "198.51.100.128/25", "2001:db8:12::/47"], moodleClients);
describe("the outage switch", () => {
  it("knows no service: programs of another one get the words, and nothing of Moodle's", async () => {
    const library = { ...branding, service: "The catalogue" };
    const plain = functionCode(library, []);
    assert.deepEqual(unsupported(plain), []);
    assert.doesNotMatch(plain, /moodle_|webservice|lib\/ajax/i);
    const clients = { openPaths: ["/api/"], jsonPaths: [], fields: { code: "closed" } };
    const asked = async (source: string, uri: string) =>
      (await run(v8, source, { state: "outage" }, { uri, headers: { accept: "*/*" } })).response;
    assert.equal(
      (await asked(plain, "/webservice/rest/server.php"))?.headers?.["content-type"]?.value,
      "text/plain; charset=utf-8",
    );
    const answer = await asked(functionCode(library, [], clients), "/api/books");
    const words =
      "The catalogue is not available at the moment. We are working on it. Work that was already saved is safe.";
    assert.deepEqual(JSON.parse(answer?.body?.data ?? ""), { error: words, message: words, code: "closed" });
    assert.equal(answer?.headers?.["access-control-allow-origin"]?.value, "*");
  });

  it("is small, and uses only what the runtime has", () => {
    assert.deepEqual(unsupported(code), []);
    assert.ok(Buffer.byteLength(code) < maxFunctionBytes, `${Buffer.byteLength(code)} bytes`);
    assert.match(code, /^import cf from "cloudfront";\nconst settings/);
    assert.doesNotMatch(code, /^\s*\/\//m);
  });

  it("refuses what would not fit or is no range", () => {
    const logo = `<svg xmlns="http://www.w3.org/2000/svg"><path d="${"M0 0 ".repeat(900)}"/></svg>`;
    assert.throws(
      () => functionCode({ ...branding, logo }, [], moodleClients),
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
switchCases("the outage switch", () => ({ code, service: "Moodle", addresses }));
