import assert from "node:assert/strict";
import { build } from "../../testing/build";
import { Alarms, type AlarmsArgs } from "./alarms";
import type { AlarmDefinition } from "./definition";

const metric = (name: string) =>
  ({ namespace: "Test", name, dimensions: { Of: "this" }, statistic: "Average" }) as const;
const definition = (changes: Partial<AlarmDefinition> = {}): AlarmDefinition => ({
  id: "load",
  component: "test",
  incident: "capacity",
  severity: "page",
  summary: "Too much load.",
  reason: "Test.",
  metrics: { m: metric("Load") },
  comparisonOperator: "GreaterThanOrEqualToThreshold",
  threshold: 90,
  periodSeconds: 60,
  evaluationPeriods: 3,
  datapointsToAlarm: 2,
  treatMissingData: "missing",
  runbook: "docs/runbooks/page.md",
  ...changes,
});
const { confirmedBy: _, ...now } = definition({ id: "burn-now", severity: "ticket" });
const definitions: readonly AlarmDefinition[] = [
  definition(),
  definition({
    id: "space",
    incident: "files",
    metrics: { u: metric("Used"), c: metric("Capacity") },
    expression: "u / c",
  }),
  definition({ id: "late", severity: "ticket" }),
  definition({ id: "burn", severity: "ticket", confirmedBy: now }),
];
const args: AlarmsArgs = {
  environment: "prod",
  definitions,
  pageTopicArn: "arn:pages",
  ticketTopicArn: "arn:tickets",
  sends: true,
};
const make = (changes: Partial<AlarmsArgs> = {}, preview = false) =>
  build((opts) => new Alarms("prod-alarms", { ...args, ...changes }, opts), { preview });

describe("Alarms", () => {
  for (const preview of [true, false]) {
    it(`makes an alarm for each definition, a group for each incident and one that pages (${preview ? "preview" : "update"})`, async () => {
      const built = await make({}, preview);
      assert.deepEqual(built.identities, [
        "aws:cloudwatch/compositeAlarm:CompositeAlarm::prod-alarms-burn-confirmed",
        "aws:cloudwatch/compositeAlarm:CompositeAlarm::prod-alarms-incident-capacity",
        "aws:cloudwatch/compositeAlarm:CompositeAlarm::prod-alarms-incident-files",
        "aws:cloudwatch/compositeAlarm:CompositeAlarm::prod-alarms-page",
        "aws:cloudwatch/metricAlarm:MetricAlarm::prod-alarms-burn",
        "aws:cloudwatch/metricAlarm:MetricAlarm::prod-alarms-burn-now",
        "aws:cloudwatch/metricAlarm:MetricAlarm::prod-alarms-late",
        "aws:cloudwatch/metricAlarm:MetricAlarm::prod-alarms-load",
        "aws:cloudwatch/metricAlarm:MetricAlarm::prod-alarms-space",
        "moodle:observability:Alarms::prod-alarms",
      ]);
    });
  }

  it("sends from one alarm for all that pages, and from each ticket once", async () => {
    const built = await make();
    const sending = built.resources.filter(({ inputs }) => inputs.actionsEnabled === true);
    assert.deepEqual(
      sending.map(({ name, inputs }) => [name, inputs.alarmActions, inputs.okActions]),
      [
        ["prod-alarms-late", ["arn:tickets"], ["arn:tickets"]],
        ["prod-alarms-burn-confirmed", ["arn:tickets"], ["arn:tickets"]],
        ["prod-alarms-page", ["arn:pages"], ["arn:pages"]],
      ],
    );
    // A part of a composite alarm has no actions, and so none that are switched off.
    const off = built.resources.filter(({ inputs }) => inputs.actionsEnabled === false).map(({ name }) => name);
    assert.deepEqual(off, []);
  });

  it("is silent, and there all the same, when it is not to send", async () => {
    const built = await make({ sends: false });
    assert.equal(built.resources.length, 10);
    assert.ok(built.resources.every(({ inputs }) => inputs.actionsEnabled !== true));
  });

  it("writes rules by names that the alarms have, after they are there", async () => {
    const built = await make();
    const rule = (name: string) => built.get(`prod-alarms-${name}`).inputs.alarmRule;
    assert.equal(rule("burn-confirmed"), '(ALARM("prod-burn") AND ALARM("prod-burn-now"))');
    assert.equal(rule("incident-capacity"), 'ALARM("prod-load")');
    assert.equal(rule("page"), 'ALARM("prod-incident-capacity") OR ALARM("prod-incident-files")');
    assert.equal(built.get("prod-alarms-load").inputs.name, "prod-load");
    assert.equal((built.get("prod-alarms-page").options.dependsOn as unknown[]).length, 3);
    assert.equal((built.get("prod-alarms-incident-files").options.dependsOn as unknown[]).length, 5);
  });

  it("watches one metric as it is, and several by metric math", async () => {
    const built = await make();
    const { inputs: load } = built.get("prod-alarms-load");
    assert.deepEqual(
      [load.namespace, load.metricName, load.dimensions, load.statistic, load.period, load.treatMissingData],
      ["Test", "Load", { Of: "this" }, "Average", 60, "missing"],
    );
    assert.deepEqual([load.evaluationPeriods, load.datapointsToAlarm, load.threshold], [3, 2, 90]);
    assert.equal(load.alarmDescription, "Too much load. Runbook: docs/runbooks/page.md");
    const { inputs: space } = built.get("prod-alarms-space");
    assert.equal(space.metricName, undefined);
    assert.deepEqual(space.metricQueries[0], {
      id: "watched",
      expression: "u / c",
      label: "watched",
      returnData: true,
    });
    assert.deepEqual(
      space.metricQueries.slice(1).map((query: any) => [query.id, query.metric.metricName, query.metric.period]),
      [
        ["u", "Used", 60],
        ["c", "Capacity", 60],
      ],
    );
  });

  it("has no alarm that pages where none of its definitions does", async () => {
    const built = await make({ definitions: [definition({ severity: "ticket" })], pageTopicArn: undefined });
    assert.equal(built.component.pageAlarmArn, undefined);
    assert.equal(built.ofType("aws:cloudwatch/compositeAlarm:CompositeAlarm").length, 0);
  });

  const refused: readonly (readonly [string, Partial<AlarmsArgs>, RegExp])[] = [
    ["a page without a topic for it", { pageTopicArn: undefined }, /pageTopicArn/],
    ["two of one name", { definitions: [definition(), definition()] }, /load\.id/],
    [
      "an expression that leaves a metric out",
      { definitions: [definition({ metrics: { m: metric("a"), n: metric("b") }, expression: "m" })] },
      /got "n"/,
    ],
    [
      "several metrics and no expression",
      { definitions: [definition({ metrics: { m: metric("a"), n: metric("b") } })] },
      /load\.expression/,
    ],
    ["more breaches than it looks at", { definitions: [definition({ datapointsToAlarm: 4 })] }, /1 to 3/],
    ["more than a day of minutes", { definitions: [definition({ evaluationPeriods: 1441 })] }, /1440 or fewer/],
    ["half minutes", { definitions: [definition({ periodSeconds: 30 })] }, /multiple of 60/],
    [
      "more than a hundred in a group",
      { definitions: Array.from({ length: 101 }, (_, index) => definition({ id: `load-${index}` })) },
      /100 alarms in a rule/,
    ],
  ];
  for (const [what, changes, message] of refused) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(make(changes), message);
    });
  }
});
