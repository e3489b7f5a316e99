import assert from "node:assert/strict";
import { enterAws, json, leaveAws, StandInAws } from "../../tools/doctor/test/aws";

/** How a task ends. */
export interface End {
  /** Undefined when its container never ran. @default 0 */
  readonly exitCode?: number | undefined;
  readonly reason?: string;
  /** Failures in RunTask's answer when it starts no task. */
  readonly failures?: readonly object[];
  /** Number of looks at which the task still exists before it is stopped. @default 0 */
  readonly looks?: number;
  readonly printed?: readonly string[];
  /** State of the agent that a shell needs, at each look while the task exists. */
  readonly agent?: readonly string[];
}

/** A task definition as ECS gives it: with what it adds, and a new one may not have. */
export const definition = {
  taskDefinitionArn: "arn:install:3",
  family: "staging-moodle-install",
  revision: 3,
  status: "ACTIVE",
  compatibilities: ["EXTERNAL", "EC2", "FARGATE"],
  requiresAttributes: [{ name: "ecs.capability.task-eni" }],
  requiresCompatibilities: ["FARGATE"],
  registeredAt: 1,
  taskRoleArn: "arn:task-role",
  executionRoleArn: "arn:execution-role",
  networkMode: "awsvpc",
  cpu: "1024",
  memory: "2048",
  volumes: [{ name: "tmp" }],
  containerDefinitions: [
    { name: "install", image: "repository@sha256:1", command: ["install"], readonlyRootFilesystem: true },
  ],
};

/** Amazon ECS and CloudWatch Logs for one task that ends as the test says. Points the SDK of this process to itself. */
export class OneOffTasks {
  private given: End = {};
  private looked = 0;
  private readonly requests: { readonly operation: string; readonly body: string }[] = [];

  private constructor(private readonly aws: StandInAws) {
    aws.answering = ({ operation, body }) => {
      this.requests.push({ operation, body });
      return json(this.answer(operation));
    };
  }

  static async start(): Promise<OneOffTasks> {
    const aws = await StandInAws.alone();
    enterAws(aws.address);
    return new OneOffTasks(aws);
  }

  stop(): void {
    leaveAws();
    this.aws.stop();
  }

  /** Forgets what was asked. */
  end(given: End): void {
    this.given = "exitCode" in given || "reason" in given ? given : { ...given, exitCode: 0 };
    this.looked = 0;
    this.requests.length = 0;
  }

  get asked(): readonly string[] {
    return this.requests.map(({ operation }) => operation);
  }

  /** Input of the first call of an operation. */
  input(operation: string): any {
    return JSON.parse(this.requests.find((one) => one.operation === operation)!.body);
  }

  private answer(operation: string): object {
    const { exitCode, reason, failures, looks = 0, printed = ["one", "two"] } = this.given;
    switch (operation) {
      case "RunTask":
        return failures ? { tasks: [], failures } : { tasks: [{ taskArn: "arn:aws:ecs:eu-west-2:1:task/c/abc" }] };
      case "DescribeTasks": {
        const { name } = this.input("RunTask").overrides.containerOverrides[0];
        const lastStatus = this.looked++ < looks ? "RUNNING" : "STOPPED";
        const managedAgents = [{ name: "ExecuteCommandAgent", lastStatus: this.given.agent?.[this.looked - 1] }];
        const containers = [{ name, exitCode, reason, ...(this.given.agent && { managedAgents }) }];
        return { tasks: [{ lastStatus, stoppedReason: "Stopped", containers }] };
      }
      case "DescribeTaskDefinition":
        return { taskDefinition: definition, tags: [{ key: "Environment", value: "staging" }] };
      case "RegisterTaskDefinition":
      case "DeregisterTaskDefinition":
        return { taskDefinition: { taskDefinitionArn: "arn:made:1" } };
      case "GetLogEvents":
        return { events: printed.map((message) => ({ message })) };
      default:
        return assert.fail(operation);
    }
  }
}
