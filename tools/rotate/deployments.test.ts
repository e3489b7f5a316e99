import assert from "node:assert/strict";
import type { Settings } from "../../stacks/settings/settings";
import { fileKeySecretName, generateFileKey } from "../lib/fileKey";
import { enterAws, json, leaveAws, refusal, StandInAws } from "../doctor/test/aws";
import { DeployedStack as Stack } from "../../testing/stand-ins/deployedStack";
import { rotateFileKey, rotateOrigin } from "./deployments";

const print = () => undefined;

describe("make rotate, by deployments", () => {
  describe("origin-secret", () => {
    const numbers = ({ acceptedOriginSecrets: accepted, ...edge }: Settings["edge"]) =>
      edge.kind === "cloudfront" ? { accepted, sent: edge.sentOriginSecret } : { accepted, sent: undefined };
    /** Whichever of listener and CDN is changed first in a deployment, what is sent is accepted. */
    const safe = (stack: Stack) => {
      const all = stack.history.map(numbers);
      all.forEach((after, index) => {
        const before = all[index - 1] ?? after;
        for (const { accepted } of [before, after]) {
          for (const { sent } of [before, after]) assert.ok(accepted.includes(sent!), JSON.stringify(all));
        }
      });
    };

    it("takes three deployments, of which none refuses what is sent", () => {
      const stack = new Stack({});
      assert.equal(rotateOrigin(stack, { sent: false }, { print }), undefined);
      assert.deepEqual(stack.history.map(numbers), [
        { accepted: [1], sent: 1 },
        { accepted: [1, 2], sent: 1 },
        { accepted: [1, 2], sent: 2 },
        { accepted: [2], sent: 2 },
      ]);
      safe(stack);
      rotateOrigin(stack, { sent: false }, { print });
      assert.deepEqual(numbers(stack.last), { accepted: [3], sent: 3 });
    });

    it("goes on wherever it was stopped, and begins no second rotation", () => {
      for (const where of ["write", "deploy"] as const) {
        for (let times = 1; times <= 3; times++) {
          const stack = new Stack({});
          let left = times;
          const one = new Proxy(stack, {
            get: (target, name, receiver) =>
              name === where && --left === 0
                ? () => {
                    throw new Error("stopped");
                  }
                : Reflect.get(target, name, receiver),
          });
          assert.throws(() => rotateOrigin(one, { sent: false }, { print }), /stopped/);
          rotateOrigin(stack, { sent: false }, { print });
          safe(stack);
          assert.deepEqual(numbers(stack.last), { accepted: [2], sent: 2 }, `${where} ${times}`);
        }
      }
    });

    it("waits for the network in front where it is not ours", () => {
      const stack = new Stack({ kind: "external", allowedCidrs: ["198.51.100.0/24"] });
      assert.match(rotateOrigin(stack, { sent: false }, { print })!, /originSecretsArn.*SENT=1/);
      assert.deepEqual(numbers(stack.last).accepted, [1, 2]);
      assert.match(rotateOrigin(stack, { sent: false }, { print })!, /SENT=1/);
      assert.equal(rotateOrigin(stack, { sent: true }, { print }), undefined);
      assert.deepEqual(numbers(stack.last).accepted, [2]);
    });
  });

  describe("file-signing-key", () => {
    let aws: StandInAws;
    let secrets: Map<string, { readonly created: number; readonly text: string }>;
    let clock = 1000;
    before(async () => {
      aws = await StandInAws.alone();
      enterAws(aws.address);
      aws.answering = (asked) => {
        const { Name, SecretId, SecretString } = JSON.parse(asked.body);
        if (asked.operation === "CreateSecret") secrets.set(Name, { created: clock, text: SecretString });
        const name = Name ?? SecretId;
        const found = secrets.get(name);
        return found === undefined
          ? refusal(asked, "ResourceNotFoundException", "none", 400)
          : json({ ARN: arnOf(name), Name: name, CreatedDate: found.created });
      };
    });
    after(() => {
      leaveAws();
      aws.stop();
    });
    const arnOf = (name: string) => `arn:aws:secretsmanager:eu-west-2:123456789012:secret:${name}-AbCdEf`;
    const day = 86_400;
    let stack: Stack;
    const { publicKey: old } = generateFileKey();
    const files = () => (stack.last as Extract<Settings["edge"], { kind: "cloudfront" }>).signedFiles;
    const rotate = (leaked = false) => rotateFileKey("eu-west-2", stack, { leaked }, { print });
    beforeEach(() => {
      secrets = new Map();
      clock = 1000;
      stack = new Stack({ signedFiles: { publicKeys: [old], privateKeySecretArn: arnOf("by-hand") } });
    });

    it("trusts, signs, and after a week refuses the old key; tasks of before always find their key", async () => {
      assert.match((await rotate())!, /release/);
      const [name] = secrets.keys();
      const fresh = files().publicKeys[0]!;
      assert.equal(name, fileKeySecretName(fresh));
      assert.match(secrets.get(name!)!.text, /BEGIN PRIVATE KEY/);
      const keys = stack.history.map((edge) => (edge as any).signedFiles);
      assert.deepEqual(
        keys.map(({ publicKeys }) => publicKeys.map((key: string) => (key === old ? "old" : "new"))),
        [["old"], ["old", "new"], ["new", "old"]],
      );
      assert.equal(files().privateKeySecretArn, arnOf(name!));
      assert.equal(files().formerPrivateKeySecretArn, arnOf("by-hand"));
      // Not before a release has replaced the tasks that sign with the old one.
      stack.time = (clock + 30 * day) * 1000;
      await assert.rejects(rotate(), /signs with the old key/);
      stack.release();
      stack.time = (clock + 7 * day) * 1000;
      assert.match((await rotate())!, /LEAKED=1/);
      assert.equal(files().publicKeys.length, 2);
      stack.time = (clock + 9 * day) * 1000;
      assert.equal(await rotate(), undefined);
      assert.deepEqual(files().publicKeys, [fresh]);
      assert.equal(files().formerPrivateKeySecretArn, undefined);
    });

    it("refuses the old key at once when it has leaked", async () => {
      await rotate(true);
      stack.release();
      assert.equal(await rotate(true), undefined);
      assert.equal(files().publicKeys.length, 1);
      assert.notEqual(files().publicKeys[0], old);
    });

    it("does it again with the keys that it has made itself, and goes on where it was stopped", async () => {
      for (let times = 0; times < 2; times++) {
        clock += 100;
        stack.stopAt = "deploy";
        await assert.rejects(rotate(true), /stopped/);
        await rotate(true);
        stack.release();
        await rotate(true);
        assert.equal(files().publicKeys.length, 1);
      }
      assert.equal(secrets.size, 2);
    });

    it("refuses where it cannot tell which key is the new one, and where there is none", async () => {
      stack = new Stack({
        signedFiles: { publicKeys: [old, generateFileKey().publicKey], privateKeySecretArn: arnOf("by-hand") },
      });
      await assert.rejects(rotate(true), /Which key is the new one\?/);
      assert.equal(stack.history.length, 1);
      stack = new Stack({});
      await assert.rejects(rotate(), /Files have no key/);
    });
  });
});
