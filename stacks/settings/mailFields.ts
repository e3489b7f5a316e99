import { z } from "zod";
import type { Profile } from "../profiles";
import { arns } from "./arns";
import { choice, email, integer, kind, text } from "./fields";
import type { MailSettings } from "./settings";

const hostName = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;
const cidr = /^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/;

/** `$CFG->noreplyaddress`: who mails are from. */
const sender = email("Sender of all mails. Default: noreply@ and the domain.").optional();

/** The fields of every kind that sends. */
function recipients({ sizes }: Profile) {
  return {
    recipients: choice(
      ["real", "diverted"],
      "Who gets mails: their recipients, or divertTo in their place. A copy of production holds real students' addresses.",
    ).default(sizes.mail.recipients),
    divertTo: email("Gets all diverted mails. Default: moodle:alertEmail.").optional(),
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
}

export function mail(profile: Profile) {
  return z.discriminatedUnion("kind", [
    z.strictObject({ kind: kind("none", "No mail leaves Moodle, and Moodle tells nobody so (noemailever).") }),
    z.strictObject({
      kind: kind("smtp", "A mail server that is there already."),
      host: text(hostName, "a host name or an address, without a port", "The mail server."),
      port: integer(1, 65_535, "Its port; opened in the tasks' security group.").default(587),
      security: choice(
        ["none", "ssl", "tls"],
        "As Moodle's smtpsecure: tls is STARTTLS, ssl is TLS from the first byte (port 465).",
      ).default("tls"),
      cidrs: z
        .array(text(cidr, "an IPv4 block such as 192.0.2.25/32", "A block."))
        .min(1)
        .meta({ description: "Where the port is opened to: the server's addresses." })
        .default(["0.0.0.0/0"]),
      sender,
      secretArn: text(
        arns.secret,
        "the whole ARN of a secret, with the six characters that AWS added to its name",
        "JSON secret in Secrets Manager with the keys user and password. None for a relay that asks for no sign-in.",
      ).optional(),
      secretKeyArn: text(
        arns.key,
        "the ARN of a KMS key",
        "Key that the secret is encrypted with. None for the key that Secrets Manager has itself.",
      ).optional(),
      ...recipients(profile),
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
        "What receivers are asked to do with mails that somebody else sends in the domain's name.",
      ).default("quarantine"),
      ...recipients(profile),
    }),
  ]) satisfies z.ZodType<MailSettings>;
}
