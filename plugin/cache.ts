import * as pulumi from "@pulumi/pulumi";
import * as cache from "../components/cache/cache";
import { onePerZone } from "./lists";

export interface CacheArgs {
  vpcId: pulumi.Input<string>;
  /** Two to four zones by name, such as "eu-west-2a". */
  availabilityZones: string[];
  /** One subnet a zone, in the order of the zones, as a Network's `dataSubnetIds`. */
  dataSubnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** "sessions", which are never dropped, or "application", which makes room for what is new. */
  purpose: string;
  /** "valkey" or "redis". Default: "valkey". */
  engine?: string;
  /** Major and minor. Default: the newest that the component knows. */
  engineVersion?: string;
  /** Such as "cache.r7g.large". *Cost*: per node-hour, times `replicas` + 1. */
  nodeType: string;
  /** Copies beside the primary, 0 to 5. */
  replicas: number;
  kmsKeyArn: pulumi.Input<string>;
  /** Default: 90. */
  logRetentionDays?: number;
}

/** One ElastiCache replication group, with TLS and a token. */
export class Cache extends pulumi.ComponentResource {
  /** Host name that always points to the primary. */
  readonly primaryEndpoint: pulumi.Output<string>;
  /** Host name that spreads connections over the replicas. */
  readonly readerEndpoint: pulumi.Output<string>;
  /** JSON `{token}`. */
  readonly authSecretArn: pulumi.Output<string>;
  /** Closed: open a path to it by a rule of your own. */
  readonly securityGroupId: pulumi.Output<string>;

  constructor(name: string, args: CacheArgs, opts?: pulumi.ComponentResourceOptions) {
    super("moodle-on-aws-components:index:Cache", name, {}, opts);
    const { vpcId, availabilityZones, dataSubnetIds, ...rest } = args;
    const made = new cache.Cache(
      name,
      {
        ...rest,
        // Both are checked by the component.
        purpose: args.purpose as cache.CacheArgs["purpose"],
        engine: args.engine as cache.CacheArgs["engine"],
        network: { vpcId: pulumi.output(vpcId), dataSubnetIds: onePerZone(dataSubnetIds, availabilityZones) },
      },
      { parent: this },
    );
    this.primaryEndpoint = made.primaryEndpoint;
    this.readerEndpoint = made.readerEndpoint;
    this.authSecretArn = made.authSecretArn;
    this.securityGroupId = made.securityGroupId;
    this.registerOutputs();
  }
}
