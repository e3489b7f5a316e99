import { randomInt } from "node:crypto";
import {
  GetSecretValueCommand,
  paginateListSecretVersionIds,
  PutSecretValueCommand,
  SecretsManagerClient,
  type SecretVersionsListEntry,
  UpdateSecretVersionStageCommand,
} from "@aws-sdk/client-secrets-manager";
import { asked } from "../lib/awsCall";

export type Content = Readonly<Record<string, string>>;

/**
 * Where a rotation is, by Secrets Manager's own labels: https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html
 * Nobody has to remember anything: whoever runs the rotation again goes on from here.
 */
export interface Stages {
  /** The version that a task reads when it starts. */
  readonly current: string;
  /** The version that the current one has replaced. */
  readonly previous: string | undefined;
  /** The version that is to be current, or has become it and has not replaced the old one everywhere yet. */
  readonly pending: string | undefined;
  /** When that one was made, by AWS's clock. */
  readonly proposed: Date | undefined;
}

const label = { current: "AWSCURRENT", pending: "AWSPENDING", previous: "AWSPREVIOUS" } as const;

/** A secret with JSON in it, whose versions follow each other. */
export class VersionedSecret {
  private readonly client: SecretsManagerClient;

  constructor(
    region: string,
    readonly arn: string,
  ) {
    this.client = new SecretsManagerClient({ region });
  }

  /** @throws Error when the secret has no value */
  async stages(): Promise<Stages> {
    const list = async () => {
      const found: SecretVersionsListEntry[] = [];
      for await (const { Versions = [] } of paginateListSecretVersionIds(
        { client: this.client },
        { SecretId: this.arn },
      )) {
        found.push(...Versions);
      }
      return found;
    };
    const versions = await asked("secretsmanager ListSecretVersionIds", list());
    const labelled = (one: string) => versions.find(({ VersionStages = [] }) => VersionStages.includes(one));
    const current = labelled(label.current)?.VersionId;
    if (current === undefined) {
      throw new Error(`The secret ${this.arn} has no value. Fix: deploy the stack, which makes the first one.`);
    }
    const pending = labelled(label.pending);
    const previous = labelled(label.previous)?.VersionId;
    return { current, previous, pending: pending?.VersionId, proposed: pending?.CreatedDate };
  }

  async content(version: string): Promise<Content> {
    const command = new GetSecretValueCommand({ SecretId: this.arn, VersionId: version });
    const { SecretString = "{}" } = await asked("secretsmanager GetSecretValue", this.client.send(command));
    return JSON.parse(SecretString) as Content;
  }

  /** Keeps a value that no task reads yet. @returns its version */
  async propose(content: Content): Promise<string> {
    const command = new PutSecretValueCommand({
      SecretId: this.arn,
      SecretString: JSON.stringify(content),
      VersionStages: [label.pending],
    });
    return (await asked("secretsmanager PutSecretValue", this.client.send(command))).VersionId!;
  }

  /** From now on tasks that start read this version. The one before gets the label AWSPREVIOUS. */
  async makeCurrent(version: string, former: string): Promise<void> {
    await this.move({ VersionStage: label.current, MoveToVersionId: version, RemoveFromVersionId: former });
  }

  /** The rotation is over. */
  async settle(version: string): Promise<void> {
    await this.move({ VersionStage: label.pending, RemoveFromVersionId: version });
  }

  private async move(labels: {
    readonly VersionStage: string;
    readonly MoveToVersionId?: string;
    readonly RemoveFromVersionId?: string;
  }): Promise<void> {
    const command = new UpdateSecretVersionStageCommand({ SecretId: this.arn, ...labels });
    await asked("secretsmanager UpdateSecretVersionStage", this.client.send(command));
  }
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/** As components/lib/generatedSecret.ts makes the first one: letters and digits, of all three kinds. */
export function randomText(length: number): string {
  for (;;) {
    const text = Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("");
    if ([/[A-Z]/, /[a-z]/, /\d/].every((kind) => kind.test(text))) {
      return text;
    }
  }
}
