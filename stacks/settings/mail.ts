import { z } from "zod";
import type { Problem } from "../../components/lib/invalid";
import { sesRegions } from "../../components/mail/regions";
import { outboundProblems } from "../../components/moodle/outbound";
import { arns } from "./arns";
import { choice, email, type Groups, type Immutable, integer, kind, text } from "./fields";
import { hasWayOut, type network, outboundRules } from "./network";
import type { Rules } from "./rule";
import type { Site } from "./site";

const hostName = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;
const cidr = /^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/;

/** `$CFG->noreplyaddress`: the sender of mails. */
const sender = email("Sender of all mails. Default: noreply@ and the domain.").optional();

/** Fields of every kind that sends mail. */
const recipients = {
  recipients: choice(
    ["real", "diverted"],
    "Receivers of mails: their recipients, or divertTo instead. A copy of production holds real students' addresses.",
  ),
  divertTo: email("Address that gets all diverted mails. Default: moodle:alertEmail.").optional(),
  divertExcept: z
    .array(
      text(
        /^[^\s,/]+$/,
        "a regular expression without blanks, commas and slashes, such as @example\\.org$",
        "A pattern.",
      ),
    )
    .meta({ description: "Addresses that get their mails although mail is diverted, as regular expressions." })
    .default([]),
};

export const mail = z.discriminatedUnion("kind", [
  z.strictObject({ kind: kind("none", "Moodle sends no mail, and does not tell its users (noemailever).") }),
  z.strictObject({
    kind: kind("smtp", "An existing mail server."),
    host: text(hostName, "a host name or an address, without a port", "The mail server."),
    port: integer(1, 65_535, "Its port; opened in the tasks' security group.").default(587),
    security: choice(
      ["none", "ssl", "tls"],
      "As Moodle's smtpsecure: tls is STARTTLS, ssl is TLS from the first byte (port 465).",
    ).default("tls"),
    cidrs: z
      .array(text(cidr, "an IPv4 block such as 192.0.2.25/32", "A block."))
      .min(1)
      .meta({ description: "Addresses of the server, to which the port is opened." })
      .default(["0.0.0.0/0"]),
    sender,
    secretArn: text(
      arns.secret,
      "the whole ARN of a secret, with the six characters that AWS added to its name",
      "JSON secret in Secrets Manager with the keys user and password. Leave it out for a relay without sign-in.",
    ).optional(),
    secretKeyArn: text(
      arns.key,
      "the ARN of a KMS key",
      "Key that encrypts the secret. Leave it out for Secrets Manager's own key.",
    ).optional(),
    ...recipients,
  }),
  z.strictObject({
    kind: kind("ses", "Amazon SES by its API, with the tasks' own role: no password exists."),
    domain: text(
      hostName,
      "moodle:domain or a name below it",
      "Domain that mails are from. Default: moodle:domain.",
    ).optional(),
    sender,
    dmarcPolicy: choice(
      ["none", "quarantine", "reject"],
      "Action asked of receivers for mails that somebody else sends in the domain's name.",
    ).default("quarantine"),
    ...recipients,
  }),
]);

type Smtp = Extract<Immutable<z.output<typeof mail>>, { readonly kind: "smtp" }>;

/** Ports with TLS from the first byte; SES has a second one: https://docs.aws.amazon.com/ses/latest/dg/smtp-connect.html. */
const implicitTls = [465, 2465];
/** Ports on which TLS begins with STARTTLS, where it begins at all. */
const startTls = [25, 587, 2587];

const sesSmtp = /^email-smtp(-fips)?\.[a-z0-9-]+\.amazonaws\.com$/i;

export const mailRules: Rules<Site & Groups<{ mail: typeof mail; network: typeof network }>> = [
  ({ mail }) => (mail.kind === "smtp" ? serverProblems(mail) : []),

  // The mail server's port is one more outbound rule, judged after the others: each may be opened once.
  ({ mail, network }) => {
    if (mail.kind !== "smtp") {
      return [];
    }
    const others = outboundRules({ network });
    const server = { ports: mail.port, cidrs: mail.cidrs, description: "Moodle to the mail server" };
    const own = `[${others.length}]`;
    return outboundProblems("", [...others, server], network.cidr)
      .filter(({ path }) => path.startsWith(own))
      .map((problem) => ({ ...problem, path: `moodle:mail${problem.path.slice(own.length)}` }));
  },

  ({ mail, region }) => {
    const given = mail.kind === "smtp" ? mail.secretArn : undefined;
    return given === undefined || given.split(":")[3] === region
      ? []
      : [
          {
            path: "moodle:mail.secretArn",
            given,
            allowed: `a secret in ${region}, the stack's region`,
            fix: `Replicate it there: aws secretsmanager replicate-secret-to-regions --secret-id ${given} --add-replica-regions Region=${region}`,
          },
        ];
  },

  ({ mail }) =>
    mail.kind !== "none" && mail.recipients === "real" && (mail.divertTo !== undefined || mail.divertExcept.length > 0)
      ? [
          {
            path: "moodle:mail.recipients",
            given: "real",
            allowed: "diverted, where divertTo or divertExcept is given",
            fix: "Set it to diverted, or remove divertTo and divertExcept: with real recipients nothing is diverted.",
          },
        ]
      : [],

  ({ mail, domain, region }) => {
    if (mail.kind !== "ses") {
      return [];
    }
    const identity = mail.domain ?? domain;
    const problems: Problem[] = [];
    if (!within(identity, domain)) {
      problems.push({
        path: "moodle:mail.domain",
        given: identity,
        allowed: `${domain} or a name below it`,
        fix: "Use it, or kind smtp with the mail server of the other domain: its DNS records are not this stack's.",
      });
    }
    const from = mail.sender?.split("@")[1]?.toLowerCase();
    if (from !== undefined && !within(from, identity)) {
      problems.push({
        path: "moodle:mail.sender",
        given: mail.sender,
        allowed: `an address of ${identity}, the domain that SES may send for`,
        fix: `Use noreply@${identity}, or remove the line.`,
      });
    }
    if (!sesRegions.includes(region)) {
      problems.push({
        path: "moodle:mail.kind",
        given: "ses",
        allowed: `smtp or none in ${region}, where Amazon SES is not`,
        fix: "Use kind smtp with a mail server that you have.",
      });
    }
    return problems;
  },

  ({ mail, network }) => {
    if (network.kind === "existing" || hasWayOut({ network })) {
      return [];
    }
    const service =
      mail.kind === "ses" ? "email" : mail.kind === "smtp" && sesSmtp.test(mail.host) ? "email-smtp" : undefined;
    return service === undefined || network.interfaceEndpoints.includes(service)
      ? []
      : [
          {
            path: "moodle:network.interfaceEndpoints",
            given: network.interfaceEndpoints,
            allowed: `${service} among them, where mail goes by Amazon SES and there is no NAT gateway`,
            fix: `Add ${service}.`,
          },
        ];
  },
];

function serverProblems(mail: Smtp): Problem[] {
  const { host, port, security, secretArn, secretKeyArn } = mail;
  const problems: Problem[] = [];
  if (implicitTls.includes(port) ? security !== "ssl" : startTls.includes(port) && security === "ssl") {
    problems.push({
      path: "moodle:mail.security",
      given: security,
      allowed: implicitTls.includes(port)
        ? `ssl on port ${port}, where TLS begins with the first byte`
        : `tls on port ${port}, where TLS begins with STARTTLS`,
      fix: "Correct it, or the port: with the other one each mail waits until its time is out.",
    });
  }
  if (security === "none" && secretArn !== undefined) {
    problems.push({
      path: "moodle:mail.security",
      given: security,
      allowed: "tls or ssl, where the server asks for a sign-in",
      fix: "The password would cross the network in the open. Use tls, or remove secretArn.",
    });
  }
  if (secretKeyArn !== undefined && secretArn === undefined) {
    problems.push({
      path: "moodle:mail.secretKeyArn",
      given: secretKeyArn,
      allowed: "nothing without secretArn",
      fix: "Set secretArn too, or remove the line.",
    });
  }
  if (sesSmtp.test(host) && secretArn === undefined) {
    problems.push({
      path: "moodle:mail.secretArn",
      given: undefined,
      allowed: "a secret with user and password: Amazon SES takes no mail without a sign-in",
      fix: "Give it, or use kind ses, which needs no password.",
    });
  }
  return problems;
}

/** Whether a host name is a domain or below it. */
function within(name: string, domain: string): boolean {
  return name.toLowerCase() === domain || name.toLowerCase().endsWith(`.${domain}`);
}
