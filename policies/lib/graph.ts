import { targetOf, type RouteTarget } from "./graphRoutes";
import type { Resource } from "./resource";
import type { Stack } from "./stack";
import { routeTables, vpcs } from "./types";
import { anyOf, type Tri } from "./verdict";
import { isUnknown, Unknown } from "./view";

/** Whether, and by which way, packets of a subnet can leave for or arrive from the internet. */
export interface Reach {
  /** A route to an internet gateway: what has a public address here is on the internet. */
  readonly gateway: Tri;
  /** Any route to the internet: internet gateway, NAT gateway, or egress-only gateway (IPv6). */
  readonly internet: Tri;
  /** The way that was found, for the message: "route table rt-public -> internet gateway igw". */
  readonly via: string;
}

/** The effective route table of a subnet: some resources, or a fact about a table that is in no resource. */
interface Effective {
  readonly tables: readonly Resource[];
  /** The main route table of a VPC, which collects what is written on the VPC itself. */
  readonly mainOf?: Resource;
  readonly unknown?: Unknown;
  /** Set when not all of `tables` apply, and it is not known which do. */
  readonly oneOf: boolean;
}

/**
 * Follows subnet -> route table -> routes -> gateway, in each way that @pulumi/aws lets it be written.
 *
 * A subnet has the table of its `RouteTableAssociation`; without one, the VPC's main table, which is the one named by a
 * `MainRouteTableAssociation`, or else the table that comes with the VPC (`DefaultRouteTable`, and routes written on
 * `vpc.mainRouteTableId` or `vpc.defaultRouteTableId`). The main table of a new VPC has no route out; that of the
 * account's default VPC has one to its internet gateway.
 * https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html
 */
export function reachOf(stack: Stack, subnet: Resource): Reach {
  return stack.keep(`reach ${subnet.urn}`, () => walk(stack, subnet));
}

function walk(stack: Stack, subnet: Resource): Reach {
  const effective = effectiveTable(stack, subnet);
  if (effective.unknown !== undefined) {
    return { gateway: effective.unknown, internet: effective.unknown, via: "" };
  }
  const reaches = effective.tables.map((table) => reachOfTable(stack, table));
  if (effective.mainOf !== undefined) {
    reaches.push(reachOfMain(stack, effective.mainOf));
  }
  if (reaches.length === 0) {
    return { gateway: false, internet: false, via: "" };
  }
  const combine = (values: readonly Tri[]): Tri =>
    effective.oneOf && values.some((value) => value !== values[0])
      ? new Unknown(`route table of subnet ${subnet.name}`)
      : anyOf(values);
  return {
    gateway: combine(reaches.map((reach) => reach.gateway)),
    internet: combine(reaches.map((reach) => reach.internet)),
    via: reaches.find((reach) => reach.gateway === true)?.via ?? reaches.find((reach) => reach.via !== "")?.via ?? "",
  };
}

/** The NAT gateways through which a subnet goes out, as far as it is certain which. */
export function natsOf(stack: Stack, subnet: Resource): readonly Resource[] {
  const { tables, oneOf } = effectiveTable(stack, subnet);
  return oneOf
    ? []
    : tables.flatMap((table) => targetsOf(stack, table).flatMap((one) => ("nat" in one && one.nat ? [one.nat] : [])));
}

function effectiveTable(stack: Stack, subnet: Resource): Effective {
  const found = stack.referring("aws:ec2/routeTableAssociation:RouteTableAssociation", "subnetId", subnet);
  const associations = found.exact.length > 0 ? found.exact : found.possible;
  const tables: Resource[] = [];
  let oneOf = found.exact.length === 0 && found.possible.length > 0;
  let mainOf: Resource | undefined;
  for (const association of associations) {
    const table = stack.references(association, "routeTableId", routeTables);
    tables.push(...table.exact, ...table.possible);
    oneOf = oneOf || table.possible.length > 0;
    if (table.exact.length + table.possible.length > 0) {
      continue;
    }
    // Written on the VPC's own table: routeTableId: vpc.mainRouteTableId.
    mainOf = stack.dependencies(association, "routeTableId", vpcs)[0] ?? mainOf;
    if (mainOf === undefined) {
      return unknownTable(`route table ${table.outside[0] ?? "of association"} ${association.name}`.trim());
    }
  }
  if (found.exact.length > 0) {
    return { tables, oneOf, ...(mainOf === undefined ? {} : { mainOf }) };
  }
  const main = mainTable(stack, subnet);
  return {
    tables: [...tables, ...main.tables],
    oneOf: oneOf || main.oneOf,
    ...(main.mainOf === undefined ? {} : { mainOf: main.mainOf }),
    ...(main.unknown === undefined ? {} : { unknown: main.unknown }),
  };
}

function mainTable(stack: Stack, subnet: Resource): Effective {
  if (subnet.type === "aws:ec2/defaultSubnet:DefaultSubnet") {
    const [vpc] = stack.ofType("aws:ec2/defaultVpc:DefaultVpc");
    return { tables: [], oneOf: false, mainOf: vpc ?? subnet };
  }
  const vpc = stack.references(subnet, "vpcId", vpcs);
  if (vpc.exact.length !== 1) {
    return unknownTable(`VPC ${vpc.outside[0] ?? ""} of subnet ${subnet.name}`.replace("  ", " "));
  }
  return { tables: [], oneOf: false, mainOf: vpc.exact[0]! };
}

function unknownTable(path: string): Effective {
  return { tables: [], oneOf: false, unknown: new Unknown(path) };
}

/** Where the main route table of a VPC leads, whichever table that is. */
function reachOfMain(stack: Stack, vpc: Resource): Reach {
  return stack.keep(`main ${vpc.urn}`, () => {
    const main = stack.referring("aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation", "vpcId", vpc).exact[0];
    if (main !== undefined) {
      const table = stack.references(main, "routeTableId", routeTables);
      if (table.exact.length === 1) {
        return reachOfTable(stack, table.exact[0]!);
      }
      const unknown = new Unknown(`main route table of ${vpc.name}`);
      return { gateway: unknown, internet: unknown, via: "" };
    }
    const adopted = stack
      .ofType("aws:ec2/defaultRouteTable:DefaultRouteTable")
      .filter((table) => stack.dependencies(table, "defaultRouteTableId", vpcs).includes(vpc) || sameMain(table, vpc));
    if (adopted.length > 0) {
      return reachOfTable(stack, adopted[0]!);
    }
    if (vpc.type !== "aws:ec2/vpc:Vpc") {
      return { gateway: true, internet: true, via: "main route table of the default VPC -> its internet gateway" };
    }
    const routes = stack
      .ofType("aws:ec2/route:Route")
      .filter((route) => stack.dependencies(route, "routeTableId", vpcs).includes(vpc));
    return summary(
      `main route table of ${vpc.name}`,
      routes.map((route) => targetOf(stack, route, route.props, (key) => key)),
    );
  });
}

function sameMain(table: Resource, vpc: Resource): boolean {
  const id = table.props.text("defaultRouteTableId");
  return typeof id === "string" && id !== "" && id === vpc.props.text("defaultRouteTableId");
}

function reachOfTable(stack: Stack, table: Resource): Reach {
  return stack.keep(`table ${table.urn}`, () => summary(`route table ${table.name}`, targetsOf(stack, table)));
}

function targetsOf(stack: Stack, table: Resource): readonly RouteTarget[] {
  return stack.keep(`targets ${table.urn}`, () => {
    const targets: RouteTarget[] = [];
    const inline = table.props.items("routes");
    if (isUnknown(inline)) {
      targets.push({ kind: "unknown", why: inline });
    } else {
      targets.push(...inline.map((route) => targetOf(stack, table, route, () => "routes")));
    }
    const separate = stack.referring("aws:ec2/route:Route", "routeTableId", table);
    targets.push(...separate.exact.map((route) => targetOf(stack, route, route.props, (key) => key)));
    for (const route of separate.possible) {
      const target = targetOf(stack, route, route.props, (key) => key);
      targets.push(
        target.kind === "none" ? target : { kind: "unknown", why: new Unknown(`${route.name}.routeTableId`) },
      );
    }
    return targets;
  });
}

function summary(from: string, targets: readonly RouteTarget[]): Reach {
  const gateway = anyOf(
    targets.map((target) => (target.kind === "unknown" ? target.why : target.kind === "internet-gateway")),
  );
  const internet = anyOf(targets.map((target) => ("why" in target ? target.why : target.kind !== "none")));
  const way =
    targets.find((target) => target.kind === "internet-gateway") ??
    targets.find((target) => target.kind === "nat" || target.kind === "egress-only");
  return { gateway, internet, via: way !== undefined && "name" in way ? `${from} -> ${way.name}` : "" };
}
