import type { GivenConfig } from "../../stacks/settings/load";

/** For tests: a configuration that needs nothing more, as Pulumi hands it over, with changes by key. */
export function exampleConfig(changes: Readonly<Record<string, unknown>> = {}): GivenConfig {
  const plain = {
    profile: "prod",
    domain: "moodle.example.org",
    region: "eu-west-2",
    owner: "Learning platforms",
    costCentre: "LP-0001",
    alertEmail: "alerts@example.org",
    dns: { hostedZoneId: "Z0123456789EXAMPLE00" },
    ...changes,
  };
  const values = Object.entries(plain)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [`moodle:${key}`, typeof value === "string" ? value : JSON.stringify(value)]);
  return { values: Object.fromEntries(values) as Record<string, string> };
}
