import { mkdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";

import { runProgram } from "../lib/programs";
import { declare, start, type Where } from "../lib/command";
import { judge, lastGood, runNoise } from "./gate/gate";
import { type Block, readReports, type Result, type Shape } from "./gate/result";
import { runPage } from "./report/runPage";
import { trackerPage } from "./report/tracker";
import { markdown, plain } from "./report/text";
import { artillery, localArguments } from "./run/artillery";
import { beside, passesEach, releaseOf, type Side } from "./run/beside";
import { writeBundle } from "./run/bundle";
import { CpuLog } from "./run/cpu";
import { fargateArguments, share } from "./run/fargate";
import { startLocal } from "./run/local";
import { standingLine, Times } from "./run/progress";
import { options, planOf, problems, type Request, requestOf } from "./run/request";
import { readTarget, type Target } from "./run/target";
import { fetchResults, readResults, resultsFolder, storeResult, writeResult } from "./run/store";

const root = resolve(__dirname, "../..");

/** @returns The exit status: 0 for a good run, 1 for one that is not. */
async function loadtest(request: Request, { print, at }: Where): Promise<number> {
  const work = join(root, ".offline", "loadtests", request.target === "local" ? "local" : `stack-${request.target}`);
  mkdirSync(work, { recursive: true });
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once("SIGINT", interrupt);
  // First: a clone that git refuses must not cost a whole run.
  const commit = runProgram("git", ["-C", root, "rev-parse", "--short", "HEAD"]).trim();
  if (request.nextSource !== undefined) {
    return sideBySide(request, request.nextSource, { commit, work, signal: stop.signal }, { print, at }).finally(() =>
      process.off("SIGINT", interrupt),
    );
  }
  const target: Target =
    request.target === "local"
      ? await startLocal(request.users, work, at, request.moodleSource)
      : await readTarget(request);
  try {
    const startedAt = new Date();
    const { blocks, wrong } = await measure(request, target, work, stop.signal, at);
    const result: Result = {
      id: `${startedAt.toISOString().replace(/[:.]/g, "-")}-${request.scenario}-${request.target}`,
      startedAt: startedAt.toISOString(),
      release: request.release ?? moodleRelease(),
      commit,
      shape: shapeOf(request, target),
      blocks,
      wrong,
    };
    return await conclude(result, target, print);
  } finally {
    process.off("SIGINT", interrupt);
    await target.stop?.();
  }
}

/** The next release's image beside the present one, in one run: the gate judges the one by the other. */
async function sideBySide(
  request: Request,
  nextSource: string,
  { commit, work, signal }: { readonly commit: string; readonly work: string; readonly signal: AbortSignal },
  { print, at }: Pick<Where, "print" | "at">,
): Promise<number> {
  const source = { present: request.moodleSource, next: nextSource } as const;
  const release = {
    present: source.present === undefined ? moodleRelease() : releaseOf(source.present),
    next: releaseOf(nextSource),
  } as const;
  const startedAt = new Date();
  const half = { ...request, seconds: Math.ceil(request.seconds / passesEach) };
  let machine = "";
  const measured = await beside(async (side) => {
    const own = join(work, side);
    mkdirSync(own, { recursive: true });
    const target = await startLocal(request.users, own, (step) => at(`${side}: ${step}`), source[side]);
    try {
      machine = target.machine;
      return await measure(half, target, own, signal, (line) => at(`${side}: ${line}`));
    } finally {
      await target.stop();
    }
  });
  const result = (side: Side): Result => ({
    id: `${startedAt.toISOString().replace(/[:.]/g, "-")}-${request.scenario}-${side}`,
    startedAt: startedAt.toISOString(),
    release: release[side],
    commit,
    // Of its own: runs of one image alone are not compared with it.
    shape: { ...shapeOf(request, { machine }), target: "local, two images in turn" },
    ...measured[side],
  });
  const [present, next] = [result("present"), result("next")];
  const verdict = judge(next, present);
  const judged = { ...next, good: verdict.good };
  const path = writeResult(resultsFolder, judged, {
    "report.md": markdown(judged, verdict),
    "report.html": await runPage(judged, verdict),
    "present.json": JSON.stringify(present),
  });
  print(`\n${release.next} beside ${release.present}\n${plain(judged, verdict)}`);
  print(`Stored in ${relative(root, path)}: run.json, present.json, report.md, report.html`);
  return verdict.good ? 0 : 1;
}

const shapeOf = (
  { scenario, users, seconds, pace, workers, target: name }: Request,
  target: Pick<Target, "machine">,
): Shape => ({
  scenario,
  users,
  seconds,
  pace,
  target: name,
  generators: workers,
  machine: target.machine,
});

async function measure(
  request: Request,
  target: Target,
  work: string,
  signal: AbortSignal,
  at: Where["at"],
): Promise<Pick<Result, "blocks" | "wrong">> {
  const plan = planOf(request, target.site);
  const log = new CpuLog();
  const ended = new AbortController();
  const folders = Array.from({ length: request.workers }, (_, worker) => join(work, `generator-${worker + 1}`));
  const times = join(work, "times.log");
  const runs = folders.map((folder, worker) => {
    const script = writeBundle(folder, plan, target.target, share(target.users, worker, request.workers));
    const output = join(folder, "report.json");
    const args =
      target.fargate === undefined || request.workers === 1
        ? localArguments(script, output)
        : fargateArguments(script, output, target.fargate.region, target.fargate.outputs, request.seconds);
    return artillery(args, folder, signal, { LOADTEST_TIMES: times });
  });
  const watching = watch(request, target, times, log, ended.signal, at);
  const ends = await Promise.all(runs);
  ended.abort();
  await watching;
  const failed = ends.find(({ code }) => code !== 0);
  if (failed !== undefined) {
    throw new Error(
      signal.aborted ? "stopped; nothing was stored" : `Artillery ended with ${failed.code}:\n${failed.words}`,
    );
  }
  const read = readReports(folders.map((folder) => JSON.parse(readFileSync(join(folder, "report.json"), "utf8"))));
  return {
    ...read,
    blocks: target.cloudCpu === undefined ? withLocalCpu(read.blocks, log) : await target.cloudCpu(read.blocks),
  };
}

function withLocalCpu(blocks: readonly Block[], log: CpuLog): readonly Block[] {
  return blocks.map((block) => {
    const used = log.between(block.start, block.start + block.seconds * 1000);
    return { ...block, webCpuSeconds: used?.web, databaseCpuSeconds: used?.database };
  });
}

/** The live line, once a second, and the processors' log that goes with it. */
async function watch(
  { seconds: of }: Request,
  target: Target,
  path: string,
  log: CpuLog,
  ended: AbortSignal,
  at: Where["at"],
): Promise<void> {
  const times = new Times(path);
  const start = Date.now();
  let before = { at: start, web: 0 };
  while (!ended.aborted) {
    await new Promise((resume) => setTimeout(resume, 1000));
    const now = Date.now();
    const used = target.used?.();
    if (used !== undefined) {
      log.add(used, now);
    }
    const { p95Ms, count } = await times.fresh();
    const passed = (now - before.at) / 1000;
    const webCpus = used === undefined || before.web === 0 ? undefined : (used.web - before.web) / passed;
    const { requests, failed } = times;
    at(
      standingLine({ seconds: (now - start) / 1000, of, requests, perSecond: count / passed, p95Ms, failed, webCpus }),
    );
    before = { at: now, web: used?.web ?? 0 };
  }
}

async function conclude(measured: Result, { bucket }: Target, print: Where["print"]): Promise<number> {
  if (bucket !== undefined) {
    await fetchResults(bucket, resultsFolder);
  }
  const earlier = readResults(resultsFolder);
  const noise = runNoise(measured, earlier);
  const verdict = judge(measured, lastGood(measured, earlier), noise === undefined ? {} : { runNoise: noise });
  const result = { ...measured, good: verdict.good };
  const path = writeResult(resultsFolder, result, {
    "report.md": markdown(result, verdict),
    "report.html": await runPage(result, verdict),
    "tracker.html": await trackerPage([...earlier, result]),
  });
  print(`\n${plain(result, verdict)}`);
  print(`Stored in ${relative(root, path)}: run.json, report.md, report.html`);
  if (bucket !== undefined) {
    await storeResult(bucket, path, result, verdict);
    print(`Stored in s3://${bucket.name}/runs/${result.id}/ and as metrics in Moodle/LoadTests`);
  }
  return verdict.good ? 0 : 1;
}

/** The release of Moodle that the image is built from, unless RELEASE says what is under test. */
function moodleRelease(): string {
  const lock = JSON.parse(readFileSync(join(root, "moodle-image", "moodle.lock.json"), "utf8")) as {
    moodle: { version: string };
  };
  return lock.moodle.version;
}

export const command = declare({
  name: "loadtest",
  summary: "One load test, judged",
  failure: "failed, or the run is not good",
  options,
  check: problems,
  run: (values, where) => loadtest(requestOf(values), where),
});

if (require.main === module) {
  start(command);
}
