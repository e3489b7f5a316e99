import { autoNames, fallback, identities } from "./identities";
import { type ResourceShape } from "./sdk";
import { hex, type Properties, same, text, unknown } from "./values";

/** Account number that AWS reserves for examples. */
export const account = "123456789012";

/** Where a configured provider works. */
export interface Place {
  readonly region: string;
  readonly partition: string;
  /** The provider's `defaultTags`. */
  readonly defaultTags: Readonly<Record<string, string>>;
}

/** One resource on its way to be made: enough to invent all that AWS would answer. */
export interface Making {
  readonly type: string;
  readonly urn: string;
  readonly inputs: Properties;
  readonly place: Place;
}

export function partitionOf(region: string): string {
  return region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}

/**
 * The values that AWS would answer, for those outputs whose form something in a program may depend on.
 *
 * Keys are `<type>.<property>`; a text is a template with the placeholders of `identities.ts`.
 */
const computed: Readonly<Record<string, unknown>> = {
  "aws:acm/certificate:Certificate.status": "PENDING_VALIDATION",
  "aws:acm/certificate:Certificate.domainValidationOptions": [
    {
      domainName: "{domainName}",
      resourceRecordName: "_{hex32}.{domainName}.",
      resourceRecordType: "CNAME",
      resourceRecordValue: "_{hex32}.offline.acm-validations.aws.",
    },
  ],
  "aws:apigatewayv2/api:Api.apiEndpoint": "https://{id}.execute-api.{region}.amazonaws.com",
  "aws:apigatewayv2/api:Api.executionArn": "arn:{partition}:execute-api:{region}:{account}:{id}",
  "aws:appautoscaling/policy:Policy.alarmArns": [],
  "aws:cloudfront/distribution:Distribution.domainName": "d{hex13}.cloudfront.net",
  // The same for every distribution: https://docs.aws.amazon.com/Route53/latest/APIReference/API_AliasTarget.html
  "aws:cloudfront/distribution:Distribution.hostedZoneId": "Z2FDTNDATAQYW2",
  "aws:cloudfront/distribution:Distribution.status": "Deployed",
  "aws:ec2/eip:Eip.allocationId": "{id}",
  "aws:ec2/eip:Eip.publicIp": "203.0.113.{octet}",
  "aws:ec2/launchTemplate:LaunchTemplate.latestVersion": 1,
  "aws:ec2/launchTemplate:LaunchTemplate.defaultVersion": 1,
  "aws:ec2/natGateway:NatGateway.publicIp": "203.0.113.{octet}",
  "aws:ec2/subnet:Subnet.ownerId": "{account}",
  "aws:ec2/vpc:Vpc.defaultNetworkAclId": "acl-{hex17}",
  "aws:ec2/vpc:Vpc.defaultRouteTableId": "rtb-{hex17}",
  "aws:ec2/vpc:Vpc.mainRouteTableId": "rtb-{hex17}",
  "aws:ec2/vpc:Vpc.defaultSecurityGroupId": "sg-{hex17}",
  "aws:ec2/vpc:Vpc.dhcpOptionsId": "dopt-{hex17}",
  "aws:ec2/vpcEndpoint:VpcEndpoint.prefixListId": "pl-{hex17}",
  "aws:ec2/vpcEndpoint:VpcEndpoint.state": "available",
  "aws:ecr/repository:Repository.repositoryUrl": "{account}.dkr.ecr.{region}.amazonaws.com/{name}",
  "aws:ecr/repository:Repository.registryId": "{account}",
  "aws:ecs/taskDefinition:TaskDefinition.revision": 1,
  "aws:ecs/taskDefinition:TaskDefinition.arnWithoutRevision":
    "arn:{partition}:ecs:{region}:{account}:task-definition/{family}",
  "aws:efs/fileSystem:FileSystem.dnsName": "{id}.efs.{region}.amazonaws.com",
  "aws:efs/mountTarget:MountTarget.dnsName": "{fileSystemId}.efs.{region}.amazonaws.com",
  "aws:elasticache/replicationGroup:ReplicationGroup.primaryEndpointAddress":
    "master.{replicationGroupId}.{hex6}.offline.cache.amazonaws.com",
  "aws:elasticache/replicationGroup:ReplicationGroup.readerEndpointAddress":
    "replica.{replicationGroupId}.{hex6}.offline.cache.amazonaws.com",
  "aws:elasticache/replicationGroup:ReplicationGroup.configurationEndpointAddress":
    "clustercfg.{replicationGroupId}.{hex6}.offline.cache.amazonaws.com",
  "aws:elasticache/replicationGroup:ReplicationGroup.port": 6379,
  "aws:fsx/openZfsFileSystem:OpenZfsFileSystem.dnsName": "{id}.fsx.{region}.amazonaws.com",
  "aws:fsx/openZfsFileSystem:OpenZfsFileSystem.rootVolumeId": "fsvol-{hex17}",
  "aws:fsx/openZfsFileSystem:OpenZfsFileSystem.endpointIpAddress": "192.0.2.{octet}",
  "aws:iam/role:Role.uniqueId": "AROA{HEX17}",
  "aws:sesv2/emailIdentity:EmailIdentity.dkimSigningAttributes": {
    currentSigningKeyLength: "RSA_2048_BIT",
    nextSigningKeyLength: "RSA_2048_BIT",
    signingAttributesOrigin: "AWS_SES",
    status: "PENDING",
    tokens: ["{hex32}", "{hex17}", "{hex13}"],
  },
  "aws:sesv2/emailIdentity:EmailIdentity.identityType": "DOMAIN",
  "aws:sesv2/emailIdentity:EmailIdentity.verificationStatus": "PENDING",
  "aws:kms/key:Key.keyId": "{id}",
  "aws:lb/loadBalancer:LoadBalancer.dnsName": "{name}-{octet}.{region}.elb.amazonaws.com",
  // Per region in truth: https://docs.aws.amazon.com/general/latest/gr/elb.html
  "aws:lb/loadBalancer:LoadBalancer.zoneId": "ZOFFLINE{HEX6}",
  "aws:lb/loadBalancer:LoadBalancer.arnSuffix": "{arn^}",
  "aws:lb/targetGroup:TargetGroup.arnSuffix": "{arn^}",
  "aws:rds/cluster:Cluster.endpoint": "{clusterIdentifier}.cluster-{hex12}.{region}.rds.amazonaws.com",
  "aws:rds/cluster:Cluster.readerEndpoint": "{clusterIdentifier}.cluster-ro-{hex12}.{region}.rds.amazonaws.com",
  "aws:rds/cluster:Cluster.clusterResourceId": "cluster-{HEX26}",
  "aws:rds/cluster:Cluster.port": 3306,
  "aws:rds/cluster:Cluster.masterUserSecrets": [
    {
      kmsKeyId: "{masterUserSecretKmsKeyId}",
      secretArn: "arn:{partition}:secretsmanager:{region}:{account}:secret:rds!cluster-{uuid}-{hex6}",
      secretStatus: "active",
    },
  ],
  "aws:rds/clusterInstance:ClusterInstance.endpoint": "{identifier}.{hex12}.{region}.rds.amazonaws.com",
  "aws:rds/clusterInstance:ClusterInstance.port": 3306,
  "aws:rds/clusterInstance:ClusterInstance.dbiResourceId": "db-{HEX26}",
  "aws:route53/record:Record.fqdn": "{name}",
  "aws:s3/bucket:Bucket.bucketDomainName": "{bucket}.s3.amazonaws.com",
  "aws:s3/bucket:Bucket.bucketRegionalDomainName": "{bucket}.s3.{region}.amazonaws.com",
  "aws:cloudwatch/dashboard:Dashboard.dashboardArn": "arn:{partition}:cloudwatch::{account}:dashboard/{dashboardName}",
  "aws:synthetics/canary:Canary.engineArn": "arn:{partition}:lambda:{region}:{account}:function:cwsyn-{name}-{uuid}:1",
  "aws:wafv2/webAcl:WebAcl.capacity": 1,
  "docker:index/image:Image.repoDigest": "{imageName~}@sha256:{hex64}",
  "docker:index/image:Image.baseImageName": "{imageName}",
  "docker:index/image:Image.registryServer": "{imageName^}",
  "random:index/randomId:RandomId.hex": "{hex16}",
};

/** Computed outputs that AWS changes on every update, and by which the next resource sees that update. */
const countedUpdates: Readonly<Record<string, readonly string[]>> = {
  "aws:ec2/launchTemplate:LaunchTemplate": ["latestVersion"],
  "aws:ssm/parameter:Parameter": ["version"],
};

/**
 * Computed outputs that an update makes again: a build pushes another image, and what runs it names the image by digest. That
 * the real provider leaves the digest open in a preview is not checked; it cannot know it before the build.
 */
const remadeOutputs: Readonly<Record<string, readonly string[]>> = {
  "docker:index/image:Image": ["repoDigest", "baseImageName"],
};

/** The physical name that the real provider would generate in Check: `<logical name>-<seven digits>`. */
export function autoName(type: string, urn: string): string {
  const suffix = `-${hex(urn, 7)}`;
  const logical = urn.slice(urn.lastIndexOf("::") + 2);
  const name = logical.slice(0, (autoNames[type]?.limit ?? 255) - suffix.length) + suffix;
  return type === "aws:kms/alias:Alias" ? `alias/${name}` : name;
}

/** The id and all the outputs of a new resource; in a preview what AWS decides is unknown. */
export function create(making: Making, shape: ResourceShape, preview: boolean): { id: string; outputs: Properties } {
  const outputs = knownOutputs(making, shape);
  const missing = [...shape.outputs].filter(
    ([key, type]) => !(key in outputs) && !/\| undefined$/.test(type) && key !== "id",
  );
  if (preview) {
    missing.forEach(([key]) => (outputs[key] = unknown));
    return { id: "", outputs: { ...outputs, ...idOutput(making.type, unknown) } };
  }
  const form = identities[making.type] ?? fallback;
  const fill = filler(making, outputs);
  // The provider puts 26 digits behind a name's prefix, a date and a counter:
  if (text(outputs, "name") === undefined && text(outputs, "namePrefix") !== undefined) {
    outputs["name"] = fill("{namePrefix}{hex26}", "name");
  }
  // Numbers are part of some ARNs (a task definition's revision), so they come first.
  for (const [key] of missing) {
    const value = computed[`${making.type}.${key}`];
    if (typeof value === "number") {
      outputs[key] = value;
    }
  }
  const arn = form.arn === undefined ? undefined : fill(form.arn, "arn");
  const id = fill(form.id, "id", { arn: text(outputs, "arn") ?? arn ?? "" });
  for (const [key, type] of missing) {
    outputs[key] ??=
      key === "arn" && arn !== undefined
        ? fill(form.arn!, "arn", { id })
        : invent(making, key, type, (value) => fill(value, key, { id, arn: arn ?? "" }));
  }
  return { id, outputs: { ...outputs, ...idOutput(making.type, id) } };
}

/**
 * The id among the outputs, where the bridge to Terraform's providers puts it too, unknown in the preview of a new resource:
 * https://github.com/pulumi/pulumi-terraform-bridge/blob/main/pkg/tfbridge/provider_test.go. docker's images come over no bridge.
 */
export function idOutput(type: string, id: string): Properties {
  return type.startsWith("docker:") ? {} : { id };
}

/** The outputs after an update in place: what AWS decided when it made the resource stays. */
export function update(making: Making, shape: ResourceShape, old: Properties, preview: boolean): Properties {
  const outputs: Properties = { ...knownOutputs(making, shape), ...("id" in old ? { id: old["id"] } : {}) };
  for (const [key, type] of shape.outputs) {
    if (key in old && !(key in outputs) && (!shape.inputs.has(key) || !/\| undefined$/.test(type))) {
      outputs[key] = old[key];
    }
  }
  for (const key of countedUpdates[making.type] ?? []) {
    outputs[key] = preview ? unknown : Number(old[key]) + 1;
  }
  const fill = filler(making, outputs);
  for (const key of remadeOutputs[making.type] ?? []) {
    outputs[key] = preview ? unknown : fill(String(computed[`${making.type}.${key}`]), key);
  }
  return outputs;
}

/** Inputs, and what follows from them and from the provider's configuration alone. */
function knownOutputs(making: Making, shape: ResourceShape): Properties {
  const outputs = { ...making.inputs };
  if (making.type.startsWith("aws:")) {
    if (shape.outputs.has("region")) {
      outputs["region"] ??= making.place.region;
    }
    if (shape.outputs.has("tagsAll")) {
      outputs["tagsAll"] = tagsAll(making.inputs, making.place);
    }
  }
  return outputs;
}

/** A resource's own tags over the provider's. Unknown as a whole when the tags are. */
export function tagsAll(inputs: Properties, place: Place): unknown {
  const own = inputs["tags"];
  return typeof own === "string" ? own : { ...place.defaultTags, ...(own as Properties | undefined) };
}

export function tagsDiffer(old: Properties, inputs: Properties, place: Place): boolean {
  return "tagsAll" in old && !same(old["tagsAll"], tagsAll(inputs, place));
}

/** A value for a computed output: from the table above, or plainly invented from its name and type. */
function invent(making: Making, key: string, type: string, fill: (template: string) => string): unknown {
  const special = computed[`${making.type}.${key}`];
  if (special !== undefined) {
    return fillDeep(special, fill);
  }
  if (type.endsWith("[]")) {
    return [];
  }
  switch (type) {
    case "boolean":
      return false;
    case "number":
      return 0;
    case "string":
      break;
    default:
      return {};
  }
  if (/Prefix$/.test(key)) {
    return "";
  }
  if (/^(ownerId|accountId|awsAccountId|registryId)$/.test(key)) {
    return account;
  }
  if (/(^a|A)rn$/.test(key)) {
    return fill(`arn:{partition}:{module}:{region}:{account}:${key}/{hex17}`);
  }
  if (/(date|At|Time|After|Before|Till)$/i.test(key)) {
    return "2024-01-01T00:00:00Z";
  }
  if (key === "name") {
    return autoName(making.type, making.urn);
  }
  return `offline-${key}-${hex(`${making.urn}:${key}`, 8)}`;
}

function fillDeep(value: unknown, fill: (template: string) => string): unknown {
  if (typeof value === "string") {
    return fill(value);
  }
  if (Array.isArray(value)) {
    return value.map((inner) => fillDeep(inner, fill));
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fillDeep(inner, fill)]));
  }
  return value;
}

/**
 * Fills templates. Digits follow from the resource's URN and inputs, so that they are the same in every run, and that
 * a replacement gets others.
 */
function filler(making: Making, outputs: Properties) {
  const [, path = "", name = ""] = making.type.split(":");
  return (template: string, salt: string, extra: Readonly<Record<string, string>> = {}): string =>
    template.replace(/\{(\w+)([#^~])?\}/g, (_, key: string, part: string | undefined) => {
      // ACM answers the same record for one account and domain, in every region and for every certificate:
      // https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
      const seed =
        making.type === "aws:acm/certificate:Certificate" && salt === "domainValidationOptions"
          ? String(outputs["domainName"])
          : `${making.urn}:${salt}:${JSON.stringify(making.inputs)}`;
      const digits = /^(hex|HEX)(\d+)$/.exec(key);
      if (digits !== null) {
        const value = hex(seed, Number(digits[2]));
        return digits[1] === "HEX" ? value.toUpperCase() : value;
      }
      switch (key) {
        case "uuid": {
          const h = hex(seed, 32);
          return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-8${h.slice(17, 20)}-${h.slice(20)}`;
        }
        // Host of the provider whose tokens IAM trusts:
        // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc.html
        case "host":
          return String(making.inputs["url"]).replace(/^https:\/\//, "");
        case "octet":
          return String((Number.parseInt(hex(seed, 4), 16) % 254) + 1);
        case "account":
          return account;
        case "region":
          return text(outputs, "region") ?? making.place.region;
        case "partition":
          return making.place.partition;
        case "module":
          return path.slice(0, path.indexOf("/"));
        case "type":
          return name.toLowerCase();
        case "clusterName":
          return (text(outputs, "clusterName") ?? text(outputs, "cluster") ?? "default").split("/").at(-1)!;
        case "wafScope":
          return text(outputs, "scope") === "CLOUDFRONT" ? "global" : "regional";
      }
      const value = extra[key] ?? String(outputs[key] ?? "");
      switch (part) {
        case "#": // of a load balancer's or listener's ARN, what comes after "…/app/"
          return value.split("/").slice(2).join("/");
        case "^": // an ARN's last part, or an image's registry
          return value.startsWith("arn:")
            ? value.split(":").slice(5).join(":").replace("loadbalancer/", "")
            : value.split("/")[0]!;
        case "~": // an image's name without its tag
          return value.replace(/:[^:/]+$/, "");
        default:
          return value;
      }
    });
}
