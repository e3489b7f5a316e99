import { readCalendar } from "../../stacks/calendar/read";
import { advice, type Check, type Line, type LocalWorld, ok, wrong } from "./check";
import type { Settings } from "../../stacks/settings/settings";

/** Reserved names: https://www.rfc-editor.org/rfc/rfc2606 and https://www.rfc-editor.org/rfc/rfc6761 */
const reserved = /(^|[.@])(example\.(org|com|net|edu)|(test|example|invalid|localhost))$/;

/** Values of the shipped stack files that a real one may not have. */
const shipped = { owner: "Learning platforms", costCentre: "LP-0001", zone: /EXAMPLE/ } as const;

const set = (stack: string, key: string, value: string): string =>
  `pulumi config set --stack ${stack} ${key.includes(".") ? "--path " : ""}'moodle:${key}' '${value}'`;

/** Settings that still are what the repository came with. */
export function exampleValues(settings: Settings): readonly Line[] {
  const { environment, domain, dns, owner, costCentre, alertEmail, edge } = settings;
  const still = (key: string, value: string) =>
    [`moodle:${key}`, `${JSON.stringify(value)} is still the example`] as const;
  const lines: Line[] = [];
  if (reserved.test(domain)) {
    lines.push(wrong(...still("domain", domain), set(environment, "domain", "moodle.your-university.org")));
  }
  if (dns.kind === "route53" && shipped.zone.test(dns.hostedZoneId)) {
    const fix = `aws route53 list-hosted-zones --query 'HostedZones[].[Id,Name]', then ${set(environment, "dns.hostedZoneId", "Z...")}`;
    lines.push(wrong(...still("dns.hostedZoneId", dns.hostedZoneId), fix));
  }
  if (reserved.test(alertEmail)) {
    const fix = set(environment, "alertEmail", "moodle-alerts@your-university.org");
    lines.push(advice(...still("alertEmail", alertEmail), fix));
  }
  if (owner === shipped.owner) {
    lines.push(advice(...still("owner", owner), set(environment, "owner", "<your team>")));
  }
  if (costCentre === shipped.costCentre) {
    lines.push(advice(...still("costCentre", costCentre), set(environment, "costCentre", "<who pays>")));
  }
  if (edge.kind === "cloudfront") {
    lines.push(...outageLines(environment, owner, edge.outage));
  }
  return lines;
}

function outageLines(stack: string, owner: string, outage: { organisation?: string; contact?: string }): Line[] {
  const lines: Line[] = [];
  if (outage.organisation === undefined) {
    const fix = set(stack, "edge.outage.organisation", "<your university>");
    lines.push(advice("moodle:edge.outage.organisation", `not set, so the outage pages name ${owner}`, fix));
  }
  if (outage.contact === undefined) {
    const fix = set(stack, "edge.outage.contact", "<where people ask>");
    lines.push(advice("moodle:edge.outage.contact", "not set, so the outage pages name nobody to ask", fix));
  }
  return lines;
}

const values: Check<LocalWorld> = {
  group: "Settings",
  subject: "Example values",
  run: ({ settings }) => {
    const lines = exampleValues(settings);
    return lines.length === 0 ? [ok("Example values", "none is left")] : lines;
  },
};

const calendar: Check<LocalWorld> = {
  group: "Settings",
  subject: "Calendar",
  run: ({ settings }) => {
    const { environment, profile } = settings;
    const found = readCalendar(settings);
    const file = `stacks/calendar/${settings.calendar.name}.yaml`;
    if (found === undefined) {
      return [ok("Calendar", "none: capacity follows the load alone")];
    }
    if (settings.calendar.name === "example") {
      const fix = `copy ${file} to another name and write your year into it, then ${set(environment, "calendar.name", "<that name>")}`;
      return [advice("Calendar", `${file} is an invented year, and this stack acts on it`, fix)];
    }
    const { terms, exams, enrolment, assessment, closedWeeks } = found;
    const written = [exams, enrolment, assessment, closedWeeks].some((list) => list.length > 0);
    const fix = `write them: docs/calendar.md; make calendar STACK=${environment} draws them`;
    return written || profile !== "prod"
      ? [ok("Calendar", `${file}: ${terms.length} terms, ${exams.length} exams`)]
      : [advice("Calendar", `${file} has no exams, no seasons and no closed weeks yet`, fix)];
  },
};

/** Refusals by the program itself, such as a change during an exam. */
const plan: Check<LocalWorld> = {
  group: "Settings",
  subject: "Plan",
  run: async (world) => {
    try {
      const resources = await world.plan();
      return [ok("Plan", `${resources.filter(({ type }) => !type.startsWith("moodle:")).length} resources`)];
    } catch (error) {
      return [
        wrong(
          "Plan",
          `the program stops: ${(error as Error).message.split("\n")[0]}`,
          `make preview STACK=${world.settings.environment}`,
        ),
      ];
    }
  },
};

export const settingsChecks: readonly Check<LocalWorld>[] = [values, calendar, plan];
