// cspell:ignore Fpdf Fhtml
import * as assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getSignedUrl } from "@aws-sdk/cloudfront-signer";
import * as fc from "fast-check";
import { leaveOut } from "../leftOut";
import { answer, cannedPolicy, sign, type SignRequest } from "./signedUrl";

const pair = () =>
  generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });

const [first, second] = [pair(), pair()];
const now = 1_795_000_000;
const request: SignRequest = {
  address: "https://moodle.example.org/objectfs",
  contentHash: "da39a3ee5e6b4b0d3255bfef95601890afd80709",
  file: { disposition: "inline", name: "Week 1 (notes)'s.pdf", type: "application/pdf" },
  expires: now + 7200,
  keyPairId: "K1",
  privateKey: first.privateKey,
};
const gate = { keys: { K1: first.publicKey }, now };
const url = sign(request);

describe("signed addresses", () => {
  it("are let in, with and without a file name", () => {
    assert.equal(answer(url, gate).status, 200);
    assert.equal(answer(sign({ ...request, file: undefined }), gate).status, 200);
    assert.match(
      url,
      /^https:\/\/moodle\.example\.org\/objectfs\/da\/39\/da39[0-9a-f]{36}\?response-content-disposition=/,
    );
  });

  const tampered: Readonly<Record<string, readonly [string, RegExp]>> = {
    "without a signature": [url.split("?")[0]!, /missing/],
    "with a changed path": [url.replace("/da/39/da39", "/da/39/da38"), /something else/],
    "with a changed host": [url.replace("moodle.example.org", "evil.example.org"), /something else/],
    "with a changed file name": [url.replace("Week", "Weak"), /something else/],
    "with a changed content type": [url.replace("application%2Fpdf", "text%2Fhtml"), /something else/],
    "with a later expiry": [
      url.replace(`Expires=${request.expires}`, `Expires=${request.expires + 1}`),
      /something else/,
    ],
    "with another parameter": [`${url}&x=1`, /something else/],
    "with a second expiry": [`${url}&Expires=9999999999`, /twice/],
    "with a cut signature": [url.replace(/Signature=..../, "Signature="), /something else/],
    "with an unknown key": [url.replace("Key-Pair-Id=K1", "Key-Pair-Id=K9"), /no trusted group/],
    "signed by another key": [sign({ ...request, privateKey: second.privateKey }), /something else/],
    expired: [sign({ ...request, expires: now - 1 }), /expired/],
    "expired in this second": [sign({ ...request, expires: now }), /expired/],
  };
  for (const [what, [given, why]] of Object.entries(tampered)) {
    it(`are refused ${what}`, () => {
      const { status, why: reason } = answer(given, gate);
      assert.equal(status, 403);
      assert.match(reason, why);
    });
  }

  it("are refused with any one character of path or query changed", () => {
    const start = "https://moodle.example.org/".length;
    fc.assert(
      fc.property(fc.integer({ min: start, max: url.length - 1 }), fc.constantFrom("a", "Z", "0", "_"), (at, sign_) => {
        const changed = url.slice(0, at) + sign_ + url.slice(at + 1);
        fc.pre(changed !== url);
        assert.equal(answer(changed, gate).status, 403, changed);
      }),
      { numRuns: 300 },
    );
  });

  it("live through a rotation in three steps, in which each deployment may take any order", () => {
    const [k1, k2] = [{ K1: first.publicKey }, { K2: second.publicKey }];
    const old = sign(request);
    const fresh = sign({ ...request, keyPairId: "K2", privateKey: second.privateKey });
    // [trusted, signed] after each step. A week passes before the last.
    const steps = [
      [k1, old],
      [{ ...k1, ...k2 }, old],
      [{ ...k1, ...k2 }, fresh],
      [k2, fresh],
    ] as const;
    for (const [index, [keys]] of steps.entries()) {
      for (const [, signed] of steps.slice(Math.max(0, index - 1), index + 2)) {
        const inWeek = index === 3 && signed === old;
        assert.equal(answer(signed, { keys, now }).status, inWeek ? 403 : 200, `step ${index}`);
      }
    }
    assert.equal(answer(old, { keys: k2, now }).status, 403, "a removed key opens nothing");
  });
});

describe("the signature", () => {
  const folder = mkdtempSync(join(tmpdir(), "signed-"));
  after(() => rmSync(folder, { recursive: true }));
  const signature = (given: string) => /Signature=([^&]+)/.exec(given)?.[1] ?? "";
  const plain = (text: string) => text.replace(/-/g, "+").replace(/_/g, "=").replace(/~/g, "/");
  const resource = url.slice(0, url.indexOf("&Expires="));

  it("is one that openssl verifies with the public key", () => {
    const file = (name: string, content: string | Buffer) => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    };
    const key = file("key.pem", first.publicKey);
    const sig = file("sig", Buffer.from(plain(signature(url)), "base64"));
    const policy = file("policy", cannedPolicy(resource, request.expires));
    const out = execFileSync("openssl", ["dgst", "-sha1", "-verify", key, "-signature", sig, policy]);
    assert.match(out.toString(), /Verified OK/);
  });

  it("is the one that PHP makes, as the plugin does", function () {
    const code = `
      [$resource, $expires, $key] = json_decode(stream_get_contents(STDIN));
      $json = json_encode(['Statement' => [['Resource' => $resource, 'Condition' => ['DateLessThan' => ['AWS:EpochTime' => $expires]]]]], JSON_UNESCAPED_SLASHES);
      openssl_sign($json, $signed, openssl_pkey_get_private($key), OPENSSL_ALGO_SHA1);
      echo strtr(base64_encode($signed), '+=/', '-_~'), ' ', rawurlencode('inline;filename="' . "Week 1 (notes)'s.pdf" . '"');`;
    if (spawnSync("php", ["--version"]).status !== 0) {
      leaveOut(this, "there is no PHP: apt-get install php-cli");
    }
    const made = execFileSync("php", ["-r", code], {
      input: JSON.stringify([resource, request.expires, first.privateKey]),
      stdio: ["pipe", "pipe", "ignore"],
    }).toString();
    assert.deepEqual(made.split(" "), [signature(url), /disposition=([^&]+)/.exec(url)?.[1]]);
  });

  it("is the one that AWS's own signer makes", () => {
    const theirs = getSignedUrl({
      url: resource,
      keyPairId: request.keyPairId,
      privateKey: request.privateKey,
      dateLessThan: new Date(request.expires * 1000).toISOString(),
    });
    assert.equal(signature(theirs), signature(url));
    assert.equal(answer(theirs, gate).status, 200);
  });
});
