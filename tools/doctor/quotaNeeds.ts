import { statementUnits } from "../../components/cdn/firewallUnits";
import { instanceLimits } from "../../components/cluster/instanceTypes";
import type { Planned } from "../lib/plan";

export type Plan = readonly Planned[];

export const ofType = (plan: Plan, type: string): Plan => plan.filter((one) => one.type === type);
/** Number of resources of a type. */
export const count = (type: string) => (plan: Plan) => ofType(plan, type).length;
const number = (value: unknown, otherwise = 0): number => (value === undefined ? otherwise : Number(value));
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const most = (values: Iterable<number>): number => Math.max(0, ...values);

/** Number of occurrences of each value. */
function tally(values: readonly unknown[]): ReadonlyMap<unknown, number> {
  const found = new Map<unknown, number>();
  values.forEach((value) => found.set(value, (found.get(value) ?? 0) + 1));
  return found;
}

interface Group {
  readonly maxSize?: unknown;
  readonly minSize?: unknown;
  readonly warmPool?: { readonly minSize?: unknown };
  readonly instanceMaintenancePolicy?: { readonly maxHealthyPercentage?: unknown };
}

/** vCPUs of one instance of the planned launch template. */
function vcpus(plan: Plan): number {
  const type = String(ofType(plan, "aws:ec2/launchTemplate:LaunchTemplate")[0]?.inputs["instanceType"]);
  const found = instanceLimits(type);
  if (found === undefined) {
    throw new Error(`${type} is not in components/cluster/typeTable.json, so its vCPUs are not known.`);
  }
  return found.vcpus;
}

/** All instances, the share that a refresh starts beside them, and the warm pool, whose instances run for a minute each. */
export function largestVcpus(plan: Plan): number {
  const groups = ofType(plan, "aws:autoscaling/group:Group").map(({ inputs }) => inputs as Group);
  return sum(
    groups.map(({ maxSize, warmPool, instanceMaintenancePolicy }) => {
      const share = number(instanceMaintenancePolicy?.maxHealthyPercentage, 100) / 100;
      return (Math.ceil(number(maxSize) * share) + number(warmPool?.minSize)) * vcpus(plan);
    }),
  );
}

/** The instances that the first tasks fill, at least the group's least, and the warm pool. */
export function firstVcpus(plan: Plan): number {
  const groups = ofType(plan, "aws:autoscaling/group:Group").map(({ inputs }) => inputs as Group);
  const tasks = Math.ceil(sum(services(plan).map(({ cpu, desired }) => cpu * desired)));
  return sum(
    groups.map(({ minSize, warmPool }) => {
      const each = vcpus(plan);
      return Math.max(number(minSize) * each, tasks) + number(warmPool?.minSize) * each;
    }),
  );
}

interface PlannedService {
  /** vCPUs of one task. */
  readonly cpu: number;
  readonly desired: number;
  /** Tasks at the largest, the old and the new ones of a rollout together. */
  readonly largest: number;
  /** FARGATE, FARGATE_SPOT, or a capacity provider of instances. */
  readonly provider: string;
}

function services(plan: Plan): readonly PlannedService[] {
  const targets = ofType(plan, "aws:appautoscaling/target:Target");
  const definitions = ofType(plan, "aws:ecs/taskDefinition:TaskDefinition");
  return ofType(plan, "aws:ecs/service:Service").map(({ name, inputs }) => {
    // The service and its task definition have one name but for the role at its end, and the family is in the ARN.
    const definition = definitions.find((one) =>
      String(inputs["taskDefinition"]).includes(`/${String(one.inputs["family"])}:`),
    );
    const target = targets.find(
      (one) =>
        String(one.inputs["resourceId"]).includes(`/${name}-`) || one.name.startsWith(name.replace(/-service$/, "")),
    );
    const desired = number(inputs["desiredCount"]);
    const rollout = number(inputs["deploymentMaximumPercent"], 200) / 100;
    const strategies = (inputs["capacityProviderStrategies"] ?? []) as readonly {
      readonly capacityProvider?: unknown;
    }[];
    return {
      cpu: number(definition?.inputs["cpu"]) / 1024,
      desired,
      largest: number(target?.inputs["maxCapacity"], desired) * rollout,
      provider: String(strategies[0]?.capacityProvider ?? ""),
    };
  });
}

export const fargateVcpus = (provider: string) => (plan: Plan) =>
  Math.ceil(
    sum(
      services(plan)
        .filter((one) => one.provider === provider)
        .map(({ cpu, largest }) => cpu * largest),
    ),
  );
export const firstFargateVcpus = (provider: string) => (plan: Plan) =>
  Math.ceil(
    sum(
      services(plan)
        .filter((one) => one.provider === provider)
        .map(({ cpu, desired }) => cpu * desired),
    ),
  );

/** A prefix list counts as its weight: https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html */
const originFacingWeight = 55;

export function rulesOfFullestGroup(plan: Plan): number {
  return most(
    ["Ingress", "Egress"].flatMap((way) => {
      const rules = ofType(plan, `aws:vpc/securityGroup${way}Rule:SecurityGroup${way}Rule`);
      const all = rules.flatMap(({ inputs }) =>
        Array.from(
          { length: inputs["prefixListId"] !== undefined && way === "Ingress" ? originFacingWeight : 1 },
          () => inputs["securityGroupId"],
        ),
      );
      return [...tally(all).values()];
    }),
  );
}

export const natGatewaysOfFullestZone = (plan: Plan): number =>
  // One in each public subnet, and one public subnet in each zone.
  most(tally(ofType(plan, "aws:ec2/natGateway:NatGateway").map(({ inputs }) => inputs["subnetId"])).values());

export const endpoints = (kind: "Interface" | "Gateway") => (plan: Plan) =>
  ofType(plan, "aws:ec2/vpcEndpoint:VpcEndpoint").filter(
    ({ inputs }) => (inputs["vpcEndpointType"] ?? "Gateway") === kind,
  ).length;

export const cacheNodes = (plan: Plan): number =>
  sum(
    ofType(plan, "aws:elasticache/replicationGroup:ReplicationGroup").map(({ inputs }) =>
      number(inputs["numCacheClusters"], 1),
    ),
  );

export const firewallUnits = (plan: Plan): number =>
  most(
    ofType(plan, "aws:wafv2/webAcl:WebAcl").map(({ inputs }) =>
      sum(
        ((inputs["rules"] ?? []) as readonly { readonly statement: unknown }[]).map(({ statement }) =>
          statementUnits(statement),
        ),
      ),
    ),
  );

export const fullest = (type: string, by: string) => (plan: Plan) =>
  most(tally(ofType(plan, type).map(({ inputs }) => inputs[by])).values());
