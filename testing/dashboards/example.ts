import { composites } from "../../components/observability/composites";
import type { Drawn } from "../../components/observability/dashboards/bodies";
import type { AlarmDefinition, Incident } from "../../components/observability/definition";
import { stackSlos } from "../../stacks/alarmDefinitions";
import { exampleConfig } from "../examples/settings";
import { loadSettings } from "../../stacks/settings/load";
import { exampleAlarms } from "../../tools/replay/scenario";

/**
 * The dashboards of an example production stack: its real definitions, with names in the place of what AWS would name.
 */
export function exampleDrawn(changes: Parameters<typeof exampleConfig>[0] = {}): Drawn {
  const settings = loadSettings(exampleConfig(changes), "prod");
  const { environment, region, domain } = settings;
  const { regional, edge } = exampleAlarms(settings);
  const arn = (at: string, id: string) => `arn:aws:cloudwatch:${at}:123456789012:alarm:${environment}-${id}`;
  const arns = (at: string, definitions: readonly AlarmDefinition[]) => definitions.map(({ id }) => arn(at, id));
  const groups = composites(environment, regional).map(({ id }) => id);
  const incidents = groups.filter((id) => id.startsWith("incident-"));
  return {
    environment,
    domain,
    slos: stackSlos(settings),
    regions: [
      { region, definitions: regional, alarmArns: arns(region, regional) },
      { region: "us-east-1", definitions: edge, alarmArns: arns("us-east-1", edge) },
    ],
    pageAlarmArn: arn(region, "page"),
    incidentAlarmArns: Object.fromEntries(
      incidents.map((id) => [id.replace("incident-", "") as Incident, arn(region, id)]),
    ),
    canaryName: "prod-synthetic-user",
    statusPage: `https://${domain}/outage/status.html`,
  };
}
