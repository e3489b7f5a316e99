import { examTasks } from "../../stacks/calendar/demand";
import { values } from "../capacity/measured";
import { declare, needed, standard, start } from "../lib/command";
import { stackName, wholeNumber } from "../lib/kinds";
import { table } from "../lib/text";
import {
  examProblems,
  mostUsers,
  instanceMemoryMib,
  type Load,
  margins,
  memoryPerChildMib,
  size,
  type Sizing,
} from "./sizing";
import { stackSettings } from "../lib/stackFile";

function printout(sizing: Sizing, settings: ReturnType<typeof stackSettings>): string {
  const { tasks, instances, demand } = sizing;
  const row = (name: string, of: (load: Load) => number, unit: string, digits = 1): string[] => [
    name,
    of(sizing.peak).toFixed(digits),
    of(sizing.exam).toFixed(digits),
    unit,
  ];
  const cluster = settings.cluster.kind === "ec2" ? settings.cluster : undefined;
  const maxTasks = Math.ceil(Math.max(tasks.peak, tasks.exam) * 1.25);
  const minTasks = Math.max(tasks.night, Math.ceil(tasks.peak / 2));
  const planned = examTasks({
    students: demand.examStudents,
    taskCpu: settings.web.cpu,
    zones: settings.network.availabilityZones.length,
    ordinaryTasks: minTasks,
  });
  return [
    `${demand.users} students, and ${Math.round(demand.users * values.staffPerStudent)} staff; largest exam: ${demand.examStudents} at once.`,
    "",
    table([
      ["", "ordinary peak", "exam's first seconds", ""],
      row("requests", (load) => load.requestsPerSecond, "per second", 0),
      row("web CPU", (load) => load.webVcpus, "vCPUs"),
      row("database CPU", (load) => load.databaseVcpus, "vCPUs"),
      row("cache commands", (load) => load.redisCommandsPerSecond, "per second", 0),
      row("cache network", (load) => load.redisMibPerSecond, "MiB/s"),
      row("to viewers", (load) => load.viewerMbitPerSecond, "Mbit/s", 0),
      ["web tasks", String(tasks.peak), String(tasks.exam), `of ${settings.web.cpu / 1024} vCPUs`],
    ]),
    "",
    "Put this into Pulumi.<stack>.yaml, under config:",
    "",
    "  moodle:web:",
    `    minTasks: ${minTasks}`,
    `    maxTasks: ${maxTasks}`,
    `    requestsPerTarget: ${sizing.requestsPerTarget}`,
    `    phpMaxChildren: ${sizing.children}`,
    ...(cluster === undefined
      ? []
      : [
          "  moodle:cluster:",
          `    instanceType: ${cluster.instanceType}`,
          `    minInstances: ${instances.min}`,
          `    maxInstances: ${instances.max}`,
          `    warmPoolSize: ${Math.max(2, Math.ceil(tasks.peak / sizing.tasksPerInstance / 4))}`,
        ]),
    "  moodle:database:",
    "    capacity:",
    ...(settings.database.capacity.kind === "provisioned"
      ? ["      kind: provisioned", `      instanceClass: ${sizing.instanceClass}`]
      : ["      kind: serverless", `      minAcu: ${sizing.acu.min}`, `      maxAcu: ${sizing.acu.max}`]),
    "",
    ...(demand.examStudents > 0
      ? [
          `${tasks.exam} web tasks must be ready before that exam starts: no scaling is fast enough for a minute. That is with half of`,
          `the ordinary peak beside it. The calendar plans ${planned} by itself, with half of minTasks beside it: docs/capacity.md.`,
        ]
      : []),
    `Sessions take ${sizing.sessionsMib.toFixed(0)} MiB, the application cache ${sizing.cacheNodeMib.toFixed(0)} MiB (an assumption); a cache.m7g.large has 6,380, a cache.r7g.large 13,070.`,
    "",
    "Margins:",
    `  web       ${margins.webCpuAtPeak * 100} % CPU at the ordinary peak, ${margins.webCpuAtExamStart * 100} % at an announced exam, and 90 % when one of ${settings.network.availabilityZones.length} zones is lost;`,
    "            the maximum is a quarter above the larger of the two.",
    `  database  ${margins.databaseCpu * 100} % CPU of one writer; ${sizing.connections} connections during a rollout are within 80 % of its limit.`,
    `  memory    ${memoryPerChildMib.planned} MiB per php-fpm child planned, ${memoryPerChildMib.measured} measured on heavy pages; ${cluster === undefined ? "Fargate" : `${instanceMemoryMib(cluster.instanceType)} MiB for tasks on a ${cluster.instanceType}`}.`,
    "What is measured and what is assumed: tools/capacity/measured.ts. Try it: make capacity STACK=... TRACE=all.",
  ].join("\n");
}

export const command = declare({
  name: "sizing",
  summary: "From people to settings: what to put into the stack file, and why",
  options: {
    USERS: needed(wholeNumber(1, mostUsers), "Students of the university", "For example USERS=43000."),
    EXAM: standard(wholeNumber(0, mostUsers), "Students that start one exam at the same time; 0 for no exams", "0"),
    STACK: standard(stackName, "The stack whose task and instance sizes are taken", "prod"),
  },
  check: ({ USERS = mostUsers, EXAM = 0 }) => examProblems({ users: USERS, examStudents: EXAM }),
  run: ({ USERS, EXAM, STACK }, { print }) => {
    const settings = stackSettings(STACK);
    print(printout(size({ users: USERS, examStudents: EXAM }, settings, values), settings));
    return 0;
  },
});

if (require.main === module) {
  start(command);
}
