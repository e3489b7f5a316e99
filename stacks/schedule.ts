import * as pulumi from "@pulumi/pulumi";

import { type Cluster } from "../components/cluster/cluster";
import { type Database } from "../components/database/database";
import { type Moodle } from "../components/moodle/moodle";
import { type ScheduleKind } from "../components/moodle/scaling";
import { CapacitySchedule } from "../components/schedule/capacitySchedule";
import { now } from "./calendar/clock";
import { compile } from "./calendar/compile";
import { type Calendar } from "./calendar/schema";
import { type Settings } from "./settings/settings";

/** The way in which a calendar changes the services' own bounds; undefined without a calendar. */
export function scheduleKind(calendar: Calendar | undefined): ScheduleKind | undefined {
  return calendar?.outside;
}

/** The year's scheduled actions, from the calendar to the layers that it knows. */
export function buildSchedule(
  name: string,
  calendar: Calendar | undefined,
  settings: Settings,
  layers: {
    readonly moodle: Moodle;
    readonly cluster: Cluster;
    readonly database: Database;
  },
  opts: pulumi.ComponentResourceOptions,
): CapacitySchedule | undefined {
  if (calendar === undefined) {
    return undefined;
  }
  const at = now();
  if (calendar.year.to < new Date(at).toISOString().slice(0, 10)) {
    // No refusal: an emergency must not wait for a timetable. Minimums stay at what the last action set.
    void pulumi.log.warn(
      `The calendar ${settings.calendar.name} ended on ${calendar.year.to}: nothing is made ready for any day. Add the next year to stacks/calendar/${settings.calendar.name}.yaml.`,
    );
  }
  return new CapacitySchedule(
    name,
    {
      timeZone: calendar.timeZone,
      actions: compile(calendar, settings, at),
      services: layers.moodle.scalable,
      autoScalingGroupName: layers.cluster.autoScalingGroupName,
      database: layers.database,
    },
    opts,
  );
}
