import * as pulumi from "@pulumi/pulumi";
import type { FoundNetwork } from "./findNetwork";

/**
 * A network that somebody else keeps, with the outputs of `Network`. It makes nothing and changes nothing there.
 *
 * The policies do not see such a network: the engine shows them only what a stack makes. `findNetwork` judges it.
 */
export class ExistingNetwork extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  readonly cidr: string;
  readonly availabilityZones: readonly string[];
  /** Empty where no zone has one. */
  readonly publicSubnetIds: pulumi.Output<string>[];
  readonly applicationSubnetIds: pulumi.Output<string>[];
  readonly dataSubnetIds: pulumi.Output<string>[];
  /** Empty: the tables are not this stack's, and no service may add routes to them. */
  readonly applicationRouteTableIds: pulumi.Output<string>[] = [];
  /** Public source addresses of tasks. Empty where they leave by other ways than NAT gateways. */
  readonly natPublicIps: pulumi.Output<string>[];

  /** @param found What `findNetwork` found. */
  constructor(name: string, found: FoundNetwork, opts: pulumi.ComponentResourceOptions = {}) {
    super("moodle:network:ExistingNetwork", name, {}, opts);
    const outputs = (ids: readonly (string | undefined)[]): pulumi.Output<string>[] =>
      ids.filter((id) => id !== undefined).map((id) => pulumi.output(id));
    this.vpcId = pulumi.output(found.vpcId);
    this.cidr = found.cidr;
    this.availabilityZones = found.zones.map(({ zone }) => zone);
    this.publicSubnetIds = outputs(found.zones.map((zone) => zone.public));
    this.applicationSubnetIds = outputs(found.zones.map((zone) => zone.application));
    this.dataSubnetIds = outputs(found.zones.map((zone) => zone.data));
    this.natPublicIps = outputs(found.natPublicIps);
    this.registerOutputs({
      vpcId: this.vpcId,
      cidr: this.cidr,
      availabilityZones: this.availabilityZones,
      publicSubnetIds: this.publicSubnetIds,
      applicationSubnetIds: this.applicationSubnetIds,
      dataSubnetIds: this.dataSubnetIds,
      applicationRouteTableIds: this.applicationRouteTableIds,
      natPublicIps: this.natPublicIps,
    });
  }
}
