import type * as pulumi from "@pulumi/pulumi";
import type { NoticeDefinition } from "../observability/notices";
import { setEvents } from "./sesIdentity";

/**
 * Events of SES that are reported one by one. Bounces are not among them: a new year's intake has thousands. The alarm
 * on their rate covers them, and the log of events names them.
 */
export function sesNotices(configurationSetName: pulumi.Input<string>): readonly NoticeDefinition[] {
  const common = {
    component: "mail",
    source: "https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-ses.html",
    runbook: "docs/runbooks/mail.md",
  };
  return [
    {
      ...common,
      id: "mail-complaint",
      summary: "Somebody has marked a mail of Moodle as spam.",
      pattern: setEvents(configurationSetName, ["Email Complaint Received"]),
    },
    {
      ...common,
      id: "mail-paused",
      summary: "AWS has stopped all mail of the account.",
      pattern: { source: ["aws.ses"], "detail-type": ["Sending Status Disabled"] },
    },
  ];
}
