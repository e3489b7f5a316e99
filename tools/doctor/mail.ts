import { DescribeSecretCommand } from "@aws-sdk/client-secrets-manager";
import { GetAccountCommand, GetEmailIdentityCommand } from "@aws-sdk/client-sesv2";
import type { Settings } from "../../stacks/settings/settings";
import { advice, type Check, type Line, ok, type World, wrong } from "./check";
import { isMissing } from "../lib/awsCall";

const group = "Mail";

/** https://docs.aws.amazon.com/ses/latest/dg/request-production-access.html */
const account: Check = {
  group,
  subject: "SES",
  run: async ({ clients, settings: { mail, region, domain } }) => {
    if (mail.kind !== "ses") {
      return [];
    }
    const { ProductionAccessEnabled, SendingEnabled, EnforcementStatus } = await clients.ses.send(
      new GetAccountCommand({}),
    );
    const lines: Line[] = [];
    if (ProductionAccessEnabled !== true) {
      const fix = `aws sesv2 put-account-details --region ${region} --production-access-enabled --mail-type TRANSACTIONAL --website-url https://${domain} --contact-language EN --use-case-description "Moodle of a university: enrolments, forums, forgotten passwords"`;
      lines.push(advice("SES sandbox", "this account sends to verified addresses only, 200 mails a day", fix));
    }
    if (SendingEnabled === false || EnforcementStatus === "SHUTDOWN") {
      const fix = `read the case that AWS opened; then aws sesv2 put-account-sending-attributes --region ${region} --sending-enabled`;
      lines.push(advice("SES sending", `is off in ${region} (${EnforcementStatus}): no mail leaves`, fix));
    }
    return lines.length === 0 ? [ok("SES", `sends to everybody in ${region}`)] : lines;
  },
};

const identity: Check = {
  group,
  subject: "SES identity",
  run: async ({ clients, settings: { mail, region, domain, environment } }) => {
    if (mail.kind !== "ses") {
      return [];
    }
    const name = mail.domain ?? domain;
    try {
      const found = await clients.ses.send(new GetEmailIdentityCommand({ EmailIdentity: name }));
      const tag = (key: string) => found.Tags?.find(({ Key }) => Key === key)?.Value;
      if (tag("Project") !== "moodle" || tag("Environment") !== environment) {
        const fix = `another moodle:mail.domain; or, if nothing else sends with it: aws sesv2 delete-email-identity --region ${region} --email-identity ${name}`;
        return [wrong("SES identity", `${name} exists and is not this stack's, so pulumi up cannot make it`, fix)];
      }
      if (found.VerifiedForSendingStatus !== true || found.DkimAttributes?.Status !== "SUCCESS") {
        const fix = `pulumi stack output mail --stack ${environment} shows the records; they may take up to 72 hours to be seen`;
        return [advice("SES identity", `${name} is not verified yet (DKIM: ${found.DkimAttributes?.Status})`, fix)];
      }
      return [ok("SES identity", `${name} is verified, with DKIM`)];
    } catch (error) {
      if (isMissing(error)) {
        return [ok("SES identity", `${name} will be made by pulumi up`)];
      }
      throw error;
    }
  },
};

const server: Check = {
  group,
  subject: "Mail",
  run: ({ settings: { mail, environment, profile } }) => {
    if (mail.kind === "none") {
      const fix = `pulumi config set --stack ${environment} --path 'moodle:mail.kind' ses; docs/mail.md`;
      return profile === "prod"
        ? [advice("Mail", "none leaves this site, forgotten passwords included", fix)]
        : [ok("Mail", "none leaves this site")];
    }
    if (mail.kind === "smtp" && mail.port === 25) {
      // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-resource-limits.html#port-25-throttle
      const fix =
        "another moodle:mail.port, or ask AWS to open it: https://console.aws.amazon.com/support/contacts?#/rdns-limits";
      return [advice("Mail", `AWS closes port 25 to the internet, so ${mail.host} may not be reached`, fix)];
    }
    return mail.kind === "smtp"
      ? [ok("Mail", `by ${mail.host}, port ${mail.port}; whether the tasks reach it is seen after pulumi up`)]
      : [];
  },
};

/** Secrets that people create outside the program. Tasks cannot start without them. */
function givenSecrets({ mail, edge }: Settings): readonly { readonly setting: string; readonly arn: string }[] {
  const smtp = mail.kind === "smtp" ? mail.secretArn : undefined;
  const files = edge.kind === "cloudfront" ? edge.signedFiles.privateKeySecretArn : undefined;
  return [
    ...(smtp === undefined ? [] : [{ setting: "moodle:mail.secretArn", arn: smtp }]),
    ...(files === undefined ? [] : [{ setting: "moodle:edge.signedFiles.privateKeySecretArn", arn: files }]),
  ];
}

const secrets: Check = {
  group: "Settings",
  subject: "Secrets made by hand",
  run: ({ clients, settings }: World) =>
    Promise.all(
      givenSecrets(settings).map(async ({ setting, arn }) => {
        const fix = `aws secretsmanager list-secrets --region ${settings.region} --query 'SecretList[].ARN'`;
        try {
          const { DeletedDate } = await clients.secrets.send(new DescribeSecretCommand({ SecretId: arn }));
          return DeletedDate === undefined
            ? ok(setting, "exists")
            : wrong(
                setting,
                "is being deleted",
                `aws secretsmanager restore-secret --region ${settings.region} --secret-id ${arn}`,
              );
        } catch (error) {
          if (isMissing(error)) {
            return wrong(setting, "does not exist", fix);
          }
          throw error;
        }
      }),
    ),
};

export const mailChecks: readonly Check[] = [account, identity, server, secrets];
