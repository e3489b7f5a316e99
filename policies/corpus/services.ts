import * as aws from "@pulumi/aws";
import type { Entry, Style } from "./corpus";

type Row = readonly [what: string, rule: string, program: () => unknown];

const doc = (...Statement: readonly object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const every = (Action: string, Condition?: object) =>
  doc({ Effect: "Allow", Principal: "*", Action, Resource: "*", ...(Condition === undefined ? {} : { Condition }) });
const cluster = (vpcConfig: object) => () =>
  void new aws.eks.Cluster("x", { roleArn: "r", vpcConfig: { subnetIds: ["subnet-1", "subnet-2"], ...vpcConfig } });
const permission = (more: Partial<aws.lambda.PermissionArgs>) => () =>
  void new aws.lambda.Permission("x", { action: "lambda:InvokeFunction", function: "f", principal: "*", ...more });
const method =
  (httpMethod: string, api: Partial<aws.apigateway.RestApiArgs> = {}, more: Partial<aws.apigateway.MethodArgs> = {}) =>
  () => {
    const { id } = new aws.apigateway.RestApi("api", api);
    new aws.apigateway.Method("x", { restApi: id, resourceId: "r", httpMethod, authorization: "NONE", ...more });
  };
const route =
  (routeKey: string, protocolType = "HTTP", more: Partial<aws.apigatewayv2.RouteArgs> = {}) =>
  () => {
    const api = new aws.apigatewayv2.Api("api", { protocolType });
    new aws.apigatewayv2.Route("x", { apiId: api.id, routeKey, target: "integrations/1", ...more });
  };
const openApi = (operation: object, more: object = {}) =>
  JSON.stringify({ openapi: "3.0.1", paths: { "/items": { get: operation, options: {} } }, ...more });
const pool = (more: Partial<aws.cognito.UserPoolArgs>) => () => void new aws.cognito.UserPool("x", more);
const factor = { mfaConfiguration: "ON", softwareTokenMfaConfiguration: { enabled: true } };
const search = (tlsSecurityPolicy: string) => () =>
  void new aws.opensearch.Domain("x", { domainEndpointOptions: { enforceHttps: true, tlsSecurityPolicy } });
const collection = (AllowFromPublic: boolean) => () =>
  void new aws.opensearch.ServerlessSecurityPolicy("x", {
    type: "network",
    policy: JSON.stringify([
      {
        Rules: [{ ResourceType: "collection", Resource: ["collection/x"] }],
        ...(AllowFromPublic ? { AllowFromPublic } : { AllowFromPublic, SourceVPCEs: ["vpce-1"] }),
      },
    ]),
  });
const site = (originSslProtocols: string[]) => () =>
  void new aws.cloudfront.Distribution("x", {
    ...{ enabled: true, restrictions: { geoRestriction: { restrictionType: "none" } } },
    viewerCertificate: {
      ...{ acmCertificateArn: "c", sslSupportMethod: "sni-only", minimumProtocolVersion: "TLSv1.2_2021" },
    },
    origins: [
      {
        ...{ originId: "o", domainName: "lb.example.org" },
        customOriginConfig: { httpPort: 80, httpsPort: 443, originProtocolPolicy: "https-only", originSslProtocols },
      },
    ],
    defaultCacheBehavior: {
      ...{ targetOriginId: "o", viewerProtocolPolicy: "redirect-to-https", allowedMethods: ["GET", "HEAD"] },
      ...{ cachedMethods: ["GET", "HEAD"], cachePolicyId: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad" },
    },
  });
const parameters = (value: string) => () =>
  void new aws.docdb.ClusterParameterGroup("x", { family: "docdb5.0", parameters: [{ name: "tls", value }] });
const warehouse = (more: Partial<aws.redshift.ClusterArgs>) => () =>
  void new aws.redshift.Cluster("x", { clusterIdentifier: "w", nodeType: "ra3.large", numberOfNodes: 2, ...more });
const endpoint = (more: Partial<aws.dms.EndpointArgs>) => () =>
  void new aws.dms.Endpoint("x", { endpointId: "e", endpointType: "source", engineName: "mysql", ...more });
const ports = (cidrs?: string[]) => () =>
  void new aws.lightsail.InstancePublicPorts("x", {
    instanceName: "i",
    portInfos: [{ fromPort: 22, toPort: 22, protocol: "tcp", ...(cidrs === undefined ? {} : { cidrs }) }],
  });
const beanstalk = (namespace: string, name: string, value: string) => () =>
  void new aws.elasticbeanstalk.Environment("x", { application: "a", settings: [{ namespace, name, value }] });
const block = (more: Partial<aws.s3.AccountPublicAccessBlockArgs>) => () => {
  new aws.s3.AccountPublicAccessBlock("all", {
    ...{ blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    ...more,
  });
  new aws.s3.Bucket("x", {});
};

/** Subnets of a VPC with a private route to nowhere, one in each zone. */
const subnets = (...zones: readonly string[]) => {
  const vpc = new aws.ec2.Vpc("vpc", { cidrBlock: "10.0.0.0/16" });
  return zones.map(
    (zone, index) =>
      new aws.ec2.Subnet(`subnet-${zone}`, {
        ...{ vpcId: vpc.id, cidrBlock: `10.0.${index}.0/24`, availabilityZone: `us-east-1${zone}` },
      }).id,
  );
};
const group = (minSize: number, more: Partial<aws.autoscaling.GroupArgs>) => () =>
  void new aws.autoscaling.Group("x", { minSize, maxSize: minSize, launchTemplate: { id: "lt-1" }, ...more });
const attached = (count: number) => () => {
  const targets = new aws.lb.TargetGroup("x", { port: 80, protocol: "HTTP", vpcId: "vpc-1" });
  for (let index = 0; index < count; index++) {
    const machine = new aws.ec2.Instance(`machine-${index}`, { ami: "ami-1", subnetId: "subnet-1" });
    new aws.lb.TargetGroupAttachment(`web-${index}`, { targetGroupArn: targets.arn, targetId: machine.id });
  }
};
const inFunction =
  (...zones: readonly string[]) =>
  () =>
    void new aws.lambda.Function("x", {
      role: "r",
      vpcConfig: { subnetIds: subnets(...zones), securityGroupIds: ["sg-1"] },
    });
const spot = (capacityProviderStrategies: aws.types.input.ecs.ServiceCapacityProviderStrategy[]) => () =>
  void new aws.ecs.Service("x", {
    ...{ cluster: "c", taskDefinition: "web:1", capacityProviderStrategies },
    loadBalancers: [{ targetGroupArn: "arn:tg", containerName: "web", containerPort: 80 }],
  });

const bad: Readonly<Record<Style, readonly Row[]>> = {
  terraform: [
    [
      "a vault of Glacier for everyone",
      "resource-policies-not-public",
      () => void new aws.glacier.Vault("x", { accessPolicy: every("glacier:InitiateJob") }),
    ],
    [
      "a media store for everyone over TLS",
      "resource-policies-not-public",
      () =>
        void new aws.mediastore.ContainerPolicy("x", {
          containerName: "c",
          policy: every("mediastore:GetObject", { Bool: { "aws:SecureTransport": "true" } }),
        }),
    ],
    [
      "a mail identity for everyone",
      "resource-policies-not-public",
      () => void new aws.ses.IdentityPolicy("x", { identity: "a", policy: every("ses:SendEmail") }),
    ],
    [
      "a data catalogue for all values of none",
      "resource-policies-not-public",
      () =>
        void new aws.glue.ResourcePolicy("x", {
          policy: every("glue:GetTable", {
            "ForAllValues:StringLike": { "aws:PrincipalOrgPaths": ["o-abcdefghij/*"] },
          }),
        }),
    ],
    [
      "a key for everyone who comes through a service",
      "resource-policies-not-public",
      () =>
        void new aws.kms.KeyPolicy("x", {
          keyId: "k",
          policy: every("kms:Decrypt", { StringEquals: { "kms:ViaService": "s3.us-east-1.amazonaws.com" } }),
        }),
    ],
    [
      "a function for the buckets of every account",
      "resource-policies-not-public",
      permission({ principal: "s3.amazonaws.com" }),
    ],
    ["a Kubernetes API with AWS's defaults", "endpoints-not-public", cluster({})],
    [
      "a Kubernetes API in halves",
      "endpoints-not-public",
      cluster({ publicAccessCidrs: ["0.0.0.0/1", "128.0.0.0/1"] }),
    ],
    ["a collection for the internet", "endpoints-not-public", collection(true)],
    [
      "devices that may do everything",
      "least-privilege",
      () => void new aws.iot.Policy("x", { policy: doc({ Effect: "Allow", Action: "iot:*", Resource: "*" }) }),
    ],
    [
      "an endpoint service that takes everybody",
      "nothing-shared-with-everyone",
      () =>
        void new aws.ec2.VpcEndpointService("x", {
          ...{ acceptanceRequired: false, allowedPrincipals: ["*"], networkLoadBalancerArns: ["arn:nlb"] },
        }),
    ],
    [
      "an endpoint service that is opened afterwards",
      "nothing-shared-with-everyone",
      () => void new aws.ec2.VpcEndpointServiceAllowedPrinciple("x", { vpcEndpointServiceId: "s", principalArn: "*" }),
    ],
    [
      "snapshots that may be public again",
      "nothing-shared-with-everyone",
      () => void new aws.ebs.SnapshotBlockPublicAccess("x", { state: "unblocked" }),
    ],
    [
      "a file share for every address",
      "nothing-shared-with-everyone",
      () =>
        void new aws.storagegateway.NfsFileShare("x", {
          ...{ clientLists: ["0.0.0.0/0"], gatewayArn: "g", locationArn: "l", roleArn: "r" },
        }),
    ],
    [
      "a file share for guests",
      "nothing-shared-with-everyone",
      () =>
        void new aws.storagegateway.SmbFileShare("x", {
          ...{ authentication: "GuestAccess", gatewayArn: "g", locationArn: "l", roleArn: "r" },
        }),
    ],
    [
      "a copy of an image without encryption",
      "volumes-encrypted",
      () => void new aws.ec2.AmiCopy("x", { sourceAmiId: "ami-1", sourceAmiRegion: "us-east-1" }),
    ],
    [
      "a copy of a snapshot without encryption",
      "volumes-encrypted",
      () => void new aws.ebs.SnapshotCopy("x", { sourceSnapshotId: "snap-1", sourceRegion: "us-east-1" }),
    ],
    [
      "an image with a plain volume",
      "volumes-encrypted",
      () =>
        void new aws.ec2.Ami("x", {
          ebsBlockDevices: [{ deviceName: "/dev/xvda", volumeSize: 8, encrypted: false }],
        }),
    ],
    [
      "a desktop with plain volumes",
      "volumes-encrypted",
      () => void new aws.workspaces.Workspace("x", { directoryId: "d", bundleId: "b", userName: "u" }),
    ],
    [
      "a delivery stream without a key",
      "engines-encrypted",
      () => void new aws.kinesis.FirehoseDeliveryStream("x", { destination: "http_endpoint" }),
    ],
    ["documents whose group takes TLS back", "engines-encrypted", parameters("disabled")],
    [
      "a global cluster of documents in plain text",
      "database-encrypted",
      () => void new aws.docdb.GlobalCluster("x", { globalClusterIdentifier: "g" }),
    ],
    ["a warehouse with a password", "database-password-managed", warehouse({ masterPassword: "Hunter22" })],
    [
      "documents with a password",
      "database-password-managed",
      () => void new aws.docdb.Cluster("x", { masterUsername: "app", masterPassword: "hunter22hunter" }),
    ],
    ["a migration with a password", "database-password-managed", endpoint({ password: "hunter2", sslMode: "require" })],
    ["a migration in plain text", "endpoints-tls", endpoint({})],
    [
      "an old version of TLS for an API",
      "endpoints-tls",
      () => void new aws.apigateway.DomainName("x", { domainName: "a.example.org", securityPolicy: "TLS_1_0" }),
    ],
    ["an old version of TLS for a search", "endpoints-tls", search("Policy-Min-TLS-1-0-2019-07")],
    ["old versions of TLS on the way to an origin", "cloudfront-tls", site(["TLSv1", "TLSv1.2"])],
    ["an account that blocks half of what is public", "bucket-private", block({ restrictPublicBuckets: false })],
    ["a group of one machine behind a load balancer", "group-min-instances", group(1, { targetGroupArns: ["arn:tg"] })],
    ["all tasks on Fargate Spot", "service-keeps-serving", spot([{ capacityProvider: "FARGATE_SPOT", weight: 1 }])],
    [
      "one node for Kubernetes",
      "group-min-instances",
      () =>
        void new aws.eks.NodeGroup("x", {
          ...{ clusterName: "c", nodeRoleArn: "r", subnetIds: ["subnet-1", "subnet-2"] },
          scalingConfig: { minSize: 1, maxSize: 1, desiredSize: 1 },
        }),
    ],
    [
      "an endpoint of a service in one zone",
      "compute-spans-zones",
      () =>
        void new aws.ec2.VpcEndpoint("x", {
          ...{ vpcId: "v", serviceName: "com.amazonaws.us-east-1.ecr.api", vpcEndpointType: "Interface" },
          subnetIds: subnets("a"),
        }),
    ],
    [
      "a proxy of a database in one zone",
      "compute-spans-zones",
      () => void new aws.rds.Proxy("x", { engineFamily: "MYSQL", roleArn: "r", vpcSubnetIds: subnets("a"), auths: [] }),
    ],
  ],
  tutorial: [
    ["a file server with AWS's defaults", "endpoints-not-public", () => void new aws.transfer.Server("x", {})],
    [
      "a container on the internet",
      "endpoints-not-public",
      () => void new aws.apprunner.Service("x", { serviceName: "s", sourceConfiguration: {} }),
    ],
    [
      "workflows with a public page",
      "endpoints-not-public",
      () =>
        void new aws.mwaa.Environment("x", {
          ...{ dagS3Path: "d", executionRoleArn: "r", sourceBucketArn: "b", webserverAccessMode: "PUBLIC_ONLY" },
          networkConfiguration: { securityGroupIds: ["sg-1"], subnetIds: ["subnet-1", "subnet-2"] },
        }),
    ],
    [
      "a notebook with AWS's defaults",
      "endpoints-not-public",
      () => void new aws.sagemaker.NotebookInstance("x", { instanceType: "ml.t3.medium", roleArn: "r" }),
    ],
    [
      "a graph on the internet",
      "database-not-public",
      () => void new aws.neptunegraph.Graph("x", { provisionedMemory: 16, publicConnectivity: true }),
    ],
    ["SSH for everyone in Lightsail", "no-open-ingress", ports(["0.0.0.0/0"])],
    ["SSH in Lightsail without a source", "no-open-ingress", ports()],
    [
      "a server of FTP",
      "endpoints-tls",
      () =>
        void new aws.transfer.Server("x", {
          ...{ protocols: ["FTP"], endpointType: "VPC", identityProviderType: "AWS_LAMBDA" },
        }),
    ],
    [
      "a webhook over plain HTTP",
      "endpoints-tls",
      () => void new aws.sns.TopicSubscription("x", { topic: "t", protocol: "http", endpoint: "http://example.org" }),
    ],
    [
      "a backend over plain HTTP",
      "endpoints-tls",
      () =>
        void new aws.apigatewayv2.Integration("x", {
          ...{ apiId: "a", integrationType: "HTTP_PROXY", integrationMethod: "ANY" },
          integrationUri: "http://backend.example.org/{proxy}",
        }),
    ],
    ["users without a second factor", "user-pools-hardened", pool({})],
    ["users with short passwords", "user-pools-hardened", pool({ ...factor, passwordPolicy: { minimumLength: 6 } })],
    ["users with simple passwords", "user-pools-hardened", pool({ ...factor, passwordPolicy: { minimumLength: 8 } })],
    [
      "guests with credentials",
      "user-pools-hardened",
      () => void new aws.cognito.IdentityPool("x", { identityPoolName: "p", allowUnauthenticatedIdentities: true }),
    ],
    [
      "tokens in addresses",
      "user-pools-hardened",
      () => void new aws.cognito.UserPoolClient("x", { userPoolId: "p", allowedOauthFlows: ["implicit"] }),
    ],
    [
      "an environment of one machine",
      "group-min-instances",
      beanstalk("aws:elasticbeanstalk:environment", "EnvironmentType", "SingleInstance"),
    ],
    [
      "an environment with public addresses",
      "no-public-addresses",
      beanstalk("aws:ec2:vpc", "AssociatePublicIpAddress", "true"),
    ],
    ["one machine behind a load balancer", "group-min-instances", attached(1)],
    ["a function in one zone", "compute-spans-zones", inFunction("a")],
  ],
  "pulumi/examples": [
    ["an open method", "apis-authorized", method("GET")],
    ["an open route", "apis-authorized", route("ANY /{proxy+}")],
    ["an open default route", "apis-authorized", route("$default")],
    ["an open WebSocket", "apis-authorized", route("$connect", "WEBSOCKET")],
    [
      "a quick-created API",
      "apis-authorized",
      () =>
        void new aws.apigatewayv2.Api("x", { protocolType: "HTTP", target: "arn:aws:lambda:us-east-1:1:function:f" }),
    ],
    [
      "an OpenAPI document without security",
      "apis-authorized",
      () => void new aws.apigateway.RestApi("x", { body: openApi({ responses: {} }) }),
    ],
    [
      "a graph API with keys",
      "apis-authorized",
      () => void new aws.appsync.GraphQLApi("x", { authenticationType: "API_KEY" }),
    ],
  ],
  awsx: [],
  console: [],
  component: [],
};

const good: readonly Row[] = [
  [
    "a backup vault for an organisation",
    "resource-policies-not-public",
    () =>
      void new aws.backup.VaultPolicy("x", {
        backupVaultName: "v",
        policy: every("backup:CopyIntoBackupVault", { StringEquals: { "aws:PrincipalOrgID": ["o-abcdefghij"] } }),
      }),
  ],
  [
    "a topic with the policy of the console",
    "resource-policies-not-public",
    () =>
      void new aws.sns.TopicPolicy("x", {
        arn: "arn:t",
        policy: every("SNS:Publish", { StringEquals: { "AWS:SourceOwner": "111122223333" } }),
      }),
  ],
  [
    "a key for the callers of an account through a service",
    "resource-policies-not-public",
    () =>
      void new aws.kms.KeyPolicy("x", {
        keyId: "k",
        policy: every("kms:Decrypt", {
          StringEquals: { "kms:ViaService": "s3.us-east-1.amazonaws.com", "kms:CallerAccount": "111122223333" },
        }),
      }),
  ],
  [
    "a function for one bucket",
    "resource-policies-not-public",
    permission({ principal: "s3.amazonaws.com", sourceArn: "arn:aws:s3:::uploads", sourceAccount: "111122223333" }),
  ],
  [
    "a function for a skill, by its token",
    "resource-policies-not-public",
    permission({ principal: "alexa-appkit.amazon.com", eventSourceToken: "amzn1.ask.skill.1" }),
  ],
  [
    "a function for a role",
    "resource-policies-not-public",
    permission({ principal: "arn:aws:iam::111122223333:role/r" }),
  ],
  ["a Kubernetes API for the campus", "endpoints-not-public", cluster({ publicAccessCidrs: ["192.0.2.0/24"] })],
  [
    "a Kubernetes API in the VPC",
    "endpoints-not-public",
    cluster({ endpointPublicAccess: false, endpointPrivateAccess: true }),
  ],
  ["a collection behind an endpoint", "endpoints-not-public", collection(false)],
  [
    "a file server in the VPC",
    "endpoints-not-public",
    () =>
      void new aws.transfer.Server("x", {
        endpointType: "VPC",
        endpointDetails: { vpcId: "v", subnetIds: ["subnet-1", "subnet-2"] },
      }),
  ],
  [
    "a container in the VPC",
    "endpoints-not-public",
    () =>
      void new aws.apprunner.Service("x", {
        ...{ serviceName: "s", sourceConfiguration: {} },
        networkConfiguration: { ingressConfiguration: { isPubliclyAccessible: false } },
      }),
  ],
  [
    "an endpoint service that asks first",
    "nothing-shared-with-everyone",
    () =>
      void new aws.ec2.VpcEndpointService("x", {
        ...{ acceptanceRequired: true, allowedPrincipals: ["*"], networkLoadBalancerArns: ["arn:nlb"] },
      }),
  ],
  [
    "an endpoint service for an account",
    "nothing-shared-with-everyone",
    () =>
      void new aws.ec2.VpcEndpointService("x", {
        ...{ acceptanceRequired: false, networkLoadBalancerArns: ["arn:nlb"] },
        allowedPrincipals: ["arn:aws:iam::111122223333:root"],
      }),
  ],
  [
    "an image of an encrypted snapshot",
    "volumes-encrypted",
    () =>
      void new aws.ec2.Ami("x", {
        ebsBlockDevices: [{ deviceName: "/dev/xvda", snapshotId: "snap-1" }],
      }),
  ],
  [
    "copies in an account that encrypts every volume",
    "volumes-encrypted",
    () => {
      new aws.ebs.EncryptionByDefault("all", { enabled: true });
      new aws.ec2.AmiCopy("x", { sourceAmiId: "ami-1", sourceAmiRegion: "us-east-1" });
    },
  ],
  [
    "a delivery stream behind a stream",
    "engines-encrypted",
    () =>
      void new aws.kinesis.FirehoseDeliveryStream("x", {
        ...{ destination: "extended_s3", kinesisSourceConfiguration: { kinesisStreamArn: "s", roleArn: "r" } },
      }),
  ],
  [
    "a delivery stream behind Kafka",
    "engines-encrypted",
    () =>
      void new aws.kinesis.FirehoseDeliveryStream("x", {
        destination: "extended_s3",
        mskSourceConfiguration: {
          ...{ mskClusterArn: "m", topicName: "t" },
          authenticationConfiguration: { connectivity: "PRIVATE", roleArn: "r" },
        },
      }),
  ],
  ["documents whose group asks for TLS", "engines-encrypted", parameters("tls1.2+")],
  [
    "a global cluster of an encrypted one",
    "database-encrypted",
    () =>
      void new aws.docdb.GlobalCluster("x", { globalClusterIdentifier: "g", sourceDbClusterIdentifier: "arn:cluster" }),
  ],
  ["a warehouse whose password AWS keeps", "database-password-managed", warehouse({ manageMasterPassword: true })],
  [
    "documents with a secret",
    "database-password-managed",
    () =>
      void new aws.docdb.ElasticCluster("x", {
        ...{ adminUserName: "app", adminUserPassword: "arn:secret", authType: "SECRET_ARN" },
        ...{ shardCapacity: 2, shardCount: 1 },
      }),
  ],
  [
    "a migration with a secret over TLS",
    "database-password-managed",
    endpoint({ secretsManagerArn: "arn:secret", secretsManagerAccessRoleArn: "r", sslMode: "verify-full" }),
  ],
  ["a migration to a bucket", "endpoints-tls", endpoint({ engineName: "s3" })],
  ["a modern search", "endpoints-tls", search("Policy-Min-TLS-1-2-PFS-2023-10")],
  ["modern TLS to an origin", "cloudfront-tls", site(["TLSv1.2"])],
  [
    "a backend behind a VPC link",
    "endpoints-tls",
    () =>
      void new aws.apigatewayv2.Integration("x", {
        ...{ apiId: "a", integrationType: "HTTP_PROXY", connectionType: "VPC_LINK", connectionId: "v" },
        integrationUri: "http://internal.example.org",
      }),
  ],
  ["an account that blocks what is public", "bucket-private", block({})],
  ["SSH from the campus in Lightsail", "no-open-ingress", ports(["192.0.2.0/24"])],
  ["a question of a browser before it signs in", "apis-authorized", method("OPTIONS")],
  ["a method for signed requests", "apis-authorized", method("GET", {}, { authorization: "AWS_IAM" })],
  ["a method of a private API", "apis-authorized", method("GET", { endpointConfiguration: { types: "PRIVATE" } })],
  [
    "a method of an API for the campus",
    "apis-authorized",
    method("GET", { policy: every("execute-api:Invoke", { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } }) }),
  ],
  ["a route with tokens", "apis-authorized", route("GET /", "HTTP", { authorizationType: "JWT", authorizerId: "z" })],
  ["a message of a WebSocket", "apis-authorized", route("$default", "WEBSOCKET")],
  [
    "an OpenAPI document with security",
    "apis-authorized",
    () => void new aws.apigateway.RestApi("x", { body: openApi({ responses: {}, security: [{ sigv4: [] }] }) }),
  ],
  [
    "an OpenAPI document with security for all",
    "apis-authorized",
    () => void new aws.apigatewayv2.Api("x", { protocolType: "HTTP", body: openApi({}, { security: [{ jwt: [] }] }) }),
  ],
  [
    "a graph API for an organisation's users",
    "apis-authorized",
    () =>
      void new aws.appsync.GraphQLApi("x", {
        ...{ authenticationType: "AMAZON_COGNITO_USER_POOLS" },
        userPoolConfig: { userPoolId: "p", defaultAction: "DENY" },
      }),
  ],
  ["users with a second factor", "user-pools-hardened", pool(factor)],
  [
    "users with passphrases",
    "user-pools-hardened",
    pool({ ...factor, passwordPolicy: { minimumLength: 14, requireSymbols: false } }),
  ],
  ["users with passkeys", "user-pools-hardened", pool({ signInPolicy: { allowedFirstAuthFactors: ["WEB_AUTHN"] } })],
  ["a bastion", "group-min-instances", group(1, {})],
  ["two machines behind a load balancer", "group-min-instances", group(2, { targetGroupArns: ["arn:tg"] })],
  ["two machines that are attached", "group-min-instances", attached(2)],
  [
    "a target that is a function",
    "group-min-instances",
    () => {
      const targets = new aws.lb.TargetGroup("x", { targetType: "lambda" });
      new aws.lb.TargetGroupAttachment("f", { targetGroupArn: targets.arn, targetId: "arn:aws:lambda:::function:f" });
    },
  ],
  ["a function in two zones", "compute-spans-zones", inFunction("a", "b")],
  [
    "an endpoint of a gateway",
    "compute-spans-zones",
    () => void new aws.ec2.VpcEndpoint("x", { vpcId: "v", serviceName: "com.amazonaws.us-east-1.s3" }),
  ],
  [
    "Fargate with Spot beside it",
    "service-keeps-serving",
    spot([
      { capacityProvider: "FARGATE", base: 3, weight: 1 },
      { capacityProvider: "FARGATE_SPOT", weight: 3 },
    ]),
  ],
  [
    "a queue that a topic fills",
    "resource-policies-not-public",
    () => {
      const topic = new aws.sns.Topic("topic");
      new aws.sqs.QueuePolicy("x", {
        queueUrl: "q",
        policy: topic.arn.apply((arn) => every("sqs:SendMessage", { ArnEquals: { "aws:SourceArn": arn } })),
      });
    },
  ],
];

const closedQueue = "a queue that a topic fills";

export const serviceEntries: readonly Entry[] = [
  ...Object.entries(bad).flatMap(([style, rows]) =>
    rows.map(([name, rule, program]): Entry => ({
      ...{ name, style: style as Style, program, about: [rule] },
      faults: [`${rule}: x`],
    })),
  ),
  ...good.map(([name, rule, program]): Entry => ({
    ...{ name, style: "terraform", program, about: [rule] },
    // The document is made of an ARN that a preview does not know.
    ...(name === closedQueue ? { open: [`${rule}: x`] } : {}),
  })),
];
