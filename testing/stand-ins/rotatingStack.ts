import assert from "node:assert/strict";
import {
  enterAws,
  json,
  leaveAws,
  refusal,
  StandInAws,
  xml,
  type Answer,
  type Asked,
} from "../../tools/doctor/test/aws";

/** A task that runs, with the environment that it was started with. */
export interface RunningTask {
  readonly arn: string;
  /** `service:web` for a service's. */
  readonly group: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly createdAt: number;
}

/** The parts behind AWS in a test: servers, real or not, and the tasks that ask them. */
export interface Behind {
  /** Comes back when the task is healthy. */
  start(task: RunningTask): Promise<void>;
  stop(task: RunningTask): Promise<void>;
  /** The image's role `install`, with its arguments. */
  install(
    environment: Readonly<Record<string, string>>,
    words: readonly string[],
  ): Promise<{ readonly exitCode: number; readonly printed: string }>;
  /** The tokens that a cache takes from now on. */
  tokens(group: "sessions" | "cache", tokens: readonly string[]): Promise<void>;
  /** RDS has made another master password. */
  master(password: string): Promise<void>;
}

interface Version {
  readonly id: string;
  readonly text: string;
  readonly labels: Set<string>;
  readonly created: number;
}

const arn = (name: string) => `arn:aws:secretsmanager:eu-west-2:123456789012:secret:${name}-AbCdEf`;
const secretsOf: Readonly<Record<string, string>> = {
  MOODLE_DB_USER: `${arn("application")}:username::`,
  MOODLE_DB_PASSWORD: `${arn("application")}:password::`,
  MOODLE_SESSION_REDIS_AUTH: `${arn("sessions")}:token::`,
  MOODLE_CACHE_REDIS_AUTH: `${arn("cache")}:token::`,
};
const installSecrets: Readonly<Record<string, string>> = {
  ...secretsOf,
  MOODLE_DB_MASTER_USER: `${arn("master")}:username::`,
  MOODLE_DB_MASTER_PASSWORD: `${arn("master")}:password::`,
};

/**
 * Secrets Manager, ECS, ElastiCache and RDS as a rotation sees them, in this process: a stand-in of our own, by AWS's documentation. Time
 * is counted in events, one second each.
 */
export class RotatingStack {
  readonly secrets = new Map<string, Version[]>();
  readonly tasks: RunningTask[] = [];
  /** Operations in their order. */
  readonly asked: string[] = [];
  /** Called after every answer; a test holds its invariant here. */
  after: () => void = () => undefined;
  /** An operation that is refused, by its place in the order: the connection breaks before AWS does anything. */
  refused: number | undefined;
  /** An operation that is carried out, but whose answer is lost on the way. */
  lost: number | undefined;
  /** Service whose deployments fail. @default none: tasks are replaced */
  broken: string | undefined;
  private events = 0;
  private numbers = 0;
  private readonly definitions = new Map<string, { container: string; secrets: Readonly<Record<string, string>> }>();
  private readonly deployments = new Map<string, { id: string; created: number; state: string }>();
  private readonly groups: Record<string, { tokens: string[]; modified: number }> = {};
  private readonly ended = new Map<string, { exitCode: number; printed: string }>();

  private constructor(
    private readonly aws: StandInAws,
    private readonly behind: Behind,
  ) {}

  /** A stack with one task of each service, which has never rotated anything. */
  static async start(
    behind: Behind,
    first: { readonly database: string; readonly sessions: string; readonly cache: string; readonly master: string },
  ): Promise<RotatingStack> {
    const aws = await StandInAws.alone();
    const stack = new RotatingStack(aws, behind);
    enterAws(aws.address);
    stack.keep("application", { username: "moodle", password: first.database });
    stack.keep("sessions", { token: first.sessions });
    stack.keep("cache", { token: first.cache });
    stack.keep("master", { username: "moodleadmin", password: first.master });
    for (const [name, token] of [
      ["sessions", first.sessions],
      ["cache", first.cache],
    ] as const) {
      stack.groups[name] = { tokens: [token], modified: stack.now() };
    }
    for (const role of ["web", "cron", "adhoc"]) {
      stack.definitions.set(role, { container: role, secrets: secretsOf });
      stack.deployments.set(role, { id: `ecs-svc/${stack.now()}`, created: stack.now(), state: "COMPLETED" });
      await stack.begin(role);
    }
    stack.definitions.set("arn:install:1", { container: "install", secrets: installSecrets });
    aws.answering = (asked) => stack.answer(asked);
    return stack;
  }

  stop(): void {
    leaveAws();
    this.aws.stop();
  }

  /** Output of `pulumi stack output --json`. */
  get outputs(): Readonly<Record<string, unknown>> {
    const cache = (name: string) => ({ secretArn: arn(name), replicationGroupId: name });
    return {
      clusterName: "cluster",
      serviceNames: { web: "web", cron: "cron", adhoc: "adhoc" },
      rotation: {
        region: "eu-west-2",
        databaseSecretArn: arn("application"),
        databaseClusterIdentifier: "database",
        sessions: cache("sessions"),
        cache: cache("cache"),
        originSecrets: { accepted: [1], sent: 1 },
        fileKeys: [],
      },
      oneOffTask: {
        region: "eu-west-2",
        clusterName: "cluster",
        capacityProviderName: "instances",
        subnetIds: ["subnet-1"],
        securityGroupId: "sg-1",
        taskDefinitionArns: { install: "arn:install:1", upgrade: "arn:upgrade:1" },
        logGroupNames: { install: "/install", upgrade: "/upgrade" },
      },
    };
  }

  /** The value that a task reads when it starts. */
  current(name: string): Readonly<Record<string, string>> {
    return this.value(`${arn(name)}`, "AWSCURRENT");
  }

  labels(name: string): readonly string[] {
    return (this.secrets.get(arn(name)) ?? []).flatMap(({ labels }) => [...labels]);
  }

  /** A task of no service, such as a long upgrade. */
  async begin(role: string): Promise<RunningTask> {
    const group = this.deployments.has(role) ? `service:${role}` : `family:${role}`;
    const createdAt = this.now();
    const environment = this.environment(this.definitions.get(role)?.secrets ?? secretsOf);
    const task = { arn: `arn:aws:ecs:eu-west-2:1:task/cluster/${role}-${createdAt}`, group, environment, createdAt };
    this.tasks.push(task);
    await this.behind.start(task);
    return task;
  }

  async end(task: RunningTask): Promise<void> {
    this.tasks.splice(this.tasks.indexOf(task), 1);
    await this.behind.stop(task);
  }

  /** Lets every deployment that is under way come to its end, as waiting does. */
  async settle(): Promise<void> {
    for (const [service, deployment] of this.deployments) {
      if (deployment.state !== "IN_PROGRESS") continue;
      if (service === this.broken) {
        deployment.state = "FAILED";
        continue;
      }
      const old = this.tasks.filter(({ group }) => group === `service:${service}`);
      await this.begin(service);
      for (const task of old) await this.end(task);
      deployment.state = "COMPLETED";
    }
  }

  private now(): number {
    return ++this.events;
  }

  private keep(name: string, content: object): void {
    const version = { id: `v${++this.numbers}`, text: JSON.stringify(content), created: this.now() };
    this.secrets.set(arn(name), [{ ...version, labels: new Set(["AWSCURRENT"]) }]);
  }

  private value(secret: string, label: string): Readonly<Record<string, string>> {
    const version = this.secrets.get(secret)?.find(({ labels }) => labels.has(label));
    assert.ok(version, `ResourceInitializationError: ${secret} has no ${label}`);
    return JSON.parse(version.text) as Record<string, string>;
  }

  /** `<arn of seven parts>:<key>:<label>:<version>`, as ECS reads it when a task starts. */
  private environment(secrets: Readonly<Record<string, string>>): Record<string, string> {
    return Object.fromEntries(
      Object.entries(secrets).map(([name, from]) => {
        const parts = from.split(":");
        const [key, label] = parts.slice(7);
        return [name, this.value(parts.slice(0, 7).join(":"), label || "AWSCURRENT")[key!]!];
      }),
    );
  }

  private async answer(asked: Asked): Promise<Answer> {
    this.asked.push(asked.operation);
    if (this.asked.length - 1 === this.refused) {
      return refusal(asked, "AccessDeniedException", "not now", 400);
    }
    const body = asked.service === "elasticache" || asked.service === "rds" ? {} : JSON.parse(asked.body || "{}");
    const [place, answer] = [this.asked.length - 1, await this.carryOut(asked, body)];
    this.after();
    return place === this.lost ? refusal(asked, "AccessDeniedException", "not heard", 400) : answer;
  }

  private async carryOut(asked: Asked, body: any): Promise<Answer> {
    const { operation, body: text } = asked;
    const query = new URLSearchParams(text);
    switch (operation) {
      case "ListSecretVersionIds":
        return json({
          Versions: this.versions(body.SecretId)
            .filter(({ labels }) => labels.size > 0)
            .map(({ id, labels, created }) => ({ VersionId: id, VersionStages: [...labels], CreatedDate: created })),
        });
      case "GetSecretValue":
        return json({ SecretString: this.versions(body.SecretId).find(({ id }) => id === body.VersionId)!.text });
      case "PutSecretValue":
        return json({ VersionId: this.put(body.SecretId, body.SecretString, body.VersionStages) });
      case "UpdateSecretVersionStage":
        this.label(body);
        return json({});
      case "DescribeReplicationGroups":
        return xml(this.described(query.get("ReplicationGroupId")!));
      case "ModifyReplicationGroup":
        if (!(await this.modify(query))) {
          return refusal(asked, "InvalidParameterCombination", "SET is allowed only after ROTATE", 400);
        }
        return xml("<ModifyReplicationGroupResponse><ModifyReplicationGroupResult/></ModifyReplicationGroupResponse>");
      case "ModifyDBCluster":
        this.rotateMaster();
        await this.behind.master(this.current("master")["password"]!);
        return xml("<ModifyDBClusterResponse><ModifyDBClusterResult/></ModifyDBClusterResponse>");
      case "DescribeDBClusters":
        return xml(
          "<DescribeDBClustersResponse><DescribeDBClustersResult><DBClusters><DBCluster><Status>available</Status>" +
            `<MasterUserSecret><SecretArn>${arn("master")}</SecretArn><SecretStatus>active</SecretStatus></MasterUserSecret>` +
            "</DBCluster></DBClusters></DescribeDBClustersResult></DescribeDBClustersResponse>",
        );
      case "UpdateService": {
        assert.equal(body.forceNewDeployment, true);
        const deployment = { id: `ecs-svc/${this.now()}`, created: this.now(), state: "IN_PROGRESS" };
        this.deployments.set(body.service, deployment);
        return json({ service: this.service(body.service) });
      }
      case "DescribeServices":
        return json({ services: body.services.map((name: string) => this.service(name)) });
      case "ListTasks":
        return json({ taskArns: body.desiredStatus === "RUNNING" ? this.tasks.map((task) => task.arn) : [] });
      case "DescribeTasks":
        return json({ tasks: body.tasks.map((task: string) => this.task(task)) });
      case "DescribeTaskDefinition":
        return json({ taskDefinition: this.definition(body.taskDefinition), tags: [] });
      case "RegisterTaskDefinition": {
        const [container] = body.containerDefinitions;
        const made = `arn:made:${this.now()}`;
        const secrets = Object.fromEntries(
          container.secrets.map((one: { name: string; valueFrom: string }) => [one.name, one.valueFrom]),
        );
        this.definitions.set(made, { container: container.name, secrets });
        return json({ taskDefinition: { taskDefinitionArn: made } });
      }
      case "DeregisterTaskDefinition":
        this.definitions.delete(body.taskDefinition);
        return json({});
      case "RunTask": {
        const [{ command }] = body.overrides.containerOverrides;
        const environment = this.environment(this.definitions.get(body.taskDefinition)!.secrets);
        const made = `arn:aws:ecs:eu-west-2:1:task/cluster/install-${this.now()}`;
        this.ended.set(made, await this.behind.install(environment, command));
        return json({ tasks: [{ taskArn: made }] });
      }
      case "GetLogEvents":
        return json({ events: [...this.ended.values()].slice(-1).map(({ printed: message }) => ({ message })) });
      default:
        return assert.fail(operation);
    }
  }

  private versions(secret: string): Version[] {
    const found = this.secrets.get(secret);
    assert.ok(found, `no secret ${secret}`);
    return found;
  }

  private put(secret: string, text: string, labels: readonly string[]): string {
    const version = { id: `v${++this.numbers}`, text, labels: new Set(labels), created: this.now() };
    for (const other of this.versions(secret)) labels.forEach((label) => other.labels.delete(label));
    this.versions(secret).push(version);
    return version.id;
  }

  /** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html */
  private label(body: any): void {
    const { SecretId, VersionStage: label, MoveToVersionId: to, RemoveFromVersionId: from } = body;
    const versions = this.versions(SecretId);
    const holder = versions.find(({ labels }) => labels.has(label));
    assert.equal(holder?.id, from, "RemoveFromVersionId must be the version that has the label");
    holder?.labels.delete(label);
    if (to === undefined) return;
    versions.find(({ id }) => id === to)!.labels.add(label);
    if (label === "AWSCURRENT") {
      versions.forEach(({ labels }) => labels.delete("AWSPREVIOUS"));
      holder?.labels.add("AWSPREVIOUS");
    }
  }

  /** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth.html */
  private async modify(query: URLSearchParams): Promise<boolean> {
    const name = query.get("ReplicationGroupId") as "sessions" | "cache";
    const [token, strategy] = [query.get("AuthToken")!, query.get("AuthTokenUpdateStrategy")];
    assert.equal(query.get("ApplyImmediately"), "true");
    const group = this.groups[name]!;
    if (strategy === "SET" && group.tokens.length < 2) {
      return false;
    }
    // The one that was given last stays beside the new one.
    group.tokens = strategy === "ROTATE" ? [group.tokens.at(-1)!, token] : [token];
    group.modified = this.now();
    await this.behind.tokens(name, group.tokens);
    return true;
  }

  private described(name: string): string {
    const last = new Date(this.groups[name]!.modified * 1000).toISOString();
    return (
      "<DescribeReplicationGroupsResponse><DescribeReplicationGroupsResult><ReplicationGroups><ReplicationGroup>" +
      `<Status>available</Status><AuthTokenLastModifiedDate>${last}</AuthTokenLastModifiedDate>` +
      "</ReplicationGroup></ReplicationGroups></DescribeReplicationGroupsResult></DescribeReplicationGroupsResponse>"
    );
  }

  private rotateMaster(): void {
    const password = `master-${this.now()}`;
    this.put(arn("master"), JSON.stringify({ username: "moodleadmin", password }), ["AWSCURRENT"]);
  }

  private service(name: string): object {
    const { id, created, state } = this.deployments.get(name)!;
    const deployment = { id, status: "PRIMARY", createdAt: created, rolloutState: state, rolloutStateReason: state };
    return { serviceName: name, deployments: [deployment] };
  }

  private task(taskArn: string): object {
    const ended = this.ended.get(taskArn);
    if (ended !== undefined) {
      return { taskArn, lastStatus: "STOPPED", containers: [{ name: "install", exitCode: ended.exitCode }] };
    }
    const { group, createdAt } = this.tasks.find((task) => task.arn === taskArn)!;
    return { taskArn, group, createdAt, lastStatus: "RUNNING" };
  }

  private definition(name: string): object {
    const { container, secrets } = this.definitions.get(name)!;
    const list = Object.entries(secrets).map(([key, valueFrom]) => ({ name: key, valueFrom }));
    return {
      taskDefinitionArn: name,
      family: "moodle-install",
      containerDefinitions: [{ name: container, secrets: list }],
    };
  }
}
