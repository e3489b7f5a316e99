import { boundaryDocument } from "../../components/pipeline-access/boundary";
import { declare, needed, Refused, start } from "../lib/command";
import { stackName } from "../lib/kinds";
import { stackSettings } from "../lib/stackFile";

/** @param settingsOf Settings of a stack, by its name. */
export const boundary = (settingsOf: typeof stackSettings = stackSettings) =>
  declare({
    name: "boundary",
    summary: "The permissions boundary of a stack with a pipeline, as a policy for an administrator to make",
    options: { STACK: needed(stackName, "The stack") },
    run: async ({ STACK }, { print }) => {
      const { environment, dns, iam } = settingsOf(STACK);
      const { permissionsBoundaryArn = "" } = iam;
      const [, partition = "", accountId = ""] =
        /^arn:([\w-]+):iam::(\d{12}):policy\//.exec(permissionsBoundaryArn) ?? [];
      if (accountId === "") {
        const given = permissionsBoundaryArn === "" ? undefined : permissionsBoundaryArn;
        const fix = "Write the ARN that the policy will have into the stack's file: docs/pipelines.md#the-boundary.";
        throw new Refused([
          { path: "moodle:iam.permissionsBoundaryArn", given, allowed: "the ARN of a policy of one account", fix },
        ]);
      }
      const document = boundaryDocument({
        name: `${environment}-pipeline`,
        environment,
        partition,
        accountId,
        permissionsBoundaryArn,
        dnsRoleArn: dns.kind === "route53" ? dns.roleArn : undefined,
      });
      print(await new Promise<string>((resolve) => document.apply(resolve)));
      return 0;
    },
  });

export const command = boundary();

if (require.main === module) {
  start(command);
}
