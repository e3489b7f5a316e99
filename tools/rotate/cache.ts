import {
  DescribeReplicationGroupsCommand,
  ElastiCacheClient,
  ModifyReplicationGroupCommand,
  type ReplicationGroup,
} from "@aws-sdk/client-elasticache";
import { asked } from "../lib/awsCall";
import type { Credential } from "./credential";
import { randomText } from "./secret";
import type { Pace } from "./tasks";

/**
 * The token of a cache. ElastiCache takes two after ROTATE, and one again after SET, which it allows after ROTATE only. A second ROTATE
 * would end the old token, so it is never sent twice for one value.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth.html#auth-modifyng-token
 */
export function cacheToken(
  name: string,
  region: string,
  { secretArn, replicationGroupId }: { readonly secretArn: string; readonly replicationGroupId: string },
  pace: Pace,
): Credential {
  const client = new ElastiCacheClient({ region });
  const look = () => described(client, replicationGroupId);
  const modify = async (strategy: "ROTATE" | "SET", token: string | undefined) => {
    const command = new ModifyReplicationGroupCommand({
      ReplicationGroupId: replicationGroupId,
      AuthToken: token,
      AuthTokenUpdateStrategy: strategy,
      ApplyImmediately: true,
    });
    await asked("elasticache ModifyReplicationGroup", client.send(command));
    await settled(look, pace);
  };
  return {
    name: `the token of ${name}`,
    secretArn,
    next: (current) => ({ ...current, token: randomText(64) }),
    accept: async ({ token }, proposed) => {
      const { AuthTokenLastModifiedDate: last } = await settled(look, pace);
      if (last === undefined || last < proposed) {
        await modify("ROTATE", token);
      }
    },
    refuse: async (_, { token }) => {
      await settled(look, pace);
      // Refused when ROTATE was not the last change: then there is no second token any more.
      await modify("SET", token).catch((error: unknown) => {
        if (((error as Error).cause as Error | undefined)?.name.startsWith("InvalidParameterCombination") !== true) {
          throw error;
        }
      });
    },
  };
}

async function described(client: ElastiCacheClient, id: string): Promise<ReplicationGroup> {
  const command = new DescribeReplicationGroupsCommand({ ReplicationGroupId: id });
  const { ReplicationGroups: [group] = [] } = await asked(
    "elasticache DescribeReplicationGroups",
    client.send(command),
  );
  return group ?? {};
}

/** Until nodes have what was asked for. */
async function settled(look: () => Promise<ReplicationGroup>, { pause, looks }: Pace): Promise<ReplicationGroup> {
  for (let times = 0; times < looks; times++) {
    const group = await look();
    if (group.Status === "available" && group.PendingModifiedValues?.AuthTokenStatus === undefined) {
      return group;
    }
    await pause();
  }
  throw new Error("The cache is still changing. Both tokens are good. Wait, then run the same command again.");
}
