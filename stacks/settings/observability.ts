import { z } from "zod";
import { chatIds } from "../../components/observability/chat";
import type { ObjectiveClass } from "../../components/observability/definition";
import { objectiveBounds } from "../../components/observability/slo";
import { arns } from "./arns";
import { email, flag, type Groups, integer, kind, text } from "./fields";
import type { Rules } from "./rule";
import { isApart, type Site } from "./site";

function percent(bounds: { readonly min: number; readonly max: number }, description: string) {
  return z
    .number()
    .min(bounds.min)
    .max(bounds.max)
    .meta({ description, allowed: `${bounds.min} to ${bounds.max}` });
}

/**
 * Objectives that people at a university expect of pages, and not measured ones: set them again after four weeks of
 * traffic. Longer for files, whose time is mostly the reader's line; stricter for quizzes, where an error costs marks.
 */
export const defaultObjectives = {
  login: { availabilityPercent: 99.9, latencyPercent: 95, latencySeconds: 3 },
  dashboard: { availabilityPercent: 99.9, latencyPercent: 95, latencySeconds: 3 },
  course: { availabilityPercent: 99.9, latencyPercent: 95, latencySeconds: 3 },
  quiz: { availabilityPercent: 99.95, latencyPercent: 97, latencySeconds: 3 },
  file: { availabilityPercent: 99.9, latencyPercent: 95, latencySeconds: 10 },
  service: { availabilityPercent: 99.9, latencyPercent: 95, latencySeconds: 2 },
} as const satisfies Record<ObjectiveClass, object>;

function objective(name: ObjectiveClass, what: string) {
  const usual = defaultObjectives[name];
  return z
    .strictObject({
      availabilityPercent: percent(
        objectiveBounds.availability,
        `Share of requests for ${what} answered without a server error, over four weeks.`,
      ).default(usual.availabilityPercent),
      latencyPercent: percent(objectiveBounds.latency, "Share of them answered in time.").default(usual.latencyPercent),
      latencySeconds: percent(objectiveBounds.seconds, "The time limit, in seconds.").default(usual.latencySeconds),
    })
    .prefault({});
}

const pageId = (what: string) =>
  integer(1, Number.MAX_SAFE_INTEGER, `The number after ?id= in the address of ${what}.`);

/** A user played by a machine: docs/observability.md describes the account, and the course that it needs. */
const canary = z.strictObject({
  username: text(
    /^[a-z0-9@._-]{1,100}$/,
    "1 to 100 small letters, digits and @ . _ -",
    "Test account in Moodle, a student of the course. Its password is made here and kept in Secrets Manager.",
  ),
  courseId: pageId("a course that it is a student of"),
  fileId: pageId("a File resource of that course"),
  quizId: pageId("a quiz of that course, without a time limit and without a password"),
  everyMinutes: integer(1, 60, "Minutes between two visits. Every 5 costs about 10 dollars a month.").default(5),
});

const chat = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: kind("slack", "A Slack workspace that Amazon Q Developer in chat applications knows."),
    workspaceId: text(chatIds.slack.workspaceId, "an id such as T07EA123LEP", "Id of the workspace."),
    channelId: text(chatIds.slack.channelId, "an id such as C07EZ1ABC23", "Id of the channel."),
  }),
  z.strictObject({
    kind: kind("teams", "A Microsoft Teams team that Amazon Q Developer in chat applications knows."),
    tenantId: text(chatIds.teams.tenantId, "a GUID", "Id of the tenant."),
    teamId: text(chatIds.teams.teamId, "a GUID", "Id of the team."),
    channelId: text(
      chatIds.teams.channelId,
      "an id such as 19%3ab6ef...%40thread.tacv2",
      "Id of the channel, as its address has it.",
    ),
  }),
]);

/**
 * At most ten with the first address, the limit of AWS Budgets:
 * https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_NotificationWithSubscribers.html.
 */
function emails(description: string) {
  return z.array(email("An address.")).max(9).meta({ description }).default([]);
}

/** Alarms and objectives: docs/alarms.md. Dashboards, synthetic user, channel: docs/observability.md. */
export const observability = z.strictObject({
  paging: flag(
    "Alarms send messages. When false they only change colour, which the policy alarms-act refuses in prod.",
  ),
  pageEmail: email(
    "Address for pages. Each is sent once and not repeated. Default: moodle:alertEmail, which also gets messages that can wait.",
  ).optional(),
  alertEmails: emails("Further addresses for messages that can wait, besides moodle:alertEmail."),
  pageEmails: emails("Further addresses for pages."),
  pageEndpointSecretArn: text(
    arns.secret,
    "the ARN of a Secrets Manager secret",
    "Its value is the HTTPS address of a paging service, such as PagerDuty or Opsgenie: docs/observability.md.",
  ).optional(),
  monthlyBudgetUsd: z
    .int()
    .min(1)
    .max(10_000_000)
    .meta({
      description:
        "Budget in USD. A mail is sent at 80 % of it, and when the forecast of the month exceeds it. Default: no budget.",
    })
    .optional(),
  canary: canary.meta({ description: "The synthetic user. Left out, there is none." }).optional(),
  chat: chat.optional(),
  readerArns: z
    .array(text(arns.principal, "the ARN of a role or user", "A role or user."))
    .meta({ description: "ARNs that may take the role that reads the dashboards. Empty: the account's IAM decides." })
    .default([]),
  repositoryUrl: text(
    // Alarms and dashboards carry it: no character that their texts would have to escape.
    /^https:\/\/[\w.-]+(:\d{1,5})?(\/[\w.~+%@-]+){0,20}$/,
    "an https:// address without a slash at the end, without ? and #",
    "Address of this repository: messages and dashboards link to its runbooks. Without it they name the file.",
  ).optional(),
  objectives: z
    .strictObject({
      login: objective("login", "signing in"),
      dashboard: objective("dashboard", "the dashboard"),
      course: objective("course", "course pages"),
      quiz: objective("quiz", "quiz attempts"),
      file: objective("file", "files"),
      service: objective("service", "AJAX and web services"),
    })
    .prefault({}),
});

export const observabilityRules: Rules<Site & Groups<{ observability: typeof observability }>> = [
  ({ alertEmail, observability: { alertEmails } }) => twice("alertEmails", alertEmails, [alertEmail]),
  ({ observability: { pageEmail, pageEmails } }) =>
    twice("pageEmails", pageEmails, pageEmail === undefined ? [] : [pageEmail]),
  ({ observability: { pageEndpointSecretArn: given }, region }) =>
    given === undefined || given.split(":")[3] === region
      ? []
      : [
          {
            path: "moodle:observability.pageEndpointSecretArn",
            given,
            allowed: `a secret in ${region}`,
            fix: "It is read where the stack is: make it there.",
          },
        ],

  // Credentials of these partitions reach neither: https://docs.aws.amazon.com/general/latest/gr/billing.html,
  // https://docs.aws.amazon.com/chatbot/latest/adminguide/chatbot-regions.html
  ({ observability: { monthlyBudgetUsd, chat }, region }) =>
    (
      [
        ["monthlyBudgetUsd", monthlyBudgetUsd],
        ["chat", chat],
      ] as const
    )
      .filter(([, given]) => given !== undefined && isApart(region))
      .map(([key, given]) => ({
        path: `moodle:observability.${key}`,
        given,
        allowed: `nothing in ${region}`,
        fix: "Remove it: the service is in the partition aws alone.",
      })),
];

/** SNS has one subscription for an address and a topic. */
function twice(key: string, addresses: readonly string[], before: readonly string[]) {
  return addresses.flatMap((given, index) =>
    before.includes(given) || addresses.indexOf(given) !== index
      ? [
          {
            path: `moodle:observability.${key}[${index}]`,
            given,
            allowed: "each address once",
            fix: "Remove it: it gets these messages already.",
          },
        ]
      : [],
  );
}

/** Addresses for messages that can wait. The first is the one that a stack must have. */
export function alertAddresses({
  alertEmail,
  observability: { alertEmails },
}: Pick<Site, "alertEmail"> & Groups<{ observability: typeof observability }>): readonly [string, ...string[]] {
  return [alertEmail, ...alertEmails];
}
