import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { id, stackOf, thing, through, idOf, type Thing } from "../testing/harness";
import { associate, gateway, routeTable, subnet, vpc } from "../testing/network";
import { reachOf } from "./graph";
import { Stack } from "./stack";
import { isUnknown } from "./view";

/** Where a route leads, as the oracle sees it. */
type Target = "internet" | "nat" | "nat-instance" | "egress-only" | "peering" | "transit" | "vpn";
interface Table {
  readonly inline: readonly Target[];
  readonly separate: readonly Target[];
}
interface World {
  readonly tables: readonly Table[];
  /** The table of each subnet; none: the main one. */
  readonly subnets: readonly (number | undefined)[];
  /** The main table, and the way it is written; "new": the one that comes with the VPC, with these routes. */
  readonly main:
    | { readonly how: "association" | "default"; readonly table: number }
    | { readonly how: "new"; readonly routes: readonly Target[] };
}

const nat = thing("aws:ec2/natGateway:NatGateway", "nat", {});
const six = thing("aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway", "six", {});
const vpn = thing("aws:ec2/vpnGateway:VpnGateway", "vpn", {});
const keyOf: Record<Target, () => Thing["props"]> = {
  internet: () => ({ cidrBlock: "0.0.0.0/0", gatewayId: id(gateway) }),
  nat: () => ({ cidrBlock: "0.0.0.0/0", natGatewayId: id(nat) }),
  "nat-instance": () => ({ cidrBlock: "0.0.0.0/0", networkInterfaceId: "eni-1" }),
  transit: () => ({ cidrBlock: "10.7.0.0/16", transitGatewayId: "tgw-1" }),
  "egress-only": () => ({ ipv6CidrBlock: "::/0", egressOnlyGatewayId: id(six) }),
  peering: () => ({ cidrBlock: "10.9.0.0/16", vpcPeeringConnectionId: "pcx-1" }),
  vpn: () => ({ cidrBlock: "10.8.0.0/16", gatewayId: id(vpn) }),
};

/** The brute force: from a subnet along every edge, to whatever can be reached. */
function oracle(world: World, index: number): { readonly gateway: boolean; readonly internet: boolean } {
  const edges = new Map<string, Set<string>>();
  const edge = (from: string, to: string) => edges.set(from, (edges.get(from) ?? new Set()).add(to));
  world.tables.forEach((table, i) =>
    [...table.inline, ...table.separate].forEach((target) => edge(`table${i}`, target)),
  );
  if (world.main.how === "new") {
    world.main.routes.forEach((target) => edge("main", target));
  } else {
    edge("main", `table${world.main.table}`);
  }
  world.subnets.forEach((table, i) => edge(`subnet${i}`, table === undefined ? "main" : `table${table}`));
  const seen = new Set<string>();
  const visit = (node: string): void => {
    if (!seen.has(node)) {
      seen.add(node);
      edges.get(node)?.forEach(visit);
    }
  };
  visit(`subnet${index}`);
  return {
    gateway: seen.has("internet"),
    internet: ["internet", "nat", "nat-instance", "egress-only"].some((way) => seen.has(way)),
  };
}

function build(world: World, blur: (table: Thing, all: readonly Thing[]) => unknown = (table) => id(table)) {
  const isDefault = (i: number) => world.main.how === "default" && world.main.table === i;
  const tables = world.tables.map((table, i) => {
    // A gateway and a VPN in one list of inline routes share their dependencies, which is a case of its own.
    const routes = table.inline.length === 0 ? undefined : table.inline.map((target) => keyOf[target]());
    const made = routeTable(`table${i}`, routes);
    return isDefault(i)
      ? thing("aws:ec2/defaultRouteTable:DefaultRouteTable", made.name, {
          defaultRouteTableId: through([vpc], "rtb-main"),
          ...(routes === undefined ? {} : { routes }),
        })
      : made;
  });
  const route = (name: string, routeTableId: unknown, target: Target) => {
    const { cidrBlock, ipv6CidrBlock, ...to } = keyOf[target]();
    return thing("aws:ec2/route:Route", name, {
      routeTableId,
      destinationCidrBlock: cidrBlock,
      destinationIpv6CidrBlock: ipv6CidrBlock,
      ...to,
    });
  };
  const subnets = world.subnets.map((_, i) => subnet(`subnet${i}`, "a"));
  const main = world.main;
  const things: readonly Thing[] = [
    vpc,
    gateway,
    nat,
    six,
    vpn,
    ...tables,
    ...subnets,
    ...world.tables.flatMap((table, i) =>
      table.separate.map((target, j) => route(`r${i}-${j}`, id(tables[i]!), target)),
    ),
    ...world.subnets.flatMap((table, i) =>
      table === undefined
        ? []
        : associate(tables[table]!, subnets[i]!).map((one) => ({
            ...one,
            props: { ...one.props, routeTableId: blur(tables[table]!, tables) },
          })),
    ),
    ...(main.how === "association"
      ? [
          thing("aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation", "main", {
            vpcId: id(vpc),
            routeTableId: id(tables[main.table]!),
          }),
        ]
      : []),
    ...(main.how === "new" ? main.routes.map((target, j) => route(`m${j}`, through([vpc], "rtb-main"), target)) : []),
  ];
  return { things, subnets };
}

const target = fc.constantFrom<Target>("internet", "nat", "nat-instance", "egress-only", "peering", "transit", "vpn");
const inlineTarget = fc.constantFrom<Target>("internet", "nat", "nat-instance", "egress-only", "peering", "transit");
const worlds: fc.Arbitrary<World> = fc
  .array(
    fc.record({ inline: fc.array(inlineTarget, { maxLength: 3 }), separate: fc.array(target, { maxLength: 3 }) }),
    { minLength: 1, maxLength: 5 },
  )
  .chain((tables) =>
    fc.record({
      tables: fc.constant(tables),
      subnets: fc.array(fc.option(fc.nat(tables.length - 1), { nil: undefined }), { minLength: 1, maxLength: 8 }),
      main: fc.oneof(
        fc.record({
          how: fc.constantFrom("association" as const, "default" as const),
          table: fc.nat(tables.length - 1),
        }),
        fc.record({ how: fc.constant("new" as const), routes: fc.array(target, { maxLength: 2 }) }),
      ),
    }),
  );

function verdicts(things: readonly Thing[], subnets: readonly Thing[], preview: boolean) {
  const stack = new Stack(stackOf(things, preview));
  return subnets.map((one) =>
    reachOf(
      stack,
      stack.resources.find((resource) => resource.name === one.name)!,
    ),
  );
}

describe("the network graph", () => {
  for (const preview of [true, false]) {
    it(`says of any network what following every edge says, ${preview ? "before ids are known" : "with ids"}`, () => {
      fc.assert(
        fc.property(worlds, (world) => {
          const { things, subnets } = build(world);
          const found = verdicts(things, subnets, preview).map(({ gateway: out, internet }) => ({
            gateway: out,
            internet,
          }));
          assert.deepEqual(
            found,
            world.subnets.map((_, i) => oracle(world, i)),
          );
        }),
        { numRuns: 300 },
      );
    });
  }

  it("is never wrong where it is not told which table is meant: right, or undecided", () => {
    let open = 0;
    fc.assert(
      fc.property(worlds, (world) => {
        const { things, subnets } = build(world, (table, all) => through(all, idOf(table)));
        verdicts(things, subnets, true).forEach((found, i) => {
          const truth = oracle(world, i);
          for (const key of ["gateway", "internet"] as const) {
            if (isUnknown(found[key])) {
              open += 1;
            } else {
              assert.equal(found[key], truth[key], `${key} of subnet ${i}`);
            }
          }
        });
      }),
      { numRuns: 300 },
    );
    assert.ok(open > 0, "nothing was ever undecided, so this proves nothing");
  });

  it("is undecided where an inline route may lead to a gateway or to a VPN", () => {
    const mixed = routeTable("mixed", [
      { cidrBlock: "10.8.0.0/16", gatewayId: id(vpn) },
      { cidrBlock: "0.0.0.0/0", gatewayId: id(gateway) },
    ]);
    const one = subnet("one", "a");
    const things = [vpc, gateway, vpn, mixed, one, ...associate(mixed, one)];
    assert.ok(isUnknown(verdicts(things, [one], true)[0]!.gateway));
    assert.equal(verdicts(things, [one], false)[0]!.gateway, true);
  });

  it("does not take a transit gateway for an internet gateway, nor for a dead end", () => {
    const table = routeTable("table", [{ cidrBlock: "0.0.0.0/0", transitGatewayId: "tgw-1" }]);
    const one = subnet("one", "a");
    const [found] = verdicts([vpc, table, one, ...associate(table, one)], [one], false);
    assert.equal(found!.gateway, false);
    assert.ok(isUnknown(found!.internet));
  });

  it("takes what AWS fills in by itself for what it is: not given", () => {
    const table = routeTable("table");
    const one = subnet("one", "a");
    const stack = new Stack(
      stackOf([vpc, table, one, ...associate(table, one)], true, { "aws:ec2/routeTable:RouteTable": ["routes"] }),
    );
    assert.equal(
      reachOf(
        stack,
        stack.resources.find((resource) => resource.name === "one")!,
      ).internet,
      false,
    );
  });
});
