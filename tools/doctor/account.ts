import { DescribeRegionsCommand } from "@aws-sdk/client-ec2";
import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { partitionOf } from "../../offline/providers/outputs";
import { advice, type Check, type Line, ok, wrong } from "./check";
import type { Clients } from "./clients";
import { troubleOf } from "../lib/awsCall";
import { explain } from "./explain";

/** The identity behind the credentials, or one line in place of all checks that need them. */
export async function whoAmI(
  clients: Clients,
  region: string,
  late: Promise<never>,
): Promise<{ readonly account: string; readonly lines: readonly Line[] } | { readonly lines: readonly [Line] }> {
  const subject = "Credentials";
  try {
    const { Account = "", Arn = "" } = await Promise.race([clients.sts.send(new GetCallerIdentityCommand({})), late]);
    return { account: Account, lines: [...identity(Account, Arn, region)] };
  } catch (error) {
    const { name, message } = error as Error;
    if (troubleOf(error) === "credentials") {
      const how = "aws sso login, or aws configure, or AWS_PROFILE=...; then: aws sts get-caller-identity";
      return {
        lines: [wrong(subject, `none that AWS takes, so nothing on AWS was checked (${name}: ${message})`, how)],
      };
    }
    const { finding, fix = "run it again" } = explain(error);
    return { lines: [wrong(subject, `nothing on AWS was checked: ${finding.replace("not checked: ", "")}`, fix)] };
  }
}

function identity(account: string, arn: string, region: string): readonly Line[] {
  const partition = arn.split(":")[1] ?? "aws";
  const expected = partitionOf(region);
  const lines = [ok("Credentials", `account ${account} as ${arn}`)];
  if (partition !== expected) {
    const fix = "use credentials of that partition, or another moodle:region";
    lines.push(wrong("Partition", `got ${partition}, expected ${expected} for moodle:region ${region}`, fix));
  }
  if (arn.endsWith(":root")) {
    const fix = "https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html";
    lines.push(advice("Root user", "these are the root user's credentials; use a role or a user", fix));
  }
  return lines;
}

const region: Check = {
  group: "Account",
  subject: "Region",
  run: async ({ clients, settings }) => {
    const { Regions = [] } = await clients.edgeEc2.send(new DescribeRegionsCommand({ AllRegions: true }));
    const found = Regions.find(({ RegionName }) => RegionName === settings.region);
    if (found === undefined) {
      const fix = "correct moodle:region";
      return [wrong("Region", `${settings.region} is none of this account's ${Regions.length} regions`, fix)];
    }
    // https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
    return found.OptInStatus === "not-opted-in"
      ? [
          wrong(
            "Region",
            `${settings.region} is not enabled in this account`,
            `aws account enable-region --region-name ${settings.region}, which takes minutes to hours`,
          ),
        ]
      : [ok("Region", `${settings.region} is enabled`)];
  },
};

export const accountChecks: readonly Check[] = [region];
