import assert from "node:assert/strict";
import { CloudWatchLogsClient, CreateLogGroupCommand, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateDBClusterCommand,
  CreateDBClusterSnapshotCommand,
  DescribeDBClusterSnapshotsCommand,
  RDSClient,
} from "@aws-sdk/client-rds";
import { Moto } from "../../testing/release/moto";
import { ask } from "../../testing/tools/ask";
import { enterAws, leaveAws } from "../doctor/test/aws";
import { destroyRest } from "./command";

/** Against moto. What is the stack's own is told from what other stacks have, also `dev-2` beside `dev`. */
describe("make destroy-rest", () => {
  let moto: Moto;
  const region = "eu-west-2";
  const groups = {
    own: [
      "/aws/ecs/containerinsights/dev-cluster-ecs-0123abc/performance",
      "/aws/lambda/cwsyn-dev-synthetic-user-0123-4567",
    ],
    others: [
      "/aws/ecs/containerinsights/dev-cluster-2-cluster-ecs-0123abc/performance",
      "/aws/lambda/cwsyn-dev-synthetic-user-2-synthetic-user-0123-4567",
      "/aws/ecs/containerinsights/prod-cluster-ecs-0123abc/performance",
    ],
  };

  before(async function () {
    moto = await Moto.start(this, () => assert.fail("no state machine runs"));
    enterAws(moto.address);
    const [rds, logs] = [new RDSClient({ region }), new CloudWatchLogsClient({ region })];
    for (const environment of ["dev", "dev-2"]) {
      const cluster = { DBClusterIdentifier: `${environment}-database` };
      const Tags = Object.entries({ Project: "moodle", Environment: environment }).map(([Key, Value]) => ({
        Key,
        Value,
      }));
      const secret = { MasterUsername: "root", MasterUserPassword: "password" };
      await rds.send(
        new CreateDBClusterCommand({ ...cluster, ...secret, Engine: "aurora-mysql", CopyTagsToSnapshot: true, Tags }),
      );
      const DBClusterSnapshotIdentifier = `${environment}-release`;
      await rds.send(new CreateDBClusterSnapshotCommand({ ...cluster, DBClusterSnapshotIdentifier }));
    }
    for (const logGroupName of [...groups.own, ...groups.others]) {
      await logs.send(new CreateLogGroupCommand({ logGroupName }));
    }
  });
  after(() => {
    leaveAws();
    moto?.stop();
  });

  const left = async () => {
    const rds = new RDSClient({ region });
    const { DBClusterSnapshots = [] } = await rds.send(
      new DescribeDBClusterSnapshotsCommand({ SnapshotType: "manual" }),
    );
    const { logGroups = [] } = await new CloudWatchLogsClient({ region }).send(new DescribeLogGroupsCommand({}));
    return [
      ...DBClusterSnapshots.map(({ DBClusterSnapshotIdentifier: id }) => id!),
      ...logGroups.map(({ logGroupName: name }) => name!),
    ].sort();
  };
  const pulumi = (resources: readonly object[] | undefined) => () => JSON.stringify({ deployment: { resources } });
  const run = (given: object, resources?: readonly object[]) =>
    ask(destroyRest(pulumi(resources)), { STACK: "dev", ...given });

  it("refuses a protected stack, and one that still has resources", async () => {
    const all = await left();
    const prod = await run({ STACK: "prod" });
    assert.equal(prod.code, 1);
    assert.match(prod.complained, /STACK: got prod, a protected stack.*Fix: /);
    const there = await run({}, [{}, {}]);
    assert.equal(there.code, 1);
    assert.match(there.complained, /still has 2 resources, expected none\. Fix: pulumi destroy --stack dev/);
    assert.deepEqual(await left(), all);
  });

  it("lists with DRY=1, and deletes without: the stack's own alone", async () => {
    const all = await left();
    const own = ["snapshot dev-release", ...groups.own.map((name) => `log group ${name}`)];
    const dry = await run({ DRY: "1" });
    assert.equal(dry.code, 0, dry.said);
    assert.equal(dry.printed, [...own.map((one) => `would delete ${one}`), "DRY=1: nothing was deleted."].join("\n"));
    assert.deepEqual(await left(), all);
    const done = await run({});
    assert.deepEqual(
      done.printed.split("\n").slice(0, -1),
      own.map((one) => `deleted ${one}`),
    );
    assert.deepEqual(await left(), ["dev-2-release", ...groups.others].sort());
    // Once more: nothing is there.
    assert.equal((await run({})).printed.split("\n").length, 1);
  });
});
