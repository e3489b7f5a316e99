import assert from "node:assert/strict";
import type { Recorded } from "../values/recorded";
import { recordedSet } from "../values/recordedSets";
import { matches, needMatcher } from "./matches";
import { registryProblems } from "./registry";
import { eventRule } from "./rules";
import { sampleProblems, samples } from "./samples";
import { deafRules } from "./senders";

type Pattern = Record<string, unknown>;

describe("Samples of events", () => {
  for (const sample of samples) {
    const differences = registryProblems(sample);
    if (differences !== undefined) {
      it(`${sample["detail-type"]} of ${sample.source} fits the schema in AWS's registry`, () => {
        assert.deepEqual(differences, []);
      });
    }
  }
});

describe("AWS Health reports each service that users depend on, in its region", () => {
  /** Health's code for a package of resources. It reports global services in us-east-1 alone. */
  const codes: Readonly<Record<string, string>> = {
    acm: "ACM",
    autoscaling: "EC2",
    cloudfront: "CLOUDFRONT",
    cognito: "COGNITO",
    ecs: "ECS",
    efs: "ELASTICFILESYSTEM",
    elasticache: "ELASTICACHE",
    fsx: "FSX",
    lb: "ELASTICLOADBALANCING",
    rds: "RDS",
    route53: "ROUTE53",
    s3: "S3",
    sesv2: "SES",
    wafv2: "WAF",
  };
  const global = ["CLOUDFRONT", "ROUTE53"];
  const edgeRegion = "us-east-1";
  const told = (resources: readonly Recorded[]) =>
    resources
      .filter(({ type }) => type === eventRule)
      .flatMap(({ region, inputs }) => {
        const { source, detail } = JSON.parse(String(inputs["eventPattern"])) as Pattern & {
          readonly detail?: { readonly service?: readonly string[] };
        };
        return String(source) === "aws.health" ? detail!.service!.map((service) => `${service} in ${region}`) : [];
      });
  const untold = (resources: readonly Recorded[]): string[] => {
    const heard = told(resources);
    const needed = resources.flatMap(({ type, region }) => {
      const code = codes[/^aws:(\w+)\//.exec(type)?.[1] ?? ""];
      // Pages in a bucket beside CloudFront fail as CloudFront does.
      return code === undefined || (code === "S3" && region === edgeRegion)
        ? []
        : [`${code} in ${global.includes(code) ? edgeRegion : region}`];
    });
    return [...new Set(needed)].filter((one) => !heard.includes(one)).sort();
  };
  for (const set of ["prod", "FSx for OpenZFS", "a mail server", "Fargate in prod"]) {
    it(`of ${set}`, async () => {
      assert.deepEqual(untold(await recordedSet(set)), []);
    });
  }

  it("a planted mistake is found: the rule of global services in Moodle's region", async () => {
    const resources = await recordedSet("prod");
    const moved = resources.map((one) =>
      one.name.endsWith("aws-health-global") ? { ...one, region: "eu-west-2" } : one,
    );
    assert.ok(untold(moved).includes("CLOUDFRONT in us-east-1"));
  });
});

describe("A planted mistake in a rule is found", () => {
  let resources: readonly Recorded[];
  before(async function () {
    needMatcher(this);
    resources = await recordedSet("prod");
  });

  const pattern = (name: string): Pattern => {
    const found = resources.find((one) => one.type === eventRule && one.name === name);
    return JSON.parse(String(found!.inputs["eventPattern"])) as Pattern;
  };
  const mistakes: readonly (readonly [what: string, rule: string, change: (detail: any) => void, says: RegExp])[] = [
    [
      "a state that does not exist",
      "prod-notices-backup-failed",
      (detail) => (detail.state = ["FAIL"]),
      /state is never "FAIL"/,
    ],
    ["a field of another name", "prod-release-ended", (detail) => (detail.state = ["FAILED"]), /has no field state/],
    [
      "a field in the wrong place",
      "prod-notices-out-of-memory",
      (detail) => {
        detail.reason = detail.containers.reason;
        delete detail.containers;
      },
      /has no field reason/,
    ],
    [
      "a beginning that no reason has",
      "prod-notices-out-of-memory",
      (detail) => (detail.containers.reason = [{ prefix: "Out of memory" }]),
      /does not match the documented event/,
    ],
    [
      "a call that is not one of the service",
      "prod-notices-key-disabled",
      (detail) => detail.eventName.push("DeleteKey"),
      /eventName is never "DeleteKey"/,
    ],
    [
      "one bad way among others",
      "prod-notices-bucket-opened",
      (detail) => (detail.$or[1].requestParameters.VersioningConfiguration.Status = ["Off"]),
      /Status is never "Off"/,
    ],
  ];
  for (const [what, rule, change, says] of mistakes) {
    it(what, () => {
      const planted = pattern(rule);
      assert.deepEqual(sampleProblems([[rule, planted]]), []);
      change(planted["detail"]);
      const problems = sampleProblems([[rule, planted]]);
      assert.ok(
        problems.some((problem) => says.test(problem)),
        JSON.stringify(problems),
      );
    });
  }

  it("an event without a sample", () => {
    assert.match(
      sampleProblems([["rule", { source: ["aws.ecs"], "detail-type": ["ECS"] }]])[0]!,
      /there is no sample of "ECS"/,
    );
  });

  it("an event that nothing in the stack sends, and one that nobody has a row for", () => {
    const waits = (source: string | undefined, detail?: string): Recorded => ({
      type: eventRule,
      name: "rule",
      region: "eu-west-2",
      inputs: { eventPattern: JSON.stringify({ source: source && [source], "detail-type": detail && [detail] }) },
    });
    const [deaf] = deafRules([...resources, waits("aws.elasticache", "Cache Update Failed")]);
    assert.match(deaf!, /sent by aws:elasticache\/serverlessCache:ServerlessCache alone/);
    assert.match(deafRules([waits("aws.mq", "Broker")])[0]!, /add a row/);
    // Without a detail-type it waits for all that the source sends.
    assert.match(deafRules([...resources, waits("aws.elasticache")])[0]!, /nothing in the stack sends/);
    assert.match(deafRules([...resources, waits(undefined)])[0]!, /an event of any source/);
    assert.deepEqual(deafRules([...resources, waits("aws.ecs")]), []);
    // Each row is true of somebody: an event of a group needs a group.
    const withoutGroup = resources.filter(({ type }) => type !== "aws:autoscaling/group:Group");
    assert.match(deafRules(withoutGroup).join(), /autoscaling/);
  });

  it("a pattern that EventBridge does not take", () => {
    assert.throws(() => matches([[{ source: "aws.ecs" }, {}]]));
    assert.throws(() => matches([[{ detail: { state: [{ begins: "F" }] } }, {}]]));
  });
});
