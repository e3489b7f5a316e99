import * as pulumi from "@pulumi/pulumi";
import { describeProblem } from "../components/lib/invalid";
import { type FoundNetwork, findNetwork } from "../components/network/findNetwork";
import type { Providers } from "./providers";
import type { Settings } from "./settings/settings";

/**
 * Fewest addresses of a data subnet: endpoints of the database, both caches and the file system, twice while one is
 * replaced. A subnet of /27 has 27.
 */
const dataAddresses = 16;
/** What a load balancer asks for: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html */
const publicAddresses = 8;
/** Load balancer, VPC origins and one-off tasks, besides web tasks, workers and instances. */
const otherAddresses = 16;

/**
 * Reads the existing network that the settings name, before anything is planned; undefined where the stack makes its
 * own.
 *
 * @throws pulumi.RunError that names everything that does not fit.
 */
export async function lookUpNetwork(
  settings: Settings,
  { regional }: Pick<Providers, "regional">,
): Promise<FoundNetwork | undefined> {
  const { edge, environment, network, safety } = settings;
  if (network.kind === "own") {
    return undefined;
  }
  const { problems, network: found } = await findNetwork(
    "moodle:network",
    {
      ...network,
      subnets: network.subnetTags ?? network.subnets,
      addresses: { public: publicAddresses, application: applicationAddresses(settings), data: dataAddresses },
      natPerZone: safety.natPerZone,
      vpcOrigin: edge.kind === "cloudfront",
    },
    { provider: regional },
  );
  if (found === undefined || problems.length > 0) {
    throw new pulumi.RunError(
      [
        `The network of stack "${environment}" does not fit; nothing was changed.`,
        ...problems.map((problem) => `  - ${describeProblem(problem)}`),
      ].join("\n"),
    );
  }
  return found;
}

/**
 * Addresses that one application subnet must have: all tasks and instances in one zone fewer than there are, since that
 * is what the loss of a zone leaves. A release runs old and new web tasks together for some minutes.
 */
export function applicationAddresses({ adhoc, cluster, network, web }: Settings): number {
  const zones = Math.max(1, network.availabilityZones.length - 1);
  const instances = cluster.kind === "ec2" ? cluster.maxInstances : 0;
  return Math.ceil((2 * web.maxTasks + adhoc.maxTasks + instances) / zones) + otherAddresses;
}
