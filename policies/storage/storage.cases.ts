import { forEach, type RuleCases } from "../testing/cases";
import { id, idOf, thing, through, unknown, type Thing } from "../testing/harness";
import { threeTiers } from "../testing/network";
import { backupVaultLocked } from "./backupVaultLocked";
import { bucketEncrypted } from "./bucketEncrypted";
import { bucketPrivate } from "./bucketPrivate";
import { bucketTlsOnly } from "./bucketTlsOnly";
import { bucketVersioned } from "./bucketVersioned";
import { dataInBackupPlan } from "./dataInBackupPlan";
import { fileSystemBackedUp } from "./fileSystemBackedUp";
import { fileSystemEncrypted } from "./fileSystemEncrypted";
import { fileSystemRegional } from "./fileSystemRegional";
import { fsxResilient } from "./fsxResilient";
import { messagesEncrypted } from "./messagesEncrypted";
import { mountTargetsSpanZones } from "./mountTargetsSpanZones";
import { repositoryImmutable } from "./repositoryImmutable";
import { secretsRecoverable } from "./secretsRecoverable";
import { statefulProtected } from "./statefulProtected";
import { volumesEncrypted } from "./volumesEncrypted";

const tiers = threeTiers();
const files = (props: Thing["props"] = {}) => thing("aws:efs/fileSystem:FileSystem", "files", props);
const mount = (name: string, subnet: Thing, of: Thing = files()) =>
  thing("aws:efs/mountTarget:MountTarget", name, { fileSystemId: id(of), subnetId: id(subnet) });
const cluster = thing("aws:rds/cluster:Cluster", "database", {});
const vault = thing("aws:backup/vault:Vault", "vault", {});
const otherVault = thing("aws:backup/vault:Vault", "other-vault", {});
const vaultLock = "aws:backup/vaultLockConfiguration:VaultLockConfiguration";
const selection = "aws:backup/selection:Selection";
const tag = (key: string, value: unknown) => ({ type: "STRINGEQUALS", key, value });
const tagged = (tags: Record<string, unknown>) => thing("aws:rds/cluster:Cluster", "tagged", { tags });
const bucket = thing("aws:s3/bucket:Bucket", "bucket");
const other = thing("aws:s3/bucket:Bucket", "other");
const setting = (kind: string, props: Thing["props"], of: unknown = id(bucket)) =>
  thing(`aws:s3/${kind[0]!.toLowerCase()}${kind.slice(1)}:${kind}`, "setting", { bucket: of, ...props });
const sse = (algorithm: unknown, of?: unknown) =>
  setting(
    "BucketServerSideEncryptionConfiguration",
    { rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: algorithm } }] },
    of,
  );
const either = through([bucket, other], idOf(bucket));
const block = (props: Thing["props"] = {}, of?: unknown) =>
  setting(
    "BucketPublicAccessBlock",
    { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true, ...props },
    of,
  );
const versioning = (status: unknown, of?: unknown) =>
  setting("BucketVersioning", { versioningConfiguration: { status } }, of);
const refusal = {
  ...{ Effect: "Deny", Principal: "*", Action: "s3:*", Resource: "*" },
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};
/** A bucket with a policy of one statement inside it. */
const refusing = (more: object) =>
  thing("aws:s3/bucket:Bucket", "inside", { policy: JSON.stringify({ Statement: [{ ...refusal, ...more }] }) });
const refusesTooLittle: Readonly<Record<string, object>> = {
  "one that allows": { Effect: "Allow" },
  "one for a role": { Principal: { AWS: "arn:aws:iam::111122223333:role/app" } },
  "one for a service": { Principal: { Service: "*" } },
  "one for reading": { Action: "s3:GetObject" },
  "one for the bucket alone": { Resource: "arn:aws:s3:::b" },
  "one with a second condition": {
    Condition: { Bool: { "aws:SecureTransport": "false" }, StringEquals: { "aws:PrincipalAccount": "111122223333" } },
  },
  "one without a condition": { Condition: {} },
  "one about something else": { Condition: { Bool: { "aws:ViaAWSService": "false" } } },
  "one about plain and TLS": { Condition: { Bool: { "aws:SecureTransport": ["false", "true"] } } },
  "one that asks for TLS with another operator": { Condition: { StringEquals: { "aws:SecureTransport": "false" } } },
  "one about another text": { Condition: { StringNotEquals: { "aws:ViaAWSService": "true" } } },
  "one about two texts": { Condition: { StringNotEquals: { "aws:SecureTransport": ["true", "false"] } } },
};
const tls = (value: unknown) =>
  JSON.stringify({
    Statement: [
      {
        ...{ Effect: "Deny", Principal: "*", Action: "s3:*", Resource: "*" },
        Condition: { Bool: { "aws:SecureTransport": value } },
      },
    ],
  });
const template = (props: Thing["props"]) => thing("aws:ec2/launchTemplate:LaunchTemplate", "nodes", props);
const device = (encrypted: unknown) => ({ deviceName: "/dev/xvda", ebs: { encrypted } });
const zfs = (props: Thing["props"]) => thing("aws:fsx/openZfsFileSystem:OpenZfsFileSystem", "files", props);
const repository = (props: Thing["props"]) => thing("aws:ecr/repository:Repository", "app", props);
const secret = (props: Thing["props"]) => thing("aws:secretsmanager/secret:Secret", "s", props);

/** A database beside a selection of these patterns. */
const takes = (...resources: readonly string[]) => [cluster, thing(selection, "s", { resources })];

export const storageCases: readonly RuleCases[] = [
  {
    rule: mountTargetsSpanZones,
    pass: {
      "one per zone": [...tiers.things, files(), ...tiers.data.map((subnet, i) => mount(`m${i}`, subnet))],
    },
    fail: {
      "two zones of three": [
        ...tiers.things,
        files(),
        ...tiers.data.slice(1).map((subnet, i) => mount(`m${i}`, subnet)),
      ],
      none: [files()],
    },
    unknown: {
      "mount targets in subnets that are not known": [
        files(),
        ...["x", "y", "z"].map((name) =>
          thing("aws:efs/mountTarget:MountTarget", name, { fileSystemId: id(files()), subnetId: unknown }),
        ),
      ],
    },
    notApplicable: { "a stack without EFS": [bucket] },
  },
  {
    rule: fileSystemEncrypted,
    pass: { encryption: [files({ encrypted: true })] },
    fail: { none: [files()] },
    unknown: { "a choice that is not known": [files({ encrypted: unknown })] },
    notApplicable: { "a bucket": [bucket] },
  },
  {
    rule: fileSystemRegional,
    pass: { "all zones": [files()] },
    fail: { "one zone": [files({ availabilityZoneName: unknown })] },
    unknown: "whether a zone is given is known even when the zone is not",
    notApplicable: { "a bucket": [bucket] },
  },
  {
    rule: backupVaultLocked,
    pass: { "a lock": [vault, thing(vaultLock, "lock", { backupVaultName: id(vault), minRetentionDays: 30 })] },
    fail: {
      none: [vault],
      "the lock of another vault": [
        vault,
        thing(vaultLock, "lock", { backupVaultName: "another", minRetentionDays: 30 }),
      ],
    },
    unknown: {
      "a lock of one of two vaults": [
        vault,
        otherVault,
        thing(vaultLock, "lock", { backupVaultName: through([vault, otherVault], idOf(vault)) }),
      ],
    },
    notApplicable: { "a bucket": [bucket] },
  },
  {
    rule: dataInBackupPlan,
    pass: {
      "a database cluster by its ARN": [cluster, thing(selection, "s", { resources: [id(cluster)] })],
      "a file server by its ARN": [zfs({}), thing(selection, "s", { resources: [id(zfs({}))] })],
      "every database": [cluster, thing(selection, "s", { resources: ["arn:aws:rds:*:*:cluster:*"] })],
      everything: [cluster, thing(selection, "s", { resources: ["*"] })],
      ...forEach(["*", "arn:*:*:*:*:*", "arn:aws:rds:*:*:*", "arn:aws-cn:rds:*:*:cluster:*"], takes),
      "a pattern beside another service's": takes("arn:aws:rds:*:*:cluster:*", "arn:aws:dynamodb:*:*:table/*"),
      "a tag that the provider gives": [
        thing(
          "aws:rds/cluster:Cluster",
          "db",
          {},
          { provider: { defaultTags: JSON.stringify({ tags: { Tier: "data" } }) } },
        ),
        thing(selection, "s", { selectionTags: [tag("Tier", "data")] }),
      ],
      "everything but another database": [
        ...[cluster, thing("aws:rds/cluster:Cluster", "second", {})],
        thing(selection, "s", {
          resources: ["*"],
          notResources: [id(thing("aws:rds/cluster:Cluster", "second"))],
        }),
        thing(selection, "t", { resources: [id(thing("aws:rds/cluster:Cluster", "second"))] }),
      ],
      "one of its tags": [
        tagged({ Tier: "data" }),
        thing(selection, "s", { selectionTags: [tag("Tier", "data"), tag("Backup", "yes")] }),
      ],
      "all the tags that are asked for": [
        tagged({ Tier: "data", Backup: "yes" }),
        thing(selection, "s", {
          resources: ["*"],
          conditions: [{ stringEquals: [tag("aws:ResourceTag/Tier", "data"), tag("aws:ResourceTag/Backup", "yes")] }],
        }),
      ],
    },
    fail: {
      "one of two tags that are both asked for": [
        tagged({ Tier: "data" }),
        thing(selection, "s", {
          resources: ["*"],
          conditions: [{ stringEquals: [tag("aws:ResourceTag/Tier", "data"), tag("aws:ResourceTag/Backup", "yes")] }],
        }),
      ],
      ...forEach(["arn:aws:dynamodb:*:*:table/*", "arn:aws:rds:us-east-1:1:cluster:another", "cluster", ""], takes),
      "a tag of another value": [
        tagged({ Tier: "web" }),
        thing(selection, "s", { selectionTags: [tag("Tier", "data")] }),
      ],
      "a tag without a value": [tagged({}), thing(selection, "s", { selectionTags: [{ key: "Tier" }] })],
      "a pattern and a tag that it lacks": [
        tagged({ Tier: "web" }),
        thing(selection, "s", { resources: ["*"], selectionTags: [tag("Tier", "data")] }),
      ],
      "nothing at all": [cluster, thing(selection, "s", {})],
      "no plan": [cluster],
      "a plan for every file system": [
        cluster,
        thing(selection, "s", { resources: ["arn:aws:elasticfilesystem:*:*:file-system/*"] }),
      ],
      "everything but the database": [
        cluster,
        thing(selection, "s", { resources: ["*"], notResources: [id(cluster)] }),
      ],
    },
    unknown: {
      "resources that are not known": [cluster, thing(selection, "s", { resources: unknown })],
      ...forEach(
        ["arn:aws:rds:eu-west-2:*:cluster:*", "arn:aws:rds:*:111122223333:cluster:*", "arn:aws:rds:*:*:cluster:db-*"],
        takes,
      ),
      "tags that are not known": [cluster, thing(selection, "s", { selectionTags: unknown })],
      "conditions that are not known": [cluster, thing(selection, "s", { resources: ["*"], conditions: unknown })],
      "equal tags that are not known": [
        cluster,
        thing(selection, "s", { resources: ["*"], conditions: [{ stringEquals: unknown }] }),
      ],
      "a tag whose value is not known": [
        tagged({ Tier: unknown }),
        thing(selection, "s", { selectionTags: [tag("Tier", "data")] }),
      ],
      "a wanted value that is not known": [
        tagged({ Tier: "data" }),
        thing(selection, "s", { selectionTags: [tag("Tier", unknown)] }),
      ],
      ...forEach(["stringLike", "stringNotEquals", "stringNotLike"], (operator) => [
        tagged({ Tier: "data" }),
        thing(selection, "s", { resources: ["*"], conditions: [{ [operator]: [tag("aws:ResourceTag/Tier", "d")] }] }),
      ]),
      "one of two databases": [
        ...[cluster, thing("aws:rds/cluster:Cluster", "second", {})],
        thing(selection, "s", {
          resources: through([cluster, thing("aws:rds/cluster:Cluster", "second")], [idOf(cluster)]),
        }),
      ],
      "databases of some names": [
        cluster,
        thing(selection, "s", { resources: ["arn:aws:rds:eu-west-2:123456789012:cluster:other-*"] }),
      ],
      "conditions of another kind": [
        cluster,
        thing(selection, "s", {
          resources: ["*"],
          conditions: [{ stringNotEquals: [tag("aws:ResourceTag/Backup", "no")] }],
        }),
      ],
    },
    notApplicable: { "a bucket": [bucket] },
  },
  {
    rule: fileSystemBackedUp,
    pass: {
      "a backup policy": [
        files(),
        thing("aws:efs/backupPolicy:BackupPolicy", "b", {
          fileSystemId: id(files()),
          backupPolicy: { status: "ENABLED" },
        }),
      ],
      "a backup plan": [files(), thing("aws:backup/selection:Selection", "s", { resources: [id(files())] })],
    },
    fail: {
      none: [files()],
      "a policy that is switched off": [
        files(),
        thing("aws:efs/backupPolicy:BackupPolicy", "b", {
          fileSystemId: id(files()),
          backupPolicy: { status: "DISABLED" },
        }),
      ],
    },
    unknown: {
      "a status that is not known": [
        files(),
        thing("aws:efs/backupPolicy:BackupPolicy", "b", { fileSystemId: id(files()), backupPolicy: unknown }),
      ],
    },
    notApplicable: { "a bucket": [bucket] },
  },
  {
    rule: fsxResilient,
    pass: { "two zones and backups": [zfs({ deploymentType: "MULTI_AZ_1", automaticBackupRetentionDays: 30 })] },
    fail: {
      "one zone": [zfs({ deploymentType: "SINGLE_AZ_2", automaticBackupRetentionDays: 30 })],
      "no backups": [zfs({ deploymentType: "MULTI_AZ_1" })],
    },
    unknown: { "a type that is not known": [zfs({ deploymentType: unknown, automaticBackupRetentionDays: 30 })] },
    notApplicable: { Lustre: [thing("aws:fsx/lustreFileSystem:LustreFileSystem", "scratch", {})] },
  },
  {
    rule: fsxResilient,
    limits: { multiZone: false, minBackupDays: 1 },
    pass: {
      "a week, which Windows has by itself": [thing("aws:fsx/windowsFileSystem:WindowsFileSystem", "files", {})],
    },
    fail: { "no backups": [zfs({})] },
    unknown: { "days that are not known": [zfs({ automaticBackupRetentionDays: unknown })] },
    notApplicable: { Lustre: [thing("aws:fsx/lustreFileSystem:LustreFileSystem", "scratch", {})] },
  },
  {
    rule: volumesEncrypted,
    pass: {
      ...forEach(["aws:ebs/snapshotCopy:SnapshotCopy", "aws:ec2/amiCopy:AmiCopy"], (type) => [
        thing(type, "copy", { encrypted: true }),
      ]),
      "an image": [
        thing("aws:ec2/ami:Ami", "image", {
          ebsBlockDevices: [
            { deviceName: "/dev/xvda", encrypted: true },
            { deviceName: "/dev/xvdb", snapshotId: "snap-1" },
          ],
        }),
      ],
      "a desktop": [
        thing("aws:workspaces/workspace:Workspace", "desk", {
          ...{ rootVolumeEncryptionEnabled: true, userVolumeEncryptionEnabled: true },
        }),
      ],
      "a launch template": [
        template({ blockDeviceMappings: [device("true"), { deviceName: "/dev/sdb", noDevice: "true" }] }),
      ],
      "a volume": [thing("aws:ebs/volume:Volume", "v", { encrypted: true })],
      "an instance": [thing("aws:ec2/instance:Instance", "h", { rootBlockDevice: { encrypted: true } })],
    },
    fail: {
      ...forEach(["aws:ebs/snapshotCopy:SnapshotCopy", "aws:ec2/amiCopy:AmiCopy"], (type) => [thing(type, "copy", {})]),
      "an image": [thing("aws:ec2/ami:Ami", "image", { ebsBlockDevices: [{ deviceName: "/dev/xvda" }] })],
      ...forEach(["rootVolumeEncryptionEnabled", "userVolumeEncryptionEnabled"], (name) => [
        thing("aws:ebs/encryptionByDefault:EncryptionByDefault", "all", {}),
        thing("aws:workspaces/workspace:Workspace", "desk", { [name]: true }),
      ]),
      "a template without devices": [template({})],
      "a template with one plain device": [template({ blockDeviceMappings: [device(true), device(false)] })],
      "a volume": [thing("aws:ebs/volume:Volume", "v", {})],
      "an instance": [thing("aws:ec2/instance:Instance", "h", {})],
      "another device of an instance": [
        thing("aws:ec2/instance:Instance", "h", {
          rootBlockDevice: { encrypted: true },
          ebsBlockDevices: [{ deviceName: "/dev/sdb", encrypted: false }],
        }),
      ],
    },
    unknown: {
      "devices of an image that are not known": [thing("aws:ec2/ami:Ami", "image", { ebsBlockDevices: unknown })],
      "devices that are not known": [template({ blockDeviceMappings: unknown })],
    },
    notApplicable: { "a bucket": [bucket] },
  },
  {
    rule: messagesEncrypted,
    pass: {
      "a topic with a key": [thing("aws:sns/topic:Topic", "t", { kmsMasterKeyId: unknown })],
      "a queue, by default": [thing("aws:sqs/queue:Queue", "q", {})],
    },
    fail: {
      "a topic": [thing("aws:sns/topic:Topic", "t", {})],
      "a queue that opts out": [thing("aws:sqs/queue:Queue", "q", { sqsManagedSseEnabled: false })],
    },
    unknown: { "a choice that is not known": [thing("aws:sqs/queue:Queue", "q", { sqsManagedSseEnabled: unknown })] },
    notApplicable: { "a bucket": [bucket] },
  },
  {
    rule: bucketEncrypted,
    pass: {
      "a key": [bucket, sse("aws:kms")],
      "S3's own": [bucket, sse("AES256")],
      "by name": [thing("aws:s3/bucket:Bucket", "bucket", { bucket: "files" }), sse("AES256", "files")],
      "the old resource": [
        bucket,
        setting("BucketServerSideEncryptionConfigurationV2", {
          rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
        }),
      ],
      "inside the bucket": [
        thing("aws:s3/bucket:Bucket", "bucket", {
          serverSideEncryptionConfiguration: {
            rule: { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } },
          },
        }),
      ],
    },
    fail: { none: [bucket], "another bucket's": [bucket, other, sse("aws:kms", id(other))] },
    unknown: {
      "one of two": [bucket, other, sse("AES256", either)],
      "an algorithm that is not known": [bucket, sse(unknown)],
    },
    notApplicable: { "a stack without buckets": [files()] },
  },
  {
    rule: bucketEncrypted,
    limits: { customerKey: true },
    pass: { "a key": [bucket, sse("aws:kms:dsse")] },
    fail: { "S3's own": [bucket, sse("AES256")] },
    unknown: { "an algorithm that is not known": [bucket, sse(unknown)] },
    notApplicable: { "a stack without buckets": [files()] },
  },
  {
    rule: bucketPrivate,
    pass: {
      "a bucket of an account that blocks everything": [
        bucket,
        thing("aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock", "all", {
          ...{ blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
        }),
      ],
      "all four": [bucket, block()],
    },
    fail: {
      "a bucket of an account that blocks a part": [
        bucket,
        thing("aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock", "all", {
          ...{ blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true },
        }),
      ],
      none: [bucket],
      ...forEach(["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"], (setting) => [
        bucket,
        block({ [setting]: false }),
      ]),
      "another bucket's": [bucket, other, block({}, id(other))],
    },
    unknown: { "a choice that is not known": [bucket, block({ blockPublicAcls: unknown })] },
    notApplicable: { "a stack without buckets": [files()] },
  },
  {
    rule: bucketVersioned,
    pass: {
      versions: [bucket, versioning("Enabled")],
      "inside the bucket": [thing("aws:s3/bucket:Bucket", "bucket", { versioning: { enabled: true } })],
    },
    fail: { none: [bucket], suspended: [bucket, versioning("Suspended")] },
    unknown: { "a status that is not known": [bucket, versioning(unknown)] },
    notApplicable: { "a stack without buckets": [files()] },
  },
  {
    rule: bucketTlsOnly,
    pass: {
      "a policy that refuses": [bucket, setting("BucketPolicy", { policy: tls("false") })],
      "one with a boolean": [bucket, setting("BucketPolicy", { policy: tls(false) })],
      "one for every AWS principal": [refusing({ Principal: { AWS: ["*"] } })],
      "one for every action": [refusing({ Action: ["*"] })],
      "one for the bucket and what is in it": [refusing({ Resource: ["arn:aws:s3:::b", "arn:aws:s3:::b/*"] })],
      "one that asks for TLS the other way": [
        refusing({ Condition: { StringNotEquals: { "aws:SecureTransport": "true" } } }),
      ],
      "one beside others": [
        thing("aws:s3/bucket:Bucket", "inside", {
          policy: JSON.stringify({ Statement: [{ Effect: "Allow", Principal: "*" }, refusal] }),
        }),
      ],
    },
    fail: {
      ...forEach(Object.keys(refusesTooLittle), (what) => [refusing(refusesTooLittle[what]!)]),
      none: [bucket],
      "the wrong way round": [bucket, setting("BucketPolicy", { policy: tls("true") })],
      "a policy that is not JSON": [bucket, setting("BucketPolicy", { policy: "{" })],
    },
    unknown: {
      "a policy that is not known": [bucket, setting("BucketPolicy", { policy: unknown })],
      "a policy of one of two buckets": [bucket, other, setting("BucketPolicy", { policy: tls("false") }, either)],
      "a condition that is not known": [
        thing("aws:s3/bucket:Bucket", "inside", { policy: { Statement: [{ ...refusal, Condition: unknown }] } }),
      ],
    },
    notApplicable: { "a stack without buckets": [files()] },
  },
  {
    rule: repositoryImmutable,
    pass: {
      "immutable and scanned": [
        repository({
          imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
          imageTagMutabilityExclusionFilters: [
            { filterType: "WILDCARD", filter: "live-*" },
            { filterType: "WILDCARD", filter: "context-*" },
          ],
          imageScanningConfiguration: { scanOnPush: true },
        }),
      ],
    },
    fail: {
      "the defaults": [repository({})],
      "immutable but for every tag": [
        repository({
          imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
          imageTagMutabilityExclusionFilters: [{ filterType: "WILDCARD", filter: "*" }],
          imageScanningConfiguration: { scanOnPush: true },
        }),
      ],
      "not scanned": [
        repository({ imageTagMutability: "IMMUTABLE", imageScanningConfiguration: { scanOnPush: false } }),
      ],
    },
    unknown: {
      "a choice that is not known": [
        repository({ imageTagMutability: unknown, imageScanningConfiguration: { scanOnPush: true } }),
      ],
      "filters that are not known": [
        repository({
          imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
          imageTagMutabilityExclusionFilters: unknown,
          imageScanningConfiguration: { scanOnPush: true },
        }),
      ],
    },
    notApplicable: { "a bucket": [bucket] },
  },
  {
    rule: secretsRecoverable,
    pass: { "a key and the default window": [secret({ kmsKeyId: unknown })] },
    fail: { "no key": [secret({})], "no window": [secret({ kmsKeyId: "k", recoveryWindowInDays: 0 })] },
    unknown: { "a window that is not known": [secret({ kmsKeyId: "k", recoveryWindowInDays: unknown })] },
    notApplicable: { "a bucket": [bucket] },
  },
  {
    rule: statefulProtected,
    pass: {
      protect: [thing("aws:rds/cluster:Cluster", "db", {}, { protect: true })],
      "a bucket that S3 does not delete while it has objects": [bucket],
      "a bucket that is emptied first, and protected": [
        thing("aws:s3/bucket:Bucket", "b", { forceDestroy: true }, { protect: true }),
      ],
    },
    fail: {
      none: [thing("aws:rds/cluster:Cluster", "db", {})],
      "a file system": [files()],
      "a cache": [thing("aws:elasticache/replicationGroup:ReplicationGroup", "sessions", {})],
      "a bucket that is emptied first": [thing("aws:s3/bucket:Bucket", "b", { forceDestroy: true })],
    },
    unknown: { "a bucket of which it is not known": [thing("aws:s3/bucket:Bucket", "b", { forceDestroy: unknown })] },
    notApplicable: { "a group of instances": [thing("aws:autoscaling/group:Group", "g")] },
  },
];
