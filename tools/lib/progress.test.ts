import assert from "node:assert/strict";
import { showProgress } from "./progress";

/** Back to the beginning of the line, and the line deleted. */
const over = "\r\u001b[2K";

/** Text that is written, on a fake clock. Work that calls `at` gets no timer. */
function shown(isTTY: boolean, steps: readonly (readonly [seconds: number, step: string])[]): readonly string[] {
  const written: string[] = [];
  let now = 0;
  const out = { isTTY, write: (text: string) => written.push(text) > 0 } as unknown as NodeJS.WriteStream;
  const progress = showProgress("cost", { out, now: () => now });
  for (const [seconds, step] of steps) {
    now = seconds * 1000;
    progress.at(step);
  }
  progress.end();
  return written;
}

describe("Progress", () => {
  it("is nothing for what takes less than five seconds", () => {
    const steps = [0, 1, 4.9].map((at) => [at, `step ${at}`] as const);
    assert.deepEqual([shown(false, steps), shown(true, steps)], [[], []]);
  });

  it("is plain lines where no terminal is: the step, another step, and the same one again, none too often", () => {
    const steps = [
      [0, "the plan of prod"],
      [5, "the plan of prod"],
      [7, "the plan of staging"],
      [16, "the plan of staging"],
      [20, "the plan of staging"],
      [31, "the plan of staging"],
    ] as const;
    assert.deepEqual(shown(false, steps), [
      "make cost: the plan of prod, 5 s\n",
      "make cost: the plan of staging, 16 s\n",
      "make cost: the plan of staging, 31 s\n",
    ]);
  });

  it("is one line on a terminal, written over and taken away", () => {
    assert.deepEqual(
      shown(true, [
        [5, "a"],
        [5.1, "a"],
        [5.2, "b"],
        [6.3, "b"],
      ]),
      [`${over}make cost: a, 5 s`, `${over}make cost: b, 5 s`, `${over}make cost: b, 6 s`, "\r\u001b[2K"],
    );
  });

  it("goes on by itself while the work waits, and keeps no process", async () => {
    const written: string[] = [];
    const out = { isTTY: false, write: (text: string) => written.push(text) > 0 } as unknown as NodeJS.WriteStream;
    let now = 0;
    const progress = showProgress("gate", { out, now: () => now });
    now = 6000;
    while (written.length === 0) {
      await new Promise((done) => setTimeout(done, 50));
    }
    progress.end();
    assert.deepEqual(written, ["make gate: 6 s\n"]);
  });
});
