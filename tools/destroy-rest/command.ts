import {
  CloudWatchLogsClient,
  DeleteLogGroupCommand,
  paginateDescribeLogGroups,
} from "@aws-sdk/client-cloudwatch-logs";
import { DeleteDBClusterSnapshotCommand, paginateDescribeDBClusterSnapshots, RDSClient } from "@aws-sdk/client-rds";
import { ownTags } from "../../stacks/tags";
import { asked } from "../lib/awsCall";
import { type Command, declare, flag, needed, start } from "../lib/command";
import { stackName } from "../lib/kinds";
import { type Run, runProgram } from "../lib/programs";
import { stackSettings } from "../lib/stackFile";

const options = {
  STACK: needed(stackName, "The stack, which pulumi destroy has emptied"),
  DRY: flag("List it, and delete nothing"),
};

/** Something of a stack that Pulumi does not know. */
interface Rest {
  readonly name: string;
  delete(): Promise<unknown>;
}

export const command = destroyRest();

/**
 * Deletes what a throw-away stack leaves and pays for: snapshots of its releases, and log groups that AWS has made for it.
 *
 * @param run Runs the Pulumi CLI, which says whether the stack still has resources.
 */
export function destroyRest(run: Run = runProgram): Command<typeof options> {
  return declare({
    name: "destroy-rest",
    summary:
      "Delete what a throw-away stack has left after pulumi destroy: snapshots of releases, log groups that AWS made",
    failure: "the stack is protected or still there, or AWS refused",
    options,
    run: async ({ STACK, DRY }, { print, at }) => {
      const { region, safety, environment, owner, costCentre } = stackSettings(STACK);
      if (safety.protect || safety.deletionProtection) {
        throw new Error(
          `STACK: got ${STACK}, a protected stack, expected one with safety.protect and safety.deletionProtection off. ` +
            "Fix: its last copies go by hand, docs/removing.md, Protected stacks.",
        );
      }
      at(`pulumi stack export of ${STACK}`);
      const resources = resourcesOf(run("pulumi", ["stack", "export", "--stack", STACK]));
      if (resources > 0) {
        throw new Error(
          `STACK: got ${STACK}, which still has ${resources} resources, expected none. Fix: pulumi destroy --stack ${STACK}`,
        );
      }
      at("AWS is asked");
      const { Project, Environment } = ownTags({ environment, owner, costCentre });
      const found = [...(await snapshots(region, { Project, Environment })), ...(await logGroups(region, environment))];
      for (const [index, rest] of found.entries()) {
        at(`${index + 1} of ${found.length}: ${rest.name}`);
        if (!DRY) {
          await rest.delete();
        }
        print(`${DRY ? "would delete" : "deleted"} ${rest.name}`);
      }
      print(
        DRY
          ? "DRY=1: nothing was deleted."
          : `Nothing is left of ${STACK} that costs, but for what docs/removing.md names.`,
      );
      return 0;
    },
  });
}

const resourcesOf = (exported: string): number =>
  (JSON.parse(exported) as { readonly deployment?: { readonly resources?: readonly unknown[] } }).deployment?.resources
    ?.length ?? 0;

/** Snapshots that a person or a release has made. Those of AWS Backup have another kind, and go with their vault. */
async function snapshots(region: string, tags: Readonly<Record<string, string>>): Promise<readonly Rest[]> {
  const client = new RDSClient({ region });
  const found: Rest[] = [];
  const read = async () => {
    for await (const { DBClusterSnapshots = [] } of paginateDescribeDBClusterSnapshots(
      { client },
      { SnapshotType: "manual" },
    )) {
      for (const { DBClusterSnapshotIdentifier: id, TagList = [] } of DBClusterSnapshots) {
        const own = Object.entries(tags).every(([key, value]) =>
          TagList.some(({ Key, Value }) => Key === key && Value === value),
        );
        if (id !== undefined && own) {
          const command = new DeleteDBClusterSnapshotCommand({ DBClusterSnapshotIdentifier: id });
          found.push({
            name: `snapshot ${id}`,
            delete: () => asked("rds DeleteDBClusterSnapshot", client.send(command)),
          });
        }
      }
    }
  };
  await asked("rds DescribeDBClusterSnapshots", read());
  return found;
}

/** Log groups of Container Insights and of the synthetic user, which have no tags: found by their whole names. */
async function logGroups(region: string, environment: string): Promise<readonly Rest[]> {
  const client = new CloudWatchLogsClient({ region });
  const found: Rest[] = [];
  for (const { prefix, whole } of madeByAws(environment)) {
    const read = async () => {
      for await (const { logGroups: groups = [] } of paginateDescribeLogGroups(
        { client },
        { logGroupNamePrefix: prefix },
      )) {
        for (const { logGroupName: name = "" } of groups.filter(({ logGroupName = "" }) => whole.test(logGroupName))) {
          const command = new DeleteLogGroupCommand({ logGroupName: name });
          found.push({ name: `log group ${name}`, delete: () => asked("logs DeleteLogGroup", client.send(command)) });
        }
      }
    };
    await asked("logs DescribeLogGroups", read());
  }
  return found;
}

/** A prefix alone would find those of a stack `dev-2` for `dev`. */
const madeByAws = (environment: string) => [
  {
    prefix: `/aws/ecs/containerinsights/${environment}-cluster-`,
    // Seven random digits: Pulumi's own names. https://www.pulumi.com/docs/iac/concepts/resources/names/#autonaming
    whole: new RegExp(`^/aws/ecs/containerinsights/${environment}-cluster-ecs-[0-9a-f]{7}/performance$`),
  },
  {
    prefix: `/aws/lambda/cwsyn-${environment}-synthetic-user-`,
    whole: new RegExp(`^/aws/lambda/cwsyn-${environment}-synthetic-user-[0-9a-f-]+$`),
  },
];

if (require.main === module) {
  start(command);
}
