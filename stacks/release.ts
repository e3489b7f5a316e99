import * as pulumi from "@pulumi/pulumi";

import type { Cluster } from "../components/cluster/cluster";
import type { Database } from "../components/database/database";
import type { Image } from "../components/image/image";
import type { Moodle } from "../components/moodle/moodle";
import type { Network } from "../components/network/network";
import type { Freeze } from "../components/release/arguments";
import { Release } from "../components/release/release";
import { switchKey } from "../components/outage/pages/files";
import { switchText } from "../components/outage/pages/switchValue";
import { examWindow } from "./calendar/compile";
import { freezeMinutes } from "./calendar/freeze";
import type { Calendar } from "./calendar/schema";
import type { Edge } from "./edge";
import type { Settings } from "./settings/settings";

/** Outputs for `make release`. */
export interface ReleaseOutputs {
  readonly stateMachineArn: pulumi.Output<string>;
  readonly region: string;
  readonly imageUri: pulumi.Output<string>;
  /** Its item `last` is the current release: `pipelines/deploy` reads it. */
  readonly lockTableName: pulumi.Output<string>;
  readonly lockTableArn: pulumi.Output<string>;
  /** Log group of the one-off tasks. */
  readonly upgradeLogGroup: pulumi.Output<string>;
  /** Log group of the web tasks, including the one of the smoke test. */
  readonly webLogGroup: pulumi.Output<string>;
}

export interface ReleaseParts {
  readonly calendar: Calendar | undefined;
  readonly network: Network;
  readonly cluster: Cluster;
  readonly database: Database;
  readonly image: Image;
  readonly moodle: Moodle;
  readonly edge: Edge;
  readonly signalsTopicArn: pulumi.Input<string>;
  /** Names of the synthetic user's alarms, which stop a release too. @default none */
  readonly userAlarmNames?: readonly string[];
  readonly kmsKeyArn: pulumi.Input<string>;
}

/** The state machine that puts new task definitions into operation. */
export function buildRelease(
  name: string,
  settings: Settings,
  { calendar, network, cluster, database, image, moodle, edge, ...parts }: ReleaseParts,
  opts: pulumi.ComponentResourceOptions,
): ReleaseOutputs {
  const { environment, region, logs, safety } = settings;
  const release = new Release(
    name,
    {
      ...parts,
      environment,
      imageUri: image.imageUri,
      repositoryArn: image.sourceArn,
      cluster,
      subnetIds: network.applicationSubnetIds,
      securityGroupId: moodle.securityGroupId,
      serviceNames: { web: moodle.webServiceName, cron: moodle.cronServiceName, adhoc: moodle.adhocServiceName },
      taskDefinitionArns: moodle.taskDefinitionArns,
      taskFamilies: moodle.taskFamilies,
      taskRoleArns: [moodle.taskRoleArn, ...moodle.executionRoleArns],
      scalableWorkers: [moodle.scalable.cron, moodle.scalable.adhoc].flatMap((one) => (one ? [one.resourceId] : [])),
      database,
      loadBalancer: edge.loadBalancer,
      page: edge.outage && {
        storeArn: edge.outage.keyValueStoreArn,
        key: switchKey,
        value: switchText({
          state: "planned",
          message: "A new version is being installed. It tends to take some minutes.",
        }),
      },
      freezes: calendar === undefined ? [] : freezes(calendar, settings.calendar.overrideFreeze),
      upgradeMinutes: settings.maintenance.upgradeMinutes,
      logRetentionDays: logs.retentionDays,
      protect: safety.protect,
    },
    opts,
  );
  return {
    stateMachineArn: release.stateMachineArn,
    region,
    imageUri: image.imageUri,
    lockTableName: release.lockTableName,
    lockTableArn: release.lockTableArn,
    upgradeLogGroup: moodle.logGroupNames.upgrade,
    webLogGroup: moodle.logGroupNames.web,
  };
}

/** The calendar's exams with their time around them. Pure. */
export function freezes(calendar: Calendar, overridden: string | undefined): readonly Freeze[] {
  const minute = 60_000;
  // Step Functions compares times in this form; without the milliseconds they are as RFC 3339 has them too.
  const instant = (at: number) => new Date(at).toISOString().replace(".000Z", "Z");
  return calendar.exams.map((exam) => {
    const { start, end } = examWindow(exam, calendar.timeZone);
    return {
      exam: exam.name,
      from: instant(start - freezeMinutes.before * minute),
      to: instant(end + freezeMinutes.after * minute),
      overridable: exam.name === overridden,
    };
  });
}
