import { DescribeAvailabilityZonesCommand, DescribeInstanceTypeOfferingsCommand } from "@aws-sdk/client-ec2";
import { DescribeReservedCacheNodesOfferingsCommand } from "@aws-sdk/client-elasticache";
import { DescribeOrderableDBInstanceOptionsCommand } from "@aws-sdk/client-rds";
import { advice, type Check, type Line, ok, type World, wrong } from "./check";

const group = "Zones";

/**
 * Zones, by their id, that a VPC origin cannot be in. A zone's name means another zone in each account.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-vpc-origins.html#vpc-origins-supported-regions
 */
const withoutVpcOrigins: readonly string[] = ["use1-az3", "usw1-az2", "apne1-az3", "cac1-az3"];

const zones: Check = {
  group,
  subject: "Availability zones",
  run: async ({ clients, settings }) => {
    const { AvailabilityZones = [] } = await clients.ec2.send(new DescribeAvailabilityZonesCommand({}));
    const usable = AvailabilityZones.filter(
      ({ State, ZoneType }) => State === "available" && (ZoneType ?? "availability-zone") === "availability-zone",
    );
    const names = usable.map(({ ZoneName }) => ZoneName).sort();
    return settings.network.availabilityZones.map((name): Line => {
      const zone = usable.find(({ ZoneName }) => ZoneName === name);
      const others = (fit: readonly (string | undefined)[]) =>
        `set moodle:network.availabilityZones in Pulumi.${settings.environment}.yaml, to be chosen from ${fit.join(", ")}`;
      if (zone === undefined) {
        return wrong(name, "this account has no such zone", others(names));
      }
      if (settings.edge.kind === "cloudfront" && withoutVpcOrigins.includes(zone.ZoneId ?? "")) {
        const fit = usable.filter(({ ZoneId }) => !withoutVpcOrigins.includes(ZoneId ?? ""));
        return wrong(
          name,
          `is ${zone.ZoneId}, where CloudFront has no VPC origins`,
          others(fit.map(({ ZoneName }) => ZoneName).sort()),
        );
      }
      return ok(name, `is ${zone.ZoneId}`);
    });
  },
};

/** One line for what must be offered in each of the stack's zones. */
function offered(
  subject: string,
  what: string,
  at: readonly (string | undefined)[],
  { settings }: World,
  setting: string,
): Line {
  const wanted = settings.network.availabilityZones;
  const without = wanted.filter((zone) => !at.includes(zone));
  if (without.length === 0) {
    return ok(subject, `${what} is offered in ${wanted.join(", ")}`);
  }
  const where = at.length === 0 ? `no zone of ${settings.region}` : [...at].sort().join(", ");
  return wrong(
    subject,
    `${what} is not offered in ${without.join(", ")}`,
    `choose other zones, or another ${setting}: it is offered in ${where}`,
  );
}

const instanceType: Check = {
  group,
  subject: "Instance type",
  run: async (world) => {
    const { cluster } = world.settings;
    if (cluster.kind !== "ec2") {
      return [];
    }
    const { InstanceTypeOfferings = [] } = await world.clients.ec2.send(
      new DescribeInstanceTypeOfferingsCommand({
        LocationType: "availability-zone",
        Filters: [{ Name: "instance-type", Values: [cluster.instanceType] }],
      }),
    );
    const at = InstanceTypeOfferings.map(({ Location }) => Location);
    return [offered("Instance type", cluster.instanceType, at, world, "moodle:cluster.instanceType")];
  },
};

const databaseClass: Check = {
  group,
  subject: "Database class",
  run: async (world) => {
    const { plan, clients } = world;
    const resources = await plan();
    const text = (type: string, key: string) => String(resources.find((one) => one.type === type)?.inputs[key] ?? "");
    const DBInstanceClass = text("aws:rds/clusterInstance:ClusterInstance", "instanceClass");
    const EngineVersion = text("aws:rds/cluster:Cluster", "engineVersion");
    const { OrderableDBInstanceOptions = [] } = await clients.rds.send(
      new DescribeOrderableDBInstanceOptionsCommand({
        Engine: text("aws:rds/cluster:Cluster", "engine"),
        EngineVersion,
        DBInstanceClass,
      }),
    );
    const at = new Set(
      OrderableDBInstanceOptions.flatMap((one) => (one.AvailabilityZones ?? []).map(({ Name }) => Name)),
    );
    const what = `${DBInstanceClass} with ${EngineVersion}`;
    return [offered("Database class", what, [...at], world, "moodle:database.capacity or engineVersion")];
  },
};

/** ElastiCache has no list of what is on offer by zone; its price list of reservations names the types of a region. */
const nodeTypes: Check = {
  group,
  subject: "Cache node types",
  run: async ({ settings, clients }) => {
    const types = [...new Set([settings.cache.sessions.nodeType, settings.cache.application.nodeType])];
    const found = await Promise.all(
      types.map(async (CacheNodeType) => {
        const command = new DescribeReservedCacheNodesOfferingsCommand({ CacheNodeType, MaxRecords: 20 });
        const { ReservedCacheNodesOfferings = [] } = await clients.elastiCache.send(command);
        return ReservedCacheNodesOfferings.length > 0;
      }),
    );
    const fix = `aws elasticache describe-reserved-cache-nodes-offerings --region ${settings.region} --query 'ReservedCacheNodesOfferings[].CacheNodeType'`;
    return types.map((type, index) =>
      found[index]
        ? ok("Cache node type", `${type} is offered in ${settings.region}`)
        : advice(
            "Cache node type",
            `${type} has no reservations in ${settings.region}, so it may not exist there`,
            fix,
          ),
    );
  },
};

export const zoneChecks: readonly Check[] = [zones, instanceType, databaseClass, nodeTypes];
