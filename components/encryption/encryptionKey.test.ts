import * as assert from "node:assert/strict";
import { build, settled } from "../../testing/build";
import { EncryptionKey } from "./encryptionKey";

const make = (deletionWindowDays?: number, keep?: boolean) =>
  build((opts) => new EncryptionKey("key", { deletionWindowDays, keep }, opts));

interface PolicyStatement {
  readonly Sid: string;
  readonly Principal: { readonly Service?: string | string[]; readonly AWS?: string };
  readonly Condition?: Record<string, Record<string, string>>;
}

async function statements(): Promise<Record<string, PolicyStatement>> {
  const { inputs } = (await make()).ofType("aws:kms/key:Key")[0]!;
  const { Statement } = JSON.parse(inputs["policy"]) as { Statement: PolicyStatement[] };
  return Object.fromEntries(Statement.map((statement) => [statement.Sid, statement]));
}

describe("EncryptionKey", () => {
  it("builds a rotated key that outlives the stack, and its alias", async () => {
    const built = await make();
    assert.deepEqual(built.identities, [
      "aws:kms/alias:Alias::key-alias",
      "aws:kms/key:Key::key-key",
      "moodle:encryption:EncryptionKey::key",
    ]);
    const key = built.get("key-key");
    assert.equal(key.inputs["enableKeyRotation"], true);
    assert.equal(key.inputs["deletionWindowInDays"], 30);
    assert.equal(key.options.retainOnDelete, true);
    assert.equal((await make(undefined, false)).get("key-key").options.retainOnDelete, false);
    assert.equal(key.options.parent, built.component);
    assert.match((await settled(built.component.arn))!, /:key-key$/);
  });

  it("lets the account, its log groups, volumes and publishers use it, and no one else", async () => {
    const found = await statements();
    assert.deepEqual(Object.keys(found), [
      "AllowAccountThroughIam",
      "AllowLogGroupsOfThisAccount",
      "AllowVolumesOfThisAccount",
      "AllowGrantsForVolumes",
      "AllowPublishersOfThisAccount",
      "AllowEventBridge",
    ]);
    assert.equal(found["AllowAccountThroughIam"]!.Principal.AWS, "arn:aws:iam::123456789012:root");
    assert.equal(found["AllowLogGroupsOfThisAccount"]!.Principal.Service, "logs.eu-west-2.amazonaws.com");
    assert.deepEqual(found["AllowLogGroupsOfThisAccount"]!.Condition, {
      ArnLike: { "kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:eu-west-2:123456789012:log-group:*" },
    });
    assert.deepEqual(found["AllowPublishersOfThisAccount"]!.Condition, {
      StringEquals: { "aws:SourceAccount": "123456789012" },
    });
  });

  it("binds every wildcard principal to this account and to EBS", async () => {
    const open = Object.values(await statements()).filter(({ Principal }) => Principal.AWS === "*");
    assert.equal(open.length, 2);
    for (const { Condition } of open) {
      assert.deepEqual(Condition!["StringEquals"], {
        "kms:CallerAccount": "123456789012",
        "kms:ViaService": "ec2.eu-west-2.amazonaws.com",
      });
    }
  });

  it("puts no condition on EventBridge, which would silence it", async () => {
    assert.equal((await statements())["AllowEventBridge"]!.Condition, undefined);
  });

  it("lets CloudFront decrypt for distributions of this account, only when asked", async () => {
    const policyOf = async (cloudFrontReads: boolean) => {
      const built = await build((opts) => new EncryptionKey("key", { cloudFrontReads }, opts));
      return JSON.parse(built.ofType("aws:kms/key:Key")[0]!.inputs["policy"]).Statement as any[];
    };
    const find = (all: any[]) => all.find(({ Sid }) => Sid === "AllowCloudFrontOfThisAccount");
    assert.equal(find(await policyOf(false)), undefined);
    const { Action, Condition } = find(await policyOf(true));
    assert.deepEqual(Action, ["kms:Decrypt"]);
    assert.deepEqual(Condition, { ArnLike: { "aws:SourceArn": "arn:aws:cloudfront::123456789012:distribution/*" } });
  });

  it("refuses a deletion window that KMS does not have", async () => {
    await assert.rejects(make(6), /deletionWindowDays: got 6, expected a whole number from 7 to 30/);
  });
});
