import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { needPython } from "../leftOut";
import { eventProblems } from "../events/rules";
import { exampleConfig } from "../examples/settings";
import { loadSettings } from "../../stacks/settings/load";
import { callProblems, countCalls } from "./calls";
import { given, hostileSettings, probes, takesProbes, texts } from "./hostile";
import { judge, type Refusal, type Verdict } from "./judge";
import type { Recorded } from "./recorded";
import { recordedSet } from "./recordedSets";
import { settingsSets } from "./sets";
import { runbookText } from "../../tools/runbook/command";

const line = ({ name, path, given, allowed, judge: by }: Refusal): string =>
  `${name}.${path}: got ${JSON.stringify(given)}, expected ${allowed} (${by})`;

/** Largest share of all values that no model may know. */
const largestUnjudgedShare = 0.02;

describe("AWS takes every planned value, and sends every event that is waited for", () => {
  const verdicts = new Map<string, Verdict>();
  before(function () {
    execFileSync(join(__dirname, "setup"), { stdio: "inherit" });
    needPython(this, "values");
  });
  after(() => report([...verdicts]));

  for (const name of Object.keys(settingsSets)) {
    it(`of ${name}`, async () => {
      const resources = await recordedSet(name);
      const verdict = judge(resources);
      verdicts.set(name, verdict);
      assert.deepEqual(verdict.refusals.map(line), []);
      assert.deepEqual([...verdict.unknownTypes], [], "Fix: add a row to testing/values/conversions.yaml.");
      assert.deepEqual(eventProblems(resources), []);
      assert.deepEqual(callProblems(resources), []);
      const unjudged = sum(verdict.unjudged.values());
      const share = unjudged / (unjudged + verdict.restricted + verdict.free);
      assert.ok(
        share <= largestUnjudgedShare,
        `${unjudged} values are known to no model: ${[...verdict.unjudged.keys()].join(", ")}`,
      );
    });
  }
});

describe("Each secret that a task of any set has", () => {
  it("is in the runbook of secrets, and no other", async () => {
    const held = new Set<string>();
    for (const name of Object.keys(settingsSets)) {
      const tasks = (await recordedSet(name)).filter(({ type }) => type === "aws:ecs/taskDefinition:TaskDefinition");
      for (const { inputs } of tasks) {
        const containers = JSON.parse(inputs["containerDefinitions"] as string) as readonly {
          readonly secrets?: readonly { readonly name: string }[];
        }[];
        containers.flatMap(({ secrets = [] }) => secrets).forEach((secret) => held.add(secret.name));
      }
    }
    const rows = [...runbookText("secrets").matchAll(/^ *\| (`MOODLE_[^|]*)\| *(\S[^|]*)\|$/gm)];
    assert.deepEqual(
      rows.flatMap(([, names]) => [...names!.matchAll(/`(MOODLE_\w+)`/g)].map(([, name]) => name)).sort(),
      [...held].sort(),
    );
  });
});

/** Texts without a pattern that take none of the probes, because a rule of stacks/settings says what they may be. */
const ruled: Readonly<Record<string, string>> = {
  "network.outbound.cidrs": "a block of addresses",
  "network.routes.cidr": "a block of addresses",
  "moodle.timeZone": "a time zone of the database",
  "moodle.config.<key>": "a name of $CFG",
  "moodle.php.<key>": "a directive of PHP",
};

describe("Texts that people write into a stack file", () => {
  const hostile = Object.values(hostileSettings).flatMap((settings) => given(settings));
  for (const text of texts().filter(takesProbes)) {
    it(`${text.path}: a set above gives it what AWS's patterns may leave out`, () => {
      const values = hostile.filter(([path]) => path === text.path).map(([, value]) => value);
      assert.ok(
        text.path in ruled || values.some((value) => probes.some((probe) => value.includes(probe))),
        `got ${JSON.stringify(values)}, expected one with any of ${probes.join(" ")}. Fix: add it to testing/values/hostile.ts.`,
      );
    });
  }

  for (const [path, what] of Object.entries(ruled)) {
    for (const probe of probes) {
      it(`${path} is ${what}, and never ${JSON.stringify(`a${probe}b`)}`, () => {
        const value = `a${probe}b`;
        const [group, field, key] = path.split(".");
        const lists: Readonly<Record<string, unknown>> = {
          cidrs: [{ port: 636, cidrs: [value] }],
          cidr: [{ cidr: value, through: "tgw-0a1b2c3d" }],
          "<key>": { [value]: "x" },
        };
        const inner = lists[key ?? ""] ?? value;
        assert.throws(() => loadSettings(exampleConfig({ [group!]: { [field!]: inner } }), "prod"), {
          message: new RegExp(`moodle:${group}\\.${field}`),
        });
      });
    }
  }
});

describe("A planted mistake is refused by AWS's models", () => {
  let resources: readonly Recorded[];
  before(async function () {
    execFileSync(join(__dirname, "setup"), { stdio: "inherit" });
    needPython(this, "values");
    resources = await recordedSet("prod");
  });

  type Change = (inputs: any) => void;
  const mistakes: readonly (readonly [what: string, name: string, change: Change, path: string, says: RegExp])[] = [
    [
      "an apostrophe in the description of a security group",
      "prod-moodle-task-security-group",
      (inputs) => (inputs.description = "Moodle's tasks"),
      "description",
      /of a-z, A-Z, 0-9, spaces, and/,
    ],
    [
      "a word that is not in the list",
      "prod-lb-tg",
      (inputs) => (inputs.targetType = "ipv4"),
      "targetType",
      /one of instance, ip/,
    ],
    [
      "a name that is too long",
      "prod-lb-alb",
      (inputs) => (inputs.name = "a".repeat(33)),
      "name",
      /at most 32 characters/,
    ],
    [
      "a number out of range",
      "prod-lb-tg",
      (inputs) => (inputs.healthCheck.interval = 301),
      "healthCheck.interval",
      /at most 300/,
    ],
    ["a pattern", "prod-key-alias", (inputs) => (inputs.name = "alias/a b"), "name", /like/],
    [
      "a required member that is missing",
      "prod-database-cluster",
      (inputs) => delete inputs.engine,
      "Engine",
      /required/,
    ],
    [
      "a tag that AWS does not take",
      "prod-lb-alb",
      (inputs) => (inputs.tags.Owner = "x".repeat(257)),
      "tags.Owner",
      /at most 256/,
    ],
    [
      "a value deep in a JSON text",
      "prod-moodle-web-task",
      (inputs) => {
        const containers = JSON.parse(inputs.containerDefinitions);
        containers[0].logConfiguration.logDriver = "cloudwatch";
        inputs.containerDefinitions = JSON.stringify(containers);
      },
      "containerDefinitions[0].logConfiguration.logDriver",
      /one of json-file, syslog/,
    ],
  ];
  for (const [what, name, change, path, says] of mistakes) {
    it(what, () => {
      const found = resources.filter((resource) => resource.name === name);
      assert.equal(found.length, 1, name);
      const changed = structuredClone(found[0]!);
      assert.deepEqual(judge([changed]).refusals.map(line), []);
      change(changed.inputs);
      const { refusals } = judge([changed]);
      assert.ok(
        refusals.some((refusal) => refusal.path === path && says.test(refusal.allowed)),
        `expected a refusal of ${path}, got ${JSON.stringify(refusals.map(line))}`,
      );
    });
  }

  const calls: readonly (readonly [what: string, from: string, to: string, says: RegExp])[] = [
    ["a service that does not exist", ":aws-sdk:ecs:runTask", ":aws-sdk:tasks:runTask", /there is no service tasks/],
    ["an operation that does not exist", ":aws-sdk:ecs:runTask", ":aws-sdk:ecs:startTasks", /no operation StartTasks/],
    [
      "a parameter as the API writes it",
      '"DbClusterIdentifier',
      '"DBClusterIdentifier',
      /DBClusterIdentifier: there is no/,
    ],
    [
      "a value that is not allowed",
      '"AssignPublicIp":"DISABLED"',
      '"AssignPublicIp":"NO"',
      /expected one of ENABLED, DISABLED/,
    ],
  ];
  for (const [what, from, to, says] of calls) {
    it(`${what}, in a state machine`, () => {
      const machine = resources.find(({ name }) => name === "prod-release-machine")!;
      const definition = JSON.stringify(JSON.parse(String(machine.inputs["definition"])));
      assert.ok(countCalls([machine]) > 40 && definition.includes(from), from);
      assert.deepEqual(callProblems([machine]), []);
      const changed = { ...machine, inputs: { ...machine.inputs, definition: definition.replace(from, to) } };
      assert.match(callProblems([changed]).join(), says);
    });
  }

  it("a call of a schedule that misses a parameter", () => {
    const schedule = resources.find(({ inputs }) => /:aws-sdk:/.test(JSON.stringify(inputs["target"] ?? "")))!;
    assert.deepEqual(callProblems([schedule]), []);
    const target = { ...(schedule.inputs["target"] as object), input: "{}" };
    assert.match(callProblems([{ ...schedule, inputs: { ...schedule.inputs, target } }]).join(), /is missing/);
  });

  it("a type that nobody has a row for", () => {
    const { unknownTypes } = judge([{ type: "aws:mq/broker:Broker", name: "x", region: "eu-west-2", inputs: {} }]);
    assert.deepEqual([...unknownTypes], ["aws:mq/broker:Broker"]);
  });
});

function sum(numbers: Iterable<number>): number {
  return [...numbers].reduce((total, each) => total + each, 0);
}

/** Prints the numbers of judged and unjudged values. */
function report(verdicts: readonly (readonly [string, Verdict])[]): void {
  const unjudged = new Map<string, number>();
  for (const [, verdict] of verdicts) {
    verdict.unjudged.forEach((count, key) => unjudged.set(key, Math.max(count, unjudged.get(key) ?? 0)));
  }
  for (const [name, verdict] of verdicts) {
    console.log(
      `      ${name}: ${verdict.restricted} values held against a restriction, ${verdict.free} known without one, ` +
        `${sum(verdict.unjudged.values())} not judged`,
    );
  }
  const types = new Map<string, string[]>();
  for (const [key, count] of unjudged) {
    const [type = "", path = ""] = key.split(" ");
    types.set(type, [...(types.get(type) ?? []), count === 1 ? path : `${path} (${count})`]);
  }
  console.log("      Not judged by any model:");
  [...types].sort().forEach(([type, paths]) => console.log(`        ${type}: ${paths.join(", ")}`));
}
