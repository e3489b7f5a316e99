/**
 * Optional arguments of components that no setting reaches, each with the reason. An argument that is neither fed from
 * the settings nor listed here fails the test; so does an entry that is no longer needed.
 */
export const internal: Readonly<Record<string, string>> = {
  "AccessLogTable.mostGibPerQuery":
    "A brake on the bill of one query, far above a day's log; raised for one query in Athena's console.",
  "Cache.snapshotRetentionDays":
    "Neither cache is worth restoring: one is built again, the other would sign people in again who had signed out.",
  "Canary.stepSeconds": "Follows from the time-outs of Moodle's own pages; another value would only hide a slow site.",
  "Cluster.capacity.instanceWarmupSeconds":
    "Measured start of an instance of this image; it changes with the code, not with the site.",
  "Cluster.capacity.targetCapacityPercent":
    "Below 100 % is paid for and idle; the warm pool is the setting that buys speed.",
  "Cluster.containerInsights": "Alarms and dashboards read these metrics: without them they would be silent.",
  "EncryptionKey.deletionWindowDays": "The longest that AWS offers: a key deleted in error takes all data with it.",
  "LoadBalancer.healthCheckPath": "The path that the image serves.",
  "LoadBalancer.targetPort": "The port that the image serves.",
  "Moodle.internetPorts":
    "HTTPS to names whose addresses nobody can list; every other port has ranges: moodle:network.outbound.",
  "Moodle.waitForSteadyState":
    "False only where no image is pushed yet, which this program never does: it pushes the image first.",
  "Moodle.web.healthCheckGraceSeconds":
    "Measured cold start of this image; it changes with the code, not with the site.",
  "OutagePage.framedOrigins":
    "For a page of several services, which a stack of one site has not: examples/outage-page has one.",
  "OutagePage.pages.managed": "Says which of the page's own files the program keeps current.",
  "PrivateBucket.noncurrentExpireAfterDays":
    "Thirty days to undo a mistake; longer would keep files that people had deleted.",
  "ScalingSpeed.budgetSeconds":
    "The promise that docs/capacity.md assumes; a longer one would only silence the notice.",
};
