import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { seeded } from "../gate/random";
import type { Block, Result } from "../gate/result";
import { madeUp, sameAsBefore } from "../gate/synthetic";
import { nonNegative, pageCosts } from "../run/feed";
import { feed, withFigures } from "../../loadtest-feed/command";

const truth = { login: 130, quizPage: 80, autosave: 40 } as const;

/** A run whose mix moves: sign-ins first, then the exam. */
function moving(noise: number): Result {
  const random = seeded(7);
  const blocks: Block[] = Array.from({ length: 40 }, (_, index) => {
    const [login, attempt, autosave] = [Math.max(0, 30 - index), index < 10 ? 0 : 40, Math.round(random() * 60)];
    const cpu = truth.login * login + truth.quizPage * attempt + truth.autosave * autosave;
    const webCpuSeconds = (cpu / 1000) * (1 + noise * (random() - 0.5));
    const of = (count: number) => ({ bins: { 200: count }, failed: 0 });
    return {
      start: index * 10_000,
      seconds: 10,
      requests: { login: of(login), attempt: of(attempt), autosave: of(autosave) },
      webCpuSeconds,
      databaseCpuSeconds: webCpuSeconds / 10,
    };
  });
  return { ...madeUp(1, sameAsBefore), blocks };
}

describe("Figures for the capacity model", () => {
  it("are the costs that explain the processor time, with how certain they are", () => {
    for (const { page, webMs, databaseMs, uncertainty } of pageCosts(moving(0.05))) {
      const expected = truth[page as keyof typeof truth];
      assert.ok(Math.abs(webMs / expected - 1) < 0.05, `${page} ${webMs}`);
      assert.ok(Math.abs(databaseMs! / expected - 0.1) < 0.01);
      assert.ok(uncertainty < 0.1, `${page} ${uncertainty}`);
    }
  });

  it("are never below zero", () => {
    assert.deepEqual(
      nonNegative(
        [
          [1, 1],
          [2, 2.1],
          [3, 2.9],
        ],
        [1, 2, 3.2],
      ).map((cost) => cost >= 0),
      [true, true],
    );
  });

  it("are not taken where the run cannot tell its pages apart", () => {
    // 90 ms each, in a mix that differs by chance only: most stay unknown, and what is taken is within its bounds.
    const { rows, figures } = feed(madeUp(1, sameAsBefore), {});
    const refused = rows.filter((row) => row.at(-1) === "not taken: too uncertain").map(([page]) => page);
    assert.ok(refused.includes("login") && refused.includes("file"), JSON.stringify(rows));
    assert.ok(
      Object.values(figures).every(({ cpuMs }) => Math.abs(cpuMs / 90 - 1) < 0.25),
      JSON.stringify(figures),
    );
    assert.deepEqual(
      pageCosts({ blocks: moving(0).blocks.map((block) => ({ ...block, webCpuSeconds: undefined })) }),
      [],
    );
  });

  it("show the old value beside the new, and are written into the typed file, which stays as it was elsewhere", () => {
    const { rows, figures } = feed(moving(0.05), {});
    const autosave = rows.find(([page]) => page === "autosave")!;
    assert.equal(autosave[1], "45.0 ms");
    assert.match(autosave[2]!, /^(39|40)\.\d ms$/);
    assert.equal(autosave.at(-1), "taken");
    const file = readFileSync(join(__dirname, "../../capacity/loadtestFigures.ts"), "utf8");
    const written = withFigures(file, figures);
    assert.match(written, /\n {2}autosave: \{\n {4}cpuMs: (39|40)/);
    assert.equal(withFigures(written, {}), withFigures(file, {}));
    assert.equal(written.slice(0, written.indexOf("export const")), file.slice(0, file.indexOf("export const")));
  });
});
