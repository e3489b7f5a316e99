import { existsSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { preview, type RunOptions } from "../../offline/engine";

const root = join(__dirname, "..", "..");

/**
 * Types that hold data, or that all requests go through: each must be watched by an alarm. Not in it, since AWS keeps them
 * and has no metric that says more than the errors of those that use them: buckets, secrets, keys, queues of the outage
 * page's own, repositories, the network's parts.
 */
export const critical: readonly string[] = [
  "aws:rds/cluster:Cluster",
  "aws:rds/instance:Instance",
  "aws:elasticache/replicationGroup:ReplicationGroup",
  "aws:elasticache/cluster:Cluster",
  "aws:efs/fileSystem:FileSystem",
  "aws:fsx/openZfsFileSystem:OpenZfsFileSystem",
  "aws:dynamodb/table:Table",
  "aws:ecs/service:Service",
  "aws:lb/loadBalancer:LoadBalancer",
  "aws:cloudfront/distribution:Distribution",
  "aws:wafv2/webAcl:WebAcl",
  // A certificate that is in use: what uses it, and its alarm, wait for this.
  "aws:acm/certificateValidation:CertificateValidation",
];

/** Critical by type and not by what they do, by logical name without the environment, and why. */
const harmless: Readonly<Record<string, string>> = {
  "release-lock": "Holds who is releasing. Without it a release stops and says so.",
};

/** Alarms that add capacity and tell nobody, by logical name without the environment. */
const telling = (name: string): boolean => name !== "moodle-adhoc-oldest-task-alarm";

/** Resources of one kind that other resources stand for in CloudWatch's dimensions. */
const watchedBy: Readonly<Record<string, (resource: pulumi.Resource, watched: Watching) => boolean>> = {
  // By the name that the web ACL's own metrics have, which is written out and no output of it.
  "aws:wafv2/webAcl:WebAcl": (_, { namespaces }) => namespaces.has("AWS/WAFV2"),
};

interface Watching {
  /** What the alarms' dimensions were made of. */
  readonly resources: ReadonlySet<pulumi.Resource>;
  readonly namespaces: ReadonlySet<string>;
}

export interface Alarmed {
  /** `type::name` of each critical resource of the plan. */
  readonly critical: readonly string[];
  /** Those that no alarm watches. */
  readonly unwatched: readonly string[];
  /** Alarms whose description names no runbook that exists. */
  readonly unguided: readonly string[];
}

/**
 * Which critical resources of a stack's plan no alarm watches: an alarm's dimensions are outputs of what it watches, and an
 * output knows its resource in a preview too, where its value is not known yet.
 *
 * @param add Makes resources that the program does not have, once all of its own are there.
 */
export async function alarmed(stack: string, add?: (opts: pulumi.CustomResourceOptions) => void): Promise<Alarmed> {
  const resources = new Set<pulumi.Resource>();
  const namespaces = new Set<string>();
  const found: { readonly type: string; readonly name: string; readonly resource: pulumi.Resource }[] = [];
  const unguided: string[] = [];
  const reading: Promise<void>[] = [];
  const read = async (dimension: unknown) => {
    if (pulumi.Output.isInstance(dimension)) {
      const known = dimension as pulumi.Output<unknown> & { allResources?: () => Promise<Set<pulumi.Resource>> };
      (await known.allResources!()).forEach((resource) => resources.add(resource));
    }
  };
  let added = false;
  const transform: RunOptions["transform"] = ({ type, name, props, resource, opts }) => {
    if (critical.includes(type) && !(name.slice(stack.length + 1) in harmless)) {
      found.push({ type, name, resource });
    }
    if (type === "aws:cloudwatch/metricAlarm:MetricAlarm") {
      if (add !== undefined && !added) {
        added = true;
        add({ parent: opts.parent });
      }
      const runbook = /Runbook: (docs\/runbooks\/[\w-]+\.md)$/.exec(String(props["alarmDescription"]))?.[1];
      if (telling(name.slice(stack.length + 1)) && (runbook === undefined || !existsSync(join(root, runbook)))) {
        unguided.push(name);
      }
      const metrics = [props, ...(props["metricQueries"] ?? []).map(({ metric }: any) => metric ?? {})];
      for (const { namespace, dimensions } of metrics) {
        namespaces.add(namespace);
        reading.push(...Object.values(dimensions ?? {}).map(read));
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
  const isWatched = ({ type, resource }: (typeof found)[number]) =>
    watchedBy[type]?.(resource, { resources, namespaces }) ?? resources.has(resource);
  return {
    critical: found.map(identity).sort(),
    unwatched: found
      .filter((one) => !isWatched(one))
      .map(identity)
      .sort(),
    unguided: unguided.sort(),
  };
}
