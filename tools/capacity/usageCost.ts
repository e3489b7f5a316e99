import type { Settings } from "../../stacks/settings/settings";
import { hoursPerMonth, priceOf, type Prices } from "../lib/prices";
import type { Usage } from "./simulate/recorder";

export interface UsageCost {
  readonly instances: number;
  readonly warmPool: number;
  readonly tasks: number;
  readonly database: number;
  readonly total: number;
}

/** Cost of a simulated time, for the parts that change with the load. */
export function usageCost(
  usage: Usage,
  settings: Pick<Settings, "cluster" | "web" | "database">,
  prices: Prices,
): UsageCost {
  const hours = (seconds: number) => seconds / 3600;
  const { cluster, web, database } = settings;
  const diskGib = cluster.kind === "ec2" ? cluster.rootVolumeGib : 0;
  const disk = (priceOf(prices, "ebs.gp3", "GiB-month") * diskGib) / hoursPerMonth;
  const instances =
    cluster.kind === "ec2"
      ? hours(usage.instanceSeconds) * (priceOf(prices, `ec2.${cluster.instanceType}`, "hour") + disk)
      : 0;
  const warmPool = cluster.kind === "ec2" ? hours(usage.poolSeconds) * disk : 0;
  const tasks =
    cluster.kind === "fargate" ? hours(usage.taskSeconds) * fargateHour(web, cluster.architecture, prices) : 0;
  const acu = database.capacity.kind === "serverless" ? priceOf(prices, "aurora.acu", "ACU-hour") : 0;
  const serverless = hours(usage.acuSeconds) * acu * (1 + database.readers);
  return { instances, warmPool, tasks, database: serverless, total: instances + warmPool + tasks + serverless };
}

/** One Fargate task for an hour. */
export function fargateHour(
  size: { readonly cpu: number; readonly memoryMib: number },
  architecture: "arm64" | "x86_64",
  prices: Prices,
): number {
  const vcpu = priceOf(prices, `fargate.${architecture}.vcpu`, "vCPU-hour");
  const memory = priceOf(prices, `fargate.${architecture}.memory`, "GiB-hour");
  return (size.cpu / 1024) * vcpu + (size.memoryMib / 1024) * memory;
}
