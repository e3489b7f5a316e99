/**
 * Releases and their clean-ups in one world, on one clock: Step Functions by the interpreter beside this file, the lock
 * table and the image repository in memory, EventBridge's rule that starts a clean-up. A test decides which execution
 * goes on first.
 */
import { executionPrefix } from "../../components/release/arguments";
import { definition } from "../../components/release/definition";
import { type Definition, Execution, type Status, translated } from "./interpreter";
import type { Answer, Call } from "./moto";
import { World } from "./world";

interface Item {
  readonly [name: string]: { readonly S: string };
}
interface TableCall {
  readonly Key: Item;
  readonly Item: Item;
  readonly ConditionExpression?: string;
  readonly UpdateExpression: string;
  readonly ExpressionAttributeNames: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues: Item;
}

const begin = Date.parse("2027-01-11T07:00:00Z");
const definitions = new Map<string, Definition>();

export class Simulation {
  readonly world: World;
  readonly definition: Definition;
  readonly executions: Execution[] = [];
  readonly table = new Map<string, Item>([["last", { image: { S: `sha256:${"1".repeat(64)}` } }]]);
  /** Milliseconds since the epoch. */
  clock = begin;
  private cleanUps = 0;
  private due: { readonly at: number; readonly name: string }[] = [];
  /** Seconds until EventBridge has started a clean-up. */
  cleanUpAfter: () => number = () => 1;

  constructor(changes: Partial<World["args"]> = {}) {
    this.world = new World("world", changes, () => this.clock);
    const key = JSON.stringify(this.world.args);
    const known = definitions.get(key) ?? (definition(this.world.args) as Definition);
    definitions.set(key, known);
    this.definition = known;
  }

  start(name: string, input: Readonly<Record<string, unknown>> = { ...this.world.input }): Execution {
    const arn = `arn:aws:states:eu-west-2:123456789012:execution:release:${name}`;
    const made = new Execution(this.definition, arn, input, () => this.clock, this.aws);
    this.executions.push(made);
    return made;
  }

  /** Goes on until all have ended and nothing is left to come. @param choose which of those that are due now goes first */
  run(choose: (due: readonly Execution[]) => Execution = (due) => due[0]!, after: () => void = () => undefined): void {
    for (;;) {
      const running = this.executions.filter(({ status }) => status === "RUNNING");
      const next = Math.min(...running.map(({ wakes }) => wakes), ...this.due.map(({ at }) => at));
      if (next === Infinity) {
        return;
      }
      this.clock = Math.max(this.clock, next);
      this.world.wait();
      const begun = this.due.filter(({ at }) => at <= this.clock);
      this.due = this.due.filter(({ at }) => at > this.clock);
      begun.forEach(({ name }) => this.start(`clean-up-${++this.cleanUps}-after-${name}`, { recover: true }));
      const due = running.filter(({ wakes, status }) => wakes <= this.clock && status === "RUNNING");
      if (due.length > 0) {
        const one = choose(due);
        one.step();
        this.ended(one);
      }
      after();
    }
  }

  /** One step of an execution, independent of the others. */
  advance(execution: Execution): void {
    this.clock = Math.max(this.clock, execution.wakes);
    this.world.wait();
    execution.step();
    this.ended(execution);
  }

  /** Somebody presses Stop. */
  abort(execution: Execution): void {
    if (execution.status === "RUNNING") {
      execution.status = "ABORTED";
      this.ended(execution);
    }
  }

  /** https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html, as the component's rule has it. */
  private ended({ status, arn }: Execution): void {
    const name = arn.split(":").at(-1)!;
    if (
      (["FAILED", "TIMED_OUT", "ABORTED"] as readonly Status[]).includes(status) &&
      name.startsWith(executionPrefix)
    ) {
      this.due.push({ at: this.clock + this.cleanUpAfter() * 1000, name });
    }
  }

  private readonly aws = (call: Call): unknown => translated(call, (one) => this.answer(one));

  private answer(call: Call): Answer {
    const said = this.world.answer(call);
    if ("result" in said || "error" in said) {
      return said;
    }
    switch (call.service) {
      case "dynamodb":
        return this.dynamodb(call.action, call.parameters as unknown as TableCall);
      case "ecr":
        // Marks are judged in components/release/marks.test.ts.
        return {
          result:
            call.action === "BatchGetImage"
              ? {
                  images: [
                    {
                      imageId: { imageDigest: this.world.args.imageDigest },
                      imageManifest: "{}",
                      imageManifestMediaType: "x",
                    },
                  ],
                }
              : {},
        };
      case "stepfunctions": {
        const { executionArn } = call.parameters as unknown as { readonly executionArn: string };
        return { result: { status: this.executions.find(({ arn }) => arn === executionArn)!.status } };
      }
      default:
        throw new Error(`Nobody answers ${call.service} ${call.action}`);
    }
  }

  /** The part of conditions and updates that a release uses. */
  private dynamodb(action: string, p: TableCall): Answer {
    const id = (p.Key ?? p.Item)["id"]!.S;
    const item = this.table.get(id);
    const allowed = (): boolean => {
      if (p.ConditionExpression === undefined) {
        return true;
      }
      if (p.ConditionExpression === "attribute_not_exists(id)") {
        return item === undefined;
      }
      const [, name, value] = /^(#\w+) = (:\w+)$/.exec(p.ConditionExpression)!;
      return item?.[p.ExpressionAttributeNames[name!]!]?.S === p.ExpressionAttributeValues[value!]!.S;
    };
    if (action === "GetItem") {
      return { result: item === undefined ? {} : { Item: item } };
    }
    if (!allowed()) {
      return { error: "ConditionalCheckFailedException" };
    }
    if (action === "PutItem") {
      this.table.set(id, p.Item);
    } else if (action === "DeleteItem") {
      this.table.delete(id);
    } else {
      const changes = p.UpdateExpression.replace(/^SET /, "")
        .split(", ")
        .map((one) => one.split(" = ") as [string, string])
        .map(([name, value]) => [p.ExpressionAttributeNames[name]!, p.ExpressionAttributeValues[value]!] as const);
      this.table.set(id, { ...item, ...Object.fromEntries(changes) });
    }
    return { result: {} };
  }
}
