import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { refuse, type Problem } from "../lib/invalid";
import type { Network } from "../network/network";
import { createEfs, efsProblems, type EfsMount, type EfsStore } from "./efs";
import { nfsMountOptions } from "./mountOptions";
import { createOpenZfs, openZfsProblems, type NfsMount, type OpenZfsStore } from "./openZfs";

/** An NFS 4.1 server that someone else runs: Gluster, ONTAP, or a filer at the other end of a Direct Connect. */
export interface NfsStore {
  readonly kind: "nfs";
  /** Host name or IPv4 address. */
  readonly host: string;
  /** Exported directory. It must be writable by {@link moodleUser}. */
  readonly export: string;
}

export interface SharedFilesArgs {
  readonly network: Pick<Network, "vpcId" | "dataSubnetIds" | "availabilityZones">;
  readonly store: EfsStore | OpenZfsStore | NfsStore;
  readonly kmsKeyArn: pulumi.Input<string>;
}

/** The TCP port of NFS 4, the only one that version 4.1 needs. */
export const nfsPort = 2049;

/**
 * The directory that all Moodle containers share (`dataroot`), on EFS, on FSx for OpenZFS, or on an existing server.
 *
 * EFS is mounted by each container (ECS does it, with TLS and the task's own role); the NFS kinds are mounted by the
 * instances and bound into the containers, which needs EC2 capacity, and the path to them is not encrypted by NFS: it
 * stays inside the VPC.
 *
 * Files that tasks keep for themselves (`localcachedir`, code, compiled templates) must not be here: a shared file
 * system answers in milliseconds where a local one needs microseconds, and Moodle opens thousands of them for a page.
 */
export class SharedFiles extends pulumi.ComponentResource {
  readonly mount: EfsMount | NfsMount;
  /** Closed: open {@link nfsPort} to it with `connect`. Undefined for a server that someone else runs. */
  readonly securityGroupId: pulumi.Output<string> | undefined;

  constructor(name: string, args: SharedFilesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("moodle:storage:SharedFiles", name, {}, opts);
    refuse(this, problems(args));
    const { store } = args;

    if (store.kind === "nfs") {
      this.securityGroupId = undefined;
      this.mount = { kind: "nfs", host: store.host, export: store.export, options: nfsMountOptions };
    } else {
      const child = { parent: this };
      const securityGroup = new aws.ec2.SecurityGroup(
        `${name}-security-group`,
        {
          vpcId: args.network.vpcId,
          description: "Shared files: only the paths that are opened by rules of their own",
        },
        child,
      );
      this.securityGroupId = securityGroup.id;
      const { kmsKeyArn } = args;
      const common = { subnetIds: args.network.dataSubnetIds, securityGroupId: securityGroup.id, kmsKeyArn };
      this.mount =
        store.kind === "efs"
          ? createEfs(name, { ...common, availabilityZones: args.network.availabilityZones, store }, child)
          : createOpenZfs(name, { ...common, store }, child);
    }
    this.registerOutputs({ mount: this.mount, securityGroupId: this.securityGroupId });
  }
}

function problems({ store, network }: SharedFilesArgs): Problem[] {
  if (store.kind === "nfs") {
    return nfsProblems("store", store);
  }
  const found = store.kind === "efs" ? efsProblems("store", store) : openZfsProblems("store", store);
  if (network.dataSubnetIds.length < 2) {
    found.push({
      path: "network.dataSubnetIds",
      given: network.dataSubnetIds.length,
      allowed: "two subnets or more",
      fix: "Give subnets in two zones, so that files survive the loss of one.",
    });
  }
  return found;
}

/**
 * Problems with the address of an NFS server. It ends up in a shell script and in fstab, so any character with a
 * meaning there is refused.
 */
export function nfsProblems(path: string, store: NfsStore): Problem[] {
  const found: Problem[] = [];
  const label = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/i;
  if (store.host.length > 253 || !store.host.split(".").every((part) => label.test(part))) {
    found.push({
      path: `${path}.host`,
      given: store.host,
      allowed: "a host name or an IPv4 address",
      fix: "Write it like files.example.ac.uk, without a port, a colon or a path.",
    });
  }
  if (!/^(\/[A-Za-z0-9._-]+)+$/.test(store.export) || store.export.split("/").includes("..")) {
    found.push({
      path: `${path}.export`,
      given: store.export,
      allowed: "an absolute path of letters, digits, dots, dashes and underscores, without a slash at the end",
      fix: "Write it like /export/moodledata.",
    });
  }
  return found;
}
