import type { DefinitionArgs } from "../../components/release/arguments";
import type { Answer, Call } from "./moto";

/** What the new code asks of the database. */
export type Pending = "nothing" | "light" | "outage";

export interface Fault {
  /** Name of the state whose call is answered so. */
  readonly state: string;
  /** `error`: AWS refuses. `exit`: the task ends with this code. Otherwise the result itself. */
  readonly error?: string;
  readonly exit?: number;
  readonly result?: unknown;
  /** How often; forever when left out. */
  readonly times?: number;
}

interface Service {
  definition: string;
  desired: number;
  /** What it was turned to and turned back from, or is still being turned to. */
  rollout: "COMPLETED" | "IN_PROGRESS" | "FAILED";
}

interface Task {
  readonly containers: readonly { readonly name: string; readonly exitCode: number }[];
}

const image = `sha256:${"2".repeat(64)}`;

/**
 * As much of AWS and of Moodle as a release touches: ECS services and one-off tasks, an Aurora snapshot, the switch of the
 * outage page, alarms, mail. The lock table and the image repository are moto's own. Code and database have a version each: 1 before, 2 after.
 */
export class World {
  readonly args: DefinitionArgs;
  readonly calls: Call[] = [];
  readonly messages: string[] = [];
  /** What must never happen, as it happened. */
  readonly wrong: string[] = [];
  readonly services: Record<"web" | "cron" | "adhoc", Service>;
  readonly snapshots: string[] = [];
  faults: Fault[] = [];
  pending: Pending = "outage";
  databaseVersion = 1;
  installed = true;
  cronEnabled = true;
  uiLocked = false;
  switchValue = '{"state":"off"}';
  suspended = false;
  ringing: string[] = [];
  /** Called before each answer: a test's hook to abort at a state. */
  before: (call: Call) => void = () => undefined;
  private etag = 1;
  private readonly tasks = new Map<string, Task>();
  private readonly tokens = new Map<string, string>();

  constructor(
    readonly name: string,
    changes: Partial<DefinitionArgs> = {},
  ) {
    // The same in all worlds, so that the interpreter reads one definition.
    const site = "moodle";
    const arn = (role: string, revision: number) =>
      `arn:aws:ecs:eu-west-2:123456789012:task-definition/${site}-${role}:${revision}`;
    this.args = {
      environment: "prod",
      imageDigest: image,
      repository: { registryId: "123456789012", name: site },
      clusterArn: `arn:aws:ecs:eu-west-2:123456789012:cluster/${site}`,
      serviceNames: { web: `${site}-web`, cron: `${site}-cron`, adhoc: `${site}-adhoc` },
      scalableWorkers: [`service/${site}/${site}-adhoc`],
      taskDefinitionArns: {
        web: arn("web", 2),
        cron: arn("cron", 2),
        adhoc: arn("adhoc", 2),
        install: arn("install", 2),
        upgrade: arn("upgrade", 2),
      },
      capacityProviderName: "capacity",
      subnetIds: ["subnet-1", "subnet-2"],
      securityGroupId: "sg-1",
      databaseClusterIdentifier: site,
      lockTableName: site,
      topicArn: `arn:aws:sns:eu-west-2:123456789012:${site}`,
      alarmNames: [`${site}-errors`],
      freezes: [],
      page: {
        storeArn: `arn:aws:cloudfront::123456789012:key-value-store/${site}`,
        key: "state",
        value: '{"state":"planned"}',
      },
      ...changes,
    };
    const service = (role: string, desired: number): Service => ({
      definition: arn(role, 1),
      desired,
      rollout: "COMPLETED",
    });
    this.services = { web: service("web", 3), cron: service("cron", 1), adhoc: service("adhoc", 2) };
  }

  get input(): { readonly image: string } {
    return { image: this.args.imageDigest };
  }

  answer(call: Call): Answer {
    this.calls.push(call);
    this.before(call);
    const fault = this.faults.find(({ state, times }) => state === call.state && times !== 0);
    if (fault !== undefined) {
      this.faults = this.faults.map((one) =>
        one === fault && one.times !== undefined ? { ...one, times: one.times - 1 } : one,
      );
      if (fault.error !== undefined) {
        return { error: fault.error };
      }
      if (fault.result !== undefined) {
        return { result: fault.result };
      }
    }
    const p = call.parameters;
    switch (`${call.service}.${call.action}`) {
      case "ecs.RunTask":
        return { result: { tasks: [{ taskArn: this.run(call, fault?.exit) }], failures: [] } };
      case "ecs.DescribeTasks": {
        const { containers } = this.tasks.get(p.tasks[0]!)!;
        return { result: { tasks: [{ lastStatus: "STOPPED", containers }], failures: [] } };
      }
      case "ecs.StopTask":
        return { result: {} };
      case "ecs.UpdateService":
        return this.update(call);
      case "ecs.DescribeServices":
        return { result: { services: p.services.map((one) => this.describe(one)) } };
      case "rds.CreateDBClusterSnapshot":
        if (this.snapshots.includes(p.DBClusterSnapshotIdentifier)) {
          return { error: "DBClusterSnapshotAlreadyExistsFault" };
        }
        this.snapshots.push(p.DBClusterSnapshotIdentifier);
        return { result: { DBClusterSnapshot: {} } };
      case "rds.DescribeDBClusterSnapshots":
        return { result: { DBClusterSnapshots: [{ Status: "available" }] } };
      case "cloudfront-keyvaluestore.GetKey":
        return { result: { Key: "state", Value: this.switchValue, ItemCount: 1, TotalSizeInBytes: 10 } };
      case "cloudfront-keyvaluestore.DescribeKeyValueStore":
        return { result: { ETag: `v${this.etag}` } };
      case "cloudfront-keyvaluestore.PutKey":
        if (p.IfMatch !== `v${this.etag}`) {
          return { error: "ConflictException" };
        }
        this.etag++;
        this.switchValue = p.Value;
        return { result: { ETag: `v${this.etag}` } };
      case "application-autoscaling.RegisterScalableTarget":
        this.suspended = p.SuspendedState.DynamicScalingOutSuspended;
        return { result: {} };
      case "cloudwatch.DescribeAlarms":
        return { result: { MetricAlarms: this.ringing.map((AlarmName) => ({ AlarmName })) } };
      case "sns.Publish":
        this.messages.push(`${p.Subject}\n${p.Message}`);
        return { result: { MessageId: "1" } };
      case "stepfunctions.DescribeExecution":
        return {};
      default:
        // The table and the repository are moto's, and each world has its own.
        return call.service === "ecr" ? { repositoryName: this.name } : { TableName: this.name };
    }
  }

  private version(definition: string): number {
    return Number(definition.split(":").at(-1));
  }

  private run(call: Call, exit: number | undefined): string {
    const { taskDefinition, overrides, clientToken } = call.parameters;
    const known = this.tokens.get(clientToken);
    if (known !== undefined) {
      return known;
    }
    const arn = `${this.args.clusterArn}/task-${this.tasks.size + 1}`;
    this.tokens.set(clientToken, arn);
    const { name, command } = overrides.containerOverrides[0]!;
    const exitCode = exit ?? this.moodle(command, this.version(taskDefinition!));
    const [family] = taskDefinition!.split("-").slice(-1)[0]!.split(":");
    const names = family === "web" ? ["nginx", "php-fpm"] : [family!];
    if (!names.includes(name)) {
      this.wrong.push(`a task of ${family} has no container ${name}`);
    }
    // ECS stops the others when one has ended; how they end then says nothing.
    const containers = names.map((one) => ({
      name: one,
      exitCode: one === name ? exitCode : 1 - Math.min(exitCode, 1),
    }));
    this.tasks.set(arn, { containers });
    return arn;
  }

  /** Exit code of one of the image's commands. */
  private moodle(command: readonly string[], code: number): number {
    const [role, ...rest] = command[0] === "cli" ? command.slice(1) : command;
    const has = (argument: string) => rest.includes(argument);
    if (role === "install") {
      this.databaseVersion = this.installed ? this.databaseVersion : code;
      this.installed = true;
      return 0;
    }
    if (role === "upgrade" || role === "admin/cli/upgrade.php") {
      if (!this.installed || code < this.databaseVersion) {
        return 1;
      }
      const due = code > this.databaseVersion && this.pending !== "nothing";
      if (has("--is-pending")) {
        return due ? 2 : 0;
      }
      if (has("--is-maintenance-required")) {
        return !due ? 0 : this.pending === "outage" ? 2 : 3;
      }
      if (has("--maintenance=false") && this.pending === "outage") {
        return 2;
      }
      if (this.cronEnabled || this.running("cron") + this.running("adhoc") > 0) {
        this.wrong.push("an upgrade began while workers ran");
      }
      if (this.pending === "outage" && this.args.page !== undefined && this.switchValue.includes('"off"')) {
        this.wrong.push("an upgrade with outage began without the page");
      }
      if (this.snapshots.length === 0) {
        this.wrong.push("an upgrade began without a snapshot");
      }
      this.uiLocked = has("--set-ui-upgrade-lock");
      this.databaseVersion = code;
      return 0;
    }
    if (role === "smoke") {
      if (this.services.web.definition !== this.args.taskDefinitionArns.web) {
        this.wrong.push("pages of the new image were looked at while another one was in operation");
      }
      return this.installed && code >= this.databaseVersion ? 0 : 1;
    }
    if (role === "admin/cli/cron.php") {
      this.cronEnabled = has("--enable");
      return 0;
    }
    if (role === "admin/cli/cfg.php") {
      this.uiLocked = false;
      return 0;
    }
    return role === "admin/cli/purge_caches.php" || role === "admin/cli/build_theme_css.php" ? 0 : 64;
  }

  private service(name: string): Service {
    const role = name.split("-").at(-1) as "web" | "cron" | "adhoc";
    return this.services[role];
  }

  running(role: "web" | "cron" | "adhoc"): number {
    return this.services[role].desired;
  }

  private update({ parameters }: Call): Answer {
    const service = this.service(parameters.service);
    service.definition = parameters.taskDefinition ?? service.definition;
    service.desired = parameters.desiredCount ?? service.desired;
    return { result: {} };
  }

  private describe(name: string): unknown {
    const { definition, desired, rollout } = this.service(name);
    return {
      serviceName: name,
      taskDefinition: definition,
      desiredCount: desired,
      runningCount: desired,
      deployments: [
        { status: "ACTIVE", taskDefinition: "old", rolloutState: "IN_PROGRESS" },
        { status: "PRIMARY", taskDefinition: definition, rolloutState: rollout },
      ],
    };
  }
}
