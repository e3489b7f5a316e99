import { createWriteStream } from "node:fs";

import { bodies } from "./bodies";
import { checks } from "./checks";
import { binOf, counterOf } from "./counters";
import type { RequestName } from "./kinds";
import { drawSeconds, drawStart, exam, type PauseName, pauses } from "./pace";
import type { Visitor } from "./visitor";

/** The functions that Artillery calls (see the end): https://www.artillery.io/docs/reference/engines/http#extending-the-http-engine */
interface Context {
  readonly vars: Visitor & { readonly target: string };
  readonly _jar: { removeAllCookiesSync(): void };
}
interface Request {
  name: RequestName;
  url: string;
  headers?: Record<string, string>;
  body?: string;
  followRedirect?: boolean;
}
interface Response {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
  readonly timings: { readonly phases: { readonly firstByte?: number; readonly total?: number } };
}
interface Events {
  emit(event: "counter", name: string, value: number): unknown;
}
type Done = (error?: Error | null) => void;

/** For the live line of a run on one machine: a line for each answer. Artillery itself tells only every ten seconds. */
const times = process.env.LOADTEST_TIMES;
const log = times === undefined ? undefined : createWriteStream(times, { flags: "a" });

/** When this worker began: all of a run's times count from it. */
const began = Date.now();
const seconds = (): number => (Date.now() - began) / 1000;

/** Seconds that an exam may continue after its end. */
const graceSeconds = 30;

const able = ({ broken }: Visitor): boolean => broken !== true;

const needsToken = ({ token }: Visitor): boolean => token === undefined;

function beforeRequest(request: Request, { vars }: Context, _events: Events, done: Done): void {
  const { name } = request;
  // Every hop is a separate request, judged by itself, as it is for the server.
  request.followRedirect = false;
  const body = bodies[name]?.(vars);
  if (body !== undefined) {
    request.headers = { ...request.headers, "content-type": body.type };
    request.body = body.text;
  }
  done();
}

function afterResponse(request: Request, response: Response, { vars }: Context, events: Events, done: Done): void {
  const { name } = request;
  const { statusCode: status, headers, body, timings } = response;
  try {
    checks[name]({ status, headers, body }, vars, vars.target);
    if (name === "asset") {
      const { pathname, search } = new URL(request.url);
      vars.cached?.add(`${pathname}${search}`);
    }
    const milliseconds = timings.phases.total ?? timings.phases.firstByte ?? 0;
    events.emit("counter", counterOf(name, binOf(milliseconds)), 1);
    log?.write(`${milliseconds}\n`);
  } catch (error) {
    fail(name, (error as Error).message, vars, events);
  }
  done();
}

/** Time-outs and broken connections: there is no answer to judge. Artillery calls it more than once for one of them. */
function onError(
  error: Error & { code?: string },
  request: Request,
  { vars }: Context,
  events: Events,
  done: Done,
): void {
  if (vars.broken !== true) {
    fail(request.name, error.code ?? "no answer", vars, events);
  }
  done();
}

function fail(name: RequestName, why: string, visitor: Visitor, events: Events): void {
  visitor.broken = true;
  log?.write("wrong\n");
  events.emit("counter", counterOf(name, "failed"), 1);
  events.emit("counter", `wrong.${name}: ${why}`, 1);
}

/** Another visit of the same person: no cookies, while the browser's cache is kept. */
function newSession({ vars, _jar }: Context, _events: Events, done: Done): void {
  _jar.removeAllCookiesSync();
  vars.broken = false;
  vars.assets = [];
  vars.cached ??= new Set();
  vars.due ??= Date.now();
  done();
}

function chooseFile({ vars }: Context, _events: Events, done: Done): void {
  const { files } = vars.plan.site;
  vars.file = files[Math.floor(Math.random() * files.length)]?.path;
  done();
}

function timeLeft({ vars }: Context, done: (more: boolean) => void): void {
  done(seconds() < vars.plan.seconds);
}

/** Everybody waits at the quiz's page until it opens, and presses "start" within the window. */
function waitForTheGate({ vars }: Context, _events: Events, done: Done): void {
  const { gateSeconds, gateWindowSeconds } = vars.plan;
  vars.due = began + (gateSeconds + drawStart(gateWindowSeconds)) * 1000;
  sleepUntil(vars.due, done);
}

/**
 * The next request is due so long after the one before was due, not after its answer came: a slow server must not be
 * spared by users who wait for it.
 */
function pause(mean: (visitor: Visitor) => number) {
  return ({ vars }: Context, _events: Events, done: Done): void => {
    const { plan } = vars;
    const length = drawSeconds(mean(vars) * plan.pace) * 1000;
    const end = began + plan.seconds * 1000;
    // Waits end with the run, and a user who is late by more than a minute does not catch up.
    vars.due = Math.min(Math.max((vars.due ?? Date.now()) + length, Date.now() - 60_000), end);
    sleepUntil(vars.due, done);
  };
}

function sleepUntil(due: number, done: Done): void {
  setTimeout(done, Math.max(0, due - Date.now()));
}

const named = Object.fromEntries(
  (Object.keys(pauses) as PauseName[]).map((name) => [`pause-${name}`, pause(() => pauses[name].mean)]),
);

/** Two pauses a question share what is left of the run after the gate; they are the exam's own pace, so `pace` is taken out. */
const questionPause = pause(({ plan }) => {
  const left = plan.seconds - plan.gateSeconds - plan.gateWindowSeconds;
  return (0.8 * Math.max(left, 0)) / (2 * exam.questions) / plan.pace;
});

/** A student's exam can end before the last question is served: the run then ends in time, and reports it. */
function pauseQuestion(context: Context, events: Events, done: Done): void {
  const { vars } = context;
  if (able(vars) && seconds() > vars.plan.seconds + graceSeconds) {
    fail("attempt", "out of time", vars, events);
  }
  return able(vars) ? questionPause(context, events, done) : done();
}

export = {
  able,
  needsToken,
  beforeRequest,
  afterResponse,
  onError,
  newSession,
  chooseFile,
  timeLeft,
  waitForTheGate,
  ...named,
  "pause-question": pauseQuestion,
};
