/**
 * Demand of an exam, in its simplest form. Only the gate matters: everybody starts within a minute, and no scaling is
 * fast enough for that. `tools/capacity/measured.ts` explains where these three numbers come from and how far they can
 * be trusted; its model is finer, and its simulator checks the outcome.
 */
export const gate = {
  /** Seconds within which all students start. */
  seconds: 60,
  /** Load of the fullest seconds of that minute, relative to its mean. */
  peakFactor: 1.6,
  /** CPU seconds of one student's start on one vCPU: the quiz's page, the attempt made, its first page. */
  webCpuSeconds: 0.31,
  /** CPU seconds of the same start in the database. */
  databaseCpuSeconds: 0.042,
} as const;

/** Highest utilisation of a web task at the gate, of one in the minutes after a zone is lost, and of the database. */
export const busy = { gate: 0.75, afterZoneLoss: 0.9, database: 0.7 } as const;

/** One busy vCPU of an r-class is about 4 ACU (github.com/aws/agent-toolkit-for-aws, Aurora serverless formulas). */
export const acuPerVcpu = 4;

export function startsPerSecond(students: number): number {
  return (students / gate.seconds) * gate.peakFactor;
}

export interface ExamDemand {
  readonly students: number;
  /** CPU units of a web task. */
  readonly taskCpu: number;
  readonly zones: number;
  /** Web tasks of an ordinary day. Half of them are reserved for users without an exam. */
  readonly ordinaryTasks: number;
}

/**
 * Web tasks that must run before an exam: for the starts at {@link busy}.gate, or, when that is more, for the starts
 * with one zone of `zones` lost. Capacity that the first margin leaves free may serve the second, so the two are not
 * multiplied.
 */
export function examTasks({ students, taskCpu, zones, ordinaryTasks }: ExamDemand): number {
  const perTask = taskCpu / 1024;
  const vcpus = startsPerSecond(students) * gate.webCpuSeconds;
  const wanted = vcpus / (perTask * busy.gate);
  const afterLoss = zones < 2 ? wanted : (vcpus / (perTask * busy.afterZoneLoss)) * (zones / (zones - 1));
  return Math.ceil(Math.max(wanted, afterLoss)) + Math.ceil(ordinaryTasks / 2);
}

/** Capacity that a serverless writer must have at the gate, in ACU: it grows too slowly to find it there. */
export function examAcu(students: number): number {
  const vcpus = (startsPerSecond(students) * gate.databaseCpuSeconds) / busy.database;
  return Math.ceil(vcpus * acuPerVcpu * 2) / 2;
}
