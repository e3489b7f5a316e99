import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { mailMetric } from "./alarms";

export interface FailedMailArgs {
  readonly environment: string;
  /** Logs of the tasks that send mail, by role. */
  readonly logGroupNames: Readonly<Record<"web" | "cron" | "adhoc", pulumi.Input<string>>>;
}

/**
 * Log lines of a mail that was not handed over: that of the image's sendmail program (kind ses), and that of Moodle on
 * the command line (both kinds; email_to_user in lib/moodlelib.php).
 *
 * *Limit.* With SMTP, a failure within a page is only in Moodle's own log report and is not counted.
 */
const pattern = '?"mail was not sent" ?"email_to_user()"';

/** Counts mails that Moodle could not hand over, for the alarm `mail-not-sent`. *Cost.* One metric. */
export class FailedMail extends pulumi.ComponentResource {
  constructor(name: string, args: FailedMailArgs, opts?: pulumi.ComponentResourceOptions) {
    super("moodle:mail:FailedMail", name, {}, opts);
    const { namespace, name: metricName } = mailMetric(args.environment, "mail.notSent");
    for (const [role, logGroupName] of Object.entries(args.logGroupNames)) {
      new aws.cloudwatch.LogMetricFilter(
        `${name}-${role}`,
        { logGroupName, pattern, metricTransformation: { namespace, name: metricName, value: "1" } },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
