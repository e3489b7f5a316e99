import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { identities } from "./identities";
import { invoke } from "./invokes";
import type { Place } from "./outputs";
import { replacements } from "./replacements";
import { check, createResource, diff, updateResource } from "./resources";
import { shapeOf } from "./sdk";
import { plain, type Properties, text, unknown } from "./values";

const london: Place = { region: "eu-west-2", partition: "aws", defaultTags: { owner: "platform" } };
const urn = (type: string, name = "x") => `urn:pulumi:dev::moodle::${type}::${name}`;

function made(type: string, inputs: Properties, place = london): { id: string; outputs: Properties } {
  const checked = check(type, urn(type), inputs);
  assert.deepEqual(checked.failures, []);
  return createResource(type, urn(type), checked.inputs, place, false);
}

describe("stand-in resources", () => {
  it("are all types that the SDK has, with properties that the SDK has", () => {
    for (const type of [...Object.keys(identities), ...Object.keys(replacements)]) {
      assert.ok(shapeOf(type), type);
    }
    for (const [type, table] of Object.entries(replacements)) {
      for (const property of "allBut" in table ? table.allBut : table) {
        const { inputs, outputs } = shapeOf(type)!;
        assert.ok(inputs.has(property) || outputs.has(property), `${type} has no ${property}`);
      }
    }
  });

  const forms: [string, Properties, RegExp, RegExp | undefined][] = [
    ["aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" }, /^vpc-[0-9a-f]{17}$/, /^arn:aws:ec2:eu-west-2:\d{12}:vpc\/vpc-/],
    ["aws:s3/bucket:Bucket", {}, /^x-[0-9a-f]{7}$/, /^arn:aws:s3:::x-[0-9a-f]{7}$/],
    ["aws:ecs/cluster:Cluster", {}, /^arn:aws:ecs:eu-west-2:\d{12}:cluster\/x-/, /:cluster\/x-/],
    ["aws:kms/alias:Alias", { targetKeyId: "k" }, /^alias\/x-/, /^arn:aws:kms:eu-west-2:\d{12}:alias\/x-/],
    ["aws:rds/cluster:Cluster", { engine: "aurora-mysql" }, /^x-/, /^arn:aws:rds:eu-west-2:\d{12}:cluster:x-/],
    [
      "aws:ecs/taskDefinition:TaskDefinition",
      { family: "web", containerDefinitions: "[]" },
      /^web$/,
      /:task-definition\/web:1$/,
    ],
    ["aws:sqs/queue:Queue", {}, /^https:\/\/sqs\.eu-west-2\.amazonaws\.com\/\d{12}\/x-/, /^arn:aws:sqs:/],
    // A type that no table knows still gets an id and an ARN, by the general rule.
    ["aws:athena/workgroup:Workgroup", {}, /^workgroup-[0-9a-f]{17}$/, /^arn:aws:athena:eu-west-2:\d{12}:workgroup\//],
  ];
  for (const [type, inputs, id, arn] of forms) {
    it(`have ids and ARNs of the form that AWS gives ${type}`, () => {
      const resource = made(type, inputs);
      assert.match(resource.id, id);
      if (arn !== undefined) {
        assert.match(String(resource.outputs["arn"]), arn);
      }
      assert.deepEqual(made(type, inputs), resource, "the same in every run");
      assert.doesNotMatch(JSON.stringify(resource.outputs), /\{\w+\}/, "no placeholder is left");
    });
  }

  it("are in the region and partition of their provider, with its tags under their own", () => {
    const place = { region: "cn-north-1", partition: "aws-cn", defaultTags: { owner: "platform", env: "dev" } };
    const { outputs } = made("aws:sns/topic:Topic", { tags: { env: "test" } }, place);
    assert.match(String(outputs["arn"]), /^arn:aws-cn:sns:cn-north-1:/);
    assert.deepEqual(outputs["tagsAll"], { owner: "platform", env: "test" });
  });

  it("know their inputs in a preview, and nothing that AWS decides", () => {
    const type = "aws:rds/cluster:Cluster";
    const { id, outputs } = createResource(type, urn(type), { engine: "aurora-mysql" }, london, true);
    assert.equal(id, "");
    assert.equal(outputs["engine"], "aurora-mysql");
    for (const key of ["arn", "endpoint", "readerEndpoint", "storageEncrypted", "masterUserSecrets"]) {
      assert.equal(outputs[key], unknown, key);
    }
    assert.ok(!("deletionProtection" in outputs), "an optional input that was left out stays out");
  });

  it("have their id among their outputs, as with bridged providers", () => {
    for (const [type, inputs] of [
      ["aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" }],
      ["aws:sns/topic:Topic", {}],
      ["random:index/randomId:RandomId", { byteLength: 4 }],
    ] as const) {
      const { id, outputs } = made(type, inputs);
      assert.equal(outputs["id"], id, type);
      assert.equal(createResource(type, urn(type), inputs, london, true).outputs["id"], unknown, type);
      for (const preview of [true, false]) {
        assert.equal(updateResource(type, urn(type), inputs, outputs, london, preview)["id"], id, type);
      }
      assert.deepEqual(diff(type, outputs, inputs, inputs, london).changed, [], type);
    }
    // The image provider is not a bridge: https://github.com/pulumi/pulumi-docker/blob/master/provider/image.go
    assert.ok(!("id" in made("docker:index/image:Image", { imageName: "a" }).outputs));
  });

  it("refuse a misspelt input and name the likely one", () => {
    const { failures } = check("aws:ec2/vpc:Vpc", urn("aws:ec2/vpc:Vpc"), { cidrBlok: "10.0.0.0/16", colour: 1 });
    assert.deepEqual(
      failures.map(({ reason }) => reason),
      ['aws:ec2/vpc:Vpc has no input "cidrBlok"; did you mean "cidrBlock"?', 'aws:ec2/vpc:Vpc has no input "colour"'],
    );
  });

  it("keep generated names within the limit of the type", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z][a-z-]{0,80}$/), (name) => {
        const type = "aws:lb/loadBalancer:LoadBalancer";
        const { inputs } = check(type, urn(type, name), {});
        return String(inputs["name"]).length <= 32;
      }),
    );
  });

  const changes: [string, Properties, Properties, readonly string[]][] = [
    ["aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" }, { cidrBlock: "10.1.0.0/16" }, ["cidrBlock"]],
    ["aws:ec2/vpc:Vpc", { enableDnsSupport: true }, { enableDnsSupport: false }, []],
    ["aws:efs/fileSystem:FileSystem", { encrypted: false }, { encrypted: true }, ["encrypted"]],
    ["aws:rds/cluster:Cluster", { storageEncrypted: false }, { storageEncrypted: true }, ["storageEncrypted"]],
    ["aws:rds/cluster:Cluster", { backupRetentionPeriod: 7 }, { backupRetentionPeriod: 30 }, []],
    ["aws:ecs/taskDefinition:TaskDefinition", { cpu: "256" }, { cpu: "512" }, ["cpu"]],
    ["aws:sns/topic:Topic", { region: "eu-west-1" }, { region: "eu-west-2" }, ["region"]],
  ];
  for (const [type, olds, news, replaces] of changes) {
    it(`are ${replaces.length > 0 ? "replaced" : "kept"} when ${Object.keys(news).join()} of ${type} changes`, () => {
      const found = diff(type, olds, olds, news, london);
      assert.deepEqual(found.replaces, replaces);
      assert.deepEqual(found.changed, Object.keys(news));
    });
  }

  it("are deleted first only when their name was given and stays", () => {
    const type = "aws:kms/alias:Alias";
    const topic = "aws:rds/cluster:Cluster";
    const named = { clusterIdentifier: "main", engine: "a" };
    assert.ok(diff(topic, named, named, { ...named, engine: "b" }, london).deleteBeforeReplace);
    const { inputs } = check(topic, urn(topic), { engine: "a" });
    assert.ok(!diff(topic, inputs, inputs, { ...inputs, engine: "b" }, london).deleteBeforeReplace);
    assert.ok(!diff(type, {}, {}, {}, london).deleteBeforeReplace);
  });

  it("keep a generated name under another logical name, and their successors have a new one", () => {
    const topic = "aws:sns/topic:Topic";
    const before = check(topic, urn(topic, "alerts"), {}).inputs;
    assert.equal(check(topic, urn(topic, "signals"), {}, before).inputs["name"], before["name"]);
    assert.match(text(check(topic, urn(topic, "signals"), {}).inputs, "name")!, /^signals-[0-9a-f]{7}$/);
    assert.match(text(check(topic, urn(topic, "signals"), {}, { name: "mine" }).inputs, "name")!, /^signals-/);
  });

  it("see a change of the provider's tags, and nothing when nothing changed", () => {
    const type = "aws:sns/topic:Topic";
    const { outputs } = made(type, { tags: { a: "b" } });
    const inputs = { tags: { a: "b" }, name: outputs["name"] };
    assert.deepEqual(diff(type, outputs, inputs, inputs, london).changed, []);
    const elsewhere = { ...london, defaultTags: { owner: "other" } };
    assert.deepEqual(diff(type, outputs, inputs, inputs, elsewhere).changed, ["tagsAll"]);
  });

  it("keep on update what AWS decided, and count versions", () => {
    const type = "aws:ec2/launchTemplate:LaunchTemplate";
    const { outputs } = made(type, { imageId: "ami-1" });
    const next = updateResource(type, urn(type), { name: outputs["name"], imageId: "ami-2" }, outputs, london, false);
    assert.equal(next["arn"], outputs["arn"]);
    assert.equal(next["imageId"], "ami-2");
    assert.equal(next["latestVersion"], 2);
    const planned = updateResource(type, urn(type), { imageId: "ami-2" }, outputs, london, true);
    assert.equal(planned["latestVersion"], unknown);
  });
});

describe("stand-in random values", () => {
  const type = "random:index/randomPassword:RandomPassword";

  it("have the asked length and kinds of characters, and are secret", () => {
    fc.assert(
      fc.property(fc.integer({ min: 8, max: 64 }), fc.integer({ min: 0, max: 4 }), (length, minSpecial) => {
        const { outputs } = made(type, { length, minSpecial, overrideSpecial: "_-", upper: false });
        const result = String(plain(outputs["result"]));
        assert.notEqual(result, outputs["result"]);
        assert.equal(result.length, length);
        assert.match(result, /^[a-z0-9_-]+$/);
        assert.ok(result.replace(/[^_-]/g, "").length >= minSpecial);
      }),
      { numRuns: 30 },
    );
  });

  it("are replaced by any change", () => {
    assert.deepEqual(diff(type, {}, { length: 8 }, { length: 9 }, london).replaces, ["length"]);
  });
});

describe("stand-in functions", () => {
  it("answer what is in their table", () => {
    const list = invoke(
      "aws:ec2/getManagedPrefixList:getManagedPrefixList",
      { name: "com.amazonaws.global.cloudfront.origin-facing" },
      london,
    );
    assert.match(String(list["id"]), /^pl-[0-9a-f]{8}$/);
    const image = invoke("aws:ssm/getParameter:getParameter", { name: "/aws/service/ecs/x/image_id" }, london);
    assert.match(String(image["value"]), /^ami-[0-9a-f]{17}$/);
  });

  it("name the zones of an account with their ids, as AWS does", () => {
    const zonesOf = (region: string) =>
      invoke("aws:index/getAvailabilityZones:getAvailabilityZones", {}, { ...london, region });
    assert.deepEqual(zonesOf("eu-west-2")["zoneIds"], ["euw2-az1", "euw2-az2", "euw2-az3"]);
    assert.deepEqual(zonesOf("us-gov-west-1")["zoneIds"], ["usgw1-az1", "usgw1-az2", "usgw1-az3"]);
    assert.deepEqual(zonesOf("ap-northeast-1")["names"], ["ap-northeast-1a", "ap-northeast-1c", "ap-northeast-1d"]);
    assert.deepEqual(zonesOf("ap-northeast-1")["zoneIds"], ["apne1-az4", "apne1-az1", "apne1-az2"]);
  });

  it("refuse by name what is not", () => {
    const calls: [string, Properties, RegExp][] = [
      ["aws:ec2/getAmi:getAmi", {}, /does not know the function aws:ec2\/getAmi:getAmi; add it to offline\/providers/],
      ["aws:ssm/getParameter:getParameter", { name: "/own" }, /getParameter:getParameter knows only public parameters/],
      ["aws:cloudfront/getCachePolicy:getCachePolicy", { name: "Managed-X" }, /does not know the managed policy/],
    ];
    for (const [token, args, message] of calls) {
      assert.throws(() => invoke(token, args, london), message);
    }
  });
});
