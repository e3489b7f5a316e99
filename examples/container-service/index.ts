import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { Cdn } from "../../components/cdn/cdn";
import { WebAcl } from "../../components/cdn/webAcl";
import { Certificate } from "../../components/certificate/certificate";
import { Cluster } from "../../components/cluster/cluster";
import { EncryptionKey } from "../../components/encryption/encryptionKey";
import { viewerAddressHeader } from "../../components/lib/viewerAddress";
import { accessLogsPrefix, LoadBalancer } from "../../components/load-balancer/loadBalancer";
import { scaleService } from "../../components/moodle/scaling";
import { Network } from "../../components/network/network";
import { PrivateBucket } from "../../components/storage/bucket";
import { cloudFrontLogStatements, loadBalancerLogStatements } from "../../components/storage/logDelivery";

const region = "eu-west-2";
const tags = { Project: "timetable", Environment: "prod", Owner: "Registry", CostCentre: "RG-0003" };
const opts = { provider: new aws.Provider("aws", { region, defaultTags: { tags } }) };
const edge = { provider: new aws.Provider("edge", { region: "us-east-1", defaultTags: { tags } }) };
const account = aws.getCallerIdentityOutput({}, opts).accountId;
const partition = aws.getPartitionOutput({}, opts).partition;

const [domain, hostedZoneId] = ["timetable.example.ac.uk", "Z0123456789EXAMPLE00"];
/** Any image that listens on this port and answers /healthz. By digest: a tag may be another image tomorrow. */
const image = `public.ecr.aws/example/timetable@sha256:${"0".repeat(64)}`;
const port = 8080;

const key = new EncryptionKey("key", {}, { ...opts, protect: true });
const edgeKey = new EncryptionKey("edge-key", {}, { ...edge, protect: true });
const network = new Network(
  "network",
  {
    cidr: "10.72.0.0/16",
    region,
    availabilityZones: ["eu-west-2a", "eu-west-2b", "eu-west-2c"],
    kmsKeyArn: key.arn,
  },
  opts,
);
const logs = new PrivateBucket(
  "logs",
  {
    expireAfterDays: 90,
    policyStatements: (arn) => [
      ...loadBalancerLogStatements(arn, account, accessLogsPrefix),
      ...cloudFrontLogStatements(arn, { account, partition }),
    ],
  },
  opts,
);

const certificate = new Certificate("certificate", { domain, hostedZoneId }, opts);
const secret = new random.RandomPassword("origin-secret", { length: 40, special: false });
const loadBalancer = new LoadBalancer(
  "lb",
  {
    network,
    access: { kind: "cloudfront" },
    domain,
    certificateArn: certificate.arn,
    originSecrets: [secret.result],
    idleTimeoutSeconds: 60,
    deregistrationDelaySeconds: 60,
    accessLogsBucket: logs.bucketName,
    targetPort: port,
    deletionProtection: true,
  },
  { ...opts, dependsOn: logs },
);
const cluster = new Cluster(
  "cluster",
  { network, capacity: { kind: "fargate" }, kmsKeyArn: key.arn, logRetentionDays: 90 },
  { ...opts, dependsOn: network },
);

const group = new aws.ec2.SecurityGroup("tasks", { vpcId: network.vpcId, description: "The tasks" }, opts);
new aws.vpc.SecurityGroupIngressRule(
  "from-load-balancer",
  {
    securityGroupId: group.id,
    referencedSecurityGroupId: loadBalancer.securityGroupId,
    ipProtocol: "tcp",
    fromPort: port,
    toPort: port,
  },
  opts,
);
new aws.vpc.SecurityGroupEgressRule(
  "to-services",
  { securityGroupId: group.id, cidrIpv4: "0.0.0.0/0", ipProtocol: "tcp", fromPort: 443, toPort: 443 },
  opts,
);
new aws.vpc.SecurityGroupEgressRule(
  "load-balancer-to-tasks",
  {
    securityGroupId: loadBalancer.securityGroupId,
    referencedSecurityGroupId: group.id,
    ipProtocol: "tcp",
    fromPort: port,
    toPort: port,
  },
  opts,
);
const lines = new aws.cloudwatch.LogGroup("lines", { retentionInDays: 90, kmsKeyId: key.arn }, opts);
const trust = aws.iam.assumeRolePolicyForPrincipal({ Service: "ecs-tasks.amazonaws.com" });
const start = new aws.iam.Role("start", { assumeRolePolicy: trust }, opts);
new aws.iam.RolePolicy(
  "start-policy",
  {
    role: start.id,
    policy: pulumi.jsonStringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
          Resource: pulumi.interpolate`${lines.arn}:*`,
        },
      ],
    }),
  },
  opts,
);
const definition = new aws.ecs.TaskDefinition(
  "definition",
  {
    family: "timetable",
    cpu: "512",
    memory: "1024",
    networkMode: "awsvpc",
    requiresCompatibilities: ["FARGATE"],
    runtimePlatform: { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" },
    executionRoleArn: start.arn,
    containerDefinitions: pulumi.jsonStringify([
      {
        name: "web",
        image,
        essential: true,
        readonlyRootFilesystem: true,
        user: "1000:1000",
        portMappings: [{ containerPort: port }],
        logConfiguration: {
          logDriver: "awslogs",
          options: { "awslogs-group": lines.name, "awslogs-region": region, "awslogs-stream-prefix": "web" },
        },
      },
    ]),
  },
  opts,
);
const service = new aws.ecs.Service(
  "service",
  {
    cluster: cluster.clusterArn,
    taskDefinition: definition.arn,
    desiredCount: 3,
    capacityProviderStrategies: [{ capacityProvider: cluster.capacityProviderName, weight: 1 }],
    networkConfiguration: { subnets: network.applicationSubnetIds, securityGroups: [group.id], assignPublicIp: false },
    loadBalancers: [{ targetGroupArn: loadBalancer.targetGroupArn, containerName: "web", containerPort: port }],
    deploymentCircuitBreaker: { enable: true, rollback: true },
    deploymentMinimumHealthyPercent: 100,
    availabilityZoneRebalancing: "ENABLED",
    propagateTags: "SERVICE",
  },
  // The load sets the number of tasks.
  { ...opts, dependsOn: network, ignoreChanges: ["desiredCount"] },
);
scaleService(
  "service",
  {
    clusterName: cluster.clusterName,
    serviceName: service.name,
    scaling: {
      minTasks: 3,
      maxTasks: 12,
      cpuTargetPercent: 60,
      requests: {
        perTargetPerMinute: 1200,
        loadBalancerArnSuffix: loadBalancer.arnSuffix,
        targetGroupArnSuffix: loadBalancer.targetGroupArnSuffix,
      },
    },
  },
  opts,
);

/** The load balancer tells the service what CloudFront tells it: the address of who asks. */
const viewer = new aws.cloudfront.Function(
  "viewer-address",
  {
    runtime: "cloudfront-js-2.0",
    publish: true,
    code: `function handler(event) { event.request.headers[${JSON.stringify(viewerAddressHeader.toLowerCase())}] = { value: event.viewer.ip }; return event.request; }`,
  },
  edge,
);
const cdn = new Cdn(
  "cdn",
  {
    domain,
    hostedZoneId,
    certificateArn: new Certificate("viewer-certificate", { domain, hostedZoneId, validation: certificate }, edge).arn,
    webAclArn: new WebAcl("firewall", { kmsKeyArn: edgeKey.arn }, edge).arn,
    loadBalancer,
    originSecret: secret.result,
    originReadTimeoutSeconds: 60,
    originKeepaliveTimeoutSeconds: 50,
    accessLogsBucketArn: logs.arn,
    viewerRequestFunctionArn: viewer.arn,
  },
  { ...edge, dependsOn: [network, logs] },
);

export const address = `https://${domain}`;
export const distribution = cdn.distributionId;
