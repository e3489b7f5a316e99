import assert from "node:assert/strict";
import { build, isUnknown, settled } from "../../testing/build";
import { Dashboards, type DashboardsArgs } from "./dashboards";
import type { AlarmDefinition } from "./definition";

const definition: AlarmDefinition = {
  id: "load",
  component: "moodle",
  incident: "capacity",
  severity: "page",
  summary: "Too much.",
  reason: "90 is much.",
  metrics: {
    m: { namespace: "AWS/ECS", name: "CPUUtilization", dimensions: { ClusterName: "c" }, statistic: "Average" },
  },
  comparisonOperator: "GreaterThanThreshold",
  threshold: 90,
  periodSeconds: 60,
  evaluationPeriods: 3,
  datapointsToAlarm: 3,
  treatMissingData: "missing",
  runbook: "docs/runbooks/web-capacity.md",
};
const arn = "arn:aws:cloudwatch:eu-west-2:123456789012:alarm:prod-load";
const args: DashboardsArgs = {
  environment: "prod",
  domain: "moodle.example.org",
  slos: [{ pathClass: "login", availabilityPercent: 99.9, latencyPercent: 95, latencySeconds: 3, windowDays: 28 }],
  regions: [{ region: "eu-west-2", definitions: [definition], alarmArns: [arn] }],
  pageAlarmArn: arn,
  incidentAlarmArns: { capacity: arn },
};
const outputs = {
  "aws:cloudwatch/dashboard:Dashboard": (_: string, inputs: any) => ({
    dashboardArn: `arn:aws:cloudwatch::123456789012:dashboard/${inputs.dashboardName}`,
  }),
};
const make = (changes: Partial<DashboardsArgs> = {}, preview = false) =>
  build((opts) => new Dashboards("boards", { ...args, ...changes }, opts), { preview, outputs });

describe("Dashboards", () => {
  for (const preview of [true, false]) {
    it(`makes three and a role, each its child (${preview ? "preview" : "update"})`, async () => {
      const built = await make({}, preview);
      assert.deepEqual(built.identities, [
        "aws:cloudwatch/dashboard:Dashboard::boards-engineers",
        "aws:cloudwatch/dashboard:Dashboard::boards-moodle",
        "aws:cloudwatch/dashboard:Dashboard::boards-war-room",
        "aws:iam/role:Role::boards-reader",
        "aws:iam/rolePolicy:RolePolicy::boards-reader",
        "moodle:observability:Dashboards::boards",
      ]);
      const children = built.resources.filter(
        ({ name, type }) => type !== "moodle:observability:Dashboards" && name !== "",
      );
      assert.ok(children.every(({ options }) => options.parent === built.component));
      const [, policy] = built.resources.filter(({ name }) => name === "boards-reader");
      assert.equal(isUnknown(policy!.inputs["policy"]), preview);
    });
  }

  it("names them, and says where they are", async () => {
    const { component, get } = await make();
    assert.equal(get("boards-war-room").inputs["dashboardName"], "prod-war-room");
    assert.match(get("boards-engineers").inputs["dashboardBody"], /"load \(pages\)"/);
    assert.equal(
      component.urls["war-room"],
      "https://eu-west-2.console.aws.amazon.com/cloudwatch/home?region=eu-west-2#dashboards/dashboard/prod-war-room",
    );
  });

  it("lets readers open these dashboards and read, and change nothing", async () => {
    const { ofType } = await make();
    const [policy] = ofType("aws:iam/rolePolicy:RolePolicy");
    const { Statement } = JSON.parse(policy!.inputs["policy"]);
    assert.deepEqual(
      Statement[0].Resource,
      ["moodle", "engineers", "war-room"].map((kind) => `arn:aws:cloudwatch::123456789012:dashboard/prod-${kind}`),
    );
    for (const action of Statement.flatMap(({ Action }: any) => Action)) {
      assert.match(action, /^cloudwatch:(Get|List|Describe)[A-Za-z]+$/);
    }
  });

  it("trusts whom it is told, or else the account's IAM", async () => {
    const trust = async (readerArns?: string[]) => {
      const [role] = (await make({ readerArns })).ofType("aws:iam/role:Role");
      return JSON.parse(role!.inputs["assumeRolePolicy"]).Statement[0].Principal.AWS;
    };
    assert.deepEqual(await trust(), ["arn:aws:iam::123456789012:root"]);
    assert.deepEqual(await trust(["arn:aws:iam::123456789012:role/team"]), ["arn:aws:iam::123456789012:role/team"]);
    assert.match((await settled((await make()).component.readerRoleArn)) ?? "", /boards-reader$/);
  });
});
