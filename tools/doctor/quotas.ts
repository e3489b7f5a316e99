import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  type ServiceQuota,
} from "@aws-sdk/client-service-quotas";
import { includedUnits } from "../../components/cdn/firewallUnits";
import { advice, type Check, type Line, ok, unchecked, type World, wrong } from "./check";
import { edgeRegion } from "./clients";
import { isMissing } from "../lib/awsCall";
import { explain } from "./explain";
import { type Quota, quotas } from "./quotaTable";
import { inUse } from "./quotaUse";

/** Service Quotas has no value for a quota that was never raised: then the default counts. */
async function valueOf({ clients }: World, code: NonNullable<Quota["code"]>, region: Quota["region"]) {
  const client = region === "edge" ? clients.edgeQuotas : clients.quotas;
  const asked = { ServiceCode: code.service, QuotaCode: code.quota };
  const applied = await client.send(new GetServiceQuotaCommand(asked)).catch((error: unknown) => {
    if (!isMissing(error)) {
      throw error;
    }
    return undefined;
  });
  return applied?.Quota ?? (await client.send(new GetAWSDefaultServiceQuotaCommand(asked))).Quota;
}

/** The command that asks AWS for more, rounded up so that it need not be asked again at once. */
export function request({ code, region }: Quota, need: number, stackRegion: string): string {
  if (code === undefined) {
    return "ask AWS Support for more: https://console.aws.amazon.com/support/home";
  }
  const at = region === "edge" ? edgeRegion : stackRegion;
  return `aws service-quotas request-service-quota-increase --region ${at} --service-code ${code.service} --quota-code ${code.quota} --desired-value ${need}`;
}

async function check(quota: Quota, world: World): Promise<readonly Line[]> {
  const { title, code, documented, use, region } = quota;
  const plan = await world.plan();
  const need = quota.need(plan);
  if (need === 0) {
    return [];
  }
  let found: ServiceQuota | undefined;
  try {
    found = code === undefined ? undefined : await valueOf(world, code, region);
  } catch (error) {
    // Some services have a quota in some regions only.
    if (!isMissing(error)) {
      throw error;
    }
  }
  if (code !== undefined && found === undefined) {
    return [unchecked(title, "not checked: Service Quotas does not have it here")];
  }
  if (code !== undefined && !code.name.test(found?.QuotaName ?? "")) {
    return [unchecked(title, `not checked: ${code.quota} is now ${JSON.stringify(found?.QuotaName)}`)];
  }
  const allowed = found?.Value ?? documented;
  const others =
    use === undefined ? undefined : await inUse(use, world).catch((error: unknown) => explain(error).finding);
  const taken = typeof others === "number" ? others : 0;
  const [first, all] = [quota.first?.(plan) ?? need, need + taken];
  const words = `${need}${first < need ? ` at the largest (${first} at first)` : ""}${taken > 0 ? ` beside ${taken} in use by others` : ""} of ${allowed}${code === undefined ? " by the documentation" : ""}`;
  const more = request(quota, all, world.settings.region);
  const line =
    first + taken > allowed
      ? (code === undefined ? advice : wrong)(title, `needs ${words}`, more)
      : all > allowed
        ? advice(title, `needs ${words}: enough for the first pulumi up, not for the largest load`, more)
        : ok(title, `needs ${words}`);
  return typeof others === "string" ? [line, unchecked(`${title} in use`, others)] : [line];
}

const checks = quotas.map((quota): Check => ({
  group: "Quotas",
  subject: quota.title,
  run: (world) => check(quota, world),
}));

/** This affects the price; it is not a limit. */
const firewallPrice: Check = {
  group: "Quotas",
  subject: "Price of the web ACL",
  run: async (world) => {
    const units = quotas.find(({ title }) => title === "Capacity units of a web ACL")!.need(await world.plan());
    return units > includedUnits
      ? [
          advice(
            "Price of the web ACL",
            `${units} units, and each request costs more above ${includedUnits}`,
            "use fewer rules in moodle:edge.firewall",
          ),
        ]
      : [];
  },
};

export const quotaChecks: readonly Check[] = [...checks, firewallPrice];
