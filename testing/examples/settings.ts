import type { GivenConfig } from "../../stacks/settings/load";

type Changes = Readonly<Record<string, unknown>>;

/** For tests: what a stack file must give and nothing more, with changes by key. */
export function exampleValues(changes: Changes = {}): Changes {
  return {
    profile: "prod",
    domain: "moodle.example.org",
    region: "eu-west-2",
    owner: "Learning platforms",
    costCentre: "LP-0001",
    alertEmail: "alerts@example.org",
    dns: { hostedZoneId: "Z0123456789EXAMPLE00" },
    ...((changes["profile"] ?? "prod") === "prod" && { backup: { copyRegion: "eu-west-1" } }),
    ...changes,
  };
}

/** The same in the form that Pulumi passes. */
export function exampleConfig(changes: Changes = {}): GivenConfig {
  const values = Object.entries(exampleValues(changes))
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [`moodle:${key}`, typeof value === "string" ? value : JSON.stringify(value)]);
  return { values: Object.fromEntries(values) as Record<string, string> };
}
