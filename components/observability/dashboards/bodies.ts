import type * as pulumi from "@pulumi/pulumi";
import { canaryMetric } from "../canaryAlarms";
import { steps } from "../canarySteps";
import type { AlarmDefinition, Incident, Metric, SloDefinition } from "../definition";
import { requestMetric } from "../slo";
import { alarmGraph, alarmTile, type DashboardBody, graphTile, type Line, place, textTile, type Tile } from "./widgets";

export interface Regional {
  readonly region: string;
  readonly definitions: readonly AlarmDefinition[];
  readonly alarmArns: readonly pulumi.Input<string>[];
}

/** Input of the dashboards: the same definitions that the alarms are made of. */
export interface Drawn {
  readonly environment: string;
  readonly domain: string;
  readonly slos: readonly SloDefinition[];
  /** The region of Moodle first; us-east-1 for the edge after it, where there is one. */
  readonly regions: readonly [Regional, ...Regional[]];
  /** The alarm that pages, and the groups that it combines. */
  readonly pageAlarmArn: pulumi.Input<string> | undefined;
  readonly incidentAlarmArns: Readonly<Partial<Record<Incident, pulumi.Input<string>>>>;
  readonly canaryName?: pulumi.Input<string> | undefined;
  readonly statusPage?: string | undefined;
  /** Address of this repository's files. */
  readonly repository?: string | undefined;
}

export type DashboardKind = "moodle" | "engineers" | "war-room";

/** Longer periods serve error budgets: such an alarm shows only its state. */
const longestPeriod = 3600;

/** For the Moodle team: what users do and experience, in words that need no AWS. */
export function moodleBody(drawn: Drawn): DashboardBody {
  const { environment, domain, canaryName } = drawn;
  const { region } = drawn.regions[0];
  const half = { region, width: 12, periodSeconds: 3600 };
  const site = (name: string, statistic: Metric["statistic"] = "Maximum"): Metric => ({
    namespace: "Moodle",
    name,
    statistic,
    dimensions: { Environment: environment },
  });
  const one = (title: string, label: string, metric: Metric) =>
    graphTile({ title, region, width: 6, periodSeconds: 300, lines: [{ label, metric }] });
  return {
    start: "-P28D",
    periodOverride: "auto",
    widgets: place([
      textTile(
        [`# ${domain}`, `How Moodle does for the people who use it (${environment}).`, links(drawn)].join("\n\n"),
        3,
      ),
      stateTile(drawn),
      graphTile({ ...half, title: "Requests, by what people do", stacked: true, lines: perClass(drawn, "n") }),
      graphTile({ ...half, title: "Seconds: 95 of 100 requests take at most", lines: perClass(drawn, "p95") }),
      graphTile({ ...half, title: "Requests that fail (%)", lines: perClass(drawn, "100 * failed / n") }),
      graphTile({
        ...half,
        title: "Requests that take longer than promised (%)",
        lines: perClass(drawn, "100 * slow / n"),
      }),
      graphTile({
        ...half,
        title: "Errors: what is left of the budget, over the time shown (%)",
        lines: budget(drawn, "failed"),
        max: 100,
      }),
      graphTile({
        ...half,
        title: "Slow answers: what is left of the budget, over the time shown (%)",
        lines: budget(drawn, "slow"),
        max: 100,
      }),
      one("People online", "people", site("OnlineUsers")),
      one("Seconds since cron ran", "seconds", site("CronAge")),
      one("Seconds that the oldest task waits", "seconds", site("OldestAdhocTaskAge")),
      one("Tasks that fail", "tasks", site("FailingTasks")),
      ...(canaryName === undefined ? [] : canaryTiles(canaryName, region)),
    ]),
  };
}

/** For engineers: every alarm's own graph, by component. */
export function engineersBody(drawn: Drawn): DashboardBody {
  const groups = drawn.regions.flatMap(({ region, definitions }) =>
    [...new Set(definitions.map(({ component }) => component))].flatMap((component) => {
      const own = definitions.filter((one) => one.component === component && one.periodSeconds <= longestPeriod);
      return own.length === 0
        ? []
        : [header(component, own, drawn.repository), ...own.map((one) => alarmGraph(one, region, 6))];
    }),
  );
  return {
    start: "-PT12H",
    periodOverride: "inherit",
    widgets: place([
      textTile([`# ${drawn.environment}: every alarm`, links(drawn)].join("\n\n"), 2),
      ...drawn.regions.map(({ region, alarmArns }) => alarmTile(`Alarms in ${region}`, alarmArns)),
      ...groups,
    ]),
  };
}

/** For an event: the alarms that page and the users' experience, by the minute, one screen after the other. */
export function warRoomBody(drawn: Drawn): DashboardBody {
  const { region } = drawn.regions[0];
  const wide = { region, width: 12, periodSeconds: 60, height: 7 };
  const pages = drawn.regions.flatMap((regional) =>
    regional.definitions
      .filter(({ severity, periodSeconds }) => severity === "page" && periodSeconds <= longestPeriod)
      .map((definition) => alarmGraph(definition, regional.region, 8)),
  );
  return {
    start: "-PT3H",
    periodOverride: "inherit",
    widgets: place([
      textTile([`# ${drawn.environment}: war room`, links(drawn)].join("\n\n"), 2),
      stateTile(drawn),
      graphTile({ ...wide, title: "Requests a minute", stacked: true, lines: perClass(drawn, "n") }),
      graphTile({ ...wide, title: "Seconds: 95 of 100 requests take at most", lines: perClass(drawn, "p95") }),
      graphTile({ ...wide, title: "Failed requests a minute", stacked: true, lines: perClass(drawn, "failed") }),
      graphTile({
        ...wide,
        title: "Requests a minute that take longer than promised",
        stacked: true,
        lines: perClass(drawn, "slow"),
      }),
      ...pages,
    ]),
  };
}

function stateTile({ pageAlarmArn, incidentAlarmArns }: Drawn): Tile {
  const arns = [...(pageAlarmArn === undefined ? [] : [pageAlarmArn]), ...Object.values(incidentAlarmArns)];
  return alarmTile("What is wrong now: the first is what wakes somebody, the others say where", arns);
}

/** One line for each path class: a metric, or an expression over n, p95, failed and slow. */
function perClass({ environment, slos }: Drawn, expression: string): readonly Line[] {
  return slos.map(({ pathClass }) => {
    const all: Readonly<Record<string, Metric>> = {
      n: requestMetric(environment, pathClass, "seconds", "SampleCount"),
      p95: requestMetric(environment, pathClass, "seconds", "p95"),
      failed: requestMetric(environment, pathClass, "failed", "Sum"),
      slow: requestMetric(environment, pathClass, "slow", "Sum"),
    };
    const metric = all[expression];
    if (metric !== undefined) {
      return { label: pathClass, metric };
    }
    const used = Object.entries(all).filter(([id]) => new RegExp(`\\b${id}\\b`).test(expression));
    return { label: pathClass, expression, metrics: Object.fromEntries(used) };
  });
}

/**
 * Falls from 100 with each bad request. The share that may be bad refers to all requests of the time shown, so the
 * graph is the error budget of the objectives when four weeks are shown, and the dashboard opens with four weeks.
 */
function budget(drawn: Drawn, bad: "failed" | "slow"): readonly Line[] {
  return drawn.slos.flatMap((slo) => {
    const promised = bad === "failed" ? slo.availabilityPercent : slo.latencyPercent;
    const factor = Number((10_000 / (100 - promised)).toPrecision(6));
    return perClass({ ...drawn, slos: [slo] }, `100 - ${factor} * RUNNING_SUM(${bad}) / SUM(n)`);
  });
}

function canaryTiles(canaryName: pulumi.Input<string>, region: string): readonly Tile[] {
  const common = { region, width: 12, periodSeconds: 300 };
  const success = canaryMetric("SuccessPercent", canaryName);
  return [
    graphTile({
      ...common,
      title: "The synthetic user gets through (%)",
      max: 100,
      lines: [{ label: "runs", metric: success }],
    }),
    graphTile({
      ...common,
      title: "Milliseconds of its steps",
      lines: steps.map((step) => ({ label: step, metric: canaryMetric("Duration", canaryName, step) })),
    }),
  ];
}

function header(component: string, definitions: readonly AlarmDefinition[], repository: string | undefined): Tile {
  const runbooks = [...new Set(definitions.map(({ runbook }) => runbook))].map((runbook) =>
    repository === undefined ? `\`${runbook}\`` : `[${runbook.replace(/^.*\/|\.md$/g, "")}](${repository}/${runbook})`,
  );
  return textTile(`## ${component}\nRunbooks: ${runbooks.join(", ")}`, 2);
}

export function dashboardName(environment: string, kind: DashboardKind): string {
  return `${environment}-${kind}`;
}

/**
 * The console of the region's partition.
 * https://docs.aws.amazon.com/general/latest/gr/rande.html,
 * https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/getting-started-sign-in.html,
 * https://docs.amazonaws.cn/en_us/aws/latest/userguide/endpoints-arns.html
 */
function consoleHost(region: string): string {
  if (region.startsWith("us-gov-")) {
    return `${region}.console.amazonaws-us-gov.com`;
  }
  return region.startsWith("cn-") ? `${region}.console.amazonaws.cn` : `${region}.console.aws.amazon.com`;
}

export function dashboardUrl(environment: string, region: string, kind: DashboardKind): string {
  const name = dashboardName(environment, kind);
  return `https://${consoleHost(region)}/cloudwatch/home?region=${region}#dashboards/dashboard/${name}`;
}

function links({ environment, domain, statusPage, regions: [{ region }] }: Drawn): string {
  const kinds: readonly DashboardKind[] = ["moodle", "engineers", "war-room"];
  return [
    `[The site](https://${domain})`,
    ...(statusPage === undefined ? [] : [`[Status page](${statusPage})`]),
    ...kinds.map((kind) => `[Dashboard ${kind}](${dashboardUrl(environment, region, kind)})`),
  ].join(" · ");
}
