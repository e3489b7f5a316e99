import type { Watch } from "../../policies/lib/resourceTypes";

const nobody = (reason: string): Watch => ({ by: "nobody", reason });

const diagnosis = (of: string): Watch =>
  nobody(`Read by people who look for a cause: ${of}. Nothing counts its lines.`);

/** Resources that something else watches than the rest of their type, by logical name without the environment. */
export const exceptions: Readonly<Record<string, Watch>> = {
  "backup-copies-key": nobody(
    "In the region of the copies, where the stack has no rules. Without it copies fail, which backup-copy-failed tells.",
  ),
  "release-lock": nobody("Holds who is releasing. Without it a release stops and says so."),
  "cache-engine-log": diagnosis("the application cache"),
  "cache-slow-log": diagnosis("the application cache"),
  "sessions-engine-log": diagnosis("the session store"),
  "sessions-slow-log": diagnosis("the session store"),
  "database-error-log": diagnosis("the database"),
  "database-slowquery-log": diagnosis("the database"),
  "ses-events": diagnosis("mail that did not arrive, whose rates have alarms"),
  "cluster-exec": diagnosis("what was typed in a task"),
  "firewall-logs": diagnosis("the firewall, which has metrics of its own"),
  "network-flow-logs": diagnosis("the network"),
  "moodle-install-logs": diagnosis("an installation, which fails where somebody waits for it"),
  "moodle-upgrade-logs": diagnosis("an upgrade, whose release fails and says so"),
  "release-logs": diagnosis("a release"),
  "scaling-speed-logs": diagnosis("the function that measures scaling"),
  "channel-relay-logs": diagnosis("the function that writes to people, whose errors have an alarm"),
  "edge-channel-relay-logs": diagnosis("the same function in us-east-1, whose errors have an alarm"),
  "weekly-report-logs": diagnosis("the report, which is missed on a Monday"),
  "switch-watch-logs": diagnosis("the look at the outage switch, whose errors have an alarm"),
  "status-editor-logs": diagnosis("the status editor, whose failures are shown to whoever publishes"),
  "status-editor-request-log": diagnosis("the status editor, whose publishes are told to the team"),
};
