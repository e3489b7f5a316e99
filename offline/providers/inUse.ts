import { plain, type Properties } from "./values";

/** Why AWS does not delete a resource yet. */
export interface UseRule {
  /** Types whose resources use it. Each names it by its id, ARN or one of `names`, unless `sameNetwork` is set. */
  readonly users: readonly string[];
  /** Properties by which it is named too. */
  readonly names?: readonly string[];
  /** Every user in its VPC counts. */
  readonly sameNetwork?: boolean;
  /** What AWS says. */
  readonly says: string;
  /** Where AWS says so. */
  readonly source: string;
}

const ec2 = "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html";
const cloudFront = (call: string) => `https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_${call}.html`;

/** Whatever has a network interface: it holds security groups and addresses of subnets until it is gone. */
const withInterface = [
  "aws:ecs/service:Service",
  "aws:lb/loadBalancer:LoadBalancer",
  "aws:rds/cluster:Cluster",
  "aws:elasticache/replicationGroup:ReplicationGroup",
  "aws:efs/mountTarget:MountTarget",
  "aws:ec2/vpcEndpoint:VpcEndpoint",
  "aws:ec2/natGateway:NatGateway",
  "aws:autoscaling/group:Group",
  "aws:fsx/openZfsFileSystem:OpenZfsFileSystem",
];
const writers = [
  "aws:lb/loadBalancer:LoadBalancer",
  "aws:cloudtrail/trail:Trail",
  "aws:cloudwatch/logDelivery:LogDelivery",
  "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination",
];

/** By type: what AWS refuses to delete, while what is there. */
export const useRules: Readonly<Record<string, UseRule>> = {
  "aws:ec2/securityGroup:SecurityGroup": {
    users: [
      ...withInterface,
      "aws:ec2/launchTemplate:LaunchTemplate",
      "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
      "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
    ],
    says: "DependencyViolation: resource has a dependent object",
    source: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html",
  },
  "aws:ec2/subnet:Subnet": {
    users: [...withInterface, "aws:rds/subnetGroup:SubnetGroup", "aws:elasticache/subnetGroup:SubnetGroup"],
    says: "DependencyViolation: The subnet has dependencies and cannot be deleted.",
    source: ec2,
  },
  "aws:ec2/internetGateway:InternetGateway": {
    users: ["aws:ec2/natGateway:NatGateway", "aws:cloudfront/vpcOrigin:VpcOrigin"],
    sameNetwork: true,
    says: "DependencyViolation: Network has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.",
    source: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachInternetGateway.html",
  },
  "aws:ec2/eip:Eip": {
    users: ["aws:ec2/natGateway:NatGateway"],
    names: ["allocationId"],
    says: "InvalidIPAddress.InUse: The address is in use.",
    source: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReleaseAddress.html",
  },
  "aws:ec2/routeTable:RouteTable": {
    users: ["aws:ec2/routeTableAssociation:RouteTableAssociation"],
    says: "DependencyViolation: The routeTable has dependencies and cannot be deleted.",
    source: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteRouteTable.html",
  },
  "aws:ec2/vpc:Vpc": {
    users: [
      "aws:ec2/subnet:Subnet",
      "aws:ec2/securityGroup:SecurityGroup",
      "aws:ec2/internetGateway:InternetGateway",
      "aws:ec2/routeTable:RouteTable",
      "aws:ec2/vpcEndpoint:VpcEndpoint",
    ],
    says: "DependencyViolation: The vpc has dependencies and cannot be deleted.",
    source: "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpc.html",
  },
  "aws:ecs/cluster:Cluster": {
    users: ["aws:ecs/service:Service", "aws:autoscaling/group:Group"],
    names: ["name"],
    says: "ClusterContainsServicesException, or ClusterContainsContainerInstancesException: it still has services, or instances.",
    source: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteCluster.html",
  },
  "aws:ecs/capacityProvider:CapacityProvider": {
    users: ["aws:ecs/service:Service", "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"],
    names: ["name"],
    says: "ResourceInUseException: The capacity provider is in use and cannot be removed.",
    source: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteCapacityProvider.html",
  },
  "aws:autoscaling/group:Group": {
    users: ["aws:ecs/capacityProvider:CapacityProvider"],
    says: "Its instances are protected from scale-in as long as a capacity provider manages them.",
    source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-termination-protection.html",
  },
  "aws:lb/targetGroup:TargetGroup": {
    users: ["aws:lb/listener:Listener", "aws:lb/listenerRule:ListenerRule"],
    says: "ResourceInUse: Target group is currently in use by a listener or a rule",
    source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteTargetGroup.html",
  },
  "aws:lb/loadBalancer:LoadBalancer": {
    users: ["aws:cloudfront/vpcOrigin:VpcOrigin"],
    says: "ResourceInUse: Load balancer cannot be deleted because it is currently associated with another service",
    source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DeleteLoadBalancer.html",
  },
  "aws:acm/certificate:Certificate": {
    users: ["aws:lb/listener:Listener", "aws:cloudfront/distribution:Distribution"],
    says: "ResourceInUseException: Certificate is in use.",
    source: "https://docs.aws.amazon.com/acm/latest/APIReference/API_DeleteCertificate.html",
  },
  "aws:cloudfront/vpcOrigin:VpcOrigin": {
    users: ["aws:cloudfront/distribution:Distribution"],
    says: "CannotDeleteEntityWhileInUse: The VPC origin is in use.",
    source: cloudFront("DeleteVpcOrigin"),
  },
  "aws:cloudfront/function:Function": {
    users: ["aws:cloudfront/distribution:Distribution"],
    says: "FunctionInUse: Cannot delete the function because it's attached to one or more cache behaviors.",
    source: cloudFront("DeleteFunction"),
  },
  "aws:cloudfront/keyValueStore:KeyValueStore": {
    users: ["aws:cloudfront/function:Function"],
    says: "CannotDeleteEntityWhileInUse: The key value store is associated with a function.",
    source: cloudFront("DeleteKeyValueStore"),
  },
  "aws:cloudfront/cachePolicy:CachePolicy": {
    users: ["aws:cloudfront/distribution:Distribution"],
    says: "CachePolicyInUse: it is attached to one or more cache behaviors.",
    source: cloudFront("DeleteCachePolicy"),
  },
  "aws:cloudfront/originRequestPolicy:OriginRequestPolicy": {
    users: ["aws:cloudfront/distribution:Distribution"],
    says: "OriginRequestPolicyInUse: it is attached to one or more cache behaviors.",
    source: cloudFront("DeleteOriginRequestPolicy"),
  },
  "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": {
    users: ["aws:cloudfront/distribution:Distribution"],
    says: "ResponseHeadersPolicyInUse: it is attached to one or more cache behaviors.",
    source: cloudFront("DeleteResponseHeadersPolicy"),
  },
  "aws:cloudfront/originAccessControl:OriginAccessControl": {
    users: ["aws:cloudfront/distribution:Distribution"],
    says: "OriginAccessControlInUse: it is in use by one or more distributions.",
    source: cloudFront("DeleteOriginAccessControl"),
  },
  "aws:wafv2/webAcl:WebAcl": {
    users: ["aws:cloudfront/distribution:Distribution"],
    says: "WAFAssociatedItemException: it is associated with another resource.",
    source: "https://docs.aws.amazon.com/waf/latest/APIReference/API_DeleteWebACL.html",
  },
  "aws:wafv2/ipSet:IpSet": {
    users: ["aws:wafv2/webAcl:WebAcl"],
    says: "WAFAssociatedItemException: it is referenced by a web ACL.",
    source: "https://docs.aws.amazon.com/waf/latest/APIReference/API_DeleteIPSet.html",
  },
  "aws:rds/cluster:Cluster": {
    users: ["aws:rds/clusterInstance:ClusterInstance"],
    says: "InvalidDBClusterStateFault: Cluster cannot be deleted, it still contains DB instances in non-deleting state.",
    source: "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBCluster.html",
  },
  "aws:rds/clusterParameterGroup:ClusterParameterGroup": {
    users: ["aws:rds/cluster:Cluster"],
    names: ["name"],
    says: "InvalidDBParameterGroupState: One or more database clusters are still members of this parameter group.",
    source: "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBClusterParameterGroup.html",
  },
  "aws:rds/parameterGroup:ParameterGroup": {
    users: ["aws:rds/clusterInstance:ClusterInstance"],
    names: ["name"],
    says: "InvalidDBParameterGroupState: One or more database instances are still members of this parameter group.",
    source: "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBParameterGroup.html",
  },
  "aws:rds/subnetGroup:SubnetGroup": {
    users: ["aws:rds/cluster:Cluster", "aws:rds/clusterInstance:ClusterInstance"],
    names: ["name"],
    says: "InvalidDBSubnetGroupStateFault: Cannot delete the subnet group because at least one database uses it.",
    source: "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBSubnetGroup.html",
  },
  "aws:elasticache/parameterGroup:ParameterGroup": {
    users: ["aws:elasticache/replicationGroup:ReplicationGroup"],
    names: ["name"],
    says: "InvalidCacheParameterGroupState: One or more cache clusters are still members of this parameter group.",
    source: "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DeleteCacheParameterGroup.html",
  },
  "aws:elasticache/subnetGroup:SubnetGroup": {
    users: ["aws:elasticache/replicationGroup:ReplicationGroup"],
    names: ["name"],
    says: "CacheSubnetGroupInUse: The requested cache subnet group is currently in use.",
    source: "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DeleteCacheSubnetGroup.html",
  },
  "aws:efs/fileSystem:FileSystem": {
    users: ["aws:efs/mountTarget:MountTarget"],
    says: "FileSystemInUse: the file system has mount targets.",
    source: "https://docs.aws.amazon.com/efs/latest/ug/API_DeleteFileSystem.html",
  },
  "aws:iam/role:Role": {
    users: ["aws:iam/rolePolicy:RolePolicy", "aws:iam/rolePolicyAttachment:RolePolicyAttachment"],
    names: ["name"],
    says: "DeleteConflict: Cannot delete entity, must delete policies first.",
    source: "https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRole.html",
  },
  "aws:s3/bucket:Bucket": {
    users: writers,
    names: ["bucket"],
    says: "BucketNotEmpty: what still writes logs into it has written one more.",
    source: "https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html",
  },
  "aws:cognito/userPool:UserPool": {
    users: ["aws:cognito/userPoolDomain:UserPoolDomain"],
    says: "InvalidParameterException: User pool cannot be deleted. It has a domain configured that should be deleted first.",
    source: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DeleteUserPool.html",
  },
  "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": {
    users: ["aws:cloudwatch/logDelivery:LogDelivery"],
    says: "ConflictException: a delivery is associated with it.",
    source: "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteDeliveryDestination.html",
  },
  "aws:cloudwatch/logDeliverySource:LogDeliverySource": {
    users: ["aws:cloudwatch/logDelivery:LogDelivery"],
    names: ["name"],
    says: "ConflictException: a delivery is associated with it.",
    source: "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteDeliverySource.html",
  },
  // AWS takes the key away from whatever uses it, and then refuses what needs it: a last snapshot, a deletion of encrypted files.
  "aws:kms/key:Key": {
    users: [
      "aws:rds/cluster:Cluster",
      "aws:elasticache/replicationGroup:ReplicationGroup",
      "aws:efs/fileSystem:FileSystem",
      "aws:fsx/openZfsFileSystem:OpenZfsFileSystem",
      "aws:secretsmanager/secret:Secret",
      "aws:dynamodb/table:Table",
      "aws:backup/vault:Vault",
    ],
    says: "KMSInvalidStateException: the key is pending deletion, and what it encrypts is still there.",
    source: "https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html",
  },
};

interface Living {
  readonly type: string;
  readonly words: ReadonlySet<string>;
  readonly network: string | undefined;
}
type Key = `${string} ${string}`;
const keyOf = (type: string, id: string): Key => `${type} ${id}`;

/** What is there of the types that the rules name. */
export class InUse {
  readonly #there = new Map<Key, Living>();

  /** Learns that a resource exists, and what it names. */
  keep(type: string, id: string, outputs: Properties): void {
    const words = new Set(textsOf(plain(outputs)));
    const vpc = plain(outputs["vpcId"]);
    this.#there.set(keyOf(type, id), { type, words, network: typeof vpc === "string" ? vpc : undefined });
  }

  forget(type: string, id: string): void {
    this.#there.delete(keyOf(type, id));
  }

  /** @throws Error with AWS's words when something that is there still uses the resource. */
  check(type: string, id: string, outputs: Properties): void {
    const rule = useRules[type];
    const own = keyOf(type, id);
    if (rule === undefined || !this.#there.has(own)) {
      return;
    }
    const names = ["arn", ...(rule.names ?? [])].map((property) => plain(outputs[property]));
    const called = [id, ...names].filter((name): name is string => typeof name === "string" && name !== "");
    const network = rule.sameNetwork === true ? plain(outputs["vpcId"]) : undefined;
    for (const [key, user] of this.#there) {
      const uses = rule.sameNetwork === true ? this.#isIn(user, network) : called.some((name) => user.words.has(name));
      if (key !== own && rule.users.includes(user.type) && uses) {
        throw new Error(`${rule.says} (${type} ${id} is used by ${key}; ${rule.source})`);
      }
    }
  }

  /** Whether a resource is in a network: it names the network, one of its subnets, or a load balancer in it. */
  #isIn(user: Living, network: unknown): boolean {
    const names = [...this.#there].filter(([, one]) => one.network === network).map(([key]) => key.split(" ")[1]!);
    return [network, ...names].some((name) => typeof name === "string" && user.words.has(name));
  }
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === "string") {
    // A policy, or user data in base64, names a resource among other words.
    return [value];
  }
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [];
}
