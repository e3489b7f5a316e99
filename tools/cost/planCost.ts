import { describeProblem } from "../../components/lib/invalid";
import { resourceTypes } from "../../policies/lib/resourceTypes";
import { hoursPerMonth, priceOf, type Prices } from "../lib/prices";

/** One resource of a plan, as the engine shows it. */
export interface Planned {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

export interface CostLine {
  readonly what: string;
  readonly usdPerMonth: number;
}

type Pricing = (inputs: Planned["inputs"], prices: Prices, plan: readonly Planned[]) => readonly CostLine[];

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const count = (value: unknown): number => (Array.isArray(value) ? value.length : 0);
const perHour = (what: string, prices: Prices, name: string, times = 1): readonly CostLine[] => [
  { what, usdPerMonth: priceOf(prices, name, "hour") * hoursPerMonth * times },
];
const perMonth = (what: string, prices: Prices, name: string, times = 1): readonly CostLine[] => [
  { what, usdPerMonth: priceOf(prices, name, "month") * times },
];

/** All the year's hours of `nodes` nodes, which may be a part of one. */
export function cacheHours(engine: string, nodeType: string, nodes: number, prices: Prices): readonly CostLine[] {
  return perHour(`ElastiCache ${engine} ${nodeType}`, prices, `elasticache.${engine}.${nodeType}`, nodes);
}

/** Types with a price that depends on the plan only. */
const pricings: Readonly<Record<string, Pricing>> = {
  "aws:rds/clusterInstance:ClusterInstance": ({ instanceClass }, prices) => {
    const name = text(instanceClass);
    // Charged by the capacity it uses, which the simulation knows.
    return name === "db.serverless" ? [] : perHour(`Aurora ${name}`, prices, `aurora.${name}`);
  },
  "aws:elasticache/replicationGroup:ReplicationGroup": ({ engine, nodeType, numCacheClusters }, prices) =>
    cacheHours(text(engine), text(nodeType), Number(numCacheClusters ?? 1), prices),
  "aws:ec2/natGateway:NatGateway": (_, prices) => perHour("NAT gateways", prices, "nat"),
  "aws:ec2/eip:Eip": (_, prices) => perHour("Public IPv4 addresses", prices, "ipv4"),
  "aws:ec2/vpcEndpoint:VpcEndpoint": ({ vpcEndpointType, subnetIds }, prices) =>
    vpcEndpointType === "Interface"
      ? perHour("Interface endpoints", prices, "endpoint.interface", count(subnetIds))
      : [],
  "aws:ec2transitgateway/vpcAttachment:VpcAttachment": (_, prices) =>
    perHour("Transit gateway attachments", prices, "transit.attachment"),
  "aws:lb/loadBalancer:LoadBalancer": (_, prices) => perHour("Load balancer", prices, "alb"),
  "aws:kms/key:Key": (_, prices) => perMonth("KMS keys", prices, "kms.key"),
  "aws:secretsmanager/secret:Secret": (_, prices) => perMonth("Secrets", prices, "secret"),
  "aws:wafv2/webAcl:WebAcl": ({ rules }, prices) => [
    ...perMonth("Firewall", prices, "waf.acl"),
    ...perMonth("Firewall", prices, "waf.rule", count(rules)),
  ],
  "aws:wafv2/ruleGroup:RuleGroup": ({ rules }, prices) => perMonth("Firewall", prices, "waf.rule", 1 + count(rules)),
  // By the metrics that each watches; one of its queries is the expression.
  "aws:cloudwatch/metricAlarm:MetricAlarm": ({ metricQueries }, prices) =>
    perMonth("Alarms", prices, "cloudwatch.alarm", Math.max(1, count(metricQueries) - 1)),
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": (_, prices) => perMonth("Alarms", prices, "cloudwatch.composite"),
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": (_, prices) =>
    perMonth("Metrics of the access log", prices, "cloudwatch.metric"),
  "aws:cloudwatch/dashboard:Dashboard": (_, prices) => perMonth("Dashboards", prices, "cloudwatch.dashboard"),
  "aws:route53/zone:Zone": (_, prices) => perMonth("DNS zone", prices, "route53.zone"),
  "aws:fsx/openZfsFileSystem:OpenZfsFileSystem": ({ storageCapacity, throughputCapacity }, prices) => [
    {
      what: "FSx for OpenZFS",
      usdPerMonth:
        Number(storageCapacity ?? 0) * priceOf(prices, "fsx.openzfs.storage", "GiB-month") +
        Number(throughputCapacity ?? 0) * priceOf(prices, "fsx.openzfs.throughput", "MiBps-month"),
    },
  ],
};

/** Types whose price `make cost` works out from a plan. */
export const pricedTypes: readonly string[] = Object.keys(pricings);

function isUnpriced(type: string): boolean {
  const charged = resourceTypes[type]?.charged;
  return charged === undefined || (charged === "byPlan" && pricings[type] === undefined);
}

/** Types that other providers and our own components have: nothing that is paid for. */
const notOnAws = /^(pulumi:|moodle:|random:|docker:|awsx:)/;

/**
 * Monthly cost of a plan, for the parts that it fixes.
 *
 * @throws Error that names each resource type without a known way of charging.
 */
export function planCost(plan: readonly Planned[], prices: Prices): readonly CostLine[] {
  const types = [...new Set(plan.map(({ type }) => type))].filter((type) => !notOnAws.test(type));
  const unknown = types.filter((type) => isUnpriced(type));
  if (unknown.length > 0) {
    throw new Error(
      describeProblem({
        path: "plan",
        given: `resources whose price is not known: ${unknown.join(", ")}`,
        allowed: "types with `charged` in policies/lib/resourceTypes.ts",
        fix: "Add it there. What is charged byPlan has its price in tools/cost/planCost.ts.",
      }),
    );
  }
  const sums = new Map<string, number>();
  for (const { type, inputs } of plan) {
    for (const { what, usdPerMonth } of pricings[type]?.(inputs, prices, plan) ?? []) {
      sums.set(what, (sums.get(what) ?? 0) + usdPerMonth);
    }
  }
  return [...sums].map(([what, usdPerMonth]) => ({ what, usdPerMonth })).sort((a, b) => b.usdPerMonth - a.usdPerMonth);
}
