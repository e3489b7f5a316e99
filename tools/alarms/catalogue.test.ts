import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stackSettings } from "../lib/stackFile";
import { catalogue, exampleNotices } from "./catalogue";
import { exampleAlarms } from "../replay/scenario";

const root = join(__dirname, "../..");
const runbooks = readdirSync(join(root, "docs/runbooks")).map((file) => ({
  file,
  text: readFileSync(join(root, "docs/runbooks", file), "utf8"),
}));
const settings = ["prod", "staging", "dev"].map((stack) => stackSettings(stack));
const stacks = settings.map((one) => exampleAlarms(one));
const told = [...stacks.flatMap(({ regional, edge }) => [...regional, ...edge]), ...settings.flatMap(exampleNotices)];

describe("The catalogue of alarms", () => {
  it("names each alarm, its threshold and its cost", () => {
    const text = catalogue(stackSettings("prod"));
    assert.match(text, /\| `database-connections` +\|.*DatabaseConnections ≥ 2400, 3 of 3 × 1 min/);
    assert.match(text, /\| all +\| +\| \d+\.\d\d/);
    for (const { id } of [...stacks[0]!.regional, ...stacks[0]!.edge]) {
      assert.ok(text.includes(`| \`${id}\` `), id);
    }
  });
});

/**
 * Commands of the AWS CLI that the runbooks use, each checked once against the service models of botocore 1.44.5 (logs tail
 * and s3 ls are the CLI's own).
 */
const awsCommands: Readonly<Record<string, readonly string[]>> = {
  acm: ["describe-certificate"],
  "application-autoscaling": ["register-scalable-target"],
  "arc-zonal-shift": ["start-zonal-shift"],
  autoscaling: ["describe-scaling-activities"],
  backup: ["describe-backup-job", "list-backup-jobs", "start-backup-job"],
  cloudfront: ["get-distribution", "list-vpc-origins"],
  cloudtrail: ["describe-trails", "get-event-selectors", "lookup-events"],
  cloudwatch: ["describe-alarms", "get-metric-statistics", "list-metrics"],
  ecr: ["batch-get-image", "describe-images"],
  ecs: ["describe-services", "describe-tasks", "execute-command", "list-tasks", "stop-task", "update-service"],
  efs: ["describe-file-systems", "describe-mount-targets", "update-file-system"],
  elasticache: [
    "describe-cache-parameters",
    "describe-events",
    "describe-replication-groups",
    "modify-replication-group",
  ],
  elbv2: ["describe-target-health"],
  fsx: ["describe-file-systems", "update-file-system"],
  health: ["describe-affected-entities", "describe-events"],
  kms: ["cancel-key-deletion", "describe-key", "enable-key"],
  lambda: ["get-function-configuration", "list-functions"],
  logs: ["get-query-results", "start-query", "tail"],
  pi: ["describe-dimension-keys"],
  rds: ["describe-db-clusters", "describe-db-instances", "modify-db-cluster"],
  route53: ["list-resource-record-sets"],
  s3: ["ls"],
  s3api: ["get-bucket-versioning", "get-public-access-block"],
  scheduler: ["get-schedule", "list-schedules"],
  secretsmanager: ["restore-secret"],
  "service-quotas": ["list-service-quotas"],
  sesv2: ["delete-suppressed-destination", "get-account", "get-email-identity"],
  sns: ["list-subscriptions-by-topic"],
  synthetics: ["get-canary", "get-canary-runs", "start-canary"],
  wafv2: ["get-sampled-requests"],
};

describe("Runbooks", () => {
  it("are there for each alarm and each event of every stack, and name it", () => {
    for (const { id, runbook } of told) {
      assert.ok(existsSync(join(root, runbook)), `${id}: ${runbook} does not exist`);
      const text = readFileSync(join(root, runbook), "utf8");
      const named = [...text.matchAll(/`([a-z0-9-]+\*?)`/g)].some(([, name]) =>
        name!.endsWith("*") ? id.startsWith(name!.slice(0, -1)) : id === name,
      );
      assert.ok(named, `${runbook} does not name ${id}`);
    }
  });

  it("use only make targets that there are, with stacks that there are", () => {
    const targets = new Set(
      [...readFileSync(join(root, "Makefile"), "utf8").matchAll(/^([a-z-]+):/gm)].map(([, name]) => name),
    );
    for (const { file, text } of runbooks) {
      for (const [, target] of text.matchAll(/`make ([a-z-]+)/g)) {
        assert.ok(targets.has(target), `${file}: there is no "make ${target}"`);
      }
      for (const [, stack] of text.matchAll(/STACK=([a-z]+)/g)) {
        assert.ok(existsSync(join(root, `Pulumi.${stack}.yaml`)), `${file}: there is no stack ${stack}`);
      }
    }
  });

  it("use only commands that the AWS CLI has", () => {
    for (const { file, text } of runbooks) {
      for (const [, service, command] of text.matchAll(/\baws ([a-z0-9-]+) ([a-z0-9-]+)/g)) {
        assert.ok(awsCommands[service!]?.includes(command!), `${file}: aws ${service} ${command} is not in the list`);
      }
    }
  });

  it("point to files and settings that there are", () => {
    const settings = readFileSync(join(root, "docs/settings.md"), "utf8").replace(/\[[a-z0-9]+\]/g, "");
    for (const { file, text } of runbooks) {
      for (const [, path] of text.matchAll(/\]\(([^)#]+)\)/g)) {
        assert.ok(path!.startsWith("http") || existsSync(join(root, "docs/runbooks", path!)), `${file}: ${path}`);
      }
      for (const [, key] of text.matchAll(
        /`(?:moodle:)?((?:cluster|database|cache|storage|web|adhoc|edge|observability)\.[A-Za-z.]+)/g,
      )) {
        assert.ok(settings.includes(key!), `${file}: there is no setting ${key}`);
      }
    }
  });
});
