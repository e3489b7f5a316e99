import assert from "node:assert/strict";
import { ask } from "../../testing/tools/ask";
import { runbook } from "./command";
import { fill, momentNames } from "./fill";

const now = Date.parse("2026-11-23T06:00:00Z");
const names = {
  profile: "prod",
  region: "eu-west-2",
  clusterName: "prod-cluster-1",
  cronService: "prod-cron-1",
  adhocService: "prod-adhoc-1",
  cronLogs: "prod-cron-logs-1",
  adhocLogs: "prod-adhoc-logs-1",
};
const pulumi = (outputs: object) => () => JSON.stringify(outputs);
const page = (outputs: object, NAME = "background-tasks") =>
  ask(
    runbook(pulumi(outputs), () => now),
    { NAME, STACK: "prod" },
  );

describe("make runbook", () => {
  it("prints the page with the stack's names and region, whichever way a message names it", async () => {
    for (const name of ["background-tasks", "docs/runbooks/background-tasks.md"]) {
      const { code, printed } = await page({ runbook: names }, name);
      assert.equal(code, 0);
      assert.match(printed, /^Stack prod, in eu-west-2\./);
      assert.match(printed, /export AWS_REGION=eu-west-2/);
      assert.match(printed, /--cluster prod-cluster-1 --service prod-cron-1 --force-new-deployment/);
      assert.match(printed, /make moodle-cli STACK=prod SCRIPT=/);
      assert.doesNotMatch(printed, /<[a-z]+>/i);
    }
  });

  it("says which output is missing, and how to get it, before it prints half a page", async () => {
    const update = /pulumi up --stack prod --policy-pack policies --policy-pack-config policies\/config\/prod\.json/;
    const old = await page({});
    assert.deepEqual([old.code, old.printed], [1, ""]);
    assert.match(old.complained, /Stack prod has no output "runbook"\. Fix: deploy this program: pulumi up/);
    assert.match(old.complained, update);
    const { cronService: _, ...fewer } = names;
    const part = await page({ runbook: fewer });
    assert.deepEqual([part.code, part.printed], [1, ""]);
    assert.match(part.complained, /The output "runbook" of stack prod lacks <cronService>\./);
    assert.match(part.complained, update);
  });

  it("refuses a page and a stack that there are not", async () => {
    const { code, complained } = await ask(runbook(pulumi({})), { NAME: "weather", STACK: "moon" });
    assert.equal(code, 2);
    assert.match(complained, /NAME: got "weather", expected .*web-capacity/);
    assert.match(complained, /STACK: got "moon"/);
  });
});

describe("A page's placeholders", () => {
  it("are an hour to this moment, as CloudWatch and Logs Insights take it", () => {
    assert.deepEqual(momentNames("prod", now), {
      stack: "prod",
      now: "2026-11-23T06:00:00Z",
      hourAgo: "2026-11-23T05:00:00Z",
      nowSeconds: "1795413600",
      hourAgoSeconds: "1795410000",
    });
  });

  it("that the stack has nothing for make the whole command a comment", () => {
    const text = "1. Do\n\n   ```sh\n   aws a <x> \\\n     --b\n   aws c <y>\n   ```\n\nSee `<x>`.";
    assert.equal(
      fill(text, { stack: "dev", x: "", y: "2" }),
      "1. Do\n\n   ```sh\n   # Stack dev has no x: aws a <x> \\\n     # --b\n   aws c 2\n   ```\n\nSee `<x>`.",
    );
    assert.throws(() => fill(text, { stack: "dev" }), /<x>, <y>/);
  });
});
