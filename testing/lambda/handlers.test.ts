import { CloudWatchClient, PutMetricAlarmCommand, SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { CreateVpcCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import {
  CreateTargetGroupCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { CreateBucketCommand, GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lambdaCode } from "../../components/lib/lambdaFunction";
import { relayEntry } from "../../components/observability/channel";
import { actionsFile, type ReportSettings, weeklyEntry } from "../../components/observability/weeklyReport";
import { measureEntry } from "../../components/scaling-speed/scalingSpeed";
import { enterAws, leaveAws, StandInAws } from "../../tools/doctor/test/aws";
import { loadBundle } from "../loadBundle";

interface Exported {
  handler(event?: object): Promise<void>;
}

describe("the functions' bundles with the real SDK, against moto", () => {
  let aws: StandInAws;
  /** Bodies of what was published. */
  let published: URLSearchParams[];

  before(async function () {
    aws = await StandInAws.start(this);
  });
  after(() => aws?.stop());
  beforeEach(async () => {
    await aws.reset();
    published = [];
    aws.answering = ({ operation, body }) => {
      if (operation === "Publish") published.push(new URLSearchParams(body));
      return "moto";
    };
  });
  afterEach(leaveAws);

  /** Runs a handler with the environment that its component gives it. */
  async function run(entry: string, environment: Readonly<Record<string, string>>, event?: object): Promise<void> {
    enterAws(aws.address, { AWS_REGION: "eu-west-2", ...environment });
    await loadBundle<Exported>(lambdaCode(entry)).handler(event);
  }
  const world = () => enterAws(aws.address, { AWS_REGION: "eu-west-2" });
  const topic = async (Name: string) => (await new SNSClient({}).send(new CreateTopicCommand({ Name }))).TopicArn!;
  async function service(): Promise<{ readonly cluster: string; readonly service: string }> {
    const ecs = new ECSClient({});
    await ecs.send(new CreateClusterCommand({ clusterName: "prod-cluster" }));
    await ecs.send(
      new RegisterTaskDefinitionCommand({
        family: "web",
        containerDefinitions: [{ name: "web", image: "registry.example.org/moodle:build-7", memory: 512 }],
      }),
    );
    await ecs.send(
      new CreateServiceCommand({ cluster: "prod-cluster", serviceName: "web", taskDefinition: "web", desiredCount: 2 }),
    );
    return { cluster: "prod-cluster", service: "web" };
  }

  it("relay: asks for the alarms behind a composite one, and publishes to the topic with people", async () => {
    world();
    const mail = await topic("mail");
    const cloudWatch = new CloudWatchClient({});
    const AlarmName = "prod-database-connections";
    await cloudWatch.send(
      new PutMetricAlarmCommand({
        AlarmName,
        AlarmDescription: "The database is full. Runbook: docs/runbooks/database-connections.md",
        Namespace: "AWS/RDS",
        MetricName: "DatabaseConnections",
        Statistic: "Maximum",
        ComparisonOperator: "GreaterThanThreshold",
        Threshold: 1,
        Period: 60,
        EvaluationPeriods: 1,
      }),
    );
    await cloudWatch.send(new SetAlarmStateCommand({ AlarmName, StateValue: "ALARM", StateReason: "x" }));
    const Message = JSON.stringify({ AlarmName: "prod-page", AlarmRule: "ALARM(x)", NewStateValue: "ALARM" });
    const event = { Records: [{ Sns: { TopicArn: "arn:signals", Message, Timestamp: "2026-10-05T09:10:00.000Z" } }] };
    await run(relayEntry, { ENVIRONMENT: "prod", ROUTES: JSON.stringify({ "arn:signals": mail }) }, event);
    assert.deepEqual(
      published.map((body) => [body.get("TopicArn"), body.get("Subject")]),
      [[mail, "[prod] Problem: The database is full"]],
    );
    assert.ok(published[0]!.get("Message")!.includes("- The database is full (docs/runbooks/database-connections.md)"));
  });

  it("weekly: finds the release, asks the logs for overrides, writes its files and tells the topic", async () => {
    world();
    const logs = new CloudWatchLogsClient({});
    const stream = { logGroupName: "web-logs", logStreamName: "web/1" };
    await logs.send(new CreateLogGroupCommand(stream));
    await logs.send(new CreateLogStreamCommand(stream));
    const start = { log: "entrypoint", level: "info", override: "config.php", sha256: "0123456789ab".repeat(5) };
    // In the week before the hour that is whole, whatever the time is.
    const timestamp = Date.now() - 2 * 3_600_000;
    const messages = ["no JSON", JSON.stringify(start), '{"log":"access"}'];
    await logs.send(
      new PutLogEventsCommand({ ...stream, logEvents: messages.map((message) => ({ message, timestamp })) }),
    );
    const TOPIC_ARN = await topic("signals");
    await new S3Client({ forcePathStyle: true }).send(
      new CreateBucketCommand({ Bucket: "reports", CreateBucketConfiguration: { LocationConstraint: "eu-west-2" } }),
    );
    const settings: ReportSettings = {
      environment: "prod",
      namespace: "Moodle/Requests/prod",
      objectives: [
        { pathClass: "login", availabilityPercent: 99, latencyPercent: 95, latencySeconds: 3, windowDays: 28 },
      ],
      ...(await service()),
      loadBalancer: "app/prod-lb/0123456789abcdef",
      cacheNodes: ["cache-001"],
      taskVcpu: 2,
      logGroups: ["web-logs"],
    };
    const LAMBDA_TASK_ROOT = mkdtempSync(join(tmpdir(), "task-"));
    const open = [{ action: "Raise the CPU", owner: "Platform", due: "2020-01-31" }];
    writeFileSync(join(LAMBDA_TASK_ROOT, actionsFile), JSON.stringify({ open, unreadable: [] }));
    await run(weeklyEntry, { SETTINGS: JSON.stringify(settings), BUCKET: "reports", TOPIC_ARN, LAMBDA_TASK_ROOT });
    rmSync(LAMBDA_TASK_ROOT, { recursive: true });
    const Key = "reports/releases.json";
    const { Body } = await new S3Client({ forcePathStyle: true }).send(
      new GetObjectCommand({ Bucket: "reports", Key }),
    );
    assert.deepEqual(JSON.parse(await Body!.transformToString()), [], "the service is not an hour old");
    assert.match(published[0]!.get("Subject")!, /^Weekly report, /);
    assert.match(published[0]!.get("Message")!, /^Overrides: config\.php 0123456789ab \(new this week\)\.$/m);
    assert.match(published[0]!.get("Message")!, /^- OVERDUE since 2020-01-31: Raise the CPU \(Platform\)$/m);
    assert.ok(aws.asked.includes("monitoring:GetMetricData"), aws.asked.join());
  });

  it("measure: looks at targets and service, and leaves one line of JSON", async () => {
    world();
    const { Vpc } = await new EC2Client({}).send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
    const balancer = new ElasticLoadBalancingV2Client({});
    const { TargetGroups } = await balancer.send(
      new CreateTargetGroupCommand({ Name: "web", Protocol: "HTTP", Port: 80, TargetType: "ip", VpcId: Vpc!.VpcId }),
    );
    const TargetGroupArn = TargetGroups![0]!.TargetGroupArn!;
    await balancer.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [{ Id: "10.0.0.4", Port: 80 }] }));
    const { cluster, service: name } = await service();
    const event = {
      source: "aws.cloudwatch",
      detail: { alarmName: "high", state: { timestamp: "2026-10-05T09:00:00.000+0000" } },
    };
    const lines: string[] = [];
    const write = process.stdout.write;
    process.stdout.write = (line: string) => lines.push(line) > 0;
    try {
      const environment = { CLUSTER: cluster, SERVICE: name, TARGET_GROUP_ARN: TargetGroupArn, BUDGET_SECONDS: "0" };
      await run(measureEntry, environment, event);
    } finally {
      process.stdout.write = write;
    }
    assert.equal(lines.length, 1);
    const { outcome, healthyBefore, desired, running } = JSON.parse(lines[0]!);
    assert.deepEqual([outcome, healthyBefore, desired, running], ["late", 1, 2, 0]);
  });
});
