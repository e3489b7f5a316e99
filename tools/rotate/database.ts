import { type ContainerDefinition } from "@aws-sdk/client-ecs";
import { DescribeDBClustersCommand, ModifyDBClusterCommand, RDSClient } from "@aws-sdk/client-rds";
import { asked } from "../lib/awsCall";
import { type OneOffTask, runOnce } from "../lib/oneOffTask";
import { withOwnDefinition } from "../lib/scriptTask";
import type { Credential } from "./credential";
import { randomText, VersionedSecret } from "./secret";
import type { Pace } from "./tasks";

/** Two users that take turns, as Secrets Manager's strategy for this has it; MySQL's own second password is not in MariaDB.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets_strategies.html */
const [one, other] = ["moodle", "moodle2"];

/**
 * Moodle's database user. The image's `install` makes the other user with its rights, and drops the old one with its open connections:
 * the master password, which that needs, never leaves the stack's network.
 */
export function databaseUser(task: OneOffTask, secretArn: string): Credential {
  const install = (own: OneOffTask, ...words: readonly string[]) => runOnce(own, "install", ["install", ...words]);
  return {
    name: "the database user",
    secretArn,
    next: (current) => ({
      ...current,
      username: current["username"] === one ? other! : one!,
      password: randomText(40),
    }),
    accept: async () => {
      await withOwnDefinition(task, "install", "rotate", (container) => pendingOf(container, secretArn), install);
    },
    refuse: async ({ username }, current) => {
      if (username !== undefined && username !== current["username"]) {
        await install(task, `--drop-database-user=${username}`);
      }
    },
  };
}

/**
 * The container with the version of the secret that no task reads yet: name of the secret, JSON key, label.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
 */
function pendingOf(container: ContainerDefinition, secretArn: string): ContainerDefinition {
  const secrets = container.secrets?.map((secret) => {
    const key = secret.valueFrom?.startsWith(`${secretArn}:`)
      ? secret.valueFrom.slice(secretArn.length + 1)
      : undefined;
    return key === undefined ? secret : { ...secret, valueFrom: `${secretArn}:${key.split(":")[0]}:AWSPENDING:` };
  });
  return { ...container, secrets };
}

/**
 * The master password: RDS makes it, and `install` alone reads it, when it starts. RDS does the same by itself each week.
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-secrets-manager.html
 */
export async function rotateMaster(region: string, cluster: string, { pause, looks }: Pace): Promise<void> {
  const rds = new RDSClient({ region });
  const look = async () => {
    const command = new DescribeDBClustersCommand({ DBClusterIdentifier: cluster });
    const { DBClusters: [found] = [] } = await asked("rds DescribeDBClusters", rds.send(command));
    const { SecretArn = "", SecretStatus } = found?.MasterUserSecret ?? {};
    return { status: SecretStatus, version: (await new VersionedSecret(region, SecretArn).stages()).current };
  };
  const before = await look();
  const modify = new ModifyDBClusterCommand({
    DBClusterIdentifier: cluster,
    RotateMasterUserPassword: true,
    ApplyImmediately: true,
  });
  await asked("rds ModifyDBCluster", rds.send(modify));
  for (let times = 0; times < looks; times++) {
    const { status, version } = await look();
    if (version !== before.version && status === "active") {
      return;
    }
    if (status === "impaired") {
      throw new Error(`RDS cannot use the secret of ${cluster}. Fix: enable its KMS key again, and let RDS use it.`);
    }
    await pause();
  }
  throw new Error(`${cluster} still has its old master password. Look: aws rds describe-events --duration 300`);
}
