import * as pulumi from "@pulumi/pulumi";
import { type DnsRecord, SesIdentity } from "../components/mail/sesIdentity";
import type { MailSettings } from "../components/moodle/environment";
import type { Settings } from "./settings/settings";

/** The way mail leaves, and the manual steps for it. */
export interface MailOutputs {
  readonly kind: "none" | "smtp" | "ses";
  /** Undefined where no mail leaves. */
  readonly sender?: string | undefined;
  /** Address that gets all mails instead of their recipients. */
  readonly divertedTo?: string | undefined;
  /** DNS records of kind ses. Create them yourself where the zone is not in Route 53. */
  readonly dnsRecords?: pulumi.Output<readonly DnsRecord[]> | undefined;
  /** Kind ses: remaining manual steps. */
  readonly sandbox?: string | undefined;
  /** Kind ses: who was not reached. */
  readonly eventLogGroupName?: pulumi.Output<string> | undefined;
}

export interface Mail {
  /** For Moodle's tasks. */
  readonly moodle: MailSettings;
  /** Kind ses. */
  readonly identity: SesIdentity | undefined;
  readonly outputs: MailOutputs;
}

/** Mail as the settings have it, with a warning where that does not suit the environment. */
export function buildMail(
  settings: Settings,
  kmsKeyArn: pulumi.Input<string>,
  opts: pulumi.ComponentResourceOptions,
): Mail {
  const { environment, domain, region, mail, dns, alertEmail, profile, logs } = settings;
  if (mail.kind === "none") {
    if (profile === "prod") {
      void pulumi.log.warn(
        "moodle:mail.kind is none: this site sends no mail, not even for forgotten passwords and forums, and does " +
          "not tell its users. Set it to ses or smtp: docs/mail.md.",
      );
    }
    return { moodle: mail, identity: undefined, outputs: { kind: mail.kind } };
  }
  if (profile !== "prod" && mail.recipients === "real") {
    void pulumi.log.warn(
      `moodle:mail.recipients is real in profile ${profile}: with a copy of production's data this site writes to real ` +
        "students. Remove the line to divert all mails to moodle:mail.divertTo.",
    );
  }
  const diverted = mail.recipients === "diverted" ? (mail.divertTo ?? alertEmail) : undefined;
  const sender = mail.sender ?? `noreply@${(mail.kind === "ses" ? mail.domain : undefined) ?? domain}`;
  const common = { sender, divertTo: diverted, divertExcept: mail.divertExcept };
  const outputs = { kind: mail.kind, sender, divertedTo: diverted };
  if (mail.kind === "smtp") {
    return { moodle: { ...mail, ...common }, identity: undefined, outputs };
  }
  const identity = new SesIdentity(
    `${environment}-ses`,
    {
      environment,
      domain: mail.domain ?? domain,
      region,
      hostedZoneId: dns.kind === "route53" ? dns.hostedZoneId : undefined,
      dmarcPolicy: mail.dmarcPolicy,
      kmsKeyArn,
      logRetentionDays: logs.retentionDays,
    },
    opts,
  );
  return {
    moodle: {
      kind: "ses",
      ...common,
      configurationSetName: identity.configurationSetName,
      configurationSetArn: identity.configurationSetArn,
      identityArns: identity.identityArns,
    },
    identity,
    outputs: {
      ...outputs,
      dnsRecords: identity.dnsRecords,
      eventLogGroupName: identity.eventLogGroupName,
      sandbox:
        `A new account's SES sends to verified addresses only, 200 mails a day. Ask once for ${region}: ` +
        `docs/mail.md. Whether it was granted: aws sesv2 get-account --region ${region} --query ProductionAccessEnabled`,
    },
  };
}
