import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { lambdaCode } from "../lib/lambdaFunction";
import { loadBundle } from "../../testing/loadBundle";
import { build } from "../../testing/build";
import { branding } from "../../testing/outage/example";
import { watch } from "./lambda/watch";
import { changed } from "./pages/change";
import { firstStatus } from "./pages/status";
import { editorExternal } from "./statusEditor";
import { SwitchWatch, watchEntry } from "./switchWatch";

const args = {
  environment: "prod",
  address: "https://moodle.example.org/outage/switch.json",
  statusAddress: "https://moodle.example.org/outage/status.json",
  bucket: { bucketName: "pages", arn: pulumi.output("arn:aws:s3:::pages") },
  published: ["outage/status.json", "outage/v/*", "journal/*"],
  keyValueStoreArn: "arn:aws:cloudfront::123456789012:key-value-store/1",
  kmsKeyArn: "arn:aws:kms:eu-west-2:123456789012:key/1",
  logRetentionDays: 90,
};

describe("SwitchWatch", () => {
  for (const preview of [true, false]) {
    it(`makes these resources (${preview ? "preview" : "update"})`, async () => {
      const built = await build((opts) => new SwitchWatch("watch", args, opts), { preview });
      assert.deepEqual(built.identities, [
        "aws:cloudwatch/logGroup:LogGroup::watch-logs",
        "aws:iam/role:Role::watch-role",
        "aws:iam/role:Role::watch-schedule-role",
        "aws:iam/rolePolicy:RolePolicy::watch-permissions",
        "aws:iam/rolePolicy:RolePolicy::watch-schedule-policy",
        "aws:lambda/function:Function::watch-function",
        "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig::watch-retries",
        "aws:scheduler/schedule:Schedule::watch-schedule",
        "moodle:outage:SwitchWatch::watch",
      ]);
    });
  }

  it("looks each minute, and may do nothing but write its log and publish", async () => {
    const built = await build((opts) => new SwitchWatch("watch", args, opts));
    assert.equal(built.get("watch-schedule").inputs["scheduleExpression"], "rate(1 minute)");
    const { Statement } = JSON.parse(built.get("watch-permissions").inputs["policy"]);
    assert.deepEqual(
      Statement.map(({ Sid }: { readonly Sid: string }) => Sid),
      ["WriteItsLog", "PublishPages", "TurnSwitch"],
    );
  });
});

describe("the function that looks at the switch", () => {
  it("asks the edge with a name, and leaves one line of JSON that is a metric", async () => {
    const agents: (string | undefined)[] = [];
    // It says the same as the switch: no store is asked.
    const now = "2026-11-23T05:00:00.000Z";
    const status = JSON.stringify(changed(firstStatus(branding, now), { state: "planned" }, now));
    const server = createServer((request, response) => {
      agents.push(request.headers["user-agent"]);
      response.end(request.url === "/outage/status.json" ? status : '{"state":"planned"}');
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const before = { ...process.env };
    Object.assign(process.env, {
      ENVIRONMENT: "prod",
      SWITCH_ADDRESS: `http://127.0.0.1:${port}/outage/switch.json`,
      STATUS_ADDRESS: `http://127.0.0.1:${port}/outage/status.json`,
    });
    const lines: string[] = [];
    const write = process.stdout.write;
    process.stdout.write = (line: string) => lines.push(line) > 0;
    try {
      await loadBundle<{ handler(): Promise<void> }>(lambdaCode(watchEntry, editorExternal)).handler();
    } finally {
      process.stdout.write = write;
      process.env = before;
      server.close();
    }
    const [line] = lines.map((one) => JSON.parse(one) as Record<string, unknown>);
    assert.deepEqual([lines.length, line?.["overdue"], agents], [1, 1, ["switch-watch", "switch-watch"]]);
  });
});

describe("a look at the switch", () => {
  const at = Date.parse("2026-11-23T05:00:00.000Z");
  const looked = (text: string) => watch({ environment: "prod", look: async () => text, now: () => at });

  const cases: readonly [string, string, number, number][] = [
    ["an open site", '{"state":"off"}', 0, 0],
    ["planned work in its time", '{"state":"planned","quietUntil":"2026-11-23T05:00:01.000Z"}', 1, 0],
    ["planned work after it", '{"state":"planned","quietUntil":"2026-11-23T05:00:00.000Z"}', 0, 1],
    ["planned work without a time", '{"state":"planned"}', 0, 1],
    ["planned work with a time that is none", '{"state":"planned","quietUntil":"soon"}', 0, 1],
    ["planned work with a number for a time", '{"state":"planned","quietUntil":9999999999999}', 0, 1],
    ["an outage, whatever its time", '{"state":"outage","quietUntil":"2027-01-01T00:00:00.000Z"}', 0, 0],
  ];
  for (const [what, text, planned, overdue] of cases) {
    it(`leaves two metrics: ${what}`, async () => {
      const line = await looked(text);
      assert.deepEqual([line["planned"], line["overdue"]], [planned, overdue]);
      assert.deepEqual(line["_aws"], {
        Timestamp: at,
        CloudWatchMetrics: [
          {
            Namespace: "Moodle/Outage/prod",
            Dimensions: [[]],
            Metrics: [{ Name: "planned" }, { Name: "overdue" }],
          },
        ],
      });
    });
  }

  for (const text of ["", "<html>", "null", "[]", "{}", '{"state":7}']) {
    it(`fails on an answer that is none of the switch: ${text}`, async () => {
      await assert.rejects(looked(text));
    });
  }
});
