import type { LoadTestOutputs } from "./stack";

/**
 * Arguments of one load generator on Fargate (https://www.artillery.io/docs/reference/cli/run-fargate). One task for each
 * call: `--count` would give every task the same lines of the users' file, and an account must not be used twice.
 * Private subnets with a route to the internet, so no public address.
 */
export function fargateArguments(
  script: string,
  output: string,
  region: string,
  { taskRoleName, securityGroupId, subnetIds }: Omit<LoadTestOutputs, "resultsBucket">,
  seconds: number,
): readonly string[] {
  return [
    "run-fargate",
    "--region",
    region,
    "--count",
    "1",
    "--cpu",
    "4",
    "--memory",
    "8",
    "--task-role-name",
    taskRoleName,
    "--security-group-ids",
    securityGroupId,
    "--subnet-ids",
    subnetIds.join(","),
    "--no-assign-public-ip",
    // A run that hangs ends, and its tasks with it.
    "--max-duration",
    `${seconds + 900}`,
    "--quiet",
    "--output",
    output,
    script,
  ];
}

/** The lines of the users' file for one of several generators. */
export function share(users: string, worker: number, workers: number): string {
  const [head, ...lines] = users.trim().split("\n");
  return [head, ...lines.filter((_, index) => index % workers === worker), ""].join("\n");
}
