import { values } from "../../capacity/measured";

/** Seconds that people take. Times are drawn from a log-normal distribution with these means. */
export interface Pause {
  readonly mean: number;
  readonly source: string;
}

export const pauses = {
  read: {
    mean: values.thinkSeconds,
    source: "thinkSeconds of tools/capacity/measured.ts, the capacity model's own figure (an assumption)",
  },
  glance: {
    mean: 8,
    source: "Assumption: a page that is only passed through, such as the dashboard before a course",
  },
  type: {
    mean: 20,
    source: "Assumption: user name and password, or opening a file to upload",
  },
  write: {
    mean: 120,
    source: "Assumption: a forum post of some 60 words at 30 words a minute",
  },
} as const satisfies Readonly<Record<string, Pause>>;
export type PauseName = keyof typeof pauses;

/**
 * The exam: 300 students made some 16,800 requests in 90 minutes (moodiycloud; requestsPerExam of tools/capacity/measured.ts).
 * With 16 questions on a page each, shown, saved by itself and sent, this scenario makes 57 requests for each student.
 */
export const exam = { questions: 16, publishedSeconds: 90 * 60 } as const;

/** Standard deviation of the logarithm: 0.8 gives a coefficient of variation of 0.95, between even and exponential. */
const spread = 0.8;

export function drawSeconds(mean: number, random: () => number = Math.random): number {
  // Box and Muller; 1 - random() is never 0.
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return mean * Math.exp(spread * normal - spread ** 2 / 2);
}

/**
 * When one student presses "start" after the gate has opened, in seconds within `window`: 40 % of them in the first
 * quarter, which is examStartPeakFactor of tools/capacity/measured.ts.
 */
export function drawStart(window: number, random: () => number = Math.random): number {
  const first = values.examStartPeakFactor / 4;
  return random() < first ? (random() * window) / 4 : window / 4 + (random() * window * 3) / 4;
}
