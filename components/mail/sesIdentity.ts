import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument } from "../lib/iam";
import { mailMetric } from "./alarms";
import { dkimDomain } from "./regions";

export interface SesIdentityArgs {
  readonly environment: string;
  /** Domain that mails are from, such as `moodle.example.ac.uk`. */
  readonly domain: string;
  readonly region: string;
  /** Zone that gets the DNS records. Without it, make them yourself from `dnsRecords`. */
  readonly hostedZoneId?: string | undefined;
  /** The DMARC policy: the action asked of receivers for mail in the domain's name that the domain has not signed. */
  readonly dmarcPolicy: "none" | "quarantine" | "reject";
  /** Key of the log of bounces, complaints and delays. */
  readonly kmsKeyArn: pulumi.Input<string>;
  readonly logRetentionDays: number;
}

/** One DNS record, as a zone file has it. */
export interface DnsRecord {
  readonly name: string;
  readonly type: "CNAME" | "MX" | "TXT";
  readonly value: string;
}

/** Easy DKIM has three keys, so that it can change them: https://docs.aws.amazon.com/ses/latest/dg/send-email-authentication-dkim-easy.html */
const dkimKeys = 3;

/**
 * Events of a sent mail that are logged:
 * https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_EventDestination.html
 */
const loggedEvents = ["BOUNCE", "COMPLAINT", "DELIVERY_DELAY", "REJECT"];

/**
 * The domain at Amazon SES: verified and signed by Easy DKIM, with its own MAIL FROM domain, so that SPF and DMARC pass
 * as well; and a configuration set, which counts bounces and complaints and logs their recipients.
 *
 * SES sends only to verified recipients while the account is in its sandbox, which only AWS lifts: docs/mail.md.
 *
 * *Cost.* By the mail (docs/mail.md). *Failure.* Without its DKIM records in the DNS for 72 hours the identity is not
 * verified, and every mail is refused.
 */
export class SesIdentity extends pulumi.ComponentResource {
  readonly configurationSetName: pulumi.Output<string>;
  readonly configurationSetArn: pulumi.Output<string>;
  /** Pattern over every identity of the account in this region. */
  readonly identityArns: pulumi.Output<string>;
  /** Records that the domain's DNS must have. With a hosted zone, the component creates them. */
  readonly dnsRecords: pulumi.Output<readonly DnsRecord[]>;
  /** Bounces, complaints and delays, each with its recipient: personal data. */
  readonly eventLogGroupName: pulumi.Output<string>;

  constructor(name: string, args: SesIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("moodle:mail:SesIdentity", name, {}, opts);
    const child = { parent: this };
    const { domain, region } = args;
    const mailFromDomain = `bounce.${domain}`;
    const account = aws.getCallerIdentityOutput({}, child).accountId;
    const partition = aws.getPartitionOutput({}, child).partition;

    const set = new aws.sesv2.ConfigurationSet(
      `${name}-configuration-set`,
      {
        configurationSetName: name,
        reputationOptions: { reputationMetricsEnabled: true },
        sendingOptions: { sendingEnabled: true },
        // SES itself stops mail to an address that does not exist, or whose owner has complained: that keeps the rates
        // low.
        suppressionOptions: { suppressedReasons: ["BOUNCE", "COMPLAINT"] },
      },
      child,
    );
    const identity = new aws.sesv2.EmailIdentity(
      `${name}-identity`,
      // Keys of 2048 bits are SES's default. If set here, the tokens in a preview would be "none" instead of unknown.
      { emailIdentity: domain, configurationSetName: set.configurationSetName },
      child,
    );
    new aws.sesv2.EmailIdentityMailFromAttributes(
      `${name}-mail-from`,
      {
        emailIdentity: identity.emailIdentity,
        mailFromDomain,
        // While the record is missing, mail still leaves with SES's own domain in the envelope: DKIM alone satisfies
        // DMARC.
        behaviorOnMxFailure: "USE_DEFAULT_VALUE",
      },
      child,
    );
    const dkim = Array.from({ length: dkimKeys }, (_, index) => {
      const token = identity.dkimSigningAttributes.apply(({ tokens }) => tokens[index] ?? "");
      return {
        role: `dkim-${index + 1}`,
        type: "CNAME",
        name: pulumi.interpolate`${token}._domainkey.${domain}`,
        value: pulumi.interpolate`${token}.${dkimDomain(region)}`,
      } as const;
    });
    const records = [
      ...dkim,
      // https://docs.aws.amazon.com/ses/latest/dg/mail-from.html
      {
        role: "mail-from-mx",
        type: "MX",
        name: mailFromDomain,
        value: `10 feedback-smtp.${region}.amazonses.com`,
      },
      { role: "spf", type: "TXT", name: mailFromDomain, value: "v=spf1 include:amazonses.com ~all" },
      // https://docs.aws.amazon.com/ses/latest/dg/send-email-authentication-dmarc.html
      { role: "dmarc", type: "TXT", name: `_dmarc.${domain}`, value: `v=DMARC1; p=${args.dmarcPolicy};` },
    ] as const;
    if (args.hostedZoneId !== undefined) {
      for (const record of records) {
        new aws.route53.Record(
          `${name}-${record.role}`,
          // The provider puts the quotes around a TXT record's value.
          { zoneId: args.hostedZoneId, name: record.name, type: record.type, ttl: 600, records: [record.value] },
          child,
        );
      }
    }

    const log = new aws.cloudwatch.LogGroup(
      `${name}-events`,
      // EventBridge writes to groups below this name: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
      {
        name: `/aws/events/${name}`,
        retentionInDays: args.logRetentionDays,
        kmsKeyId: args.kmsKeyArn,
      },
      child,
    );
    logEvents(name, set.configurationSetName, log, { account, partition, region }, child);

    const { namespace, name: metricName } = mailMetric(args.environment, "mail.delayed");
    new aws.cloudwatch.LogMetricFilter(
      `${name}-delayed`,
      {
        logGroupName: log.name,
        pattern: '{ $.detail-type = "Email Delivery Delayed" }',
        metricTransformation: { namespace, name: metricName, value: "1" },
      },
      child,
    );

    this.configurationSetName = set.configurationSetName;
    this.configurationSetArn = set.arn;
    this.identityArns = pulumi.interpolate`arn:${partition}:ses:${region}:${account}:identity/*`;
    this.dnsRecords = pulumi.output(records.map(({ role: _, ...record }) => record));
    this.eventLogGroupName = log.name;
    this.registerOutputs({
      configurationSetName: this.configurationSetName,
      configurationSetArn: this.configurationSetArn,
      identityArns: this.identityArns,
      dnsRecords: this.dnsRecords,
      eventLogGroupName: this.eventLogGroupName,
    });
  }
}

/**
 * Sends the events of one configuration set to a log, through EventBridge: only that also reaches an encrypted topic.
 */
function logEvents(
  name: string,
  setName: pulumi.Output<string>,
  log: aws.cloudwatch.LogGroup,
  place: {
    readonly account: pulumi.Output<string>;
    readonly partition: pulumi.Output<string>;
    readonly region: string;
  },
  child: pulumi.CustomResourceOptions,
): void {
  const { account, partition, region } = place;
  new aws.sesv2.ConfigurationSetEventDestination(
    `${name}-event-destination`,
    {
      configurationSetName: setName,
      eventDestinationName: "events",
      eventDestination: {
        enabled: true,
        matchingEventTypes: loggedEvents,
        eventBridgeDestination: {
          // SES supports no other bus:
          // https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_EventBridgeDestination.html
          eventBusArn: pulumi.interpolate`arn:${partition}:events:${region}:${account}:event-bus/default`,
        },
      },
    },
    child,
  );
  const rule = new aws.cloudwatch.EventRule(
    `${name}-events-rule`,
    {
      description: "Bounces, complaints and delays of Moodle's mail, for the log",
      eventPattern: pulumi.jsonStringify(setEvents(setName)),
    },
    child,
  );
  const policy = new aws.cloudwatch.LogResourcePolicy(
    `${name}-events-policy`,
    {
      policyName: `${name}-events`,
      // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-cloudwatchlogs-permissions
      policyDocument: policyDocument([
        {
          sid: "EventBridgeWritesMailEvents",
          actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
          principals: { Service: ["events.amazonaws.com", "delivery.logs.amazonaws.com"] },
          resources: [pulumi.interpolate`${log.arn}:*`],
        },
      ]),
    },
    child,
  );
  new aws.cloudwatch.EventTarget(
    `${name}-events-target`,
    { rule: rule.name, arn: log.arn },
    { ...child, dependsOn: policy },
  );
}

/**
 * Pattern of events of a configuration set's mails:
 * https://docs.aws.amazon.com/ses/latest/dg/monitoring-eventbridge.html
 */
export function setEvents(setName: pulumi.Input<string>, types?: readonly string[]): Readonly<Record<string, unknown>> {
  return {
    source: ["aws.ses"],
    ...(types && { "detail-type": types }),
    detail: { mail: { tags: { "ses:configuration-set": [setName] } } },
  };
}
