import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import * as fc from "fast-check";
import { exampleConfig } from "../../testing/examples/settings";
import { checkSettings, loadSettings } from "../../stacks/settings/load";
import { measured, values } from "../capacity/measured";
import { delays } from "../capacity/delays";
import { valuesOf } from "../lib/command";
import { stackSettings } from "../lib/stackFile";
import { command } from "./command";
import { loadOf, peakLoad, size, tasksFor } from "./sizing";

const settings = loadSettings(exampleConfig(), "prod");

describe("sizing", () => {
  it("gives UCL's peak for UCL's people", () => {
    assert.equal(peakLoad({ users: 43000, examStudents: 0 }, values).requestsPerSecond.toFixed(1), "166.7");
  });

  it("keeps the CPU margin, and the one for a lost zone", () => {
    const load = loadOf("browsing", 100, values);
    assert.ok(load.webVcpus / (tasksFor(load, 2, 0.5, 3) * 2) <= 0.5);
    assert.ok(load.webVcpus / (tasksFor(load, 2, 1, 3) * 2 * (2 / 3)) <= 0.9);
  });

  it("never needs less for more people", () => {
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 60_000 }), fc.integer({ min: 0, max: 20_000 }), (users, more) => {
        const small = size({ users, examStudents: 50 }, settings, values);
        const large = size({ users: users + more, examStudents: 50 }, settings, values);
        assert.ok(large.tasks.peak >= small.tasks.peak && large.instances.max >= small.instances.max);
        assert.ok(large.connections >= small.connections);
      }),
    );
  });

  it("prints settings that the schema accepts", () => {
    const sizing = size({ users: 43000, examStudents: 4000 }, settings, values);
    const { problems } = checkSettings(
      exampleConfig({
        web: {
          minTasks: 6,
          maxTasks: Math.ceil(sizing.tasks.exam * 1.25),
          requestsPerTarget: sizing.requestsPerTarget,
          phpMaxChildren: sizing.children,
        },
        cluster: { minInstances: sizing.instances.min, maxInstances: sizing.instances.max },
        database: { capacity: { kind: "provisioned", instanceClass: sizing.instanceClass } },
      }),
      "prod",
    );
    assert.deepEqual(problems, []);
  });

  it("stands in docs/capacity.md beside prod, number for number", () => {
    const printed: string[] = [];
    const prod = stackSettings("prod");
    void command.run(
      { USERS: 43000, EXAM: 4000, STACK: "prod" },
      { print: (text) => void printed.push(text), complain: assert.fail, at: () => undefined },
    );
    const said = printed.join("\n");
    const needed = /(\d+) web tasks must be ready[^]*The calendar plans (\d+)/.exec(said);
    assert.ok(needed !== null && prod.cluster.kind === "ec2", said);
    const { web, cluster } = prod;
    const shipped = {
      maxTasks: web.maxTasks,
      requestsPerTarget: web.requestsPerTarget,
      minInstances: cluster.minInstances,
      maxInstances: cluster.maxInstances,
      warmPoolSize: cluster.warmPoolSize,
    };
    const rows = Object.entries(shipped).map(([name, value]) => [
      `\`${name}\``,
      new RegExp(` ${name}: (\\d+)`).exec(said)?.[1],
      String(value),
    ]);
    const document = readFileSync(join(__dirname, "../../docs/capacity.md"), "utf8").split("\n");
    for (const row of [["tasks for the exam", needed[1], needed[2]], ...rows]) {
      const cells = document.map((line) =>
        line
          .split("|")
          .map((cell) => cell.trim())
          .slice(1, 4),
      );
      assert.ok(
        cells.some((one) => isDeepStrictEqual(one, row)),
        `docs/capacity.md has no row ${row.join(" | ")}`,
      );
    }
    assert.match(said, new RegExp(`minTasks: ${web.minTasks}\\n`));
  });

  it("refuses what is no number of people, all of it at once", () => {
    for (const [USERS, EXAM, expected] of [
      ["", "0", /^USERS: got nothing, expected a whole number from 1/],
      ["12.5", "0", /^USERS/],
      ["-3", "x", /^USERS: .*\nEXAM: got "x"/],
      ["100", "101", /^EXAM: got "101", expected a whole number from 0 to 100\./],
      ["9999999", "1", /^USERS/],
    ] as const) {
      assert.throws(() => valuesOf(command, { USERS, EXAM }), { message: expected });
    }
    assert.throws(() => size({ users: 2_000_000, examStudents: 100_000 }, settings, values), /one Aurora writer/);
  });
});

describe("every number", () => {
  it("has a source, a unit and a basis", () => {
    for (const [name, known] of Object.entries({ ...measured, ...delays })) {
      assert.ok(known.source.length > 10 && known.unit !== "" && Number.isFinite(known.value), name);
      if (known.basis === "documented" && known.source.includes("http")) {
        assert.match(known.source, /https:\/\/(docs\.aws\.amazon\.com|www\.php\.net)\//, name);
      }
    }
  });
});
