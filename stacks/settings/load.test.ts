// cspell:ignore databse clutser wset auror
import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { exampleConfig } from "../../testing/examples/settings";
import { checkSettings, loadSettings } from "./load";
import { givenConfig } from "./read";
import { profileNames } from "./site";

const transitGateway = "tgw-0a1b2c3d4e5f67890";
const theirs = {
  kind: "existing",
  vpcId: "vpc-0a1b2c3d4e5f67890",
  cidr: "10.60.0.0/16",
  subnets: ["a", "b", "c"].map((letter) => ({
    zone: `eu-west-2${letter}`,
    application: `subnet-0000000${letter}`,
    data: `subnet-1000000${letter}`,
  })),
};
const campusRoute = { cidr: "10.9.0.0/16", through: transitGateway };

const arn = (region: string): string =>
  `arn:aws:acm:${region}:111122223333:certificate/01234567-89ab-cdef-0123-456789abcdef`;

/** A change to the example, the path that must be named, and a piece of what is said of it. */
type Refusal = readonly [change: Record<string, unknown>, path: string, says: RegExp];

const zone = (...redirectHosts: string[]) => ({ hostedZoneId: "Z0123456789EXAMPLE00", redirectHosts });
const certificates = {
  kind: "external",
  loadBalancerCertificateArn: arn("eu-west-2"),
  viewerCertificateArn: arn("us-east-1"),
};

const outbound = (rule: object) => ({ outbound: [{ description: "Directory", ...rule }] });

const fieldRefusals: readonly Refusal[] = [
  [{ profile: "production" }, "profile", /prod, staging or dev/],
  [{ profile: undefined }, "profile", /pulumi config set 'moodle:profile'/],
  [{ profile: "" }, "profile", /prod, staging or dev/],
  [{ domain: undefined }, "domain", /a host name/],
  [{ domain: "https://moodle.example.org" }, "domain", /without https/],
  [{ domain: "Moodle.example.org" }, "domain", /lower case/],
  [{ domain: `${"a".repeat(60)}.example.org` }, "domain", /64 characters/],
  [{ domain: "localhost" }, "domain", /a host name/],
  [{ region: undefined }, "region", /a region/],
  [{ region: "eu-wset-2" }, "region", /Did you mean eu-west-2/],
  [{ owner: undefined }, "owner", /1 to 256/],
  [{ owner: "a\tb" }, "owner", /1 to 256/],
  [{ owner: "The dean's office" }, "owner", /1 to 256/],
  [{ owner: "AWS:team" }, "owner", /not beginning with .*aws:/],
  [{ costCentre: undefined }, "costCentre", /1 to 256/],
  [{ alertEmail: undefined }, "alertEmail", /e-mail/],
  [{ alertEmail: "alerts.example.org" }, "alertEmail", /e-mail/],
  [{ dns: undefined }, "dns.hostedZoneId", /Route 53 zone/],
  [{ dns: {} }, "dns.hostedZoneId", /Route 53 zone/],
  [{ dns: { hostedZoneId: "example.org" } }, "dns.hostedZoneId", /Route 53 zone/],
  [{ dns: { kind: "bind" } }, "dns.kind", /route53 or external/],
  [
    { dns: { kind: "external", loadBalancerCertificateArn: "x", viewerCertificateArn: arn("us-east-1") } },
    "dns.loadBalancerCertificateArn",
    /ARN/,
  ],
  [{ network: { cidr: "10.0.0.0" } }, "network.cidr", /IPv4 block/],
  [{ network: { natGateways: "two" } }, "network.natGateways", /per-zone, single or none/],
  [{ network: { interfaceEndpoints: ["log"] } }, "network.interfaceEndpoints[0]", /Did you mean logs/],
  [{ network: { flowLogRetentionDays: 10 } }, "network.flowLogRetentionDays", /7, 14/],
  [{ edge: { kind: "cloudflare" } }, "edge.kind", /cloudfront or external/],
  [{ edge: { priceClass: "100" } }, "edge.priceClass", /PriceClass_100/],
  [{ edge: { kind: "external", allowedCidrs: [] } }, "edge.allowedCidrs", /a list of at least 1/],
  [{ cluster: { kind: "eks" } }, "cluster.kind", /ec2 or fargate/],
  [{ cluster: { architecture: "amd64" } }, "cluster.architecture", /arm64 or x86_64/],
  [{ cluster: { maxInstances: 1000 } }, "cluster.maxInstances", /1 to 200/],
  [{ cluster: { spot: true } }, "cluster.spot", /belongs to kind fargate/],
  [{ database: { capacity: { minAcu: 1 } } }, "database.capacity.minAcu", /belongs to kind serverless/],
  [{ logs: { colour: "red" } }, "logs.colour", /nothing reads it/],
  [{ database: { readers: 16 } }, "database.readers", /0 to 15/],
  [{ database: { readers: 1.5 } }, "database.readers", /whole number/],
  [{ database: { backupRetentionDays: 36 } }, "database.backupRetentionDays", /1 to 35/],
  [{ database: { engineVersion: "8.0" } }, "database.engineVersion", /mysql_aurora/],
  [{ database: { capacity: { kind: "serverless", minAcu: 0.7 } } }, "database.capacity.minAcu", /steps of 0.5/],
  [{ database: { capacity: { kind: "serverless", maxAcu: 512 } } }, "database.capacity.maxAcu", /1 to 256/],
  [{ database: { capacity: { kind: "serverless", maxAcu: "8" } } }, "database.capacity.maxAcu", /without quotes/],
  [{ cache: { engine: "memcached" } }, "cache.engine", /valkey or redis/],
  [{ cache: { engineVersion: 8.0 } }, "cache.engineVersion", /in quotes/],
  [{ cache: { sessions: { nodeType: "m7g.large" } } }, "cache.sessions.nodeType", /cache\.m7g\.large/],
  [{ cache: { application: { replicas: 6 } } }, "cache.application.replicas", /0 to 5/],
  [{ storage: { kind: "gluster" } }, "storage.kind", /efs, openzfs or nfs/],
  [{ storage: { throughputMode: "max" } }, "storage.throughputMode", /elastic/],
  [{ storage: { kind: "openzfs", throughputMbps: 64 } }, "storage.throughputMbps", /160/],
  [{ storage: { kind: "openzfs", storageGib: 10 } }, "storage.storageGib", /64/],
  [{ storage: { kind: "nfs", host: "nas.example.org", export: "moodle" } }, "storage.export", /absolute path/],
  [{ storage: { kind: "nfs", host: "nas:/x", export: "/moodle" } }, "storage.host", /host name/],
  [{ storage: { infrequentAccess: "AFTER_7_DAYS" } }, "storage.infrequentAccess", /AFTER_30_DAYS/],
  [{ storage: { kind: "openzfs", endpointCidr: "10.40.255.0/24" } }, "storage.endpointCidr", /\/28/],
  [{ database: { databaseInsights: "full" } }, "database.databaseInsights", /standard/],
  [{ cluster: { rootVolumeGib: 20 } }, "cluster.rootVolumeGib", /30 to 1000/],
  [{ adhoc: { cpuTargetPercent: 95 } }, "adhoc.cpuTargetPercent", /20 to 80/],
  [{ image: { kind: "digest", digest: "latest" } }, "image.digest", /sha256/],
  [{ image: { kind: "digest", digest: `sha256:${"A".repeat(64)}` } }, "image.digest", /hexadecimal/],
  [{ image: { kind: "digest" } }, "image.digest", /sha256/],
  [{ image: { keepImages: 4 } }, "image.keepImages", /5 to 1000/],
  [{ image: { sharedWith: ["1234"] } }, "image.sharedWith[0]", /12 digits/],
  [{ image: { repository: "moodle" } }, "image.repository", /kind digest/],
  [{ moodle: { version: "3.9" } }, "moodle.version", /"4.5"/],
  [{ moodle: { version: "4.1" } }, "moodle.version", /"4.5"/],
  [{ moodle: { version: 5.1 } }, "moodle.version", /in quotes/],
  [{ web: { cpu: "1024" } }, "web.cpu", /without quotes/],
  [{ web: { phpMaxChildren: 1 } }, "web.phpMaxChildren", /2 to 500/],
  [{ adhoc: { concurrency: 0 } }, "adhoc.concurrency", /1 to 16/],
  [{ limits: { requestTimeoutSeconds: 120 } }, "limits.requestTimeoutSeconds", /15 to 105/],
  [{ limits: { uploadMaxMb: 0 } }, "limits.uploadMaxMb", /1 to \d+/],
  [{ logs: { retentionDays: 100 } }, "logs.retentionDays", /120/],
  [{ logs: "90" }, "logs", /an object with retentionDays/],
  [{ network: "{" }, "network", /an object whose kind is own or existing/],
  [{ network: outbound({ port: 0, cidrs: ["10.9.0.0/16"] }) }, "network.outbound[0].port", /1 to 65535/],
  [{ network: outbound({ ports: "636", cidrs: ["10.9.0.0/16"] }) }, "network.outbound[0].ports", /50000-50010/],
  [{ network: outbound({ port: 636, cidrs: [] }) }, "network.outbound[0].cidrs", /.*/],
  [{ network: { outbound: [{ port: 636, cidrs: ["10.9.0.0/16"] }] } }, "network.outbound[0].description", /255/],
  [{ safety: { protect: "yes" } }, "safety.protect", /true or false/],
];

const ruleRefusals: readonly Refusal[] = [
  [{ network: { cidr: "10.0.0.0/24" } }, "network.cidr", /Too small/],
  [{ network: { cidr: "8.8.0.0/16" } }, "network.cidr", /private/],
  [{ network: { cidr: "172.17.0.0/16" } }, "network.cidr", /Docker/],
  [{ network: { cidr: "10.0.0.7/16" } }, "network.cidr", /did you mean 10\.0\.0\.0\/16/],
  [{ network: { cidr: "010.040.000.000/16" } }, "network.cidr", /without leading zeros/],
  [{ network: { peerCidrs: ["192.168.000.0/16"] } }, "network.peerCidrs[0]", /without leading zeros/],
  [{ network: { peerCidrs: ["192.168.0.7/16"] } }, "network.peerCidrs[0]", /Did you mean 192\.168\.0\.0\/16/],
  [{ network: { peerCidrs: ["2001:db8::/32"] } }, "network.peerCidrs[0]", /IPv4 block/],
  [{ network: { peerCidrs: ["10.40.128.0/20"] } }, "network.peerCidrs[0]", /overlap/],
  [{ network: { peerCidrs: ["192.168.0.0/16", "10.0.0.0/99"] } }, "network.peerCidrs[1]", /IPv4 block/],
  [{ network: outbound({ port: 3306, cidrs: ["0.0.0.0/0"] }) }, "network.outbound[0].cidrs[0]", /3306 \(MySQL\)/],
  [{ network: outbound({ port: 6379, cidrs: ["0.0.0.0/0"] }) }, "network.outbound[0].cidrs[0]", /6379 \(Redis\)/],
  [{ network: outbound({ ports: "1-65535", cidrs: ["0.0.0.0/0"] }) }, "network.outbound[0].cidrs[0]", /27017/],
  [{ network: outbound({ port: 636, cidrs: ["10.40.3.0/24"] }) }, "network.outbound[0].cidrs[0]", /outside moodle/],
  [{ network: outbound({ cidrs: ["10.9.0.0/16"] }) }, "network.outbound[0].port", /one of port and ports/],
  [{ network: outbound({ port: 1, ports: "1-2", cidrs: ["10.9.0.0/16"] }) }, "network.outbound[0].port", /one of port/],
  [
    { network: { availabilityZones: ["eu-west-2a", "eu-west-2b", "eu-west-1c"] } },
    "network.availabilityZones[2]",
    /zone of eu-west-2/,
  ],
  [
    { network: { availabilityZones: ["eu-west-2a", "eu-west-2b", "eu-west-2b"] } },
    "network.availabilityZones[2]",
    /once/,
  ],
  [
    { network: { availabilityZones: ["eu-west-2a", "eu-west-2b"] } },
    "network.availabilityZones",
    /3 or more in profile prod/,
  ],
  [{ backup: {} }, "backup.copyRegion", /floor "backupCopies" of profile prod/],
  [{ backup: { copyRegion: "eu-west-2" } }, "backup.copyRegion", /another region than moodle:region/],
  [{ backup: { copyRegion: "eu-west-1", retentionDays: 29 } }, "backup.retentionDays", /30 or more in profile prod/],
  [{ backup: { kind: "none" } }, "backup.kind", /floor "lockedBackups" of profile prod/],
  [
    { backup: { copyVaultArn: "arn:aws:backup:eu-west-1:210987654321:backup-vault:copies" } },
    "backup.copyVaultArn",
    /a vault in eu-west-2/,
  ],
  [{ profile: "staging", backup: { lock: "compliance" } }, "backup.lock", /governance in profile staging/],
  [{ network: { natGateways: "single" } }, "network.natGateways", /floor "natPerZone" of profile prod/],
  [{ network: { routes: [{ cidr: "10.9.0.0/16" }] } }, "network.routes[0].through", /transit gateway/],
  [{ network: { routes: [{ cidr: "10.9.0.0/16", through: "igw-0a1b2c3d" }] } }, "network.routes[0].through", /vgw-/],
  [
    { network: { routes: [{ cidr: "10.9.0.1/16", through: transitGateway }] } },
    "network.routes[0].cidr",
    /10\.9\.0\.0\/16/,
  ],
  [
    { network: { routes: [{ cidr: "010.9.0.0/16", through: transitGateway }] } },
    "network.routes[0].cidr",
    /leading zeros/,
  ],
  [
    { network: { routes: [{ cidr: "10.40.8.0/24", through: transitGateway }] } },
    "network.routes[0].cidr",
    /not inside/,
  ],
  [{ network: { routes: [campusRoute, campusRoute] } }, "network.routes[1].cidr", /each block once/],
  [{ network: { routes: [{ ...campusRoute, cidr: "0.0.0.0/0" }] } }, "network.routes", /natGateways to none/],
  [
    { network: { natGateways: "none", routes: [{ cidr: "0.0.0.0/0", through: "pcx-0a1b2c3d" }] } },
    "network.routes[0].through",
    /transit gateway or a virtual/,
  ],
  [{ network: { routes: [campusRoute], peerCidrs: [campusRoute.cidr] } }, "network.peerCidrs[0]", /made elsewhere/],
  [{ network: { ...theirs, subnets: [] } }, "network.subnets", /one of subnets and subnetTags/],
  [{ network: { ...theirs, subnetTags: { application: "Tier=app", data: "Tier=data" } } }, "network.subnets", /one of/],
  [
    { network: { ...theirs, subnets: theirs.subnets.slice(1) } },
    "network.subnets",
    /eu-west-2a, eu-west-2b, eu-west-2c/,
  ],
  [{ network: { ...theirs, vpcId: "vpc-main" } }, "network.vpcId", /id of a VPC/],
  [{ network: { ...theirs, cidr: "10.60.0.1/16" } }, "network.cidr", /10\.60\.0\.0\/16/],
  [{ network: { ...theirs, natGateways: "single" } }, "network.natGateways", /kind own/],
  [{ network: theirs, storage: { kind: "openzfs" } }, "storage.kind", /not this stack's/],
  [
    { network: theirs, edge: { kind: "external", allowedCidrs: ["192.0.2.0/24"] } },
    "network.subnets",
    /a public subnet/,
  ],
  [
    { network: { ...theirs, subnets: theirs.subnets.map((row) => ({ ...row, data: row.application })) } },
    "network.subnets",
    /each subnet once/,
  ],
  [{ network: { resolverRuleIds: ["rr-1"] } }, "network.resolverRuleIds[0]", /rslvr-rr-/],
  [{ profile: "dev", network: { natGateways: "none" } }, "network.interfaceEndpoints", /Add ecr\.api/],
  [{ network: { interfaceEndpoints: ["logs", "logs"] } }, "network.interfaceEndpoints", /each once/],
  [
    { dns: { kind: "external", loadBalancerCertificateArn: arn("eu-west-1"), viewerCertificateArn: arn("us-east-1") } },
    "dns.loadBalancerCertificateArn",
    /in eu-west-2/,
  ],
  [
    { dns: { kind: "external", loadBalancerCertificateArn: arn("eu-west-2") } },
    "dns.viewerCertificateArn",
    /us-east-1/,
  ],
  [
    { dns: { kind: "external", loadBalancerCertificateArn: arn("eu-west-2"), viewerCertificateArn: arn("eu-west-2") } },
    "dns.viewerCertificateArn",
    /us-east-1/,
  ],
  [
    {
      dns: { kind: "external", loadBalancerCertificateArn: arn("eu-west-2"), viewerCertificateArn: arn("us-east-1") },
      edge: { kind: "external", allowedCidrs: ["198.51.100.0/24"] },
    },
    "dns.viewerCertificateArn",
    /no CloudFront to use it/,
  ],
  [{ observability: { alertEmails: ["alerts@example.org"] } }, "observability.alertEmails[0]", /each address once/],
  [
    { observability: { pageEndpointSecretArn: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:page-AbCdEf" } },
    "observability.pageEndpointSecretArn",
    /in eu-west-2/,
  ],
  [{ dns: zone("moodle.example.org") }, "dns.redirectHosts[0]", /round in a circle/],
  [{ dns: zone("old.example.org", "old.example.org") }, "dns.redirectHosts[1]", /each host name once/],
  [
    { dns: { ...certificates, redirectHosts: ["old.example.org"] } },
    "dns.redirectCertificateArn",
    /in us-east-1 for all/,
  ],
  [{ dns: { ...certificates, redirectCertificateArn: arn("us-east-1") } }, "dns.redirectCertificateArn", /Remove it/],
  [{ edge: { kind: "external", allowedCidrs: ["0.0.0.0/0"] } }, "edge.allowedCidrs[0]", /CDN's own ranges/],
  [{ edge: { kind: "external", allowedCidrs: ["::/0"] } }, "edge.allowedCidrs[0]", /IPv6 network of \/16 or smaller/],
  [
    { edge: { kind: "external", allowedCidrs: ["198.51.100.0/24", "203.0.113.9/24"] } },
    "edge.allowedCidrs[1]",
    /Did you mean 203\.0\.113\.0\/24/,
  ],
  [
    { edge: { kind: "external", allowedCidrs: ["2001:DB8::/32"] } },
    "edge.allowedCidrs[0]",
    /Did you mean 2001:db8::\/32/,
  ],
  [
    { edge: { kind: "external", allowedCidrs: ["198.51.100.0/24", "198.51.100.0/24"] } },
    "edge.allowedCidrs[1]",
    /each network once/,
  ],
  [
    { edge: { kind: "external", allowedCidrs: Array.from({ length: 31 }, (_, i) => `10.${i}.0.0/16`) } },
    "edge.allowedCidrs",
    /at most 30 of each family/,
  ],
  [{ region: "us-gov-west-1", mail: { kind: "none" } }, "edge.kind", /no CloudFront/],
  [{ region: "cn-north-1", mail: { kind: "none" } }, "edge.kind", /no CloudFront/],
  [{ region: "us-iso-east-1", mail: { kind: "none" } }, "region", /aws-us-gov and aws-cn/],
  [{ region: "eusc-de-east-1", mail: { kind: "none" } }, "region", /aws-us-gov and aws-cn/],
  [
    {
      region: "us-gov-west-1",
      mail: { kind: "none" },
      edge: { kind: "external", allowedCidrs: ["198.51.100.0/24"] },
      observability: { monthlyBudgetUsd: 100 },
    },
    "observability.monthlyBudgetUsd",
    /nothing in us-gov-west-1/,
  ],
  [{ cluster: { instanceType: "m6i.xlarge" } }, "cluster.instanceType", /x86_64 and the cluster is arm64/],
  [{ cluster: { instanceType: "db.r7g.large" } }, "cluster.instanceType", /such as m7g\.large/],
  [{ cluster: { instanceType: "p5.48xlarge" } }, "cluster.instanceType", /medium to 8xlarge of .*m7g/],
  [
    { cluster: { instanceType: "t4g.large" }, web: { cpu: 512, memoryMib: 2048, maxTasks: 6 } },
    "cluster.instanceType",
    /steadyCapacity/,
  ],
  [{ cluster: { minInstances: 50 } }, "cluster.minInstances", /at most maxInstances/],
  [{ cluster: { minInstances: 2 } }, "cluster.minInstances", /3 or more in profile prod/],
  // 36 hold them without one for a rollout, which then finds no room for a new task.
  [{ cluster: { maxInstances: 36 } }, "cluster.maxInstances", /38 or more/],
  [{ cron: { cpu: 8192 } }, "cron", /at most 2048 CPU units/],
  [{ cluster: { kind: "fargate", spot: true } }, "cluster.spot", /steadyCapacity/],
  [{ cluster: { kind: "fargate" }, web: { cpu: 1000 } }, "web.cpu", /256, 512/],
  [{ cluster: { kind: "fargate" }, cron: { cpu: 256, memoryMib: 4096 } }, "cron.memoryMib", /512, 1024, 2048/],
  [
    { storage: { kind: "openzfs", backupRetentionDays: 7 } },
    "storage.backupRetentionDays",
    /30 or more in profile prod/,
  ],
  [{ cluster: { kind: "fargate" }, storage: { kind: "openzfs" } }, "storage.kind", /no instance of ours/],
  [
    { cluster: { kind: "fargate" }, storage: { kind: "nfs", host: "nas.example.org", export: "/m" } },
    "storage.kind",
    /efs/,
  ],
  [{ web: { minTasks: 40 } }, "web.minTasks", /at most maxTasks/],
  [{ web: { minTasks: 2 } }, "web.minTasks", /3 or more in profile prod/],
  [
    { web: { phpMaxChildren: 40, memoryMib: 2048 }, database: { capacity: { instanceClass: "db.r7g.4xlarge" } } },
    "web.phpMaxChildren",
    /1 to 26 with 2048 MiB/,
  ],
  [
    {
      limits: { uploadMaxMb: 2000 },
      web: { phpMaxChildren: 60 },
      database: { capacity: { instanceClass: "db.r7g.12xlarge" } },
    },
    "limits.uploadMaxMb",
    /5[0-9]{2} at most.*60 processes/,
  ],
  [{ cluster: { kind: "fargate" }, limits: { uploadMaxMb: 1900 } }, "limits.uploadMaxMb", /1[0-9]{3} at most/],
  [{ adhoc: { minTasks: 7 } }, "adhoc.minTasks", /at most maxTasks/],
  [{ database: { readers: 0 } }, "database.readers", /1 or more in profile prod/],
  [{ database: { backupRetentionDays: 14 } }, "database.backupRetentionDays", /30 or more in profile prod/],
  [{ database: { capacity: { instanceClass: "db.m7g.large" } } }, "database.capacity.instanceClass", /db\.r7g/],
  [
    { database: { capacity: { kind: "serverless", minAcu: 32, maxAcu: 16 } } },
    "database.capacity.minAcu",
    /at most maxAcu/,
  ],
  [{ database: { engineVersion: "8.0.mysql_aurora.3.04.4" } }, "database.engineVersion", /3\.10/],
  [{ moodle: { version: "4.5", phpVersion: "8.4" } }, "moodle.phpVersion", /"8.2", "8.3" with Moodle 4.5/],
  [{ moodle: { version: "5.3", phpVersion: "8.2" } }, "moodle.phpVersion", /"8.3", "8.4" with Moodle 5.3/],
  [
    { database: { capacity: { instanceClass: "db.r7g.xlarge" } }, web: { phpMaxChildren: 50 } },
    "web.phpMaxChildren",
    /less than 1600 .*during a rollout.* 2 x \(50 children x 32 web tasks \+ 6 x 2 ad-hoc\) \+ 3 for cron is 3227/,
  ],
  [
    // One generation has 2,215 of 2,400, or 101 of 108; a rollout at the peak, and a lost reader, twice that.
    { web: { maxTasks: 110 }, cluster: { maxInstances: 130 } },
    "web.phpMaxChildren",
    /less than 2400 .*during a rollout.* is 4427/,
  ],
  [
    { profile: "staging", web: { maxTasks: 8, phpMaxChildren: 12 }, cluster: { maxInstances: 12 } },
    "web.phpMaxChildren",
    /less than 108 .*during a rollout.* is 199/,
  ],
  [
    { profile: "staging", database: { capacity: { maxAcu: 2 } }, web: { phpMaxChildren: 18 } },
    "web.phpMaxChildren",
    /80 % of 90/,
  ],
  [{ cache: { engineVersion: "7.9" } }, "cache.engineVersion", /8\.2/],
  [{ cache: { engine: "redis", engineVersion: "8.2" } }, "cache.engineVersion", /redis/],
  [{ cache: { sessions: { nodeType: "cache.x1.large" } } }, "cache.sessions.nodeType", /cache\.r7g/],
  [{ cache: { sessions: { nodeType: "cache.t4g.medium" } } }, "cache.sessions.nodeType", /steadyCapacity/],
  [{ cache: { application: { replicas: 0 } } }, "cache.application.replicas", /1 or more in profile prod/],
  [{ storage: { throughputMode: "provisioned" } }, "storage.provisionedMibps", /Write 100/],
  [{ storage: { provisionedMibps: 100 } }, "storage.provisionedMibps", /choose elastic/],
  [{ logs: { retentionDays: 30 } }, "logs.retentionDays", /90 or more in profile prod/],
];

describe("loadSettings", () => {
  for (const profile of profileNames) {
    it(`needs nothing more than what it asks for in profile ${profile}`, () => {
      const settings = loadSettings(exampleConfig({ profile }), "a-stack");
      assert.equal(settings.profile, profile);
      assert.equal(settings.environment, "a-stack");
      assert.deepEqual(settings.dns, { kind: "route53", hostedZoneId: "Z0123456789EXAMPLE00", redirectHosts: [] });
    });
  }

  for (const [change, path, says] of [...fieldRefusals, ...ruleRefusals]) {
    it(`refuses ${JSON.stringify(change)}`, () => {
      const { settings, problems } = checkSettings(exampleConfig(change), "test");
      assert.equal(settings, undefined);
      assert.deepEqual(
        problems.map((problem) => problem.path),
        [`moodle:${path}`],
      );
      const [problem] = problems;
      assert.match(`${problem?.allowed} ${problem?.fix}`, says);
    });
  }

  it("names both reasons against an engine that is too old for Moodle and for Aurora", () => {
    const change = { database: { engineVersion: "5.7.mysql_aurora.2.12.5" } };
    const { problems } = checkSettings(exampleConfig(change), "test");
    assert.deepEqual(
      problems.map(({ path, allowed }) => [path, allowed.slice(0, 15)]),
      [
        ["moodle:database.engineVersion", "8.0.mysql_auror"],
        ["moodle:database.engineVersion", "compatible with"],
      ],
    );
  });

  it("reports every mistake at once, those between settings as well", () => {
    const { problems } = checkSettings(
      exampleConfig({
        domain: "http://x",
        clutser: {},
        network: { cidr: "172.17.0.0/16", natGateway: "single", availabilityZones: ["eu-west-2a", "eu-west-1b"] },
        web: { cpu: "1024", minTasks: 2, phpMaxChildren: 80 },
        database: { capacity: { instanceClass: "db.r7g.xlarge" } },
        safety: { readers: 0 },
        cache: { sessions: { replicas: 0 } },
      }),
      "test",
    );
    assert.deepEqual(problems.map(({ path }) => path).sort(), [
      "moodle:cache.sessions.replicas",
      "moodle:clutser",
      "moodle:domain",
      "moodle:network.availabilityZones",
      "moodle:network.availabilityZones[1]",
      "moodle:network.cidr",
      "moodle:network.natGateway",
      "moodle:safety.readers",
      "moodle:web.cpu",
      "moodle:web.minTasks",
      "moodle:web.phpMaxChildren",
    ]);
  });

  it("blames no default for a value that could not be read", () => {
    const { problems } = checkSettings(exampleConfig({ web: { minTasks: "many", maxTasks: 4 } }), "test");
    assert.deepEqual(
      problems.map(({ path }) => path),
      ["moodle:web.minTasks"],
    );
  });

  it("suggests the key that a misspelt one was meant to be, at any depth", () => {
    const { problems } = checkSettings(
      exampleConfig({ databse: {}, alertemail: "x", web: { phpMaxChild: 5 }, cache: { sessions: { replica: 1 } } }),
      "test",
    );
    assert.deepEqual(
      problems.map(({ path, fix }) => [path, fix]),
      [
        ["moodle:databse", "Did you mean moodle:database?"],
        ["moodle:alertemail", "Did you mean moodle:alertEmail?"],
        ["moodle:cache.sessions.replica", "Did you mean moodle:cache.sessions.replicas?"],
        ["moodle:web.phpMaxChild", "Did you mean moodle:web.phpMaxChildren?"],
      ],
    );
  });

  it("leaves the configuration of providers alone", () => {
    const { values } = exampleConfig();
    assert.deepEqual(
      checkSettings({ values: { ...values, "aws:region": "x", "pulumi:tags": "{}" } }, "t").problems,
      [],
    );
  });

  it("takes an empty value as not given", () => {
    const plain = checkSettings(exampleConfig({ web: {}, network: "", safety: {} }), "test");
    assert.deepEqual(plain, checkSettings(exampleConfig(), "test"));
    assert.equal(checkSettings(exampleConfig({ owner: "" }), "test").problems[0]?.given, undefined);
  });

  it("refuses a secret without showing it", () => {
    const { values: ours } = exampleConfig({ owner: "hush", databasePassword: "hush-hush" });
    const values = { ...ours, "vercel:domain": "hush" };
    const secretKeys = new Set(["moodle:owner", "moodle:databasePassword", "vercel:domain"]);
    const { problems } = checkSettings({ values, secretKeys }, "test");
    assert.doesNotMatch(JSON.stringify(problems), /hush/);
    assert.deepEqual(
      problems.map(({ path }) => path),
      ["moodle:owner", "moodle:databasePassword"],
    );
    assert.match(problems.map(({ fix }) => fix).join(), /--plaintext.*Remove it/);
  });

  it("throws what the engine shows without a stack trace", () => {
    assert.throws(
      () => loadSettings(exampleConfig({ domain: "x", logs: { days: 1 } }), "prod"),
      (error) =>
        pulumi.RunError.isInstance(error) &&
        error.message.startsWith(
          'The configuration of stack "prod" has 2 mistakes; nothing was changed.\n  - moodle:domain: got "x"',
        ),
    );
  });
});

describe("variants and what follows from a choice", () => {
  const read = (change: Record<string, unknown>) => loadSettings(exampleConfig(change), "test");

  it("keeps the profile's kind for a group that does not name one", () => {
    assert.deepEqual(read({ cluster: { maxInstances: 50 } }).cluster, {
      kind: "ec2",
      architecture: "arm64",
      instanceType: "m7g.large",
      minInstances: 3,
      maxInstances: 50,
      warmPoolSize: 4,
      rootVolumeGib: 50,
    });
  });

  it("gives the defaults of another kind", () => {
    assert.deepEqual(read({ cluster: { kind: "fargate" } }).cluster, {
      kind: "fargate",
      architecture: "arm64",
      spot: false,
    });
    assert.deepEqual(read({ database: { capacity: { kind: "serverless" } } }).database.capacity, {
      kind: "serverless",
      minAcu: 4,
      maxAcu: 64,
    });
    assert.equal(read({ storage: { kind: "openzfs" } }).storage.kind, "openzfs");
    assert.deepEqual(read({ image: { kind: "digest", digest: `sha256:${"0".repeat(64)}` } }).image.kind, "digest");
    const repository = "999999999999.dkr.ecr.eu-west-2.amazonaws.com/prod-image-repository-1a2b3c4";
    const shared = { kind: "digest", digest: `sha256:${"0".repeat(64)}`, repository };
    assert.deepEqual(read({ image: shared }).image, { ...shared, keepImages: 30, sharedWith: [] });
    assert.throws(
      () => read({ image: { ...shared, repository: repository.replace("eu-west-2", "eu-west-1") } }),
      /moodle:image\.repository: .* expected a repository in eu-west-2, the stack's own region/,
    );
    assert.deepEqual(read({ edge: { kind: "external", allowedCidrs: ["198.51.100.0/24"] } }).edge, {
      kind: "external",
      allowedCidrs: ["198.51.100.0/24"],
      originSecret: true,
      acceptedOriginSecrets: [1],
    });
  });

  it("takes the newest version of the engine and the newest PHP of the Moodle branch", () => {
    assert.equal(read({ cache: { engine: "redis" } }).cache.engineVersion, "7.1");
    assert.equal(read({ cache: {} }).cache.engineVersion, "8.2");
    assert.equal(read({ moodle: { version: "4.5" } }).moodle.phpVersion, "8.3");
  });

  it("names the zones of the region", () => {
    assert.deepEqual(read({}).network.availabilityZones, ["eu-west-2a", "eu-west-2b", "eu-west-2c"]);
    assert.deepEqual(
      read({ region: "ca-central-1" }).network.availabilityZones.join(),
      "ca-central-1a,ca-central-1b,ca-central-1d",
    );
    assert.equal(read({ profile: "dev" }).network.availabilityZones.length, 2);
  });
});

describe("givenConfig", () => {
  it("sees every key of the stack, and which are secret", () => {
    pulumi.runtime.setAllConfig({ "moodle:misspelt": "1", "aws:region": "x" }, ["moodle:misspelt"]);
    const { values, secretKeys } = givenConfig();
    assert.deepEqual(values, { "moodle:misspelt": "1", "aws:region": "x" });
    assert.deepEqual([...(secretKeys ?? [])], ["moodle:misspelt"]);
    pulumi.runtime.setAllConfig({});
  });
});
