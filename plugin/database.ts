import * as pulumi from "@pulumi/pulumi";
import * as database from "../components/database/database";
import { onePerZone } from "./lists";

export interface DatabaseArgs {
  vpcId: pulumi.Input<string>;
  /** Two to four zones by name, such as "eu-west-2a". */
  availabilityZones: string[];
  /** One subnet a zone, in the order of the zones, as a Network's `dataSubnetIds`. */
  dataSubnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** Size of every instance, such as "db.r8g.large". Default: Aurora Serverless v2 between `minAcu` and `maxAcu`. */
  instanceClass?: string;
  /** Smallest capacity without `instanceClass`, in ACU of 2 GiB. */
  minAcu?: number;
  /** Largest capacity without `instanceClass`, in ACU of 2 GiB. */
  maxAcu?: number;
  /** Readers beside the writer, 0 to 15, each in the next zone. */
  readers: number;
  /** 1 to 35 days of point-in-time restore. */
  backupRetentionDays: number;
  /** AWS itself refuses deletion, to every caller. Default: true. */
  deletionProtection?: boolean;
  /** Encrypts storage, snapshots, secrets, logs and performance data. */
  kmsKeyArn: pulumi.Input<string>;
  /** Default: 90. */
  logRetentionDays?: number;
}

/** An Aurora MySQL cluster over several zones, with TLS demanded and passwords in Secrets Manager. */
export class Database extends pulumi.ComponentResource {
  readonly clusterArn: pulumi.Output<string>;
  /** Host name of the writer. */
  readonly endpoint: pulumi.Output<string>;
  /** Host name that spreads connections over the readers. */
  readonly readerEndpoint: pulumi.Output<string>;
  readonly port: pulumi.Output<number>;
  /** Secret of the application's user. */
  readonly applicationSecretArn: pulumi.Output<string>;
  /** Closed: open a path to it by a rule of your own. */
  readonly securityGroupId: pulumi.Output<string>;

  constructor(name: string, args: DatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("moodle-on-aws-components:index:Database", name, {}, opts);
    const { vpcId, availabilityZones, dataSubnetIds, instanceClass, minAcu, maxAcu, ...rest } = args;
    const made = new database.Database(
      name,
      {
        ...rest,
        deletionProtection: args.deletionProtection ?? true,
        network: {
          vpcId: pulumi.output(vpcId),
          availabilityZones,
          dataSubnetIds: onePerZone(dataSubnetIds, availabilityZones),
        },
        capacity:
          instanceClass === undefined
            ? { kind: "serverless", minAcu: minAcu!, maxAcu: maxAcu! }
            : { kind: "provisioned", instanceClass },
      },
      { parent: this },
    );
    this.clusterArn = made.clusterArn;
    this.endpoint = made.endpoint;
    this.readerEndpoint = made.readerEndpoint;
    this.port = made.port;
    this.applicationSecretArn = made.applicationSecretArn;
    this.securityGroupId = made.securityGroupId;
    this.registerOutputs();
  }
}
