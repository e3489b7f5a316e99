import type { InstanceReplacement } from "../components/cluster/capacity";
import { weekDays, type Windows } from "../components/lib/windows";
import { standardOffset } from "./calendar/zone";
import { regionTimeZones } from "./regionTimeZones";

/** Times when AWS may disturb the site. In UTC, since RDS, ElastiCache and FSx take nothing else. */
export interface MaintenanceTimes {
  readonly windows: Windows;
  readonly replacement: InstanceReplacement;
}

/** The local times of a stack file, as `moodle:maintenance` has them. */
export interface MaintenanceSettings {
  readonly region: string;
  readonly maintenance: {
    readonly timeZone?: string | undefined;
    readonly day: (typeof weekDays)[number];
    readonly backupWindow: string;
    readonly window: string;
    readonly instanceRefreshAt: string;
  };
}

const minutesInDay = 24 * 60;

/** The time zone that maintenance follows: its own, or that of the region's place. */
export function maintenanceTimeZone({ maintenance, region }: MaintenanceSettings): string {
  return maintenance.timeZone ?? regionTimeZones[region] ?? "UTC";
}

/**
 * Converts the local windows of a stack file to UTC, by the zone's standard time all year: a window that moved with the
 * clocks would change every preview in the other half of the year. In summer everything is one hour later.
 */
export function maintenanceTimes(settings: MaintenanceSettings): MaintenanceTimes {
  const { day, backupWindow, window, instanceRefreshAt } = settings.maintenance;
  const offset = standardOffset(maintenanceTimeZone(settings));
  const at = (time: string) => utc(day, time, offset);
  const [backupFrom, backupTo] = between(backupWindow).map(at);
  const [from, to] = between(window).map(at);
  const refresh = at(instanceRefreshAt);
  const [hour, minute] = refresh.time.split(":").map(Number);
  // A window over midnight ends on the next day.
  const nextDay = minutes(between(window)[1]) < minutes(between(window)[0]) ? 1 : 0;
  return {
    windows: {
      backup: `${backupFrom?.time}-${backupTo?.time}`,
      maintenance: `${dayName(from?.day)}:${from?.time}-${dayName((to?.day ?? 0) + nextDay)}:${to?.time}`,
    },
    replacement: { schedule: `cron(${minute} ${hour} ? * ${dayName(refresh.day).toUpperCase()} *)` },
  };
}

function utc(day: string, time: string, offset: number): { readonly day: number; readonly time: string } {
  const local = weekDays.indexOf(day as (typeof weekDays)[number]) * minutesInDay + minutes(time);
  const week = 7 * minutesInDay;
  const moved = (local - offset + week) % week;
  const two = (number: number) => String(number).padStart(2, "0");
  const inDay = moved % minutesInDay;
  return { day: Math.floor(moved / minutesInDay), time: `${two(Math.floor(inDay / 60))}:${two(inDay % 60)}` };
}

function between(window: string): readonly [string, string] {
  const [from = "", to = ""] = window.split("-");
  return [from, to];
}

function minutes(time: string): number {
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  return hour * 60 + minute;
}

function dayName(index: number | undefined): string {
  return weekDays[(index ?? 0) % 7] ?? "sun";
}
