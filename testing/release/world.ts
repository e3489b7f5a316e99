import type { DefinitionArgs } from "../../components/release/arguments";
import type { Answer, Call, Parameters } from "./moto";

/** The upgrade that the new code needs in the database. */
export type Pending = "nothing" | "light" | "outage";

export interface Fault {
  /** Name of the state whose call is answered so. */
  readonly state: string;
  /** `error`: AWS refuses. `exit`: the task ends with this code. Otherwise the result itself. */
  readonly error?: string;
  readonly exit?: number;
  readonly result?: unknown;
  /** RunTask: the answer is lost (an error), and the task starts so many seconds later. */
  readonly lateSeconds?: number;
  /** Number of times; undefined: always. */
  readonly times?: number;
}

type Role = "web" | "cron" | "adhoc";

interface Service {
  definition: string;
  desired: number;
  rollout: "COMPLETED" | "IN_PROGRESS" | "FAILED";
  /** When it is steady, in milliseconds of {@link World.now}. */
  steadyAt: number;
  /** Until when tasks of old code are still there: they answer while new ones start, and end their work after a stop. */
  oldUntil: number;
}

interface Task {
  readonly names: readonly string[];
  /** The container whose command counts. */
  readonly main: string;
  readonly startedBy: string;
  /** Before it, the task is invisible: ECS has received the call, and its answer was lost. */
  readonly startsAt: number;
  endsAt: number;
  exit: number;
  stopped: boolean;
  /** Its effects on the world as it starts and ends; `end` returns the exit code. */
  readonly start: () => void;
  readonly end: () => number;
  started: boolean;
}

/** A change of the bounds by a schedule. */
export interface Scheduled {
  readonly at: number;
  readonly role: "cron" | "adhoc";
  readonly min: number;
  readonly max: number;
}

interface Target {
  min: number;
  max: number;
  suspended: Parameters["SuspendedState"];
}

const image = `sha256:${"2".repeat(64)}`;

/**
 * The parts of AWS and Moodle that a release uses: ECS services and one-off tasks, an Aurora snapshot, the switch of
 * the outage page, alarms, schedules, mail. The lock table and the image repository are moto's own, or the
 * simulation's. Code and database each have a version: 1 before, 2 after; a database may be half upgraded, which old
 * code does not see.
 */
export class World {
  readonly args: DefinitionArgs;
  readonly calls: Call[] = [];
  readonly messages: string[] = [];
  /** Violations of rules that must always hold, as they happened. */
  readonly wrong: string[] = [];
  /** The web tasks that ran when the revisions of kept addresses moved last. */
  revisionsMovedBy: string | undefined;
  /** The web tasks that were replaced last; what they have answered may be kept under new addresses. */
  staleSince: string | undefined;
  readonly services: Record<Role, Service>;
  readonly targets: Record<string, Target> = {};
  readonly snapshots: string[] = [];
  faults: Fault[] = [];
  pending: Pending = "outage";
  databaseVersion = 1;
  /** An upgrade has begun and is not complete. */
  half = false;
  installed = true;
  cronEnabled = true;
  uiLocked = false;
  switchValue = '{"state":"off"}';
  /** Subjects of messages with a draft for the status page, and its name. */
  readonly drafts: [subject: string, draft: string][] = [];
  schedule: Scheduled[] = [];
  /** Alarms that are on, and since when. */
  ringing = new Map<string, number>();
  /** Seconds that a command takes. */
  seconds: (command: readonly string[]) => number = () => 0;
  /** Seconds that a service takes to be steady. */
  rollSeconds = 0;
  /** Seconds that a worker takes to end once it was told to. */
  stopSeconds = 0;
  /** Whether the new web tasks become healthy. If not, ECS rolls the deployment back. */
  healthy = true;
  /** Called before each answer: a test's hook to abort at a state. */
  before: (call: Call) => void = () => undefined;
  private etag = 1;
  private readonly tasks = new Map<string, Task>();
  private readonly tokens = new Map<string, string>();
  /** An upgrade that needs the outage has begun. */
  private outage = false;

  constructor(
    readonly name: string,
    changes: Partial<DefinitionArgs> = {},
    readonly now: () => number = Date.now,
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
      alarmNames: [`${site}-errors`, `${site}-many-errors`],
      userAlarmNames: [`${site}-synthetic-user-fails`],
      upgradeMinutes: 120,
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
      steadyAt: 0,
      oldUntil: 0,
    });
    this.services = { web: service("web", 3), cron: service("cron", 1), adhoc: service("adhoc", 2) };
    for (const id of this.args.scalableWorkers) {
      this.targets[id] = {
        min: 1,
        max: 10,
        suspended: {
          DynamicScalingInSuspended: false,
          DynamicScalingOutSuspended: false,
          ScheduledScalingSuspended: false,
        },
      };
    }
  }

  /** Whether the load may start workers again. */
  get suspended(): boolean {
    return Object.values(this.targets).some(({ suspended }) => suspended.DynamicScalingOutSuspended);
  }

  ring(name: string, at = this.now()): void {
    this.ringing.set(`moodle-${name}`, at);
  }

  get input(): { readonly image: string } {
    return { image: this.args.imageDigest };
  }

  /** Somebody turns the switch. */
  turn(value: string): void {
    this.switchValue = value;
    this.etag++;
  }

  answer(call: Call): Answer {
    this.pass();
    this.calls.push(call);
    this.before(call);
    const said = this.answered(call);
    this.pass();
    this.judge(call.state);
    return said;
  }

  private answered(call: Call): Answer {
    const fault = this.faults.find(({ state, times }) => state === call.state && times !== 0);
    if (fault !== undefined) {
      this.faults = this.faults.map((one) =>
        one === fault && one.times !== undefined ? { ...one, times: one.times - 1 } : one,
      );
      if (fault.lateSeconds !== undefined) {
        this.run(call, fault.exit, fault.lateSeconds);
        return { error: "States.Timeout" };
      }
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
        const task = this.tasks.get(p.tasks[0]!)!;
        // ECS stops the other containers when one has ended: their exit codes mean nothing then.
        const containers = task.names.map((name) => ({
          name,
          ...(task.stopped && { exitCode: name === task.main ? task.exit : 1 - Math.min(task.exit, 1) }),
        }));
        return { result: { tasks: [{ lastStatus: task.stopped ? "STOPPED" : "RUNNING", containers }], failures: [] } };
      }
      case "ecs.ListTasks":
        return {
          result: {
            taskArns: [...this.tasks]
              .filter(([, { startedBy, started, stopped }]) => startedBy === p.startedBy && started && !stopped)
              .map(([arn]) => arn),
          },
        };
      case "ecs.StopTask": {
        const task = this.tasks.get(p.task)!;
        if (!task.stopped) {
          Object.assign(task, { stopped: true, exit: 137 });
        }
        return { result: {} };
      }
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
        this.targets[p.ResourceId]!.suspended = p.SuspendedState;
        return { result: {} };
      case "application-autoscaling.DescribeScalableTargets":
        return {
          result: {
            ScalableTargets: p.ResourceIds.map((ResourceId) => {
              const { min, max, suspended } = this.targets[ResourceId]!;
              return {
                ServiceNamespace: "ecs",
                ResourceId,
                ScalableDimension: "ecs:service:DesiredCount",
                MinCapacity: min,
                MaxCapacity: max,
                RoleARN: "arn:aws:iam::123456789012:role/scaling",
                CreationTime: "2026-01-01T00:00:00Z",
                SuspendedState: suspended,
              };
            }),
          },
        };
      case "cloudwatch.DescribeAlarms":
        return {
          result: {
            MetricAlarms: [...this.ringing].map(([AlarmName, at]) => ({
              AlarmName,
              StateTransitionedTimestamp: new Date(at).toISOString(),
            })),
          },
        };
      case "sns.Publish":
        this.messages.push(`${p.Subject}\n${p.Message}`);
        if (p.MessageAttributes !== undefined) {
          this.drafts.push([p.Subject, p.MessageAttributes["draft"]!.StringValue]);
        }
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

  /** Starts and ends what is due by now. */
  private pass(): void {
    const now = this.now();
    for (const task of this.tasks.values()) {
      if (!task.started && task.startsAt <= now) {
        task.started = true;
        task.start();
      }
      if (task.started && !task.stopped && task.endsAt <= now) {
        task.stopped = true;
        task.exit = task.end();
      }
    }
    for (const { role, min, max } of this.schedule.filter(({ at }) => at <= now)) {
      const target = Object.entries(this.targets).find(([id]) => id.endsWith(`-${role}`))?.[1];
      // A scheduled action that is due during a suspension is lost.
      if (target?.suspended.ScheduledScalingSuspended === false) {
        Object.assign(target, { min, max });
        const service = this.services[role];
        service.desired = Math.min(Math.max(service.desired, min), max);
      }
    }
    this.schedule = this.schedule.filter(({ at }) => at > now);
    for (const service of Object.values(this.services)) {
      if (service.rollout === "IN_PROGRESS" && service.steadyAt <= now) {
        service.rollout = "COMPLETED";
      }
    }
  }

  /** Time passes without a call: until the next one there is. */
  wait(): void {
    this.pass();
    this.judge("time passes");
  }

  /** Whether no one-off task runs any more, now or later. */
  get idle(): boolean {
    return [...this.tasks.values()].every(({ stopped }) => stopped);
  }

  /** Whether a task of the service has the code of before. */
  private isOld(role: Role): boolean {
    const { definition, desired, oldUntil } = this.services[role];
    return (this.version(definition) < 2 && desired > 0) || this.now() < oldUntil;
  }

  private judge(state: string): void {
    if (!this.outage || (!this.half && this.databaseVersion < 2)) {
      return;
    }
    const wrong = (what: string) => {
      if (!this.wrong.some((one) => one.startsWith(what))) {
        this.wrong.push(`${what} (${state})`);
      }
    };
    if (this.isOld("web") && this.args.page !== undefined && this.switchValue.includes('"off"')) {
      wrong("old code meets a new database, and the site is open");
    }
    if ((["cron", "adhoc"] as const).some((role) => this.isOld(role))) {
      wrong("old workers run on a new database");
    }
  }

  private run(call: Call, exit: number | undefined, lateSeconds = 0): string {
    const { taskDefinition, overrides, clientToken, startedBy } = call.parameters;
    const known = this.tokens.get(clientToken);
    if (known !== undefined) {
      return known;
    }
    const arn = `${this.args.clusterArn}/task-${this.tasks.size + 1}`;
    this.tokens.set(clientToken, arn);
    const { name, command } = overrides.containerOverrides[0]!;
    const [family] = taskDefinition!.split("-").slice(-1)[0]!.split(":");
    const names = family === "web" ? ["nginx", "php-fpm"] : [family!];
    if (!names.includes(name)) {
      this.wrong.push(`a task of ${family} has no container ${name}`);
    }
    const startsAt = this.now() + lateSeconds * 1000;
    const code = this.version(taskDefinition!);
    this.tasks.set(arn, {
      names,
      main: name,
      startedBy,
      startsAt,
      endsAt: startsAt + this.seconds(command) * 1000,
      exit: 0,
      stopped: false,
      started: false,
      start: () => this.begin(command, code),
      end: () => {
        // Tasks that still run make it fail; cron is disabled all the same.
        this.cronEnabled &&= !(exit === 1 && command.includes("--disable-wait=600"));
        return exit ?? this.moodle(command, code);
      },
    });
    this.pass();
    return arn;
  }

  /** Effects of a command as it begins: only an upgrade changes anything before it is done. */
  private begin(command: readonly string[], code: number): void {
    const asks = command.some((word) => word.startsWith("--is-") || word === "--revisions");
    const due = code > this.databaseVersion && this.pending !== "nothing";
    const allowed = !command.includes("--maintenance=false") || this.pending !== "outage" || this.half;
    if (command[0] !== "upgrade" || asks || !due || !allowed || !this.installed) {
      return;
    }
    const others = [...this.tasks.values()].filter(
      ({ startedBy, started, stopped }) => startedBy === "release-upgrade" && started && !stopped,
    );
    if (others.length > 1) {
      this.wrong.push("two upgrades run at once");
    }
    this.outage = this.pending === "outage";
    this.half = this.outage;
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
      if (has("--revisions")) {
        this.revisionsMovedBy = this.services.web.definition;
        return this.installed ? 0 : 1;
      }
      if (!this.installed || code < this.databaseVersion) {
        return 1;
      }
      // An upgrade writes at its end that it was made: old code sees nothing of one that is half done.
      const due = code > this.databaseVersion && this.pending !== "nothing";
      if (has("--is-pending")) {
        return due ? 2 : 0;
      }
      if (has("--is-maintenance-required")) {
        return !due ? 0 : this.pending === "outage" ? 2 : 3;
      }
      if (!due) {
        return 0;
      }
      if (has("--maintenance=false") && this.pending === "outage") {
        return 2;
      }
      const working = (["cron", "adhoc"] as const).some((role) => this.isOld(role));
      if (working || this.cronEnabled) {
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
      this.half = false;
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
    return this.services[name.split("-").at(-1) as Role];
  }

  private update({ parameters }: Call): Answer {
    const service = this.service(parameters.service);
    const next = parameters.taskDefinition ?? service.definition;
    const isWeb = service === this.services.web;
    const leaves = this.version(service.definition) < 2 && service.desired > 0;
    service.desired = parameters.desiredCount ?? service.desired;
    if (next !== service.definition && !this.healthy && isWeb && next.endsWith(":2")) {
      // The circuit breaker turns it back.
      service.rollout = "COMPLETED";
      return { result: {} };
    }
    if (next !== service.definition && isWeb) {
      this.staleSince = this.services.web.definition;
      this.revisionsMovedBy = undefined;
    }
    if (leaves && (this.version(next) > 1 || service.desired === 0)) {
      service.oldUntil = this.now() + (isWeb ? this.rollSeconds : this.stopSeconds) * 1000;
    }
    service.definition = next;
    service.rollout = this.rollSeconds > 0 ? "IN_PROGRESS" : "COMPLETED";
    service.steadyAt = this.now() + this.rollSeconds * 1000;
    return { result: {} };
  }

  private describe(name: string): unknown {
    const { definition, desired, rollout, oldUntil } = this.service(name);
    return {
      serviceName: name,
      taskDefinition: definition,
      desiredCount: desired,
      runningCount: Math.max(desired, this.now() < oldUntil ? 1 : 0),
      deployments: [
        ...(this.now() < oldUntil
          ? [{ status: "ACTIVE", taskDefinition: "old", runningCount: 1, rolloutState: "IN_PROGRESS" }]
          : []),
        { status: "PRIMARY", taskDefinition: definition, rolloutState: rollout },
      ],
    };
  }
}
