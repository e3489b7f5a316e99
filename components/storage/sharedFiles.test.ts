import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { build, isUnknown, settled, type BuildOptions } from "../../testing/build";
import { moodleUser } from "../lib/moodleUser";
import type { EfsMount } from "./efs";
import { nfsMountOptions } from "./mountOptions";
import { throughputs, type NfsMount } from "./openZfs";
import { SharedFiles, type SharedFilesArgs } from "./sharedFiles";

const network = {
  vpcId: pulumi.output("vpc-1"),
  availabilityZones: ["eu-west-2a", "eu-west-2b", "eu-west-2c"],
  dataSubnetIds: ["subnet-a", "subnet-b", "subnet-c"].map((id) => pulumi.output(id)),
};
const openZfs = { kind: "openzfs", storageGib: 512, throughputMbps: 160, routeTableIds: ["rtb-1"] } as const;

const make = (store: SharedFilesArgs["store"], options: BuildOptions = {}, subnets = network.dataSubnetIds) =>
  build(
    (opts) =>
      new SharedFiles("data", { network: { ...network, dataSubnetIds: subnets }, store, kmsKeyArn: "key-arn" }, opts),
    {
      outputs: { "aws:fsx/openZfsFileSystem:OpenZfsFileSystem": () => ({ dnsName: "fs-1.fsx.test" }) },
      ...options,
    },
  );

describe("SharedFiles on EFS", () => {
  it("builds a mount target in every subnet, an access point, a policy and backups", async () => {
    const built = await make({ kind: "efs" });
    assert.deepEqual(built.identities, [
      "aws:ec2/securityGroup:SecurityGroup::data-security-group",
      "aws:efs/accessPoint:AccessPoint::data-access-point",
      "aws:efs/backupPolicy:BackupPolicy::data-backup",
      "aws:efs/fileSystem:FileSystem::data-file-system",
      "aws:efs/fileSystemPolicy:FileSystemPolicy::data-policy",
      "aws:efs/mountTarget:MountTarget::data-mount-target-a",
      "aws:efs/mountTarget:MountTarget::data-mount-target-b",
      "aws:efs/mountTarget:MountTarget::data-mount-target-c",
      "moodle:storage:SharedFiles::data",
    ]);
    const subnets = built.ofType("aws:efs/mountTarget:MountTarget").map(({ inputs }) => inputs["subnetId"]);
    assert.deepEqual(subnets, ["subnet-a", "subnet-b", "subnet-c"]);
    for (const { name, options } of built.resources.filter((resource) => resource.name !== "data")) {
      assert.equal(options.parent, built.component, name);
    }
    assert.deepEqual(Object.keys(built.get("data-security-group").inputs).sort(), ["description", "vpcId"]);
    const mount = built.component.mount as EfsMount;
    assert.equal(mount.kind, "efs");
    assert.equal(await settled(mount.fileSystemId), "data-file-system-id");
    assert.equal(await settled(mount.accessPointId), "data-access-point-id");
  });

  const fileSystem = async (store: Parameters<typeof make>[0], options: BuildOptions = {}) =>
    (await make(store, options)).ofType("aws:efs/fileSystem:FileSystem")[0]!;

  it("takes over a restored one as it is, and later changes nothing that would replace it", async () => {
    const taken = await fileSystem({ kind: "efs", restoredFileSystemId: "fs-0123456789abcdef0" });
    assert.deepEqual([taken.options.import, taken.options.ignoreChanges], ["fs-0123456789abcdef0", ["*"]]);
    const { options } = await fileSystem({ kind: "efs" });
    assert.deepEqual([options.import, options.ignoreChanges], [undefined, ["kmsKeyId", "creationToken"]]);
  });

  it("is encrypted, elastic, moves unused files to the cheaper class, and outlives the stack", async () => {
    const { inputs, options } = await fileSystem({ kind: "efs" });
    assert.equal(inputs["encrypted"], true);
    assert.equal(inputs["kmsKeyId"], "key-arn");
    assert.equal(inputs["throughputMode"], "elastic");
    assert.equal("availabilityZoneName" in inputs, false);
    assert.deepEqual(inputs["lifecyclePolicies"], [
      { transitionToIa: "AFTER_30_DAYS" },
      { transitionToPrimaryStorageClass: "AFTER_1_ACCESS" },
    ]);
    assert.equal(options.retainOnDelete, true);
    assert.equal((await fileSystem({ kind: "efs", retainOnDelete: false })).options.retainOnDelete, false);
    assert.equal("lifecyclePolicies" in (await fileSystem({ kind: "efs", infrequentAccess: "never" })).inputs, false);
  });

  it("has no automatic backups, whose vault lets nobody restore them: AWS Backup makes them with its own plan", async () => {
    const built = await make({ kind: "efs" });
    assert.deepEqual(built.get("data-backup").inputs["backupPolicy"], { status: "DISABLED" });
  });

  it("gives every file to Moodle's user", async () => {
    const { inputs } = (await make({ kind: "efs" })).ofType("aws:efs/accessPoint:AccessPoint")[0]!;
    assert.deepEqual(inputs["posixUser"], moodleUser);
    assert.deepEqual(inputs["rootDirectory"], {
      path: "/moodledata",
      creationInfo: { ownerUid: 1000, ownerGid: 1000, permissions: "0770" },
    });
  });

  it("moves to the directory of a restore, and only to one that EFS takes", async () => {
    const directory = "/aws-backup-restore_2026-11-30T02-00-00-000Z/moodledata";
    const { inputs } = (await make({ kind: "efs", directory })).ofType("aws:efs/accessPoint:AccessPoint")[0]!;
    assert.equal(inputs["rootDirectory"].path, directory);
    for (const wrong of ["moodledata", "/", "/a/../b", "/a b", "/a/b/c/d/e", `/${"x".repeat(100)}`]) {
      await assert.rejects(make({ kind: "efs", directory: wrong }), /store.directory: got/, wrong);
    }
  });

  it("lets clients in by TLS, IAM and the access point only", async () => {
    const built = await make({ kind: "efs" });
    const { Statement } = JSON.parse(built.get("data-policy").inputs["policy"]) as {
      Statement: { Sid: string; Effect: string; Principal: { AWS: string }; Action: string[]; Condition: unknown }[];
    };
    const [allow, past, plain] = Statement;
    assert.equal(Statement.length, 3);
    assert.equal(allow!.Principal.AWS, "arn:aws:iam::123456789012:root");
    assert.deepEqual(allow!.Action, ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]);
    const accessPoint = "arn:aws:test:eu-west-2:123456789012:data-access-point";
    assert.deepEqual(allow!.Condition, { StringEquals: { "elasticfilesystem:AccessPointArn": accessPoint } });
    assert.equal(past!.Effect, "Deny");
    assert.deepEqual(past!.Condition, { StringNotEquals: { "elasticfilesystem:AccessPointArn": accessPoint } });
    assert.equal(plain!.Effect, "Deny");
    assert.deepEqual(plain!.Condition, { Bool: { "aws:SecureTransport": "false" } });
  });

  it("takes a provisioned rate, and refuses one that is missing, too much or without its mode", async () => {
    const { inputs } = await fileSystem({ kind: "efs", throughputMode: "provisioned", provisionedMibps: 100 });
    assert.equal(inputs["provisionedThroughputInMibps"], 100);
    await assert.rejects(make({ kind: "efs", throughputMode: "provisioned" }), /store.provisionedMibps: got nothing,/);
    await assert.rejects(
      make({ kind: "efs", throughputMode: "provisioned", provisionedMibps: 4000 }),
      /store.provisionedMibps: got 4000/,
    );
    await assert.rejects(make({ kind: "efs", provisionedMibps: 100 }), /store.provisionedMibps: got 100/);
  });

  it("keeps the mode and encryption known in a preview", async () => {
    const { inputs } = await fileSystem({ kind: "efs" }, { preview: true });
    assert.equal(inputs["encrypted"], true);
    const built = await make({ kind: "efs" }, { preview: true });
    assert.ok(isUnknown(built.get("data-mount-target-a").inputs["fileSystemId"]));
    assert.equal(await settled((built.component.mount as EfsMount).fileSystemId), undefined);
  });

  it("refuses fewer than two subnets", async () => {
    await assert.rejects(make({ kind: "efs" }, {}, network.dataSubnetIds.slice(0, 1)), /network.dataSubnetIds: got 1,/);
  });
});

describe("SharedFiles on FSx for OpenZFS", () => {
  it("is made from a backup when one is given, and forgets it without a replacement", async () => {
    const of = async (store: SharedFilesArgs["store"]) =>
      (await make(store)).ofType("aws:fsx/openZfsFileSystem:OpenZfsFileSystem")[0]!;
    const made = await of({ ...openZfs, backupId: "backup-0123456789abcdef0" });
    assert.deepEqual([made.inputs["backupId"], made.options.ignoreChanges], ["backup-0123456789abcdef0", undefined]);
    const { inputs, options } = await of(openZfs);
    assert.deepEqual([inputs["backupId"], options.ignoreChanges], [undefined, ["backupId"]]);
  });

  it("spans exactly two subnets, with routes, backups and a last backup", async () => {
    const built = await make(openZfs);
    assert.deepEqual(built.identities, [
      "aws:ec2/securityGroup:SecurityGroup::data-security-group",
      "aws:fsx/openZfsFileSystem:OpenZfsFileSystem::data-file-system",
      "moodle:storage:SharedFiles::data",
    ]);
    const { inputs } = built.get("data-file-system");
    assert.equal(inputs["deploymentType"], "MULTI_AZ_1");
    assert.deepEqual(inputs["subnetIds"], ["subnet-a", "subnet-b"]);
    assert.equal(inputs["preferredSubnetId"], "subnet-a");
    assert.deepEqual(inputs["routeTableIds"], ["rtb-1"]);
    assert.equal(inputs["kmsKeyId"], "key-arn");
    assert.equal(inputs["automaticBackupRetentionDays"], 30);
    assert.equal(inputs["skipFinalBackup"], false);
    const mount = built.component.mount as NfsMount;
    assert.equal(await settled(pulumi.output(mount.host)), "fs-1.fsx.test");
    assert.deepEqual([mount.export, mount.options], ["/fsx", nfsMountOptions]);
  });

  it("refuses what FSx does not have", async () => {
    for (const [change, message] of [
      [{ storageGib: 32 }, /store.storageGib: got 32/],
      [{ throughputMbps: 128 }, /store.throughputMbps: got 128, expected one of 160, 320/],
      [{ routeTableIds: [] }, /store.routeTableIds: got 0/],
      [{ endpointCidr: "10.0.0.0/24" }, /store.endpointCidr/],
      [{ endpointCidr: "010.0.0.0/28" }, /store.endpointCidr: .*leading zeros/],
      [{ endpointCidr: "10.0.0.1/28" }, /store.endpointCidr: .*no bits after/],
      [{ endpointCidr: "10.0.300.0/28" }, /store.endpointCidr/],
      [{ backupRetentionDays: 91 }, /store.backupRetentionDays: got 91/],
    ] as const) {
      await assert.rejects(make({ ...openZfs, ...change }), message);
    }
    assert.equal(throughputs.length, 9);
  });
});

describe("SharedFiles on a server that exists", () => {
  it("makes nothing and hands on where to mount", async () => {
    const built = await make({ kind: "nfs", host: "files.example.ac.uk", export: "/export/moodle" }, {}, []);
    assert.deepEqual(built.identities, ["moodle:storage:SharedFiles::data"]);
    assert.equal(built.component.securityGroupId, undefined);
    assert.deepEqual(built.component.mount, {
      kind: "nfs",
      host: "files.example.ac.uk",
      export: "/export/moodle",
      options: nfsMountOptions,
    });
  });

  for (const host of ["", "files:2049", "http://files", "a b", "$(reboot)", "-files", "files.", "x".repeat(64)]) {
    it(`refuses the host ${JSON.stringify(host.slice(0, 12))}`, async () => {
      await assert.rejects(make({ kind: "nfs", host, export: "/export" }), /store.host/);
    });
  }
  for (const path of ["", "export", "/", "/export/", "/a/../b", "/a b", "/a;b", "/$HOME", "/a//b"]) {
    it(`refuses the export ${JSON.stringify(path)}`, async () => {
      await assert.rejects(make({ kind: "nfs", host: "10.1.2.3", export: path }), /store.export/);
    });
  }
});

describe("nfsMountOptions", () => {
  it("has every flag that keeps a mount alive", () => {
    const flags = [
      "nfsvers=4.1",
      "rsize=1048576",
      "wsize=1048576",
      "hard",
      "timeo=600",
      "retrans=2",
      "noresvport",
      "lookupcache=positive",
    ];
    assert.deepEqual(nfsMountOptions.split(","), [...flags, "_netdev"]);
  });
});
