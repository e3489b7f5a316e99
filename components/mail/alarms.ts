import type { AlarmDefinition, Metric } from "../observability/definition";
import { requestNamespace } from "../observability/slo";

/** A metric that a log filter counts; the environment is in the namespace, as for requests. */
export function mailMetric(environment: string, name: "mail.delayed" | "mail.notSent"): Metric {
  return { namespace: requestNamespace(environment), name, dimensions: {}, statistic: "Sum" };
}

/** Alarms for mail that Moodle could not hand over, whichever way mail leaves. */
export function mailAlarms(environment: string): readonly AlarmDefinition[] {
  return [
    {
      ...mail,
      id: "mail-not-sent",
      summary: "Moodle cannot hand over its mails: passwords, enrolments and forum posts do not arrive.",
      reason:
        "Ten in a quarter of an hour (estimate): one mistyped address fails alone, a server that refuses fails all.",
      metrics: { m: mailMetric(environment, "mail.notSent") },
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: 10,
      periodSeconds: 900,
      treatMissingData: "notBreaching",
    },
  ];
}

/**
 * Alarms on Amazon SES's rates of the whole account, by which AWS judges it. Metrics:
 * https://docs.aws.amazon.com/ses/latest/dg/reputationdashboard-cloudwatch-alarm.html
 */
export function sesAlarms(environment: string): readonly AlarmDefinition[] {
  const rate = (name: "BounceRate" | "ComplaintRate"): Metric => ({
    namespace: "AWS/SES",
    name: `Reputation.${name}`,
    dimensions: {},
    statistic: "Maximum",
  });
  const hourly = { ...mail, comparisonOperator: "GreaterThanOrEqualToThreshold", periodSeconds: 3600 } as const;
  const bounces = { ...hourly, metrics: { m: rate("BounceRate") }, treatMissingData: "ignore" } as const;
  const complaints = { ...hourly, metrics: { m: rate("ComplaintRate") }, treatMissingData: "ignore" } as const;
  const limits = "https://docs.aws.amazon.com/ses/latest/dg/faqs-enforcement.html";
  return [
    {
      ...bounces,
      id: "mail-bounces",
      summary: "Too many mails go to addresses that do not exist: AWS puts the account under review.",
      reason: `AWS reviews accounts from 5 % on: ${limits}.`,
      threshold: 0.05,
    },
    {
      ...bounces,
      id: "mail-bounces-pause",
      severity: "page",
      summary: "So many mails bounce that AWS may stop all mail of the account at any time.",
      reason: `AWS may pause sending from 10 % on: ${limits}.`,
      threshold: 0.1,
    },
    {
      ...complaints,
      id: "mail-complaints",
      summary: "Too many people mark Moodle's mails as spam: AWS puts the account under review.",
      reason: `AWS reviews accounts from 0.1 % on: ${limits}.`,
      threshold: 0.001,
    },
    {
      ...complaints,
      id: "mail-complaints-pause",
      severity: "page",
      summary: "So many people mark mails as spam that AWS may stop all mail of the account at any time.",
      reason: `AWS may pause sending from 0.5 % on: ${limits}.`,
      threshold: 0.005,
    },
    {
      ...hourly,
      id: "mail-delayed",
      summary: "Many mails wait, because the servers that should take them do not: often the university's own.",
      reason: "A hundred attempts in an hour (estimate): full mailboxes alone stay far below.",
      metrics: { m: mailMetric(environment, "mail.delayed") },
      threshold: 100,
      treatMissingData: "notBreaching",
    },
  ];
}

const mail = {
  component: "mail",
  incident: "background",
  severity: "ticket",
  evaluationPeriods: 1,
  datapointsToAlarm: 1,
  runbook: "docs/runbooks/mail.md",
} as const;
