import * as pulumi from "@pulumi/pulumi";
import type { Entry, Style } from "./corpus";

/** A resource by its type and properties, as converters and generators write them. */
class Declared extends pulumi.CustomResource {
  declare readonly arn: pulumi.Output<string>;
  declare readonly name: pulumi.Output<string>;
}

/** Declares a resource. `aws:ec2:Subnet` is short for `aws:ec2/subnet:Subnet`. */
export function make(
  type: string,
  name: string,
  props: Readonly<Record<string, unknown>> = {},
  opts: pulumi.CustomResourceOptions = {},
): Declared {
  const [pkg, module = "", kind = ""] = type.split(":");
  const full = module.includes("/") ? type : `${pkg}:${module}/${kind.charAt(0).toLowerCase()}${kind.slice(1)}:${kind}`;
  // Outputs that other resources take.
  return new Declared(full, name, { ...props, arn: undefined, name: props["name"] }, opts);
}

export function doc(...Statement: readonly object[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement });
}

/** Collects programs of one style. */
export function collector(style: Style) {
  const entries: Entry[] = [];
  type Verdicts = Pick<Entry, "about" | "faults" | "open" | "outside" | "later">;
  return {
    entries: entries as readonly Entry[],
    bad: (name: string, verdicts: Verdicts, program: () => unknown): void =>
      void entries.push({ name, style, program, ...verdicts }),
    good: (name: string, about: readonly string[], program: () => unknown): void =>
      void entries.push({ name, style, program, about }),
  };
}

const zoneNames = ["us-east-1a", "us-east-1b", "us-east-1c"];

/** A network of three zones with public subnets, private ones, and isolated ones. @param nats How many NAT gateways it has. */
export function tiers(zones = 3, nats = zones) {
  const vpc = make("aws:ec2:Vpc", "vpc", { cidrBlock: "10.0.0.0/16" });
  const out = make("aws:ec2:InternetGateway", "out", { vpcId: vpc.id });
  const table = (name: string) => make("aws:ec2:RouteTable", name, { vpcId: vpc.id });
  const route = (name: string, of: Declared, target: Readonly<Record<string, unknown>>) =>
    make("aws:ec2:Route", name, { routeTableId: of.id, destinationCidrBlock: "0.0.0.0/0", ...target });
  const subnet = (name: string, index: number, range: number, of: Declared) => {
    const one = make("aws:ec2:Subnet", name, {
      ...{ vpcId: vpc.id, cidrBlock: `10.0.${range + index}.0/24`, availabilityZone: zoneNames[index] },
    });
    make("aws:ec2:RouteTableAssociation", name, { subnetId: one.id, routeTableId: of.id });
    return one;
  };
  const shared = table("public");
  route("public", shared, { gatewayId: out.id });
  const rows = zoneNames
    .slice(0, zones)
    .map((_, index) => ({ open: subnet(`public-${index}`, index, 0, shared), index }));
  const gateways = rows.slice(0, nats).map(({ open, index }) =>
    make("aws:ec2:NatGateway", `nat-${index}`, {
      subnetId: open.id,
      allocationId: make("aws:ec2:Eip", `nat-${index}`, { domain: "vpc" }).id,
    }),
  );
  const lists = rows.map(({ open, index }) => {
    const behind = table(`private-${index}`);
    route(`private-${index}`, behind, { natGatewayId: (gateways[index] ?? gateways[0]!).id });
    return {
      pub: open.id,
      priv: subnet(`private-${index}`, index, 10, behind).id,
      iso: subnet(`isolated-${index}`, index, 20, table(`isolated-${index}`)).id,
    };
  });
  return {
    vpc,
    pub: lists.map(({ pub }) => pub),
    priv: lists.map(({ priv }) => priv),
    iso: lists.map(({ iso }) => iso),
  };
}
