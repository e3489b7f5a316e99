import Ajv from "ajv";
import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import schema from "../../components/observability/dashboards/schema.json";
import { type Drawn, engineersBody, moodleBody, warRoomBody } from "../../components/observability/dashboards/bodies";
import { columns, type DashboardBody } from "../../components/observability/dashboards/widgets";
import { exampleDrawn } from "./example";

const bodies = { moodle: moodleBody, engineers: engineersBody, "war-room": warRoomBody };
const stacks: Readonly<Record<string, Drawn>> = {
  prod: exampleDrawn(),
  "prod without CloudFront and canary": {
    ...exampleDrawn(),
    regions: [exampleDrawn().regions[0]],
    canaryName: undefined,
    statusPage: undefined,
    repository: "https://git.example.org/moodle/blob/main",
  },
  dev: exampleDrawn({ profile: "dev" }),
};

/** As CloudWatch gets it. */
const sent = (body: DashboardBody): any => JSON.parse(JSON.stringify(body));

describe("the dashboards", () => {
  const valid = new Ajv({ allErrors: true }).compile(schema);

  for (const [stack, drawn] of Object.entries(stacks)) {
    for (const [kind, make] of Object.entries(bodies)) {
      describe(`${kind}, ${stack}`, () => {
        const body = sent(make(drawn));

        it("is what CloudWatch documents", () => {
          assert.ok(valid(body), JSON.stringify(valid.errors?.slice(0, 3), undefined, 1));
        });

        it("stays on the grid, with nothing over anything", () => {
          const taken = new Set<string>();
          for (const { x, y, width, height } of body.widgets) {
            assert.ok(x + width <= columns, `${x} + ${width}`);
            for (let column = x; column < x + width; column++) {
              for (let row = y; row < y + height; row++) {
                assert.ok(!taken.has(`${column},${row}`), `column ${column}, row ${row} is taken twice`);
                taken.add(`${column},${row}`);
              }
            }
          }
        });

        it("has at most 500 metrics in a widget and 2,500 in all", () => {
          // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html
          const counts = body.widgets.map(({ properties }: any) => properties.metrics?.length ?? 0);
          assert.ok(Math.max(...counts) <= 500);
          assert.ok(counts.reduce((sum: number, count: number) => sum + count, 0) <= 2500);
        });

        it("has pairs of dimension and value, and expressions whose ids are there, each once", () => {
          for (const { properties } of body.widgets.filter(({ type }: any) => type === "metric")) {
            const ids: string[] = [];
            for (const entry of properties.metrics) {
              const options = entry.at(-1);
              if (options.id !== undefined) ids.push(options.id);
              if (entry.length > 1) assert.equal(entry.length % 2, 1, JSON.stringify(entry));
            }
            assert.equal(new Set(ids).size, ids.length, `${properties.title}: ${ids}`);
            for (const [{ expression }] of properties.metrics.filter((entry: unknown[]) => entry.length === 1)) {
              // Numbers such as 1e3 are not words of the expression.
              for (const word of expression.match(/\b[a-z][a-zA-Z0-9_]*\b/g)) {
                assert.ok(ids.includes(word), `${properties.title}: ${word} in ${expression}`);
              }
            }
          }
        });
      });
    }
  }

  it("shows every alarm that pages in the war room, and every alarm's state to engineers", () => {
    const drawn = stacks["prod"]!;
    const titles = sent(warRoomBody(drawn)).widgets.map(({ properties }: any) => properties.title);
    const shown = sent(engineersBody(drawn)).widgets.flatMap(({ properties }: any) => properties.alarms ?? []);
    for (const { definitions, alarmArns } of drawn.regions) {
      for (const { id, severity, periodSeconds } of definitions) {
        if (severity === "page" && periodSeconds <= 3600) assert.ok(titles.includes(`${id} (pages)`), id);
      }
      for (const arn of alarmArns) assert.ok(shown.includes(arn), String(arn));
    }
  });

  it("draws an alarm's threshold where the alarm has it", () => {
    const drawn = stacks["prod"]!;
    const [definition] = drawn.regions[0].definitions.filter(({ id }) => id === "database-connections");
    const graph = sent(engineersBody(drawn)).widgets.find(({ properties }: any) =>
      properties.title?.startsWith("database-connections"),
    );
    assert.equal(graph.properties.annotations.horizontal[0].value, definition!.threshold);
    assert.equal(graph.properties.period, definition!.periodSeconds);
  });

  it("gives an error budget that is 100 without errors and 0 when as many were bad as may be", () => {
    const graph = sent(moodleBody(stacks["prod"]!)).widgets.find(({ properties }: any) =>
      properties.title?.startsWith("Errors"),
    );
    const { expression } = graph.properties.metrics.find((entry: any[]) => entry[0].label === "quiz")[0];
    assert.match(expression, /^100 - 200000 \* RUNNING_SUM\(l3failed\) \/ SUM\(l3n\)$/);
    // Promised are 99.95 %: of 10,000 requests 5 may fail.
    assert.equal(100 - (200_000 * 5) / 10_000, 0);
  });

  it("refuses what CloudWatch would", () => {
    const body = sent(moodleBody(stacks["prod"]!));
    const broken: readonly ((copy: any) => void)[] = [
      (copy) => (copy.widgets[0].x = 24),
      (copy) => (copy.start = "3 hours"),
      (copy) => delete copy.widgets.find(({ type }: any) => type === "metric").properties.region,
      (copy) => (copy.widgets.find(({ type }: any) => type === "metric").properties.period = 90),
      (copy) => (copy.widgets.find(({ type }: any) => type === "metric").properties.metrics = [["Moodle"]]),
      (copy) => (copy.widgets.find(({ type }: any) => type === "alarm").properties.alarms = ["prod-page"]),
      (copy) => (copy.widgets = Array(501).fill(copy.widgets[0])),
    ];
    for (const spoil of broken) {
      const copy = structuredClone(body);
      spoil(copy);
      assert.ok(!valid(copy), spoil.toString());
    }
  });

  it("takes names that AWS gives only later", async () => {
    const later = {
      ...stacks["prod"]!,
      pageAlarmArn: pulumi.output("arn:aws:cloudwatch:eu-west-2:123456789012:alarm:later"),
    };
    const text = await new Promise<string>((known) => pulumi.jsonStringify(warRoomBody(later)).apply(known));
    assert.ok(valid(JSON.parse(text)));
    assert.match(text, /alarm:later/);
  });
});
