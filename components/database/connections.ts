import type { Problem } from "../lib/invalid";

/** Size of one database instance: a fixed instance class, or Aurora Serverless v2 between two capacities. */
export type Capacity =
  | { readonly kind: "provisioned"; readonly instanceClass: string }
  | { readonly kind: "serverless"; readonly minAcu: number; readonly maxAcu: number };

/**
 * The default `max_connections` of Aurora MySQL by size. It is AWS's published table and not its formula,
 * `GREATEST({log(DBInstanceClassMemory/805306368,2)*45},{log(DBInstanceClassMemory/8187281408,2)*1000})`, since Aurora
 * rounds the result down to these steps: the formula gives 1,069 for a `large` and the instance has 1,000.
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Managing.Performance.html
 */
const memoryOptimised = {
  large: 1000,
  xlarge: 2000,
  "2xlarge": 3000,
  "4xlarge": 4000,
  "8xlarge": 5000,
  "12xlarge": 6000,
  "16xlarge": 6000,
};

/**
 * The Graviton instance classes of Aurora MySQL 3 and their connections: each is cheaper than its Intel twin. The t4g
 * classes are for development: AWS advises against them in production, and they run out of CPU credit under load.
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.DBInstanceClass.SupportAurora.html
 */
const families: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  "db.t4g": { medium: 90, large: 135 },
  "db.r6g": memoryOptimised,
  "db.r7g": memoryOptimised,
  "db.r8g": { ...memoryOptimised, "24xlarge": 7000, "48xlarge": 8000 },
};

/**
 * Serverless v2: connections by *maximum* capacity, so that none is dropped when the instance shrinks. A new maximum
 * takes effect only after a reboot.
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.setting-capacity.html#aurora-serverless-v2.max-connections
 */
const byMaximumAcu: readonly (readonly [acu: number, connections: number])[] = [
  [128, 5000],
  [64, 4000],
  [32, 3000],
  [16, 2000],
  [8, 1000],
  [4, 135],
  [1, 90],
];

/** Every instance class that {@link maxConnections} knows. */
export const instanceClasses: readonly string[] = Object.entries(families).flatMap(([family, sizes]) =>
  Object.keys(sizes).map((size) => `${family}.${size}`),
);

/** Whether an instance class has burstable CPU, which is for development only. */
export function isBurstable(instanceClass: string): boolean {
  return instanceClass.startsWith("db.t");
}

/**
 * The connections that one instance accepts. For Serverless v2 the largest documented step at or below the maximum
 * capacity, which is never too high.
 *
 * @throws RangeError for a capacity that {@link capacityProblems} would have named.
 */
export function maxConnections(capacity: Capacity): number {
  const connections =
    capacity.kind === "serverless"
      ? byMaximumAcu.find(([acu]) => acu <= capacity.maxAcu)?.[1]
      : families[familyOf(capacity.instanceClass)]?.[sizeOf(capacity.instanceClass)];
  if (connections === undefined) {
    throw new RangeError(`max_connections is not known for ${JSON.stringify(capacity)}`);
  }
  return connections;
}

/**
 * Problems with a capacity. Serverless v2 counts in half steps from 0 (pauses when idle) or 0.5 to 256:
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ServerlessV2ScalingConfiguration.html
 */
export function capacityProblems(path: string, capacity: Capacity): Problem[] {
  if (capacity.kind === "provisioned") {
    const { instanceClass } = capacity;
    return instanceClasses.includes(instanceClass)
      ? []
      : [
          {
            path: `${path}.instanceClass`,
            given: instanceClass,
            allowed: `a size of ${Object.keys(families).join(", ")} (or kind "serverless")`,
            fix: "Write it like db.r7g.large.",
          },
        ];
  }
  const { minAcu, maxAcu } = capacity;
  const halfSteps = (acu: number) => Number.isInteger(acu * 2);
  const problems: Problem[] = [];
  if (!halfSteps(minAcu) || minAcu < 0 || minAcu > 256) {
    problems.push({
      path: `${path}.minAcu`,
      given: minAcu,
      allowed: "0 to 256 in steps of 0.5",
      fix: "Write 0.5 for the smallest that stays awake, 0 for one that pauses when idle.",
    });
  }
  if (!halfSteps(maxAcu) || maxAcu < Math.max(1, minAcu) || maxAcu > 256) {
    problems.push({
      path: `${path}.maxAcu`,
      given: maxAcu,
      allowed: "1 to 256 in steps of 0.5, and not below minAcu",
      fix: "Each ACU is about 2 GiB of memory; 8 is the first with 1,000 connections.",
    });
  }
  return problems;
}

function familyOf(instanceClass: string): string {
  return instanceClass.slice(0, instanceClass.lastIndexOf("."));
}

function sizeOf(instanceClass: string): string {
  return instanceClass.slice(instanceClass.lastIndexOf(".") + 1);
}
