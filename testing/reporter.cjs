"use strict";

const { mkdtempSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
const path = require("node:path");
const { reporters, Runner } = require("mocha");

/** Number of the slowest tests and hooks that are listed. A run with no more than that lists none. */
const listed = 20;

/** Characters of a failure's message that are repeated at the end. The whole is in mocha's report above it. */
const messageLength = 600;

/**
 * Mocha's "spec" report, the slowest tests, why tests were left out, what failed, and one plain line that a pipeline
 * can read: "N passed, N failed[, N skipped]". The failures are last because many pipelines show the end of a log only.
 */
module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const folder = mkdtempSync(path.join(tmpdir(), "tests-"));
    const reasons = path.join(folder, "left-out");
    writeFileSync(reasons, "");
    // Processes of test files inherit it: leftOut.ts.
    process.env.TESTS_LEFT_OUT = reasons;
    const failed = [];
    runner.on(Runner.constants.EVENT_TEST_FAIL, (one, error) => failed.push({ one, error }));
    const timed = [];
    const take = (one) => timed.push(one);
    runner.on(Runner.constants.EVENT_TEST_END, take);
    runner.on(Runner.constants.EVENT_HOOK_END, take);
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = runner.stats;
      if (passes + failures > listed) {
        writeSlowest(timed);
      }
      if (pending > 0) {
        process.stdout.write(`Left out (${pending}):\n`);
        const lines = readFileSync(reasons, "utf8").split("\n").filter(Boolean);
        for (const why of lines.length > 0 ? new Set(lines.map((line) => JSON.parse(line))) : ["no reason was given"]) {
          process.stdout.write(`  - ${why}\n`);
        }
      }
      rmSync(folder, { recursive: true });
      writeFailed(failed);
      process.stdout.write(`${passes} passed, ${failures} failed${pending > 0 ? `, ${pending} skipped` : ""}\n`);
    });
  }
};

function writeSlowest(timed) {
  const seconds = (list) => list.reduce((sum, { duration = 0 }) => sum + duration, 0) / 1000;
  const slowest = timed.toSorted((a, b) => (b.duration ?? 0) - (a.duration ?? 0)).slice(0, listed);
  process.stdout.write(`Slowest ${listed}: ${seconds(slowest).toFixed(0)} of ${seconds(timed).toFixed(0)} s\n`);
  for (const one of slowest) {
    process.stdout.write(`  ${seconds([one]).toFixed(1).padStart(6)} s  ${nameOf(one)}\n`);
  }
}

function writeFailed(failed) {
  if (failed.length > 0) {
    process.stdout.write(`Failed (${failed.length}):\n`);
  }
  for (const { one, error } of failed) {
    const message = String(error?.message ?? error).slice(0, messageLength);
    process.stdout.write(`  - ${nameOf(one)}\n${message.replaceAll(/^/gm, "      ")}\n`);
  }
}

/** Folder and title of a test or hook. */
function nameOf(one) {
  const folder = path.relative(process.cwd(), path.dirname(one.file ?? process.cwd()));
  return `${folder}: ${one.fullTitle()}`;
}
