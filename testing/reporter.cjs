"use strict";

const { reporters, Runner } = require("mocha");

/** Mocha's "spec" report, closed by one plain line that a pipeline can read: "N passed, N failed[, N skipped]". */
module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = runner.stats;
      process.stdout.write(`${passes} passed, ${failures} failed${pending > 0 ? `, ${pending} skipped` : ""}\n`);
    });
  }
};
