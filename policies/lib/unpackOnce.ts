import type { PolicyResource, ResourceValidationArgs } from "@pulumi/policy";
import * as messages from "@pulumi/pulumi/proto/analyzer_pb";
import { resourceOf, type Resource } from "./resource";
import { Stack } from "./stack";

/** The readers of a message that the SDK calls anew for each policy. */
interface Message {
  getType(): string;
  getOptions(): Options | undefined;
  getProperties(): { toJavaScript(): object };
  getProvider(): unknown;
  getPropertydependenciesMap(): unknown;
  getDependenciesList(): readonly unknown[];
}
interface Options {
  getAliasesList(): object;
}
type Messages = Partial<Record<"AnalyzeRequest" | "AnalyzerResource", { prototype: Message }>> & {
  readonly AnalyzerResourceOptions?: new () => Options;
};

const nothing = { toJavaScript: () => ({}) };

/*
 * The SDK passes the list of aliases on from the message to each policy without copying it, so that it tells which
 * message a policy was called for. Weak: what was unpacked goes when the message goes.
 */
let resources: WeakMap<object, Resource> | undefined;
let stacks: WeakMap<object, { readonly stack: Stack; readonly size: number }> | undefined;
let unpacked = new WeakSet();

/**
 * Has the SDK unpack every message once, instead of once for each policy: with 370 resources and 27 stack policies that was
 * four fifths of the time that the pack took, all of it copying the same properties again.
 *
 * The first policy that is called for a message keeps what it got; for the others the message's readers then give
 * nothing to unpack, and they take what was kept. Levels, thresholds, names and order stay the SDK's. Where a later SDK
 * works in another way nothing is kept, so every policy goes on to get all of it: slower, and as right.
 *
 * @param judged Types that a rule judges by itself: the properties of others are not unpacked before the stack is whole.
 * @returns What undoes it, for tests.
 */
export function unpackOnce(judged: ReadonlySet<string>): () => void {
  const { AnalyzeRequest, AnalyzerResource, AnalyzerResourceOptions } = messages as unknown as Messages;
  if (AnalyzeRequest === undefined || AnalyzerResource === undefined || AnalyzerResourceOptions === undefined) {
    return () => undefined;
  }
  const one = new AnalyzerResourceOptions();
  if (
    one.getAliasesList() !== one.getAliasesList() ||
    one.getAliasesList() === new AnalyzerResourceOptions().getAliasesList()
  ) {
    return () => undefined;
  }
  resources = new WeakMap();
  stacks = new WeakMap();
  unpacked = new WeakSet();
  const undo = [
    emptied(AnalyzeRequest.prototype, (message) => isUnpacked(message) || !judged.has(message.getType())),
    emptied(AnalyzerResource.prototype, isUnpacked),
  ];
  return () => {
    undo.forEach((each) => each());
    resources = undefined;
    stacks = undefined;
  };
}

function isUnpacked(message: Message): boolean {
  const mark = message.getOptions()?.getAliasesList();
  return mark !== undefined && unpacked.has(mark);
}

/** Lets the readers of a kind of message give nothing where nobody needs what they read. */
function emptied(prototype: Message, isEmpty: (message: Message) => boolean): () => void {
  const empty: Partial<Message> = {
    getProperties: () => nothing,
    getProvider: () => undefined,
    getPropertydependenciesMap: () => undefined,
    getDependenciesList: () => [],
  };
  const changed = Object.entries(empty).filter(([name]) => name in prototype) as [keyof Message, () => unknown][];
  const original = Object.fromEntries(changed.map(([name]) => [name, prototype[name]]));
  for (const [name, nothingToRead] of changed) {
    const read = prototype[name] as (this: Message) => unknown;
    Object.assign(prototype, {
      [name](this: Message) {
        return isEmpty(this) ? nothingToRead() : read.call(this);
      },
    });
  }
  return () => Object.assign(prototype, original);
}

/** The resource that a policy is called for, unpacked by the first that was. */
export function sharedResource(args: ResourceValidationArgs): Resource {
  const mark = args.opts.aliases;
  const resource = resources?.get(mark) ?? resourceOf(args);
  resources?.set(mark, resource);
  unpacked.add(mark);
  return resource;
}

/** The stack that a policy is called for, unpacked by the first that was. */
export function sharedStack(list: readonly PolicyResource[]): Stack {
  const mark = list[0]?.opts.aliases;
  const kept = mark === undefined ? undefined : stacks?.get(mark);
  if (kept?.size === list.length) {
    return kept.stack;
  }
  const stack = new Stack(list);
  if (mark !== undefined && stacks !== undefined) {
    stacks.set(mark, { stack, size: list.length });
    list.forEach((one) => unpacked.add(one.opts.aliases));
  }
  return stack;
}
