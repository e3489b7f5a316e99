import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo, LookupFunction } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isPublic, publicLookup, type Send, sender } from "./send";

describe("addresses that receivers may have", () => {
  const cases: readonly [string, boolean][] = [
    ["93.184.215.14", true],
    ["2606:2800:21f:cb07:6820:80da:af6b:8b2c", true],
    ["127.0.0.1", false],
    ["0.0.0.0", false],
    ["10.1.2.3", false],
    ["172.31.255.255", false],
    ["172.32.0.1", true],
    ["192.168.0.1", false],
    ["169.254.169.254", false],
    ["100.64.0.1", false],
    ["224.0.0.1", false],
    ["255.255.255.255", false],
    ["::1", false],
    ["::", false],
    ["::ffff:127.0.0.1", false],
    ["fd00:ec2::254", false],
    ["fe80::1", false],
    ["64:ff9b::a00:1", false],
    ["2002:7f00:1::", false],
    ["moodle.example.org", false],
  ];
  for (const [address, expected] of cases) {
    it(`${expected ? "take" : "refuse"} ${address}`, () => assert.equal(isPublic(address), expected));
  }

  it("are looked up: a name that leads to this machine is refused", async () => {
    const send = sender();
    await assert.rejects(
      send({ url: "https://localhost/hush", headers: {}, body: "" }),
      (error: Error) => /not public/.test(error.message) && !error.message.includes("hush"),
    );
    const answer = await new Promise<unknown>((done) =>
      publicLookup("localhost", { all: true }, (error) => done(error)),
    );
    assert.match(String(answer), /not public/);
  });
});

describe("a POST to a receiver", () => {
  let server: Server;
  let send: Send;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  const got: { method: string; headers: IncomingMessage["headers"]; body: string }[] = [];
  const folder = mkdtempSync(join(tmpdir(), "receiver-"));
  const url = "https://hooks.example.org/services/T0?x=1";

  before(async () => {
    const [key, cert] = ["key.pem", "cert.pem"].map((name) => join(folder, name)) as [string, string];
    const options = ["-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=hooks.example.org"];
    const names = ["-addext", "subjectAltName=DNS:hooks.example.org"];
    execFileSync("openssl", ["req", "-x509", ...options, ...names, "-keyout", key, "-out", cert], { stdio: "pipe" });
    const ca = readFileSync(cert, "utf8");
    server = createServer({ key: readFileSync(key), cert: ca }, (request, response) => {
      let body = "";
      request.on("data", (part) => (body += part));
      request.on("end", () => {
        got.push({ method: `${request.method} ${request.url}`, headers: request.headers, body });
        answer(request, response);
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const lookup: LookupFunction = (_, options, callback) =>
      options.all === true ? callback(null, [{ address: "127.0.0.1", family: 4 }]) : callback(null, "127.0.0.1", 4);
    send = sender({ lookup, ca, port: (server.address() as AddressInfo).port });
  });
  after(() => {
    server?.closeAllConnections();
    server?.close();
    rmSync(folder, { recursive: true });
  });

  it("brings body and headers, by TLS", async () => {
    answer = (_, response) => response.end("ok");
    const told = await send({ url, headers: { "content-type": "application/json", "x-one": "1" }, body: '{"a":"ü"}' });
    assert.deepEqual(told, { status: 200, text: "ok" });
    const { method, headers, body } = got.at(-1)!;
    assert.deepEqual([method, body], ["POST /services/T0?x=1", '{"a":"ü"}']);
    assert.deepEqual(
      [headers.host?.split(":")[0], headers["x-one"], headers["content-length"]],
      ["hooks.example.org", "1", "10"],
    );
  });

  it("follows no redirect", async () => {
    answer = (_, response) => response.writeHead(307, { location: "https://127.0.0.1/" }).end();
    const before = got.length;
    assert.equal((await send({ url, headers: {}, body: "x" })).status, 307);
    assert.equal(got.length, before + 1);
  });

  it("reads no more of an answer than it needs", async () => {
    answer = (_, response) => {
      const more = () => {
        while (!response.destroyed && response.write("x".repeat(10_000)));
      };
      response.on("drain", more);
      more();
    };
    assert.equal((await send({ url, headers: {}, body: "" })).text.length, 20_000);
  });

  it("fails when the connection breaks, and when the certificate is another's", async () => {
    answer = (request) => request.socket.destroy();
    await assert.rejects(send({ url, headers: {}, body: "" }), /socket hang up|ECONNRESET/);
    answer = (_, response) => response.end();
    const before = got.length;
    await assert.rejects(send({ url: "https://other.example.org/", headers: {}, body: "" }), /other\.example\.org/);
    assert.equal(got.length, before);
  });
});
