import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { build, settled } from "../../testing/build";
import { generatedSecret } from "./generatedSecret";

class Holder extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  constructor(opts: pulumi.ComponentResourceOptions, rotated?: boolean) {
    super("test:index:Holder", "holder", {}, opts);
    const content = (value: pulumi.Output<string>) => ({ token: value });
    const args = { description: "A token", kmsKeyArn: "key-arn", length: 40, content, ...(rotated && { rotated }) };
    this.arn = generatedSecret("token", args, { parent: this }).arn;
    this.registerOutputs({ arn: this.arn });
  }
}

describe("generatedSecret", () => {
  it("keeps a value of letters and digits as JSON, encrypted and recoverable", async () => {
    const outputs = { "random:index/randomPassword:RandomPassword": () => ({ result: "generated" }) };
    const built = await build((opts) => new Holder(opts), { outputs });
    const [password] = built.ofType("random:index/randomPassword:RandomPassword");
    assert.equal(password!.inputs["special"], false);
    assert.equal(password!.inputs["length"], 40);
    const [secret] = built.ofType("aws:secretsmanager/secret:Secret");
    assert.equal(secret!.inputs["kmsKeyId"], "key-arn");
    assert.equal(secret!.inputs["recoveryWindowInDays"], 30);
    assert.match((await settled(built.component.arn))!, /:token$/);
  });

  it("marks what is stored as secret", async () => {
    const outputs = { "random:index/randomPassword:RandomPassword": () => ({ result: pulumi.secret("generated") }) };
    const built = await build((opts) => new Holder(opts), { outputs });
    const [version] = built.ofType("aws:secretsmanager/secretVersion:SecretVersion");
    assert.deepEqual(JSON.parse(JSON.stringify(version!.inputs["secretString"])).value, '{"token":"generated"}');
  });

  it("makes the first value alone of what make rotate replaces later", async () => {
    const ignored = async (rotated: boolean) => {
      const built = await build((opts) => new Holder(opts, rotated));
      return built.ofType("aws:secretsmanager/secretVersion:SecretVersion")[0]!.options.ignoreChanges;
    };
    assert.deepEqual(await ignored(true), ["secretString", "versionStages"]);
    assert.deepEqual((await ignored(false)) ?? [], []);
  });
});
