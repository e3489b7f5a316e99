import { networkInvokes } from "./existingNetwork";
import { account, type Place } from "./outputs";
import { outsideAnswer } from "./outside";
import { hex, plain, type Properties, secret } from "./values";

type Answer = (args: Properties, place: Place) => Properties;

// Managed policies have fixed ids, the same in every account.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
const cachePolicies: Readonly<Record<string, string>> = {
  "Managed-CachingOptimized": "658327ea-f89d-4fab-a63d-7e88639e58f6",
  "Managed-CachingDisabled": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
  UseOriginCacheControlHeaders: "83da9c7e-98b4-4e11-a168-04f0df8e2c65",
  "UseOriginCacheControlHeaders-QueryStrings": "4cc15a8a-d715-48a4-82b8-cc0b614638fe",
};
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html
const originRequestPolicies: Readonly<Record<string, string>> = {
  "Managed-AllViewer": "216adef6-5c7f-47e4-b989-5492eafa07d3",
  "Managed-AllViewerExceptHostHeader": "b689b0a8-53d0-40ab-baf2-68738e2966ac",
};
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html
const responseHeadersPolicies: Readonly<Record<string, string>> = {
  "Managed-SecurityHeadersPolicy": "67f7725c-6f97-4210-82d7-5512b31e9d03",
};

const managed =
  (policies: Readonly<Record<string, string>>): Answer =>
  (args) => {
    const found = Object.entries(policies).find(([name, id]) => args["name"] === name || args["id"] === id);
    if (found === undefined) {
      throw new Error(`does not know the managed policy ${JSON.stringify(args)}`);
    }
    return { name: found[0], id: found[1], comment: "", etag: "E23ZP02F085DFQ" };
  };

const region: Answer = (args, place) => {
  const name = String(args["region"] ?? args["name"] ?? place.region);
  return { id: name, name, region: name, description: name, endpoint: `ec2.${name}.amazonaws.com` };
};

/**
 * Letters and zone numbers of one account. Each account has its own shuffle, and in old regions only some of the zones:
 * https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html
 */
const zones: Readonly<Record<string, string>> = {
  "us-east-1": "a2 b4 c6 d1 e3 f5",
  "us-west-1": "b3 c1",
  "us-west-2": "a2 b1 c3 d4",
  "ap-northeast-1": "a4 c1 d2",
  "ap-northeast-2": "a1 b2 c3 d4",
  "ca-central-1": "a1 b2 d4",
};

const availabilityZones: Answer = (_, place) => {
  // eu-west-2 is euw2, ap-southeast-1 is apse1, us-gov-west-1 is usgw1.
  const [area = "", ...rest] = place.region.split("-");
  const short = rest.map((word) => word.replace(/^(north|south)(east|west)$/, "$1 $2").replace(/(\w)\w*\s?/g, "$1"));
  const pairs = (zones[place.region] ?? "a1 b2 c3").split(" ");
  return {
    id: place.region,
    region: place.region,
    state: "available",
    names: pairs.map(([letter]) => `${place.region}${letter}`),
    zoneIds: pairs.map(([, number]) => `${area}${short.join("")}-az${number}`),
    groupNames: [place.region],
  };
};

/**
 * The zone of the stack files' examples. The contents of other zones are unknown here, so they answer as the root,
 * which holds all.
 */
const exampleZone = { id: "Z0123456789EXAMPLE00", name: "example.org" };

const zone: Answer = (args) => {
  const name = String(args["name"] ?? (args["zoneId"] === exampleZone.id ? exampleZone.name : "."));
  const id = String(args["zoneId"] ?? `Z${hex(name, 20).toUpperCase()}`);
  return { id, zoneId: id, name, arn: `arn:aws:route53:::hostedzone/${id}`, nameServers: [], privateZone: false };
};

/** What exists besides this program's own resources is told by the file of `outside.ts`; otherwise there is nothing. */
const existing =
  (token: string, key: string): Answer =>
  (args) => {
    const answer = outsideAnswer(token, args[key]);
    if (answer === undefined) {
      throw new Error(`finds no ${key} "${String(args[key])}"`);
    }
    return answer;
  };

/**
 * The provider functions that the offline provider answers. Any other is an error that names it.
 *
 * Answers are fixed: nothing is looked up. Of what exists in an account, there is an example zone, and the network that
 * the settings name.
 */
const invokes: Readonly<Record<string, Answer>> = {
  ...networkInvokes,
  "aws:index/getCallerIdentity:getCallerIdentity": (_, place) => ({
    accountId: account,
    arn: `arn:${place.partition}:iam::${account}:user/offline`,
    userId: "AIDAOFFLINE",
    id: account,
  }),
  "aws:secretsmanager/getSecretVersion:getSecretVersion": ({ secretId }) => ({
    id: `${String(secretId)}|AWSCURRENT`,
    secretId,
    secretString: "https://events.example.org/integration/0123456789abcdef/enqueue",
  }),
  "aws:index/getAvailabilityZones:getAvailabilityZones": availabilityZones,
  "aws:index/getPartition:getPartition": (_, place) => ({
    partition: place.partition,
    dnsSuffix: place.partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com",
    reverseDnsPrefix: place.partition === "aws-cn" ? "cn.com.amazonaws" : "com.amazonaws",
    id: place.partition,
  }),
  "aws:index/getRegion:getRegion": region,
  "aws:index/getService:getService": (args, place) => ({
    ...args,
    dnsName: `${args["serviceId"]}.${place.region}.amazonaws.com`,
    partition: place.partition,
    region: place.region,
    supported: true,
    id: `${args["serviceId"]}`,
  }),
  "aws:cloudfront/getCachePolicy:getCachePolicy": managed(cachePolicies),
  "aws:cloudfront/getOriginRequestPolicy:getOriginRequestPolicy": managed(originRequestPolicies),
  "aws:cloudfront/getResponseHeadersPolicy:getResponseHeadersPolicy": managed(responseHeadersPolicies),
  // https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html
  "aws:ec2/getManagedPrefixList:getManagedPrefixList": (args, place) => {
    const name = String(args["name"]);
    const known = ["com.amazonaws.global.cloudfront.origin-facing", `com.amazonaws.${place.region}.s3`];
    if (!known.includes(name)) {
      throw new Error(`does not know the prefix list "${name}", only ${known.join(", ")}`);
    }
    const id = `pl-${hex(`${name}:${place.region}`, 8)}`;
    return {
      id,
      name,
      arn: `arn:${place.partition}:ec2:${place.region}:aws:prefix-list/${id}`,
      addressFamily: "IPv4",
      entries: [],
      maxEntries: 55,
      ownerId: "AWS",
      tags: {},
      version: 1,
      region: place.region,
    };
  },
  // https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html
  "aws:ecr/getAuthorizationToken:getAuthorizationToken": (_, place) => ({
    id: place.region,
    authorizationToken: secret(Buffer.from("AWS:offline").toString("base64")),
    userName: "AWS",
    password: secret("offline"),
    proxyEndpoint: `https://${account}.dkr.ecr.${place.region}.amazonaws.com`,
    expiresAt: "2099-01-01T00:00:00Z",
    region: place.region,
  }),
  "aws:ecs/getService:getService": existing("aws:ecs/getService:getService", "serviceName"),
  "aws:ecs/getTaskDefinition:getTaskDefinition": existing(
    "aws:ecs/getTaskDefinition:getTaskDefinition",
    "taskDefinition",
  ),
  "aws:rds/getClusters:getClusters": (_, place) => ({
    id: place.region,
    region: place.region,
    clusterArns: [],
    clusterIdentifiers: [],
    ...outsideAnswer("aws:rds/getClusters:getClusters", "all"),
  }),
  // The version of a backup is not known here, so it fits.
  "aws:rds/getCluster:getCluster": ({ clusterIdentifier }) => ({
    id: clusterIdentifier,
    clusterIdentifier,
    engine: "aurora-mysql",
    tags: {},
    ...outsideAnswer("aws:rds/getCluster:getCluster", clusterIdentifier),
  }),
  "aws:rds/getClusterSnapshot:getClusterSnapshot": ({ dbClusterSnapshotIdentifier }) => ({
    id: dbClusterSnapshotIdentifier,
    engine: "aurora-mysql",
    status: "available",
    ...outsideAnswer("aws:rds/getClusterSnapshot:getClusterSnapshot", dbClusterSnapshotIdentifier),
  }),
  "aws:resourcegroupstaggingapi/getResources:getResources": ({ resourceTypeFilters }) => {
    const token = "aws:resourcegroupstaggingapi/getResources:getResources";
    return outsideAnswer(token, resourceTypeFilters) ?? { resourceTagMappingLists: [] };
  },
  "aws:elb/getServiceAccount:getServiceAccount": (args, place) => ({
    id: account,
    arn: `arn:${place.partition}:iam::${account}:root`,
    region: String(args["region"] ?? place.region),
  }),
  "aws:route53/getZone:getZone": zone,
  // Public parameters that name the current image:
  // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/retrieve-ecs-optimized_AMI.html
  "aws:ssm/getParameter:getParameter": (args, place) => {
    const name = String(args["name"]);
    if (!name.startsWith("/aws/service/")) {
      throw new Error(`knows only public parameters (/aws/service/...), not "${name}"`);
    }
    const ami = `ami-${hex(`${name}:${place.region}`, 17)}`;
    const value = name.endsWith("/recommended") ? JSON.stringify({ image_id: ami }) : ami;
    return {
      id: name,
      name,
      arn: `arn:${place.partition}:ssm:${place.region}::parameter${name}`,
      type: "String",
      value,
      insecureValue: value,
      version: 1,
      withDecryption: true,
      region: place.region,
    };
  },
};

/** @throws Error naming the function, when the table has no answer for it. */
export function invoke(token: string, args: Properties, place: Place): Properties {
  const answer = invokes[token];
  if (answer === undefined) {
    throw new Error(
      `The offline provider does not know the function ${token}; add it to offline/providers/invokes.ts. ` +
        `It answers: ${Object.keys(invokes).join(", ")}.`,
    );
  }
  const given = plain(args) as Properties;
  try {
    return { ...given, ...answer(given, place) };
  } catch (error) {
    throw new Error(`The offline provider's ${token} ${(error as Error).message}; see offline/providers/invokes.ts.`);
  }
}
