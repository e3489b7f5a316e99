import Ajv from "ajv";
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import schema from "../../components/observability/dashboards/schema.json";
import { type RunResult, stopStandIns, up } from "../../offline/engine";
import { root } from "../../offline/stackFiles";

const canary = { username: "synthetic", courseId: 7, fileId: 21, quizId: 22 };
const chat = { kind: "slack", workspaceId: "T07EA123LEP", channelId: "C07EZ1ABC23" };
const config = {
  // The dev stack's own stops it at night, which is refused where alarms send.
  "moodle:calendar": JSON.stringify({ name: "none" }),
  "moodle:image": JSON.stringify({ kind: "digest", digest: `sha256:${"a".repeat(64)}` }),
  "moodle:observability": JSON.stringify({ paging: true, pageEmail: "oncall@example.org", canary, chat }),
};

describe("what people see and hear of a whole stack", () => {
  const run = "observability";
  let result: RunResult;
  const forget = () => rmSync(join(root, ".offline", run), { recursive: true, force: true });
  before(async () => {
    forget();
    result = await up("dev", { run, config, quiet: true });
  });
  after(async () => {
    await stopStandIns();
    forget();
  });

  const all = (type: string): readonly Record<string, any>[] =>
    result.resources
      .filter((resource) => resource.type.endsWith(`:${type}`))
      .map(({ name, outputs }) => ({ ...outputs, logicalName: name }));

  it("is made without a violation", () => {
    assert.ok(result.ok, result.printed);
    assert.deepEqual(
      result.violations.filter(({ level }) => level === "mandatory"),
      [],
    );
  });

  it("brings every signal to people by the one function, and nobody reads the signals beside it", () => {
    const mailed = all("TopicSubscription").filter(({ protocol }) => protocol === "email");
    assert.deepEqual(mailed.map(({ logicalName }) => logicalName).sort(), [
      "dev-edge-mail-email",
      "dev-mail-email",
      "dev-page-mail-email",
    ]);
    assert.equal(
      mailed.find(({ logicalName }) => logicalName === "dev-page-mail-email")!["endpoint"],
      "oncall@example.org",
    );
    const relays = all("Function").filter(({ logicalName }) => logicalName.endsWith("channel-relay-function"));
    const routes: Record<string, string> = Object.assign(
      {},
      ...relays.map(({ environment }) => JSON.parse(environment.variables.ROUTES)),
    );
    const read = all("TopicSubscription").filter(({ protocol }) => protocol === "lambda");
    assert.deepEqual(read.map(({ topic }) => topic).sort(), Object.keys(routes).sort());
    assert.equal(
      new Set(Object.values(routes)).size,
      3,
      "pages have an address of their own, and us-east-1 has its own",
    );
    const region = (arn: string) => arn.split(":")[3];
    for (const [from, to] of Object.entries(routes)) {
      assert.equal(region(from), region(to), "an outage must not stop its own report");
    }
    const signals = new Set(Object.keys(routes));
    const mailTopics = new Set(mailed.map(({ topic }) => topic));
    for (const alarm of [...all("MetricAlarm"), ...all("CompositeAlarm")]) {
      for (const action of alarm["alarmActions"] ?? []) {
        const itself = alarm["logicalName"].endsWith("channel-errors-alarm");
        assert.ok(
          itself ? mailTopics.has(action) : signals.has(action) && !mailTopics.has(action),
          `${alarm["logicalName"]} to ${action}`,
        );
      }
    }
  });

  it("has a synthetic user whose failure is part of what wakes somebody", () => {
    const [user] = all("Canary").filter(({ runtimeVersion }) => runtimeVersion !== undefined);
    assert.equal(user!["name"], "dev-synthetic-user");
    const [fails] = all("MetricAlarm").filter(({ name }) => name === "dev-synthetic-user-fails");
    assert.deepEqual([fails!["dimensions"], fails!["period"]], [{ CanaryName: "dev-synthetic-user" }, 300]);
    const [users] = all("CompositeAlarm").filter(({ alarmName }) => alarmName === "dev-incident-users");
    assert.match(users!["alarmRule"], /dev-synthetic-user-fails/);
    const [logs] = all("LogGroup").filter(({ logicalName }) => logicalName === "dev-synthetic-user-logs");
    assert.match(logs!["name"], /^\/aws\/lambda\/cwsyn-dev-synthetic-user-[0-9a-f-]+$/);
  });

  it("has dashboards that are what CloudWatch documents, with every name that AWS gave", () => {
    const valid = new Ajv({ allErrors: true }).compile(schema);
    const made = all("Dashboard").filter(({ dashboardName }) =>
      /^dev-(moodle|engineers|war-room)$/.test(dashboardName),
    );
    assert.equal(made.length, 3);
    for (const { dashboardName, dashboardBody } of made) {
      assert.ok(valid(JSON.parse(dashboardBody)), `${dashboardName}: ${JSON.stringify(valid.errors?.slice(0, 2))}`);
      assert.doesNotMatch(dashboardBody, /Output<|\[object|04da6b54/);
    }
  });
});
