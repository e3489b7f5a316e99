import { exampleConfig } from "../examples/settings";
import type { GivenConfig } from "../../stacks/settings/load";
import { hostileSettings, publicKey } from "./hostile";
import { longestStackName } from "../../stacks/settings/stackName";

/** A stack to be judged: one of the three profiles, or a set of settings that makes resources that none of them has. */
export interface SettingsSet {
  readonly stack: string;
  readonly config: GivenConfig;
}

const digest = { kind: "digest", digest: `sha256:${"a".repeat(64)}` };
const secretArn = "arn:aws:secretsmanager:eu-west-2:123456789012:secret:moodle-file-signing-AbCdEf";
const pipeline = {
  kind: "github",
  repository: "example@12/moodle@34",
  stateBucket: "example-pulumi-state",
  stateKeyArn: "arn:aws:kms:eu-west-2:123456789012:key/7b6f7f5d-7d2e-4f3e-9d51-0a3e5c1f2b11",
  deployPolicyArns: ["arn:aws:iam::123456789012:policy/moodle-deploy"],
};
const bounded = {
  pipeline,
  iam: { permissionsBoundaryArn: "arn:aws:iam::123456789012:policy/moodle-prod-boundary" },
};
const canary = { username: "synthetic", courseId: 7, fileId: 21, quizId: 22 };
const chat = { kind: "slack", workspaceId: "T07EA123LEP", channelId: "C07EZ1ABC23" };

const set = (stack: string, changes: Readonly<Record<string, unknown>>): SettingsSet => ({
  stack,
  config: exampleConfig({ image: digest, ...changes }),
});

const editors = ["ada@example.org"];
const edited = { edge: { outage: { editor: { kind: "invited", editors } } } };

export const settingsSets: Readonly<Record<string, SettingsSet>> = {
  prod: set("prod", edited),
  staging: set("staging", { profile: "staging", ...edited }),
  dev: set("dev", { profile: "dev" }),
  "prod with the longest name": set("p".repeat(longestStackName), edited),
  "staging with the longest name": set("s".repeat(longestStackName), { profile: "staging", ...edited }),
  "dev with the longest name": set("d".repeat(longestStackName), { profile: "dev" }),
  "the example calendar": set("prod", { calendar: { name: "example" } }),
  "Fargate in prod": set("prod", { cluster: { kind: "fargate" } }),
  "FSx for OpenZFS": set("prod", { storage: { kind: "openzfs" } }),
  "a file server of one's own": set("prod", { storage: { kind: "nfs", host: "nas.example.org", export: "/moodle" } }),
  "a serverless database": set("prod", { database: { capacity: { kind: "serverless", minAcu: 8, maxAcu: 64 } } }),
  "a stack from a snapshot": set("prod", {
    storage: { kind: "openzfs" },
    recovery: {
      kind: "backup",
      databaseSnapshotArn: "arn:aws:rds:eu-west-2:123456789012:cluster-snapshot:awsbackup:job-0123abcd",
      openZfsBackupId: "backup-0123456789abcdef0",
    },
  }),
  "a stack from a time": set("prod", {
    recovery: {
      kind: "backup",
      databaseClusterIdentifier: "other-database-abcdef",
      databaseTime: "2026-11-22T09:55:00Z",
      objectsBucketName: "restored-objects",
    },
    observability: { canary },
    ...bounded,
  }),
  "another CDN, certificates by hand": set("prod", {
    edge: { kind: "external", allowedCidrs: ["198.51.100.0/24"] },
    dns: {
      kind: "external",
      loadBalancerCertificateArn: "arn:aws:acm:eu-west-2:111122223333:certificate/01234567-89ab-cdef-0123-456789abcdef",
    },
  }),
  "a status editor by SAML": set("prod", {
    edge: { outage: { editor: { kind: "saml", editors, metadataUrl: "https://idp.example.org/metadata" } } },
  }),
  "a status editor by OpenID Connect": set("prod", {
    edge: {
      outage: {
        editor: {
          kind: "oidc",
          editors,
          issuer: "https://idp.example.org",
          clientId: "moodle-status",
          clientSecretArn: "arn:aws:secretsmanager:us-east-1:123456789012:secret:moodle-status-AbCdEf",
        },
      },
    },
  }),
  "webhooks of the status page": set("prod", {
    edge: {
      outage: {
        webhooks: ["slack", "teams", "json", "mastodon", "bluesky"].map((kind) => ({
          kind,
          name: `students-${kind}`,
          secretArn: `arn:aws:secretsmanager:us-east-1:123456789012:secret:status-${kind}-AbCdEf`,
        })),
      },
    },
  }),
  "us-east-1": set("prod", { region: "us-east-1" }),
  "dev with a load test": set("dev", { profile: "dev", loadTest: { enabled: true } }),
  "people, chat and a synthetic user": set("prod", {
    observability: { paging: true, pageEmail: "oncall@example.org", canary, chat, monthlyBudgetUsd: 5000 },
  }),
  "a mail server": set("prod", {
    mail: {
      kind: "smtp",
      host: "smtp.example.org",
      port: 465,
      security: "ssl",
      cidrs: ["192.0.2.25/32", "198.51.100.0/24"],
      secretArn: "arn:aws:secretsmanager:eu-west-2:123456789012:secret:moodle-smtp-AbCdEf",
    },
    network: { interfaceEndpoints: ["email", "email-smtp"] },
  }),
  "routes to the campus": set("prod", {
    network: {
      routes: [
        { cidr: "10.0.0.0/8", through: "tgw-0a1b2c3d4e5f67890" },
        { cidr: "192.168.1.0/24", through: "vgw-0a1b2c3d4e5f67890" },
        { cidr: "192.168.2.0/24", through: "pcx-0a1b2c3d4e5f67890" },
      ],
      resolverRuleIds: ["rslvr-rr-0a1b2c3d4e5f67890"],
    },
  }),
  "a network that exists": set("prod", {
    network: {
      kind: "existing",
      vpcId: "vpc-0123456789abcdef0",
      cidr: "10.60.0.0/16",
      subnetTags: { public: "Tier=public", application: "Tier=application", data: "Tier=data" },
    },
  }),
  "a zone of another account": set("prod", {
    dns: {
      kind: "route53",
      hostedZoneId: "Z0123456789EXAMPLE00",
      roleArn: "arn:aws:iam::210987654321:role/moodle-dns",
      redirectHosts: ["vle.example.org"],
    },
    ...bounded,
  }),
  "everything through a central firewall": set("prod", {
    network: {
      natGateways: "none",
      interfaceEndpoints: [],
      routes: [{ cidr: "0.0.0.0/0", through: "tgw-0a1b2c3d4e5f67890" }],
    },
  }),
  "signed files and a pipeline": set("prod", {
    edge: { signedFiles: { publicKeys: [publicKey], privateKeySecretArn: secretArn } },
    ...bounded,
  }),
  ...Object.fromEntries(Object.entries(hostileSettings).map(([name, changes]) => [name, set("prod", changes)])),
};
