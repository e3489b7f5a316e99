import * as assert from "node:assert/strict";
import { exampleSettings } from "../../testing/examples/calendar";
import { awsChecks, examine, exitCode, localChecks, type Options } from "./command";
import { actions } from "./permissions";
import { asText, merged } from "./print";
import { type Answering, enterAws, leaveAws, refusal, StandInAws, xml } from "./test/aws";
import { computer, ownValues } from "./test/world";

const settings = exampleSettings("prod", {
  ...ownValues,
  dns: { hostedZoneId: "Z0123456789ABCDEFGHIJ" },
  image: { kind: "digest", digest: `sha256:${"a".repeat(64)}` },
});
/** The plan has something for each quota, so that all of them are asked for. */
const plan = [
  { type: "aws:ec2/vpc:Vpc", name: "vpc", inputs: {} },
  { type: "aws:ec2/eip:Eip", name: "eip", inputs: {} },
  {
    type: "aws:rds/cluster:Cluster",
    name: "db",
    inputs: { engine: "aurora-mysql", engineVersion: "8.0.mysql_aurora.3.10.5" },
  },
  { type: "aws:rds/clusterInstance:ClusterInstance", name: "db-1", inputs: { instanceClass: "db.r7g.2xlarge" } },
  { type: "aws:cloudfront/distribution:Distribution", name: "cdn", inputs: {} },
  { type: "aws:cloudfront/cachePolicy:CachePolicy", name: "cache", inputs: {} },
  { type: "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", name: "headers", inputs: {} },
  { type: "aws:cloudfront/function:Function", name: "function", inputs: {} },
  { type: "aws:cloudfront/keyValueStore:KeyValueStore", name: "store", inputs: {} },
  { type: "aws:cloudfront/vpcOrigin:VpcOrigin", name: "origin", inputs: {} },
];

/** STS answers this call to everybody, with or without permissions. */
const identity = xml(
  '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/platform-admin</Arn><UserId>AIDA</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>',
);
const except =
  (answering: Answering): Answering =>
  (asked) =>
    asked.service === "sts" ? identity : answering(asked);

describe("make doctor, where AWS does not answer as one would like", () => {
  let aws: StandInAws;
  const quick = { connectMilliseconds: 1000, answerMilliseconds: 300 };
  const run = (answering: Answering, options: Partial<Options> = {}) => {
    aws.answering = answering;
    aws.asked.length = 0;
    return examine({
      settings,
      machine: computer(),
      nameServers: () => Promise.reject(new Error("none")),
      makePlan: () => Promise.resolve(plan),
      ...options,
    });
  };
  const awsLines = (found: Awaited<ReturnType<typeof examine>>) =>
    found.slice(localChecks.length + 1).flatMap(({ lines }) => lines);

  before(async () => {
    aws = await StandInAws.alone();
    enterAws(aws.address);
  });
  after(() => {
    leaveAws();
    aws.stop();
  });

  // Each service has one of these names for it.
  for (const code of ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError"]) {
    it(`says which permission is missing (${code}), and goes on`, async () => {
      const found = await run(except((asked) => refusal(asked, code, "User is not authorized", 403)));
      const lines = awsLines(found);
      assert.deepEqual(
        lines.filter(({ verdict }) => verdict !== "unchecked" && verdict !== "ok"),
        [],
      );
      const named = new Set(lines.flatMap(({ finding }) => /may not call (\S+)$/.exec(finding)?.[1] ?? []));
      assert.ok(named.size >= 12, [...named].join());
      assert.deepEqual(
        [...named].filter((action) => !actions().includes(action)),
        [],
      );
      assert.equal(exitCode(found), 0);
      assert.match(asText(found, false), /fix: attach the policy of docs\/doctor\.md/);
    });
  }

  it("has one line, and no other call, for credentials that have expired", async () => {
    const found = await run((asked) => refusal(asked, "ExpiredToken", "The security token has expired", 403));
    assert.deepEqual(
      found.flatMap(({ group, lines }) => (group === "Account" ? lines.map(({ finding }) => finding) : [])),
      ["none that AWS takes, so nothing on AWS was checked (ExpiredToken: The security token has expired)"],
    );
    assert.deepEqual([...new Set(aws.asked)], ["sts:GetCallerIdentity"]);
    assert.equal(found.length, localChecks.length + 1);
    assert.equal(exitCode(found), 1);
  });

  it("has one line for no credentials, and still checks this computer and the settings", async () => {
    enterAws(aws.address, { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined });
    const found = await run(() => identity);
    enterAws(aws.address);
    assert.match(asText(found, false), /WRONG {3}Credentials: none that AWS takes.*CredentialsProviderError/);
    assert.match(asText(found, false), /ok {6}Node\.js: v24/);
    assert.deepEqual(aws.asked, []);
  });

  it("says so when AWS wants fewer calls", async () => {
    const found = await run(except((asked) => refusal(asked, "ThrottlingException", "Rate exceeded", 400)));
    assert.ok(awsLines(found).filter(({ finding }) => finding.includes("AWS wants fewer calls")).length >= 15);
    assert.equal(exitCode(found), 0);
  });

  it("waits for nobody who never answers", async () => {
    const found = await run(
      except(() => "silence"),
      { limits: quick },
    );
    const lines = awsLines(found);
    assert.ok(
      lines.filter(({ finding }) => finding.startsWith("not checked: no answer to ")).length >= 15,
      asText(found, false),
    );
    assert.equal(exitCode(found), 0);
  });

  it("nor for one who answers too late", async () => {
    const found = await run(
      except(() => "silence"),
      { deadline: 5000 },
    );
    const late = awsLines(found).filter(({ finding }) => finding === "not checked: no answer within 5 seconds");
    assert.ok(late.length >= 15, asText(found, false));
  });

  it("has a line for an error that it does not know, and for an answer that is none", async () => {
    const found = await run(except((asked) => refusal(asked, "InternalFailure", "went wrong", 500)));
    assert.ok(awsLines(found).some(({ finding }) => /failed with InternalFailure: went wrong$/.test(finding)));
    const garbage = await run(except(() => ({ body: "<html>A proxy's page" })));
    assert.equal(garbage.length, localChecks.length + 1 + awsChecks.length);
  });

  it("shows lines with the same reason as one", () => {
    const line = { verdict: "unchecked", finding: "why" } as const;
    assert.deepEqual(
      merged([
        { ...line, subject: "a" },
        { ...line, subject: "b" },
        { ...line, subject: "c", finding: "else" },
      ]),
      [
        { ...line, subject: "a, b" },
        { ...line, subject: "c", finding: "else" },
      ],
    );
  });
});
