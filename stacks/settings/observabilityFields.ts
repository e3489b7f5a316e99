import { z } from "zod";
import { chatIds } from "../../components/observability/chat";
import { objectiveBounds } from "../../components/observability/slo";
import type { Profile } from "../profiles";
import { arns } from "./arns";
import { email, flag, integer, kind, text } from "./fields";
import type { ObjectiveSettings } from "./settings";

function percent(bounds: { readonly min: number; readonly max: number }, description: string) {
  return z
    .number()
    .min(bounds.min)
    .max(bounds.max)
    .meta({ description, allowed: `${bounds.min} to ${bounds.max}` });
}

function objective(size: ObjectiveSettings, what: string) {
  return z
    .strictObject({
      availabilityPercent: percent(
        objectiveBounds.availability,
        `Share of requests for ${what} answered without a server error, over four weeks.`,
      ).default(size.availabilityPercent),
      latencyPercent: percent(objectiveBounds.latency, "Share of them answered in time.").default(size.latencyPercent),
      latencySeconds: percent(objectiveBounds.seconds, "What in time means, in seconds.").default(size.latencySeconds),
    })
    .prefault({});
}

const pageId = (what: string) =>
  integer(1, Number.MAX_SAFE_INTEGER, `The number after ?id= in the address of ${what}.`);

/** A user that a machine plays: docs/observability.md says how to make the account, and what course it needs. */
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

/** With the first address at most ten, as AWS Budgets takes: https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_NotificationWithSubscribers.html. */
function emails(description: string) {
  return z.array(email("An address.")).max(9).meta({ description }).default([]);
}

export function observability({ sizes: { observability: size } }: Profile) {
  const { objectives } = size;
  return z.strictObject({
    paging: flag(
      "Alarms send messages. Without it they are there, change colour, and are silent, which the policy alarms-act refuses in prod.",
    ).default(size.paging),
    pageEmail: email("Who is woken. Left out, moodle:alertEmail, which gets the mails that can wait too.").optional(),
    alertEmails: emails("Further addresses for what can wait, beside moodle:alertEmail."),
    pageEmails: emails("Further addresses that are woken."),
    pageEndpointSecretArn: text(
      arns.secret,
      "the ARN of a Secrets Manager secret",
      "Its value is the HTTPS address of a paging service, such as PagerDuty or Opsgenie: docs/observability.md.",
    ).optional(),
    monthlyBudgetUsd: z
      .int()
      .min(1)
      .max(10_000_000)
      .meta({ description: "A mail at 80 % of it, and when the month is forecast to pass it. Left out, no budget." })
      .optional(),
    canary: canary.meta({ description: "The synthetic user. Left out, there is none." }).optional(),
    chat: chat.optional(),
    readerArns: z
      .array(text(arns.principal, "the ARN of a role or user", "A role or user."))
      .meta({ description: "Who may take the role that reads the dashboards. None: whom the account's IAM lets." })
      .default([]),
    repositoryUrl: text(
      // Alarms and dashboards carry it: no character that their texts would have to escape.
      /^https:\/\/[\w.-]+(:\d{1,5})?(\/[\w.~+%@-]+){0,20}$/,
      "an https:// address without a slash at the end, without ? and #",
      "Where people read this repository's files: messages and dashboards link to its runbooks. Left out, they name the file.",
    ).optional(),
    objectives: z
      .strictObject({
        login: objective(objectives.login, "signing in"),
        dashboard: objective(objectives.dashboard, "the dashboard"),
        course: objective(objectives.course, "course pages"),
        quiz: objective(objectives.quiz, "quiz attempts"),
        file: objective(objectives.file, "files"),
        service: objective(objectives.service, "AJAX and web services"),
      })
      .prefault({}),
  });
}
