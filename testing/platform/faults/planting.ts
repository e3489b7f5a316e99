import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { Made, Mutation } from "../mutations";

/** A resource as the program makes it. */
interface Noted extends pulumi.ResourceTransformationArgs {
  /** Name without the environment's prefix, as in faults. */
  readonly short: string;
}

/** The resources of a running program, in the order in which it makes them. */
class Program {
  readonly resources: pulumi.Resource[] = [];
  private readonly noted: Noted[] = [];
  private readonly prefix: string;

  constructor(stack: string) {
    this.prefix = `${stack}-`;
  }

  note(args: pulumi.ResourceTransformationArgs): Noted {
    const { name } = args;
    const noted = { ...args, short: name.startsWith(this.prefix) ? name.slice(this.prefix.length) : name };
    this.resources.push(args.resource);
    if (!args.type.startsWith("moodle:")) {
      this.noted.push(noted);
    }
    return noted;
  }

  /** Finds what was made before something else, by name. */
  madeBefore(one: Noted): Made {
    const before = this.noted.slice(0, this.noted.indexOf(one));
    return (name) =>
      before.findLast((each) => each.short === name)?.resource ??
      assert.fail(`${name} is not made before it is needed.`);
  }

  matching(mutation: Mutation): readonly Noted[] {
    return this.noted.filter((one) => breaks(mutation, one));
  }

  /** An addition comes with the first service, when everything that it may need is there. */
  get firstService(): Noted {
    return this.noted.find(isService) ?? assert.fail("The program makes no service.");
  }
}

/** Plants faults in a program on its way to the engine. To be asked at the end whether all of them were planted. */
export function planted(stack: string, faults: readonly Mutation[]) {
  const program = new Program(stack);
  const done = new Set<Mutation>();
  let adding = false;
  const transform: pulumi.ResourceTransformation = (args) => {
    if (adding) {
      return undefined;
    }
    const one = program.note(args);
    const made = program.madeBefore(one);
    const additions = isService(one) ? faults.filter(({ add }) => add !== undefined) : [];
    for (const fault of additions.filter((each) => !done.has(each))) {
      done.add(fault);
      adding = true;
      fault.add!(made);
      adding = false;
    }
    const here = faults.filter((fault) => breaks(fault, one));
    here.forEach((fault) => done.add(fault));
    return here.length === 0
      ? undefined
      : here.reduce((good, fault) => broken(fault, good, made, one.short), { props: args.props, opts: args.opts });
  };
  const check = (): void => {
    const missing = faults.filter((fault) => !done.has(fault));
    assert.deepEqual(missing, [], "The fault was not planted: no such resource.");
  };
  return { transform, check };
}

interface Registration {
  readonly props: Record<string, unknown>;
  readonly opts: pulumi.ResourceOptions;
}

function broken({ change, options }: Mutation, { props, opts }: Registration, made: Made, name: string): Registration {
  return { props: { ...props, ...change?.(props, made, name) }, opts: { ...opts, ...options } };
}

function breaks({ names = [], type }: Mutation, one: Noted): boolean {
  return names.includes(one.short) && (type ?? one.type) === one.type && !one.type.startsWith("moodle:");
}

function isService({ type }: { readonly type: string }): boolean {
  return type === "aws:ecs/service:Service";
}

/** The SDK's class is abstract only because each type has its own class. */
class CustomCopy extends pulumi.CustomResource {}

/** Marks what belongs to a copy, by the number of its fault. */
const copyType = (number: number): string => `fault:${number}:Copy`;
export const copyMark = /fault:(\d+):Copy/;

/**
 * Registers each broken resource a second time, beside the good one, and each addition, after the whole program. A copy
 * has the type, the name and the inheritance of its original; only its URN has one parent more.
 *
 * @returns The URN of each addition, with the number of its fault.
 */
export function copies(stack: string, faults: readonly Mutation[]) {
  const program = new Program(stack);
  const added: { readonly number: number; readonly resource: pulumi.Resource }[] = [];
  let copying = false;
  let adding: number | undefined;
  const transform: pulumi.ResourceTransformation = (args) => {
    if (adding !== undefined) {
      added.push({ number: adding, resource: args.resource });
    } else if (!copying) {
      program.note(args);
    }
    return undefined;
  };
  const register = async (): Promise<void> => {
    // Components that others depend on stand for all their children. The copies must not be among them.
    await urns(program.resources);
    faults.forEach((fault, number) => {
      copying = true;
      program.matching(fault).forEach((one, at) => {
        const made = program.madeBefore(one);
        const { parent } = one.opts;
        const holder = new pulumi.ComponentResource(copyType(number), `${number}-${at}`, {}, parent ? { parent } : {});
        (parent as unknown as { __childResources?: Set<pulumi.Resource> } | undefined)?.__childResources?.delete(
          holder,
        );
        const { props, opts } = broken(fault, one, made, one.short);
        const beside = { ...opts, parent: holder };
        if (pulumi.CustomResource.isInstance(one.resource)) {
          new CustomCopy(one.type, one.name, props, beside);
        } else {
          new pulumi.ComponentResource(one.type, one.name, props, beside, true);
        }
      });
      copying = false;
      if (fault.add !== undefined) {
        adding = number;
        fault.add(program.madeBefore(program.firstService));
        adding = undefined;
      }
    });
  };
  const additions = async (): Promise<ReadonlyMap<string, number>> => {
    const found = await urns(added.map(({ resource }) => resource));
    return new Map(found.map((urn, at) => [urn, added[at]!.number]));
  };
  return { transform, register, additions };
}

function urns(resources: readonly pulumi.Resource[]): Promise<readonly string[]> {
  return new Promise((resolve) => pulumi.all(resources.map(({ urn }) => urn)).apply(resolve));
}
