import { describeProblem, type Problem } from "../../components/lib/invalid";
import { instanceLimits, taskMemoryMib, tasksPerInstance } from "../../components/cluster/instanceTypes";
import { instanceClasses, maxConnections } from "../../components/database/connections";
import { childMemoryMib, childrenThatFit } from "../../components/moodle/limits";
import { busy } from "../../stacks/calendar/demand";
import { connectionShare, connectionsOf } from "../../stacks/settings/connectionBudget";
import type { Settings } from "../../stacks/settings/settings";
import { type MixName, meanOver, measured, mixes, type Values } from "../capacity/measured";
import { databaseVcpus } from "../capacity/stackPlatform";

/** The demand: people who may use the site, and the largest exam that starts at once. */
export interface Demand {
  readonly users: number;
  readonly examStudents: number;
}

/** Reasons for more than the arithmetic needs. Each is a factor on its own. */
export const margins = {
  /** Web CPU at the planned peak; the rest is for what the plan did not see. */
  webCpuAtPeak: 0.5,
  /** An exam is known beforehand, down to the number of students: less is left free. */
  webCpuAtExamStart: busy.gate,
  /** Above some 70 %, waits in the database grow faster than the load. */
  databaseCpu: busy.database,
  cacheMemory: 0.6,
} as const;

export interface Load {
  readonly requestsPerSecond: number;
  readonly webVcpus: number;
  readonly databaseVcpus: number;
  readonly redisCommandsPerSecond: number;
  readonly redisMibPerSecond: number;
  readonly viewerMbitPerSecond: number;
}

/** Requests a second of a mix, as load on every layer. */
export function loadOf(mix: MixName, requestsPerSecond: number, values: Values): Load {
  return {
    requestsPerSecond,
    webVcpus: (requestsPerSecond * meanOver(mix, (cost) => cost.cpuMs.value)) / 1000,
    databaseVcpus: (requestsPerSecond * meanOver(mix, (cost) => cost.databaseMs.value)) / 1000,
    redisCommandsPerSecond: requestsPerSecond * meanOver(mix, (cost) => cost.redisCommands),
    redisMibPerSecond: (requestsPerSecond * (meanOver(mix, (cost) => cost.redisKib) + values.sessionKib)) / 1024,
    viewerMbitPerSecond: (requestsPerSecond * meanOver(mix, (cost) => cost.responseKib) * 8 * 1.024) / 1000,
  };
}

export function addLoads(...loads: readonly Load[]): Load {
  const keys = Object.keys(loads[0]!) as (keyof Load)[];
  return Object.fromEntries(
    keys.map((key) => [key, loads.reduce((sum, load) => sum + load[key], 0)]),
  ) as unknown as Load;
}

/** The ordinary peak: students and staff, at UCL's requests per head. */
export function peakLoad({ users }: Demand, values: Values): Load {
  return loadOf("browsing", users * (1 + values.staffPerStudent) * values.peakRequestsPerUser, values);
}

/** The fullest seconds of an exam's first minute, with half of the ordinary peak beside it. */
export function examLoad(demand: Demand, values: Values): Load {
  const starts = (demand.examStudents / values.examStartSeconds) * values.examStartPeakFactor;
  const requests = Object.values(mixes.examStart).reduce((sum, weight) => sum + weight, 0);
  const ordinary = peakLoad({ ...demand, users: demand.users / 2 }, values);
  return addLoads(loadOf("examStart", starts * requests, values), ordinary);
}

/** Web tasks that compute this, even when one of `zones` fails. */
export function tasksFor(load: Load, vcpusPerTask: number, share: number, zones: number): number {
  const needed = load.webVcpus / (vcpusPerTask * share);
  // A lost zone may use capacity that the share leaves free, so the two margins are not multiplied.
  const afterLoss = (load.webVcpus / (vcpusPerTask * busy.afterZoneLoss)) * (zones / (zones - 1));
  return Math.ceil(Math.max(needed, afterLoss));
}

export interface Sizing {
  readonly demand: Demand;
  readonly peak: Load;
  readonly exam: Load;
  readonly tasks: { readonly night: number; readonly peak: number; readonly exam: number };
  readonly tasksPerInstance: number;
  readonly instances: { readonly min: number; readonly max: number };
  readonly children: number;
  readonly requestsPerTarget: number;
  /** To the writer, during a rollout. */
  readonly connections: number;
  readonly instanceClass: string;
  readonly acu: { readonly min: number; readonly max: number };
  readonly sessionsMib: number;
  readonly cacheNodeMib: number;
}

/** A typing error is likelier than a university that is larger. */
export const mostUsers = 2_000_000;

/** Only students start an exam. */
export function examProblems({ users, examStudents }: Demand): readonly Problem[] {
  const fix = "Students that start one exam at the same time; 0 for no exams. Not more than USERS.";
  const allowed = `a whole number from 0 to ${users}`;
  return examStudents > users ? [{ path: "EXAM", given: String(examStudents), allowed, fix }] : [];
}

/** Converts numbers of people into settings. Pure. */
export function size(
  demand: Demand,
  settings: Pick<Settings, "web" | "cluster" | "adhoc" | "network">,
  values: Values,
): Sizing {
  const { web, cluster, adhoc } = settings;
  const zones = settings.network.availabilityZones.length;
  const vcpus = web.cpu / 1024;
  const peak = peakLoad(demand, values);
  const exam = demand.examStudents === 0 ? peak : examLoad(demand, values);
  const perRequest = meanOver("browsing", (cost) => cost.cpuMs.value) / 1000;
  const tasks = {
    night: zones,
    peak: Math.max(zones, tasksFor(peak, vcpus, margins.webCpuAtPeak, zones)),
    exam: Math.max(zones, tasksFor(exam, vcpus, margins.webCpuAtExamStart, zones)),
  };
  const maxTasks = Math.ceil(Math.max(tasks.peak, tasks.exam) * 1.25);
  const limits = cluster.kind === "ec2" ? instanceLimits(cluster.instanceType) : undefined;
  const perInstance = limits === undefined ? 1 : Math.max(1, tasksPerInstance(limits, web));
  const workers = limits === undefined ? 0 : Math.ceil((adhoc.maxTasks + 1) / limits.tasks);
  const children = Math.min(childrenThatFit(web.memoryMib), Math.ceil(vcpus * 10));
  const connections = connectionsOf(children, maxTasks, adhoc.maxTasks * adhoc.concurrency);
  const database = Math.max(peak.databaseVcpus, exam.databaseVcpus) / margins.databaseCpu;
  const fitting = instanceClasses
    .filter((name) => name.startsWith("db.r7g."))
    .find(
      (name) =>
        databaseVcpus(name) >= database &&
        maxConnections({ kind: "provisioned", instanceClass: name }) * connectionShare > connections,
    );
  if (fitting === undefined) {
    throw new Error(
      describeProblem({
        path: "USERS, EXAM",
        given: demand,
        allowed: `what one Aurora writer can do: here ${database.toFixed(0)} vCPUs and, during a rollout, ${connections} connections are needed`,
        fix: "Split the site, or spread the start of the exam over more than a minute.",
      }),
    );
  }
  const halves = (acu: number) => Math.ceil(acu * 2) / 2;
  return {
    demand,
    peak,
    exam,
    tasks,
    tasksPerInstance: perInstance,
    instances: {
      min: Math.max(zones, Math.ceil(zones / perInstance) + 1),
      max: Math.ceil((maxTasks / perInstance + workers) / 0.8),
    },
    children,
    requestsPerTarget: Math.floor(((vcpus * margins.webCpuAtPeak) / perRequest) * 6) * 10,
    connections,
    instanceClass: fitting,
    acu: {
      min: halves((peak.databaseVcpus * values.acuPerVcpu) / 4),
      max: Math.min(256, Math.max(16, halves(database * values.acuPerVcpu))),
    },
    // A session for everybody who was there within the last eight hours: at most half of all.
    sessionsMib: (demand.users * 0.5 * values.sessionKib) / 1024 / margins.cacheMemory,
    cacheNodeMib: values.applicationCacheMib / margins.cacheMemory,
  };
}

/** For tests and the printout: memory that the children of a task may take. */
export const memoryPerChildMib = { planned: childMemoryMib, measured: measured.memoryPerChildMib.value };

/** Task memory of the instance type, for the printout. */
export function instanceMemoryMib(type: string): number {
  const limits = instanceLimits(type);
  return limits === undefined ? 0 : taskMemoryMib(limits);
}
