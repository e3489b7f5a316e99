import type { Action, Resource } from "../changes";
import { References } from "../references";
import { portText } from "../words/paths";
import type { Architecture, Box, Line, Tier } from "./content";
import { isAttachment, isPart, kinds } from "./kinds";
import { together } from "./together";

const subnetType = "aws:ec2/subnet:Subnet";
const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** The picture's content, generated from the resources of a plan and their references. */
export function architectureOf(resources: readonly Resource[], changes: ReadonlyMap<string, Action>): Architecture {
  const references = new References(resources);
  const tiers = tiersOf(resources, references);
  const drawn = resources
    .filter(({ type, inputs }) => type in kinds && inputs["vpcEndpointType"] !== "Gateway")
    .sort((a, b) => a.name.localeCompare(b.name));
  const bodies = new Map(drawn.map((resource) => [resource.urn, bodyOf(resource, resources, references)]));
  const lines = linesOf(drawn, bodies, resources);
  const boxes = drawn.map((resource): Box => {
    const kind = kinds[resource.type]!;
    const body = bodies.get(resource.urn)!;
    const subnets = [...body.refers].flatMap((urn) => tiers.find(({ urns }) => urns.has(urn)) ?? []);
    const users = drawn.filter(
      ({ urn, type }) =>
        type !== resource.type && kinds[type]!.together !== "by number" && bodies.get(urn)!.refers.has(resource.urn),
    );
    return {
      urn: resource.urn,
      title: resource.name,
      label: kind.label,
      details: kind.details?.(resource.inputs) ?? "",
      place: kind.place,
      tier: kind.place === "tier" ? (subnets[0] ?? tiers[0])?.tier.name : undefined,
      row: kind.row ?? 0,
      zones: zonesOf(resource, body.members, references),
      change: changes.get(resource.urn),
      usedBy: users.map(({ name }) => name),
      names: [],
    };
  });
  const vpc = resources.find(({ type }) => type === "aws:ec2/vpc:Vpc");
  return {
    vpcCidr: text(vpc?.inputs["cidrBlock"]),
    tiers: tiers.map(({ tier }) => tier),
    boxes: together(boxes, drawn),
    lines,
  };
}

interface Body {
  /** The resource with its parts and attachments. */
  readonly members: readonly Resource[];
  /** All that they refer to. */
  readonly refers: ReadonlySet<string>;
}

function bodyOf(resource: Resource, resources: readonly Resource[], references: References): Body {
  const members = new Set([resource]);
  for (const member of members) {
    for (const urn of references.of(member)) {
      const other = references.byUrn.get(urn);
      if (other !== undefined && isPart(other.type)) {
        members.add(other);
      }
    }
    for (const other of resources) {
      if (isAttachment(other.type) && references.of(other).has(member.urn) && belongs(other, member)) {
        members.add(other);
      }
    }
  }
  return { members: [...members], refers: new Set([...members].flatMap((member) => [...references.of(member)])) };
}

/** An attachment belongs to the first of the kind it hangs on, not to other resources that it mentions. */
function belongs(attachment: Resource, to: Resource): boolean {
  const owners: Readonly<Record<string, readonly string[]>> = {
    "aws:rds/clusterInstance:ClusterInstance": ["aws:rds/cluster:Cluster"],
    "aws:efs/mountTarget:MountTarget": ["aws:efs/fileSystem:FileSystem"],
    "aws:iam/rolePolicy:RolePolicy": ["aws:iam/role:Role"],
    "aws:lb/listener:Listener": ["aws:lb/loadBalancer:LoadBalancer"],
    "aws:lb/listenerRule:ListenerRule": ["aws:lb/listener:Listener"],
  };
  const role = text(attachment.inputs["role"]);
  return (
    (owners[attachment.type] ?? []).includes(to.type) && (role === "" || role === to.id || role === to.outputs["arn"])
  );
}

function tiersOf(resources: readonly Resource[], references: References) {
  const groups = new Map<string, Resource[]>();
  for (const subnet of resources.filter(({ type }) => type === subnetType)) {
    const name = subnet.name.replace(/-[^-]*$/, "");
    groups.set(name, [...(groups.get(name) ?? []), subnet]);
  }
  const order: readonly Tier["out"][] = ["to and from the internet", "out through NAT", "no way to the internet"];
  return [...groups]
    .map(([name, subnets]) => ({
      urns: new Set(subnets.map(({ urn }) => urn)),
      tier: {
        name,
        out: wayOut(subnets[0]!, resources, references),
        subnets: subnets
          .map(({ inputs }) => ({ zone: text(inputs["availabilityZone"]), cidr: text(inputs["cidrBlock"]) }))
          .sort((a, b) => a.zone.localeCompare(b.zone)),
      },
    }))
    .sort((a, b) => order.indexOf(a.tier.out) - order.indexOf(b.tier.out));
}

/** Subnet -> its route table -> that table's routes. */
function wayOut(subnet: Resource, resources: readonly Resource[], references: References): Tier["out"] {
  const association = resources.find(
    ({ type, inputs }) => type.endsWith(":RouteTableAssociation") && inputs["subnetId"] === subnet.id,
  );
  const table = association?.inputs["routeTableId"];
  const targets = resources
    .filter(
      ({ type, inputs }) => type === "aws:ec2/route:Route" && table !== undefined && inputs["routeTableId"] === table,
    )
    .flatMap((route) => [...references.of(route)]);
  return targets.some((urn) => urn.includes("InternetGateway"))
    ? "to and from the internet"
    : targets.some((urn) => urn.includes("NatGateway"))
      ? "out through NAT"
      : "no way to the internet";
}

/** Zones of a resource: those that its members name themselves, otherwise those of its subnets. */
function zonesOf(resource: Resource, members: readonly Resource[], references: References): Box["zones"] {
  const own = members
    .filter((member) => member !== resource && isAttachment(member.type))
    .flatMap((member) => {
      const subnet = [...references.of(member)]
        .map((urn) => references.byUrn.get(urn))
        .find((one) => one?.type === subnetType);
      const zone = text(member.inputs["availabilityZone"]) || text(subnet?.inputs["availabilityZone"]);
      return zone === "" ? [] : [{ zone, what: text(member.inputs["instanceClass"]) }];
    });
  const subnets = members
    .flatMap((member) => [...references.of(member)])
    .map((urn) => references.byUrn.get(urn))
    .filter((one) => one?.type === subnetType)
    .map((one) => ({ zone: text(one!.inputs["availabilityZone"]), what: "" }));
  const all = own.length > 0 ? own : subnets;
  return all
    .filter(({ zone }, index) => all.findIndex((one) => one.zone === zone) === index)
    .sort((a, b) => a.zone.localeCompare(b.zone));
}

/** The request's way by reference, and every path between two groups by its rule. */
function linesOf(
  drawn: readonly Resource[],
  bodies: ReadonlyMap<string, Body>,
  resources: readonly Resource[],
): readonly Line[] {
  const refers = (urn: string, to: string) => bodies.get(urn)!.refers.has(to);
  const of = (name: string) => drawn.filter(({ type }) => type.endsWith(`:${name}`));
  const found: Line[] = [];
  for (const lb of of("LoadBalancer")) {
    of("Distribution")
      .filter(({ urn }) => refers(urn, lb.urn))
      .forEach(({ urn }) => found.push({ from: urn, to: lb.urn, label: "HTTPS" }));
  }
  for (const group of of("Group")) {
    of("Service")
      .filter(({ urn }) => refers(urn, group.urn))
      .forEach(({ urn }) => found.push({ from: urn, to: group.urn, label: "runs on" }));
  }
  for (const rule of resources.filter(({ type }) => type.endsWith(":SecurityGroupIngressRule"))) {
    const [from, to] = [rule.inputs["referencedSecurityGroupId"], rule.inputs["securityGroupId"]].map(
      (id) => resources.find((one) => one.type.endsWith(":SecurityGroup") && one.id === id)?.urn,
    );
    for (const target of drawn.filter(({ urn }) => to !== undefined && refers(urn, to))) {
      for (const source of drawn.filter(({ urn }) => from !== undefined && refers(urn, from))) {
        // A load balancer reaches only the services in its target groups, not others in their security group.
        if (source.type.endsWith(":LoadBalancer") && !sharesTarget(source.urn, target.urn, bodies)) {
          continue;
        }
        found.push({ from: source.urn, to: target.urn, label: portText(rule.inputs) });
      }
    }
  }
  return found;
}

function sharesTarget(a: string, b: string, bodies: ReadonlyMap<string, Body>): boolean {
  return [...bodies.get(a)!.refers].some((urn) => urn.includes(":TargetGroup::") && bodies.get(b)!.refers.has(urn));
}
