import { z } from "zod";
import type { Problem } from "../../components/lib/invalid";
import { usualNetwork } from "../../components/lib/cidr";
import { originForm, originWords } from "../../components/outage/origins";
import { functionCode } from "../../components/outage/pages/functionCode";
import { moodleClients } from "../../components/outage/pages/moodleClients";
import { cleanLogo } from "../../components/outage/pages/logo";
import type { Branding } from "../../components/outage/pages/status";
import { type WebhookKind, webhookName } from "../../components/outage/reach/webhook";
import { isTimeZone } from "../calendar/zone";
import { arns } from "./arns";
import { email, type Groups, type Immutable, kind, text } from "./fields";
import { UnreadableError } from "./readable";
import type { PartRules } from "./rule";
import type { Site } from "./site";

const block = /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-fA-F:]*:[0-9a-fA-F:]*)\/\d{1,3}$/;
const words = /^\S.{0,98}\S$/;

const metadata = /^https:\/\/[^\s"<>\\]{1,500}$/;
const attribute = /^\S{1,200}$/;

const editors = z
  .array(email("An address."))
  .min(1)
  .max(50)
  .meta({ description: "E-mail addresses that may publish on the status page and turn the switch." });

/** Who signs in to the status editor, and how. Left out: there is none. */
const editor = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: kind("invited", "Accounts of their own: each address gets an invitation, and needs an authenticator app."),
    editors,
  }),
  z.strictObject({
    kind: kind("saml", "The university's SAML identity provider; the editors are those of its people who are listed."),
    editors,
    metadataUrl: text(metadata, "an https:// address", "Address of the provider's metadata."),
    emailAttribute: text(attribute, "a name without spaces", "The SAML attribute with the e-mail address.").default(
      "urn:oid:0.9.2342.19200300.100.1.3",
    ),
  }),
  z.strictObject({
    kind: kind("oidc", "The university's OpenID Connect provider; the editors are those of its people who are listed."),
    editors,
    issuer: text(metadata, "an https:// address", "The provider's issuer, below which its configuration is."),
    clientId: text(attribute, "a name without spaces", "The client that the provider has made for this."),
    clientSecretArn: text(
      arns.secret,
      "the ARN of a Secrets Manager secret",
      "Secret in us-east-1 whose text is the client's secret. It is in Cognito and, encrypted, in the stack's state.",
    ),
    emailAttribute: text(attribute, "a name without spaces", "The claim with the e-mail address.").default("email"),
  }),
]);

const addressSecret = text(
  arns.secret,
  "the ARN of a Secrets Manager secret",
  "Secret in us-east-1 with the address, as JSON: docs/outage.md has the fields of each kind.",
);
const receiver = text(
  webhookName,
  'at most 32 small letters, digits and hyphens, such as "students-slack"',
  "Its name in the log.",
);
const webhookOf = <Kind extends WebhookKind>(name: Kind, description: string) =>
  z.strictObject({ kind: kind(name, description), name: receiver, secretArn: addressSecret });

/** A receiver of each publish. */
const webhook = z.discriminatedUnion("kind", [
  webhookOf("slack", "An incoming webhook of Slack."),
  webhookOf("teams", "A workflow of Teams that begins when a webhook request is received."),
  webhookOf("json", "A program: JSON, signed as in Standard Webhooks."),
  webhookOf("mastodon", "An account of Mastodon, which posts."),
  webhookOf("bluesky", "An account of Bluesky, which posts."),
]);

/** Pages for times when Moodle is down, and addresses that may pass: docs/outage.md. */
export const outage = z
  .strictObject({
    organisation: text(
      words,
      "2 to 100 characters",
      "The university's name on the outage and status pages. Default: moodle:owner.",
    ).optional(),
    service: text(words, "2 to 100 characters", "The site's name for people.").default("Moodle"),
    contact: text(
      /^(https:\/\/[^\s"<>\\]{1,200}|[^\s@"<>\\]{1,64}@[^\s@"<>\\]{1,189})$/,
      "an e-mail address or an https:// address, at most 200 characters",
      "Address for help during an outage. Not on this site.",
    ).optional(),
    timeZone: text(
      /^[A-Za-z]+([/_+-][A-Za-z0-9]+)*$/,
      "an IANA time zone such as Europe/London",
      "Time zone of the times on the pages.",
    ).default("UTC"),
    logo: text(
      /^\s*<svg[\s>][\s\S]{0,3500}<\/svg>\s*$/,
      "one <svg> of at most 3,500 characters",
      "The university's logo, put into the pages. About 2 KB: it takes room in a CloudFront Function.",
    ).optional(),
    testers: z
      .array(text(block, "an IPv4 or IPv6 block such as 192.0.2.0/24", "A block."))
      .max(50)
      .meta({ description: "Ranges that reach the site during planned work." })
      .default([]),
    embeddedBy: z
      .array(text(originForm, originWords, "An origin."))
      .max(20)
      .meta({
        description:
          "Origins whose pages may show the banner (/outage/banner.html) in an iframe, beside Moodle's own: the university's site.",
      })
      .default([]),
    editorArns: z
      .array(text(arns.principal, "the ARN of a role or user", "A role or user."))
      .meta({
        description:
          "ARNs that may take the role that edits the pages and turns the switch. Empty: the account's IAM decides.",
      })
      .default([]),
    editor: editor.optional(),
    webhooks: z
      .array(webhook)
      .max(20)
      .meta({ description: "Chats, accounts and programs that hear of each publish." })
      .default([]),
  })
  .prefault({});

export type OutageSettings = Immutable<z.output<typeof outage>>;

/** Rules that the shape of a setting cannot express. */
export const outageRules: PartRules<Groups<{ outage: typeof outage }>, Site> = [
  ({ outage }) =>
    outage.testers.flatMap((given, index) => {
      const usual = usualNetwork(given);
      return usual?.text === given
        ? []
        : [
            {
              path: `moodle:edge.outage.testers[${index}]`,
              given,
              allowed: "an IPv4 or IPv6 block such as 192.0.2.0/24 or 2001:db8::/48, with no bits after the prefix",
              fix: usual === undefined ? "Each number without leading zeros." : `Did you mean ${usual.text}?`,
            },
          ];
    }),

  ({ outage }) =>
    (outage.editor?.editors ?? []).flatMap((given, index, all) =>
      all.findIndex((one) => one.toLowerCase() === given.toLowerCase()) === index
        ? []
        : [
            {
              path: `moodle:edge.outage.editor.editors[${index}]`,
              given,
              allowed: "each address once",
              fix: "Take one of the two out.",
            },
          ],
    ),

  ({ outage: { editor } }) =>
    editor?.kind !== "oidc" || editor.clientSecretArn.split(":")[3] === "us-east-1"
      ? []
      : [
          {
            path: "moodle:edge.outage.editor.clientSecretArn",
            given: editor.clientSecretArn,
            allowed: "a secret in us-east-1, where the editor is",
            fix: "Make it there: aws secretsmanager create-secret --region us-east-1.",
          },
        ],

  ({ outage: { webhooks } }) =>
    webhooks.flatMap(({ name, secretArn }, index) => {
      const path = `moodle:edge.outage.webhooks[${index}]`;
      const same = webhooks.findIndex((one) => one.name === name) < index;
      return [
        ...(same
          ? [{ path: `${path}.name`, given: name, allowed: "each name once", fix: "Give one of the two another name." }]
          : []),
        ...(secretArn.split(":")[3] === "us-east-1"
          ? []
          : [
              {
                path: `${path}.secretArn`,
                given: secretArn,
                allowed: "a secret in us-east-1, where the status page is",
                fix: "Make it there: aws secretsmanager create-secret --region us-east-1.",
              },
            ]),
      ];
    }),

  ({ outage }) =>
    isTimeZone(outage.timeZone)
      ? []
      : [
          {
            path: "moodle:edge.outage.timeZone",
            given: outage.timeZone,
            allowed: "a name of the IANA time zone database, such as Europe/London",
            fix: "See https://www.iana.org/time-zones.",
          },
        ],

  ({ outage }) =>
    outage.logo === undefined
      ? []
      : problemOf(() => cleanLogo(outage.logo ?? ""), {
          path: "moodle:edge.outage.logo",
          given: `${outage.logo.slice(0, 40)}...`,
          allowed: "an SVG picture without scripts, links, styles from elsewhere and embedded pages",
        }),

  ({ outage }, { domain, owner }) =>
    outage.testers.some((range) => usualNetwork(range) === undefined) ||
    problemOf(() => outageBranding({ domain, owner }, outage)).length > 0
      ? []
      : problemOf(() => functionCode(outageBranding({ domain, owner }, outage), outage.testers, moodleClients), {
          path: "moodle:edge.outage.logo",
          given: `${outage.logo?.length ?? 0} characters, with ${outage.testers.length} ranges of testers`,
          allowed: "what fits into a CloudFront Function of 10,000 bytes",
        }),
];

/** The problem behind an error; none without an error. */
function problemOf(attempt: () => unknown, place?: Omit<Problem, "fix">): Problem[] {
  try {
    attempt();
    return [];
  } catch (error) {
    if (error instanceof UnreadableError) {
      throw error;
    }
    return [{ path: "", given: undefined, allowed: "", ...place, fix: (error as Error).message }];
  }
}

/** Owner and names on the pages, as the component's arguments. */
export function outageBranding(site: Pick<Site, "domain" | "owner">, outage: OutageSettings): Branding {
  return {
    organisation: outage.organisation ?? site.owner,
    service: outage.service,
    address: `https://${site.domain}`,
    contact: outage.contact,
    timeZone: outage.timeZone,
    logo: outage.logo === undefined ? undefined : cleanLogo(outage.logo),
  };
}
