import {
  ListCachePoliciesCommand,
  ListDistributionsCommand,
  ListFunctionsCommand,
  ListKeyValueStoresCommand,
  ListResponseHeadersPoliciesCommand,
  ListVpcOriginsCommand,
} from "@aws-sdk/client-cloudfront";
import {
  DescribeAddressesCommand,
  DescribeVpcsCommand,
  paginateDescribeInstances,
  type Tag,
} from "@aws-sdk/client-ec2";
import { paginateDescribeDBClusterSnapshots } from "@aws-sdk/client-rds";
import type { World } from "./check";

/** Things in the account that can be counted and that a plan of this stack has not. */
export type Use = keyof typeof uses;

/** Every resource of the stack that has tags has these two: stacks/providers.ts. */
function isOurs(tags: readonly Tag[] | undefined, stack: string): boolean {
  const has = (key: string, value: string) => tags?.some(({ Key, Value }) => Key === key && Value === value) === true;
  return has("Project", "moodle") && has("Environment", stack);
}

/** Resources without tags have a name that begins with the stack's: the engine makes such names. */
const notNamed = (names: readonly (string | undefined)[], stack: string): number =>
  names.filter((name) => !name?.startsWith(`${stack}-`)).length;

interface Page {
  readonly names: readonly (string | undefined)[];
  readonly next: string | undefined;
}

/** All pages of one of CloudFront's lists. */
async function all(page: (marker: string | undefined) => Promise<Page>): Promise<readonly (string | undefined)[]> {
  const names: (string | undefined)[] = [];
  for (let marker: string | undefined; ;) {
    const { names: more, next } = await page(marker);
    names.push(...more);
    if (!next) {
      return names;
    }
    marker = next;
  }
}

/** Families that the quota of Standard instances counts: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-on-demand-instances.html */
const standard = /^(a|c|d|h|i|m|r|t|z)\d/;

async function vcpus({ clients, settings }: World): Promise<number> {
  let found = 0;
  const running = { Filters: [{ Name: "instance-state-name", Values: ["pending", "running"] }] };
  for await (const { Reservations = [] } of paginateDescribeInstances({ client: clients.ec2 }, running)) {
    for (const instance of Reservations.flatMap(({ Instances = [] }) => Instances)) {
      const counts = standard.test(instance.InstanceType ?? "") && instance.InstanceLifecycle !== "spot";
      if (counts && !isOurs(instance.Tags, settings.environment)) {
        found += (instance.CpuOptions?.CoreCount ?? 1) * (instance.CpuOptions?.ThreadsPerCore ?? 1);
      }
    }
  }
  return found;
}

const uses = {
  vcpus,
  addresses: async ({ clients, settings }: World) => {
    const { Addresses = [] } = await clients.ec2.send(new DescribeAddressesCommand({}));
    return Addresses.filter(({ Tags }) => !isOurs(Tags, settings.environment)).length;
  },
  vpcs: async ({ clients, settings }: World) => {
    const { Vpcs = [] } = await clients.ec2.send(new DescribeVpcsCommand({}));
    return Vpcs.filter(({ Tags }) => !isOurs(Tags, settings.environment)).length;
  },
  // Those of this stack's releases too: none of them is in its plan.
  clusterSnapshots: async ({ clients }: World) => {
    let found = 0;
    for await (const { DBClusterSnapshots = [] } of paginateDescribeDBClusterSnapshots(
      { client: clients.rds },
      { SnapshotType: "manual" },
    )) {
      found += DBClusterSnapshots.length;
    }
    return found;
  },
  distributions: async ({ clients, settings: { domain } }: World) => {
    const names = await all(async (Marker) => {
      const { DistributionList } = await clients.cloudFront.send(new ListDistributionsCommand({ Marker }));
      const names = (DistributionList?.Items ?? []).map(({ Aliases }) => Aliases?.Items?.join(" "));
      return { names, next: DistributionList?.NextMarker };
    });
    return names.filter((aliases) => !aliases?.split(" ").includes(domain)).length;
  },
  cachePolicies: async ({ clients, settings: { environment } }: World) => {
    const names = await all(async (Marker) => {
      const { CachePolicyList } = await clients.cloudFront.send(
        new ListCachePoliciesCommand({ Type: "custom", Marker }),
      );
      const names = (CachePolicyList?.Items ?? []).map(({ CachePolicy }) => CachePolicy?.CachePolicyConfig?.Name);
      return { names, next: CachePolicyList?.NextMarker };
    });
    return notNamed(names, environment);
  },
  headersPolicies: async ({ clients, settings: { environment } }: World) => {
    const names = await all(async (Marker) => {
      const command = new ListResponseHeadersPoliciesCommand({ Type: "custom", Marker });
      const { ResponseHeadersPolicyList: list } = await clients.cloudFront.send(command);
      const names = (list?.Items ?? []).map((one) => one.ResponseHeadersPolicy?.ResponseHeadersPolicyConfig?.Name);
      return { names, next: list?.NextMarker };
    });
    return notNamed(names, environment);
  },
  functions: async ({ clients, settings: { environment } }: World) => {
    const names = await all(async (Marker) => {
      const { FunctionList } = await clients.cloudFront.send(
        new ListFunctionsCommand({ Stage: "DEVELOPMENT", Marker }),
      );
      return { names: (FunctionList?.Items ?? []).map(({ Name }) => Name), next: FunctionList?.NextMarker };
    });
    return notNamed(names, environment);
  },
  stores: async ({ clients, settings: { environment } }: World) => {
    const names = await all(async (Marker) => {
      const { KeyValueStoreList } = await clients.cloudFront.send(new ListKeyValueStoresCommand({ Marker }));
      return { names: (KeyValueStoreList?.Items ?? []).map(({ Name }) => Name), next: KeyValueStoreList?.NextMarker };
    });
    return notNamed(names, environment);
  },
  vpcOrigins: async ({ clients, settings: { environment } }: World) => {
    const names = await all(async (Marker) => {
      const { VpcOriginList } = await clients.cloudFront.send(new ListVpcOriginsCommand({ Marker }));
      return { names: (VpcOriginList?.Items ?? []).map(({ Name }) => Name), next: VpcOriginList?.NextMarker };
    });
    return notNamed(names, environment);
  },
};

/** Amount of a quota that others in the account use. */
export const inUse = (use: Use, world: World): Promise<number> => uses[use](world);
