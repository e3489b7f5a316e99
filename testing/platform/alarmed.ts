import { existsSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { preview, type RunOptions } from "../../offline/engine";
import { resourceTypes, unlisted, type Watch } from "../../policies/lib/resourceTypes";
import { exceptions } from "./exceptions";

const root = join(__dirname, "..", "..");

/** False for the alarm that only adds capacity, by its logical name without the environment: it needs no runbook. */
const asksPeople = (name: string): boolean => name !== "moodle-adhoc-oldest-task-alarm";

interface Watching {
  /** Resources that the alarms' dimensions come from. */
  readonly resources: ReadonlySet<pulumi.Resource>;
  readonly namespaces: ReadonlySet<string>;
  /** Resources that the pattern of each rule comes from, by the rule's name without environment and `edge-`. */
  readonly rules: ReadonlyMap<string, ReadonlySet<pulumi.Resource>>;
}

function isWatched(resource: pulumi.Resource, watch: Watch, { resources, namespaces, rules }: Watching): boolean {
  switch (watch.by) {
    case "alarm":
      return resources.has(resource);
    case "metrics":
      return namespaces.has(watch.namespace);
    case "event":
      return rules.get(watch.rule)?.has(resource) ?? false;
    case "nobody":
      return true;
  }
}

export interface Alarmed {
  /** `type::name` of each resource of the plan that holds data or carries all requests. */
  readonly stateful: readonly string[];
  /** Resources that nothing watches, although the table of resource types says that something does. */
  readonly unwatched: readonly string[];
  /** Types of AWS that the table of resource types knows neither as the one nor as the other. */
  readonly unclassified: readonly string[];
  /** Alarms whose description names no runbook that exists. */
  readonly unguided: readonly string[];
}

/**
 * Finds resources of a stack's plan that nothing watches. An alarm's dimensions and a rule's pattern are outputs of the
 * watched resource, and an output knows its resource in a preview too, where its value is still unknown.
 *
 * @param add Makes resources that the program does not have, once all of its own are there.
 */
export async function alarmed(stack: string, add?: (opts: pulumi.CustomResourceOptions) => void): Promise<Alarmed> {
  const resources = new Set<pulumi.Resource>();
  const rules = new Map<string, Set<pulumi.Resource>>();
  const unclassified = new Set<string>();
  const namespaces = new Set<string>();
  const found: { type: string; name: string; resource: pulumi.Resource; watch: Watch }[] = [];
  const unguided: string[] = [];
  const reading: Promise<void>[] = [];
  const read = async (value: unknown, into: Set<pulumi.Resource>) => {
    if (pulumi.Output.isInstance(value)) {
      const known = value as pulumi.Output<unknown> & { allResources?: () => Promise<Set<pulumi.Resource>> };
      (await known.allResources!()).forEach((resource) => into.add(resource));
    }
  };
  let added = false;
  const transform: RunOptions["transform"] = ({ type, name, props, resource, opts }) => {
    const role = name.slice(stack.length + 1);
    const watched = resourceTypes[type]?.watched;
    if (watched !== undefined) {
      found.push({ type, name, resource, watch: exceptions[role] ?? watched });
    }
    unlisted([type]).forEach((one) => unclassified.add(one));
    if (type === "aws:cloudwatch/eventRule:EventRule") {
      // A notice may be in both regions.
      const rule = role.replace(/^edge-/, "");
      const of = rules.get(rule) ?? new Set();
      rules.set(rule, of);
      reading.push(read(props["eventPattern"], of));
    }
    if (type === "aws:cloudwatch/metricAlarm:MetricAlarm") {
      if (add !== undefined && !added) {
        added = true;
        add({ parent: opts.parent });
      }
      const runbook = /Runbook: (docs\/runbooks\/[\w-]+\.md)$/.exec(String(props["alarmDescription"]))?.[1];
      if (asksPeople(role) && (runbook === undefined || !existsSync(join(root, runbook)))) {
        unguided.push(name);
      }
      const metrics = [props, ...(props["metricQueries"] ?? []).map(({ metric }: any) => metric ?? {})];
      for (const { namespace, dimensions } of metrics) {
        namespaces.add(namespace);
        reading.push(...Object.values(dimensions ?? {}).map((value) => read(value, resources)));
      }
    }
    return undefined;
  };
  const result = await preview(stack, { run: `alarmed-${stack}`, quiet: true, transform, policyPacks: [] });
  if (found.length === 0) {
    throw new Error(`Nothing was planned.\n${result.printed}`);
  }
  await Promise.all(reading);
  const identity = ({ type, name }: (typeof found)[number]) => `${type}::${name}`;
  const watching = { resources, namespaces, rules };
  return {
    stateful: found.map(identity).sort(),
    unwatched: found
      .filter(({ resource, watch }) => !isWatched(resource, watch, watching))
      .map(identity)
      .sort(),
    unclassified: [...unclassified].sort(),
    unguided: unguided.sort(),
  };
}
