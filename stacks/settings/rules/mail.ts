import type { Problem } from "../../../components/lib/invalid";
import { outboundProblems } from "../../../components/moodle/outbound";
import { sesRegions } from "../../../components/mail/regions";
import { outboundRules } from "../../choices";
import type { MailSettings } from "../settings";
import type { Rule } from "./rule";

type Smtp = Extract<MailSettings, { readonly kind: "smtp" }>;

/** Ports with TLS from the first byte; SES has a second one: https://docs.aws.amazon.com/ses/latest/dg/smtp-connect.html. */
const implicitTls = [465, 2465];
/** Ports on which TLS begins with STARTTLS, where it begins at all. */
const startTls = [25, 587, 2587];

const sesSmtp = /^email-smtp(-fips)?\.[a-z0-9-]+\.amazonaws\.com$/i;

export const mailRules: readonly Rule[] = [
  ({ mail }) => (mail.kind === "smtp" ? serverProblems(mail) : []),

  // The server's port is one more way out, and is judged after the others: each may be open once.
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
            mend: `Replicate it there: aws secretsmanager replicate-secret-to-regions --secret-id ${given} --add-replica-regions Region=${region}`,
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
            mend: "Set it to diverted, or remove divertTo and divertExcept: with real recipients nothing is diverted.",
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
        mend: "Use it, or kind smtp with the mail server of the other domain: its DNS records are not this stack's.",
      });
    }
    const from = mail.sender?.split("@")[1]?.toLowerCase();
    if (from !== undefined && !within(from, identity)) {
      problems.push({
        path: "moodle:mail.sender",
        given: mail.sender,
        allowed: `an address of ${identity}, the domain that SES may send for`,
        mend: `Use noreply@${identity}, or remove the line.`,
      });
    }
    if (!sesRegions.includes(region)) {
      problems.push({
        path: "moodle:mail.kind",
        given: "ses",
        allowed: `smtp or none in ${region}, where Amazon SES is not`,
        mend: "Use kind smtp with a mail server that you have.",
      });
    }
    return problems;
  },

  ({ mail, network }) => {
    if (network.natGateways !== "none") {
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
            mend: `Add ${service}.`,
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
      mend: "Correct it, or the port: with the other one each mail waits until its time is out.",
    });
  }
  if (security === "none" && secretArn !== undefined) {
    problems.push({
      path: "moodle:mail.security",
      given: security,
      allowed: "tls or ssl, where the server asks for a sign-in",
      mend: "The password would cross the network in the open. Use tls, or remove secretArn.",
    });
  }
  if (secretKeyArn !== undefined && secretArn === undefined) {
    problems.push({
      path: "moodle:mail.secretKeyArn",
      given: secretKeyArn,
      allowed: "nothing without secretArn",
      mend: "Set secretArn too, or remove the line.",
    });
  }
  if (sesSmtp.test(host) && secretArn === undefined) {
    problems.push({
      path: "moodle:mail.secretArn",
      given: undefined,
      allowed: "a secret with user and password: Amazon SES takes no mail without a sign-in",
      mend: "Give it, or use kind ses, which needs no password.",
    });
  }
  return problems;
}

/** Whether a host name is a domain or below it. */
function within(name: string, domain: string): boolean {
  return name.toLowerCase() === domain || name.toLowerCase().endsWith(`.${domain}`);
}
