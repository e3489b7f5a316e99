"use strict";

const { reporters, Runner } = require("mocha");

/** Set by leftOut.ts. */
const key = Symbol.for("moodle-on-aws: reasons of tests that were left out");

/** Mocha's "spec" report, why tests were left out, and one plain line that a pipeline can read: "N passed, N failed[, N skipped]". */
module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = runner.stats;
      if (pending > 0) {
        process.stdout.write(`Left out (${pending}):\n`);
        for (const why of globalThis[key] ?? ["no reason was given"]) {
          process.stdout.write(`  - ${why}\n`);
        }
      }
      process.stdout.write(`${passes} passed, ${failures} failed${pending > 0 ? `, ${pending} skipped` : ""}\n`);
    });
  }
};
