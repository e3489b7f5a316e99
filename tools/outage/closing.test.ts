import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { CreateSubnetCommand, CreateVpcCommand, EC2Client } from "@aws-sdk/client-ec2";
import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fixedPage, maxFixedBytes } from "../../components/outage/pages/fixedPage";
import { openBrowser } from "../../testing/browser";
import { ask } from "../../testing/tools/ask";
import { enterAws, leaveAws, StandInAws } from "../doctor/test/aws";
import type { Given } from "../lib/command";
import type { Closing } from "./closing";
import { outage } from "./command";

const pass = "abcdefghijklmnopqrstuvwx";

describe("make outage behind another CDN, against moto's load balancer", () => {
  let aws: StandInAws;
  let home: string;
  let closing: Closing;
  before(async function () {
    aws = await StandInAws.start(this);
  });
  after(() => aws?.stop());
  beforeEach(async () => {
    await aws.reset();
    home = mkdtempSync(join(tmpdir(), "closing-"));
    enterAws(aws.address, { AWS_REGION: "eu-west-2", PATH: `${home}${delimiter}${process.env["PATH"]}` });
    closing = { ...(await rules()), site: "https://moodle.example.org" };
    writeFileSync(join(home, "pulumi"), `#!/bin/sh\necho '${JSON.stringify({ closing })}'\n`);
    chmodSync(join(home, "pulumi"), 0o755);
  });
  afterEach(() => {
    leaveAws();
    rmSync(home, { recursive: true });
  });

  /** As the component makes them. */
  async function rules(): Promise<Omit<Closing, "site">> {
    const [ec2, client] = [new EC2Client({}), new ElasticLoadBalancingV2Client({})];
    const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
    const { VpcId } = Vpc!;
    const { Subnet } = await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: "10.0.0.0/24" }));
    const { LoadBalancers } = await client.send(
      new CreateLoadBalancerCommand({ Name: "lb", Subnets: [Subnet!.SubnetId!] }),
    );
    const { TargetGroups } = await client.send(
      new CreateTargetGroupCommand({ Name: "web", Protocol: "HTTP", Port: 8080, TargetType: "ip", VpcId }),
    );
    const TargetGroupArn = TargetGroups![0]!.TargetGroupArn!;
    const forward = { Type: "forward", TargetGroupArn } as const;
    const { Listeners } = await client.send(
      new CreateListenerCommand({
        LoadBalancerArn: LoadBalancers![0]!.LoadBalancerArn!,
        Protocol: "HTTP",
        Port: 80,
        DefaultActions: [forward],
      }),
    );
    const rule = async (Priority: number, cookie: boolean) => {
      const { Rules } = await client.send(
        new CreateRuleCommand({
          ListenerArn: Listeners![0]!.ListenerArn!,
          Priority,
          Conditions: [
            { Field: "host-header", HostHeaderConfig: { Values: ["moodle.example.org"] } },
            { Field: "http-header", HttpHeaderConfig: { HttpHeaderName: "X-Origin-Verify", Values: ["s".repeat(40)] } },
            ...(cookie
              ? [
                  {
                    Field: "http-header",
                    HttpHeaderConfig: { HttpHeaderName: "Cookie", Values: [`*outage_pass=${pass}*`] },
                  },
                ]
              : []),
          ],
          Actions: [forward],
        }),
      );
      return Rules![0]!.RuleArn!;
    };
    return {
      testersRuleArn: await rule(10, true),
      closedRuleArn: await rule(20, false),
      targetGroupArn: TargetGroupArn,
    };
  }

  const make = (given: Given) => ask(outage(), { STACK: "prod", ...given });
  /** Kind and page of both rules' actions; their conditions must not change. */
  async function now(): Promise<readonly { readonly type?: string | undefined; readonly page?: string | undefined }[]> {
    const { testersRuleArn, closedRuleArn } = closing;
    const client = new ElasticLoadBalancingV2Client({});
    const { Rules } = await client.send(new DescribeRulesCommand({ RuleArns: [testersRuleArn, closedRuleArn] }));
    return [testersRuleArn, closedRuleArn].map((arn, index) => {
      const rule = Rules!.find(({ RuleArn }) => RuleArn === arn)!;
      assert.equal(rule.Conditions!.length, index === 0 ? 3 : 2);
      const [action] = rule.Actions!;
      assert.equal(rule.Actions!.length, 1);
      assert.equal(action!.FixedResponseConfig?.StatusCode, action!.Type === "fixed-response" ? "503" : undefined);
      return { type: action!.Type, page: action!.FixedResponseConfig?.MessageBody };
    });
  }
  const types = async () => (await now()).map(({ type }) => type);

  it("closes the site with the message, lets testers in during planned work alone, and opens it", async () => {
    const planned = await make({
      STATE: "planned",
      MESSAGE: "50 € & <b>better</b>\\nSoon",
      UNTIL: "2026-12-01T08:00Z",
    });
    assert.equal(planned.code, 0, planned.complained);
    assert.match(planned.printed, /Will turn the switch of prod from off to planned\./);
    assert.ok(planned.printed.includes(`Testers get in at https://moodle.example.org/#outage_pass=${pass}`));
    assert.deepEqual(await types(), ["forward", "fixed-response"]);
    const page = (await now())[1]!.page!;
    assert.ok(page.includes("50 &#8364; &amp; &lt;b&gt;better&lt;/b&gt;</p><p>Soon"), page);
    assert.ok(page.includes("Expected back:</strong> Tuesday 1 December 2026"), page);

    const closed = await make({ STATE: "outage" });
    assert.match(closed.printed, /from planned to outage\./);
    assert.doesNotMatch(closed.printed, /Testers/);
    assert.deepEqual(await types(), ["fixed-response", "fixed-response"]);
    for (const { page: text } of await now()) assert.doesNotMatch(text!, /<script>/);

    assert.match((await make({ STATE: "off" })).printed, /from outage to off\./);
    assert.deepEqual(await types(), ["forward", "forward"]);
  });

  it("only says what it would do with DRY=1", async () => {
    const { code, printed } = await make({ STATE: "outage", DRY: "1" });
    assert.deepEqual([code, await types()], [0, ["forward", "forward"]]);
    assert.match(printed, /Visitors get 503 and: Moodle is not available.*\nDRY=1: nothing was written\./);
  });

  it("refuses what needs a status page, and a message that does not fit, and turns nothing", async () => {
    for (const given of [
      { STATE: "trouble", MESSAGE: "x" },
      { STATE: "announce", START: "2026-12-01T06:00Z", UNTIL: "2026-12-01T08:00Z" },
      { STATE: "undo" },
    ]) {
      const { code, complained } = await make(given);
      assert.equal(code, 2, given.STATE);
      assert.match(
        complained,
        new RegExp(`STATE: got "${given.STATE}", expected off, planned, outage behind another CDN`),
      );
      assert.match(complained, /docs\/runbooks\/another-cdn\.md/);
    }
    assert.match(
      (await make({ STATE: "planned", PREVIEW: "1" })).complained,
      /PREVIEW: got 1, expected nothing behind/,
    );
    const long = await make({ STATE: "outage", MESSAGE: "x".repeat(900) });
    assert.match(long.complained, /The message is too long: .* a fixed response has 1024\. Shorten it by \d+/);
    assert.deepEqual(await types(), ["forward", "forward"]);
  });

  it("is finished by the same command after a half", async () => {
    let calls = 0;
    aws.answering = ({ operation }) =>
      operation === "ModifyRule" && ++calls === 2
        ? {
            status: 403,
            headers: { "content-type": "text/xml" },
            body: "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>",
          }
        : "moto";
    const half = await make({ STATE: "outage" });
    assert.equal(half.code, 1);
    assert.match(half.complained, /elasticloadbalancing ModifyRule/);
    assert.deepEqual(await types(), ["forward", "fixed-response"], "everybody first");
    assert.equal((await make({ STATE: "outage" })).code, 0);
    assert.deepEqual(await types(), ["fixed-response", "fixed-response"]);
  });
});

describe("the page of a fixed response", () => {
  it("has room for 300 characters with an end and the testers' script, in ASCII", () => {
    const back = "Wednesday 30 September 2026 at 12:30 Central European Summer Time";
    const page = fixedPage({
      title: "Moodle is closed for maintenance",
      message: "x".repeat(300),
      back,
      cookie: "outage_pass",
    });
    assert.ok(page.length <= maxFixedBytes && /^[\x20-\x7e]+$/.test(page));
  });

  it("gives a tester the cookie of the link, and goes on to the site; everybody else reads it", async function () {
    const browser = await openBrowser(this);
    const page = fixedPage({ title: "Closed", message: "<script>alert(1)</script>", cookie: "outage_pass" });
    const server = createServer((request, response) => {
      const tester = (request.headers.cookie ?? "").includes(`outage_pass=${pass}`);
      response.writeHead(tester ? 200 : 503, { "content-type": "text/html" });
      response.end(tester ? "<h1>Moodle</h1>" : page);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const site = `http://localhost:${(server.address() as AddressInfo).port}/`;
      const seen = async (address: string) => {
        const tab = await (await browser.newContext()).newPage();
        await tab.goto(address);
        return tab;
      };
      const visitor = await seen(site);
      assert.equal(await visitor.locator("h1").textContent(), "Closed");
      assert.equal(await visitor.locator("p").textContent(), "<script>alert(1)</script>");
      const tester = await seen(`${site}#outage_pass=${pass}`);
      await tester.locator("h1", { hasText: "Moodle" }).waitFor();
      assert.equal(tester.url(), site);
      const strange = await seen(`${site}#outage_pass=a;domain=x`);
      assert.equal(await strange.locator("h1").textContent(), "Closed");
    } finally {
      server.close();
      server.closeAllConnections();
      await browser.close();
    }
  });
});
