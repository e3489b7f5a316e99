import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { readReports } from "../gate/result";
import { requestLines } from "../report/text";
import { artillery, localArguments } from "../run/artillery";
import { writeBundle } from "../run/bundle";
import { makePlan, type ScenarioName, scenarioNames } from "../scenario/plan";
import { type StandIn, startStandIn } from "./standin/server";
import { type Fault, standInSite } from "./standin/site";

/** Artillery itself, against the stand-in: three users, some seconds, a hundredth of people's time. */
async function play(scenario: ScenarioName, fault?: Fault) {
  const folder = mkdtempSync(join(tmpdir(), "loadtest-"));
  const standIn = await startStandIn(3, fault);
  try {
    const plan = makePlan(scenario, 3, 2, 0.002, standInSite);
    const script = writeBundle(folder, plan, standIn.target, standIn.users);
    const output = join(folder, "report.json");
    const { code, words } = await artillery(localArguments(script, output), folder, new AbortController().signal);
    assert.equal(code, 0, words);
    const { blocks, wrong } = readReports([JSON.parse(readFileSync(output, "utf8"))]);
    const lines = new Map(requestLines(blocks).map((line) => [line.name as string, line]));
    return { lines, wrong, asked: standIn.asked };
  } finally {
    await standIn.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const users = (asked: StandIn["asked"]) => new Set(asked.flatMap(({ user }) => (user === undefined ? [] : [user])));

const broken: readonly (readonly [Fault, ScenarioName, string])[] = [
  ["error-page", "exam-gate", "quiz-view: an error page"],
  ["outage-page", "dashboard", "dashboard: another page"],
  ["lost-autosave", "exam-gate", "autosave: an exception in JSON"],
  ["wrong-file", "files", "file: a file of another length"],
  ["refused", "teaching-day", "login: a redirect to another page"],
  ["signed-out", "exam-gate", "attempt: status 303"],
  ["refused-token", "mobile-app", "app-site: an exception in JSON"],
];

/** Four at a time: an Artillery run is mostly start and waiting, and fourteen of them one by one take more than a minute. */
function together(): (scenario: ScenarioName, fault?: Fault) => ReturnType<typeof play> {
  const waiting: (() => void)[] = [];
  let free = 4;
  const turn = async (scenario: ScenarioName, fault?: Fault) => {
    if (free === 0) {
      await new Promise<void>((resume) => waiting.push(resume));
    } else {
      free -= 1;
    }
    return play(scenario, fault).finally(() => {
      const next = waiting.shift();
      free += next === undefined ? 1 : 0;
      next?.();
    });
  };
  const runs = new Map<string, ReturnType<typeof play>>();
  const key = (scenario: ScenarioName, fault?: Fault) => `${scenario} ${fault ?? ""}`;
  for (const [fault, scenario] of [...scenarioNames.map((name) => [undefined, name] as const), ...broken]) {
    const run = turn(scenario, fault);
    run.catch(() => undefined);
    runs.set(key(scenario, fault), run);
  }
  return (scenario, fault) => runs.get(key(scenario, fault))!;
}

describe("Scenarios against the stand-in", () => {
  let played: ReturnType<typeof together>;
  before(() => {
    played = together();
  });

  for (const scenario of scenarioNames) {
    it(`${scenario}: nothing is wrong, and each user is another`, async () => {
      const { lines, wrong, asked } = await played(scenario);
      assert.deepEqual(wrong, {});
      assert.ok(lines.size >= 4, [...lines.keys()].join());
      assert.ok([...lines.values()].every(({ failed }) => failed === 0));
      assert.equal(users(asked).size, 3);
      assert.ok(asked.every(({ status }) => status < 400));
      if (scenario === "exam-gate") {
        for (const name of ["attempt", "autosave", "answer"]) {
          assert.equal(lines.get(name)!.count, 3 * 16, name);
        }
        assert.equal(lines.get("review")!.count, 3);
        // A browser keeps what has a revision: two assets for each user, in pages that name them some twenty times.
        assert.equal(lines.get("asset")!.count, 3 * 2);
      }
    });
  }

  for (const [fault, scenario, reason] of broken) {
    it(`${fault} in ${scenario} is a failure, although its status may be 200`, async () => {
      const { wrong, lines } = await played(scenario, fault);
      assert.ok((wrong[reason] ?? 0) >= 3, JSON.stringify(wrong));
      assert.deepEqual(Object.keys(wrong), [reason]);
      // The session ends there: what would have come after is not asked for.
      assert.equal(lines.get("review"), undefined);
    });
  }

  it("counts an answer that never comes, and the user is gone", async () => {
    const standIn = await startStandIn(1);
    await standIn.stop();
    const folder = mkdtempSync(join(tmpdir(), "loadtest-"));
    const script = writeBundle(folder, makePlan("dashboard", 1, 2, 0.01, standInSite), standIn.target, standIn.users);
    const output = join(folder, "report.json");
    await artillery(localArguments(script, output), folder, new AbortController().signal);
    const { wrong } = readReports([JSON.parse(readFileSync(output, "utf8"))]);
    assert.deepEqual(wrong, { "login-form: ECONNREFUSED": 1 });
    rmSync(folder, { recursive: true, force: true });
  });

  it("refuses to share an account", () => {
    const plan = makePlan("dashboard", 2, 2, 1, standInSite);
    assert.throws(
      () => writeBundle(tmpdir(), plan, "http://127.0.0.1:1", "username,password\na,b\n"),
      /1 accounts were given for 2/,
    );
  });
});
