import { id, thing, type Thing } from "./harness";

export const vpc = thing("aws:ec2/vpc:Vpc", "vpc", { cidrBlock: "10.0.0.0/16" });
export const gateway = thing("aws:ec2/internetGateway:InternetGateway", "gateway", { vpcId: id(vpc) });

export function subnet(name: string, zone: string, props: Thing["props"] = {}): Thing {
  return thing("aws:ec2/subnet:Subnet", name, { vpcId: id(vpc), availabilityZone: `eu-west-2${zone}`, ...props });
}

export function routeTable(name: string, routes?: readonly unknown[]): Thing {
  return thing("aws:ec2/routeTable:RouteTable", name, { vpcId: id(vpc), ...(routes === undefined ? {} : { routes }) });
}

export function route(name: string, table: Thing, target: Thing["props"]): Thing {
  return thing("aws:ec2/route:Route", name, {
    routeTableId: id(table),
    destinationCidrBlock: "0.0.0.0/0",
    ...target,
  });
}

export function associate(table: Thing, ...subnets: readonly Thing[]): readonly Thing[] {
  return subnets.map((one) =>
    thing("aws:ec2/routeTableAssociation:RouteTableAssociation", `${table.name}-${one.name}`, {
      subnetId: id(one),
      routeTableId: id(table),
    }),
  );
}

/** Three tiers in each zone: public with an internet gateway, application with NAT, data with no way out. */
export function threeTiers(zones: readonly string[] = ["a", "b", "c"]) {
  const publics = zones.map((zone) => subnet(`public-${zone}`, zone));
  const applications = zones.map((zone) => subnet(`app-${zone}`, zone));
  const data = zones.map((zone) => subnet(`data-${zone}`, zone));
  const nats = zones.map((zone, i) =>
    thing("aws:ec2/natGateway:NatGateway", `nat-${zone}`, { subnetId: id(publics[i]!) }),
  );
  const publicTable = routeTable("public");
  const dataTable = routeTable("data");
  const appTables = zones.map((zone) => routeTable(`app-${zone}`));
  const things: readonly Thing[] = [
    vpc,
    gateway,
    ...publics,
    ...applications,
    ...data,
    ...nats,
    publicTable,
    dataTable,
    ...appTables,
    route("public-out", publicTable, { gatewayId: id(gateway) }),
    ...appTables.map((table, i) => route(`${table.name}-out`, table, { natGatewayId: id(nats[i]!) })),
    ...associate(publicTable, ...publics),
    ...associate(dataTable, ...data),
    ...appTables.flatMap((table, i) => associate(table, applications[i]!)),
  ];
  return { things, publics, applications, data, nats, publicTable, dataTable, appTables };
}
