import type { EngineResource, Violation } from "../../offline/results";
import type { Architecture } from "./picture/content";
import type { Comparison } from "./plan/treePlan";
import { type Report, reportOf } from "./report";

/** A small plan with one of everything that a report shows, for its tests. */
export function resource(type: string, name: string, more: Partial<EngineResource> = {}): EngineResource {
  return {
    urn: `urn:pulumi:prod::moodle::${type}::${name}`,
    type,
    name,
    id: `${name}-id`,
    parent: "urn:pulumi:prod::moodle::pulumi:pulumi:Stack::moodle-prod",
    protect: false,
    retainOnDelete: false,
    provider: "",
    operation: "same",
    replaceKeys: [],
    inputs: {},
    outputs: {},
    ...more,
  };
}

const policy = (...statements: readonly object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });
const read = { Sid: "Read", Effect: "Allow", Action: ["s3:GetObject"], Resource: ["arn:aws:s3:::files-bucket/*"] };
const write = { ...read, Action: ["s3:GetObject", "s3:PutObject"] };

const component = "urn:pulumi:prod::moodle::moodle:database:Database::prod-database";
const cluster = resource("aws:rds/cluster:Cluster", "prod-database-cluster", {
  parent: component,
  protect: true,
  inputs: { engine: "aurora-mysql", kmsKeyId: "old-key" },
});
const rolePolicy = resource("aws:iam/rolePolicy:RolePolicy", "prod-task-policy", {
  inputs: { role: "task-role", policy: policy(read) },
});
const bucket = resource("aws:s3/bucket:Bucket", "prod-files", {
  id: "files-bucket",
  outputs: { arn: "arn:aws:s3:::files-bucket" },
});
const role = resource("aws:iam/role:Role", "prod-task-role", { id: "task-role" });
const group = resource("aws:ec2/securityGroup:SecurityGroup", "prod-database-group", { id: "sg-12345678" });
const openRule = resource("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "prod-open", {
  operation: "create",
  inputs: { securityGroupId: "sg-12345678", cidrIpv4: "0.0.0.0/0", ipProtocol: "tcp", fromPort: 3306, toPort: 3306 },
});
const task = (image: string, operation: string) =>
  resource("aws:ecs/taskDefinition:TaskDefinition", "prod-web-task", {
    operation,
    replaceKeys: operation === "same" ? [] : ["containerDefinitions"],
    inputs: { containerDefinitions: JSON.stringify([{ name: "nginx", image }]) },
  });

export const openIngress: Violation = {
  policy: "no-open-ingress",
  level: "mandatory",
  urn: openRule.urn,
  message: "Found: <everyone> may connect.\nFix: name a group.",
};
const undecided: Violation = {
  policy: "undecided",
  level: "advisory",
  urn: undefined,
  message:
    'Lists what is open.\nFound: 2 verdicts are open.\nbucket-tls-only:\n  s3.Bucket "a": unknown policy\n  s3.Bucket "b": unknown policy\nFix: later.',
};

export function comparison(): Comparison {
  const before = [cluster, rolePolicy, bucket, role, group, task("old@sha256:1", "same")];
  const after = [
    { ...cluster, operation: "replace", replaceKeys: ["kmsKeyId"], inputs: { ...cluster.inputs, kmsKeyId: "new-key" } },
    { ...rolePolicy, operation: "update", inputs: { ...rolePolicy.inputs, policy: policy(write) } },
    bucket,
    role,
    group,
    openRule,
    task("new@sha256:2", "create-replacement"),
  ];
  return {
    stack: "prod",
    base: {
      plan: { ok: true, resources: before, violations: [], diagnostics: [] },
      deployed: before,
      settings: undefined,
    },
    head: {
      plan: { ok: false, resources: after, violations: [openIngress, undecided], diagnostics: [] },
      deployed: after,
      settings: undefined,
    },
  };
}

const box = { details: "", zones: [], change: undefined, usedBy: [], names: [], row: 0, tier: undefined };
const architecture: Architecture = {
  vpcCidr: "10.40.0.0/16",
  tiers: [
    { name: "prod-application", out: "out through NAT", subnets: [{ zone: "eu-west-2a", cidr: "10.40.0.0/19" }] },
    { name: "prod-data", out: "no way to the internet", subnets: [{ zone: "eu-west-2a", cidr: "10.40.32.0/20" }] },
  ],
  boxes: [
    { ...box, urn: "::cdn", title: "prod-cdn", label: "CloudFront", place: "edge" },
    {
      ...box,
      urn: "::web",
      title: "prod-web",
      label: "ECS service",
      place: "tier",
      tier: "prod-application",
      zones: [{ zone: "eu-west-2a", what: "" }],
    },
    {
      ...box,
      urn: "::database",
      title: "prod-database",
      label: "Aurora",
      place: "tier",
      tier: "prod-data",
      change: "replaced",
    },
    { ...box, urn: "::files", title: "prod-files", label: "S3 bucket", place: "storage", usedBy: ["prod-web"] },
  ],
  lines: [
    { from: "::web", to: "::database", label: "TCP 3306" },
    { from: "::cdn", to: "::database", label: "far" },
  ],
};

/** A report with everything, and one of a change that changes nothing. */
export function exampleReports(): Record<string, Report> {
  const full = reportOf(comparison(), {
    base: { name: "main", commit: "0123456789abcdef" },
    acknowledgements: [],
    guards: ["policies/exemptions.json"],
    today: new Date("2026-11-23T12:00:00Z"),
  });
  const line = { what: "Interface endpoints", before: 0, after: 21.9 };
  const costs = { lines: [line], total: { ...line, what: "Total a month" }, note: "On demand." };
  const judged = { open: [], acknowledged: [], faults: [] };
  const verdicts = { added: [], gone: [], kept: [], undecided: [] };
  return {
    full: { ...full, architecture, costs },
    empty: { ...full, judged, verdicts, costs, changes: [], permissions: [], paths: [], guards: [], architecture },
  };
}
