import * as pulumi from "@pulumi/pulumi";
import * as storage from "../components/storage/sharedFiles";
import { onePerZone } from "./lists";

export interface SharedFilesArgs {
  vpcId: pulumi.Input<string>;
  /** Two to four zones by name, such as "eu-west-2a". */
  availabilityZones: string[];
  /** One subnet a zone, in the order of the zones, as a Network's `dataSubnetIds`. */
  dataSubnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** Directory that containers see as their own. Default: "/moodledata". */
  directory?: string;
  /** A fixed rate in MiB/s, 1 to 3414, paid whether used or not. Default: throughput on demand. */
  provisionedMibps?: number;
  /** Keep the file system when the stack is destroyed. Default: true. */
  retainOnDelete?: boolean;
  kmsKeyArn: pulumi.Input<string>;
}

/** A regional EFS file system with a mount target in every zone and an access point for the containers' user. */
export class SharedFiles extends pulumi.ComponentResource {
  readonly fileSystemId: pulumi.Output<string>;
  readonly accessPointId: pulumi.Output<string>;
  readonly fileSystemArn: pulumi.Output<string>;
  readonly accessPointArn: pulumi.Output<string>;
  /** Closed: open TCP 2049 to it by a rule of your own. */
  readonly securityGroupId: pulumi.Output<string>;

  constructor(name: string, args: SharedFilesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("moodle-on-aws-components:index:SharedFiles", name, {}, opts);
    const { vpcId, availabilityZones, dataSubnetIds, kmsKeyArn, provisionedMibps, ...store } = args;
    const made = new storage.SharedFiles(
      name,
      {
        network: {
          vpcId: pulumi.output(vpcId),
          availabilityZones,
          dataSubnetIds: onePerZone(dataSubnetIds, availabilityZones),
        },
        store: {
          ...store,
          ...(provisionedMibps !== undefined && { throughputMode: "provisioned", provisionedMibps }),
          kind: "efs",
        },
        kmsKeyArn,
      },
      { parent: this },
    );
    if (made.mount.kind !== "efs") {
      throw new Error("expected an EFS file system of a store of kind efs");
    }
    this.fileSystemId = made.mount.fileSystemId;
    this.accessPointId = made.mount.accessPointId;
    this.fileSystemArn = made.mount.fileSystemArn;
    this.accessPointArn = made.mount.accessPointArn;
    this.securityGroupId = made.securityGroupId!;
    this.registerOutputs();
  }
}
