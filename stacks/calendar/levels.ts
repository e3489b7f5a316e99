import { ec2Defaults } from "../../components/cluster/capacity";
import { instancesNeeded } from "../settings/packing";
import type { Settings } from "../settings/settings";
import { examAcu, examTasks } from "./demand";
import type { Calendar, Exam } from "./schema";

/** The part of a stack's settings that a calendar needs. */
export type Sizes = Pick<Settings, "web" | "cron" | "adhoc" | "cluster" | "database" | "cache" | "safety" | "network">;

/** Web tasks at night and in the holidays: the profile's floor, and one in each zone. */
export function nightTasks({ web, safety, network }: Sizes): number {
  return Math.min(web.minTasks, Math.max(safety.webTasks, network.availabilityZones.length));
}

/** Web tasks of a day with `load` times the ordinary one. */
export function dayTasks({ web }: Sizes, load: number): number {
  return Math.ceil(web.minTasks * load);
}

export function tasksOfExam(exam: Exam, { web, network }: Sizes): number {
  const zones = network.availabilityZones.length;
  const wanted = examTasks({
    students: exam.expectedStudents,
    taskCpu: web.cpu,
    zones,
    ordinaryTasks: web.minTasks,
  });
  return Math.max(web.minTasks, wanted);
}

/** Web tasks for several exams at once: their starts add up, the ordinary load counts once. */
export function tasksOfExams(exams: readonly Exam[], sizes: Sizes): number {
  const students = exams.reduce((sum, exam) => sum + exam.expectedStudents, 0);
  return tasksOfExam({ ...exams[0]!, expectedStudents: students }, sizes);
}

/** Instances for so many web tasks besides cron and the ad-hoc workers, with room to spare. */
export function instancesFor(webTasks: number, sizes: Sizes): number | undefined {
  const { cluster, web, cron, adhoc } = sizes;
  if (cluster.kind !== "ec2") {
    return undefined;
  }
  if (webTasks <= nightTasks(sizes)) {
    return cluster.minInstances;
  }
  const tasks = [
    ...Array.from({ length: webTasks }, () => web),
    cron,
    ...Array.from({ length: adhoc.minTasks }, () => adhoc),
  ];
  const needed = instancesNeeded(cluster.instanceType, tasks) ?? cluster.minInstances;
  // Never above the ceiling: it holds every task that may run at all (stacks/settings/tasks.ts), with less to spare.
  return Math.min(
    cluster.maxInstances,
    Math.max(cluster.minInstances, Math.ceil((needed * 100) / ec2Defaults.targetCapacityPercent)),
  );
}

/** Smallest capacity of a serverless database during exams; nothing for instance classes, which are always there. */
export function acuFor(exams: readonly Exam[], { database: { capacity } }: Sizes): number | undefined {
  if (capacity.kind !== "serverless") {
    return undefined;
  }
  const students = exams.reduce((sum, exam) => sum + exam.expectedStudents, 0);
  return Math.min(capacity.maxAcu, Math.max(capacity.minAcu, examAcu(students)));
}

/** Load of a date relative to an ordinary day; undefined on a day without teaching. */
export function loadOf(calendar: Calendar, date: string): { readonly name: string; readonly load: number } | undefined {
  const within = ({ from, to }: { readonly from: string; readonly to: string }) => date >= from && date <= to;
  if (calendar.closedWeeks.some(within)) {
    return undefined;
  }
  const periods = [
    ...calendar.terms.map((term) => ({ ...term, load: 1 })),
    ...calendar.enrolment,
    ...calendar.assessment,
  ].filter(within);
  // The highest load wins; on a tie, assessment over enrolment over term.
  return periods.reduce<(typeof periods)[number] | undefined>(
    (most, one) => (most === undefined || one.load >= most.load ? one : most),
    undefined,
  );
}
