import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Entry } from "./corpus";

const on = {
  loadBalancers: [
    {
      targetGroupArn: "arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/web/1",
      containerName: "web",
      containerPort: 80,
    },
  ],
};
const task = (container: object, more: Partial<aws.ecs.TaskDefinitionArgs> = {}) =>
  new aws.ecs.TaskDefinition("web", {
    family: "web",
    containerDefinitions: JSON.stringify([{ name: "web", image: "nginx", readonlyRootFilesystem: true, ...container }]),
    ...more,
  });
const https = (more: Partial<aws.lb.ListenerArgs> = {}) =>
  new aws.lb.Listener("https", {
    ...{ loadBalancerArn: "arn:lb", port: 443, protocol: "HTTPS", certificateArn: "arn:cert" },
    sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
    defaultActions: [{ type: "fixed-response", fixedResponse: { contentType: "text/plain", statusCode: "403" } }],
    ...more,
  });
const origin = (customHeaders?: { name: string; value: string }[]): aws.types.input.cloudfront.DistributionOrigin => ({
  ...{ originId: "site", domainName: "lb.example.org", ...(customHeaders === undefined ? {} : { customHeaders }) },
  customOriginConfig: {
    httpPort: 80,
    httpsPort: 443,
    originProtocolPolicy: "https-only",
    originSslProtocols: ["TLSv1.2"],
  },
});
const site = (more: Partial<aws.cloudfront.DistributionArgs>) =>
  new aws.cloudfront.Distribution("site", {
    ...{ enabled: true, restrictions: { geoRestriction: { restrictionType: "none" } } },
    viewerCertificate: {
      acmCertificateArn: "arn:cert",
      sslSupportMethod: "sni-only",
      minimumProtocolVersion: "TLSv1.2_2021",
    },
    origins: [origin()],
    defaultCacheBehavior: {
      ...{ targetOriginId: "site", viewerProtocolPolicy: "redirect-to-https", allowedMethods: ["GET", "HEAD"] },
      ...{ cachedMethods: ["GET", "HEAD"], cachePolicyId: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad" },
    },
    ...more,
  });
const service = (name: string, more: Partial<aws.ecs.ServiceArgs>) =>
  new aws.ecs.Service(name, { taskDefinition: "web:1", cluster: "main", ...more });
const scaled = (one: aws.ecs.Service, minCapacity: number, maxCapacity: number) => {
  const target = new aws.appautoscaling.Target("scale", {
    ...{ minCapacity, maxCapacity, scalableDimension: "ecs:service:DesiredCount", serviceNamespace: "ecs" },
    resourceId: pulumi.interpolate`service/main/${one.name}`,
  });
  for (const predefinedMetricType of ["ALBRequestCountPerTarget", "ECSServiceAverageCPUUtilization"]) {
    new aws.appautoscaling.Policy(predefinedMetricType, {
      ...{ resourceId: target.resourceId, scalableDimension: target.scalableDimension },
      ...{ serviceNamespace: target.serviceNamespace, policyType: "TargetTrackingScaling" },
      targetTrackingScalingPolicyConfiguration: {
        targetValue: 60,
        predefinedMetricSpecification: { predefinedMetricType },
      },
    });
  }
};
const backedUp =
  (selection: Partial<aws.backup.SelectionArgs>, tags: Record<string, string> = { backup: "daily" }) =>
  () => {
    new aws.efs.FileSystem("files", { encrypted: true, tags });
    new aws.backup.Selection("daily", { iamRoleArn: "arn:aws:iam::111122223333:role/b", planId: "plan", ...selection });
  };

/** The engine does not tell policies of the option, so its resources are named. */
const retained = [undefined, { "stateful-protected": { retained: ["sessions"] } }];

export const operationEntries: readonly Entry[] = [
  ...(
    [
      ["PostgreSQL 17 with its own group", { engine: "postgres", engineVersion: "17.4" }, true],
      ["PostgreSQL 15, the first that asks for TLS", { engine: "postgres", engineVersion: "15" }, true],
      ["PostgreSQL in AWS's default version", { engine: "postgres" }, true],
      ["PostgreSQL 14", { engine: "postgres", engineVersion: "14.12" }, false],
      ["MySQL 8.0", { engine: "mysql", engineVersion: "8.0.39" }, false],
      ["MySQL with the group of AWS by name", { engine: "mysql", parameterGroupName: "default.mysql8.0" }, false],
    ] as const
  ).map(([what, props, good]): Entry => ({
    name: `${what}, without a parameter group of the program`,
    style: "tutorial",
    program: () => void new aws.rds.Instance("db", { instanceClass: "db.t4g.micro", ...props }),
    about: ["database-tls-required"],
    ...(good ? {} : { faults: ["database-tls-required: db"] }),
  })),
  {
    name: "PostgreSQL 16 whose own group takes TLS back",
    style: "terraform",
    program: () => {
      const group = new aws.rds.ParameterGroup("tuned", {
        family: "postgres16",
        parameters: [{ name: "rds.force_ssl", value: "0" }],
      });
      new aws.rds.Instance("db", {
        instanceClass: "db.t4g.micro",
        engine: "postgres",
        engineVersion: "16",
        parameterGroupName: group.name,
      });
    },
    about: ["database-tls-required"],
    faults: ["database-tls-required: db"],
  },
  {
    name: "caches with the defaults of their engines",
    style: "tutorial",
    program: () => {
      new aws.elasticache.ReplicationGroup("valkey", {
        description: "v",
        engine: "valkey",
        nodeType: "cache.t4g.micro",
      });
      new aws.elasticache.ReplicationGroup("redis", { description: "r", engine: "redis", nodeType: "cache.t4g.micro" });
      new aws.elasticache.ReplicationGroup("off", {
        description: "o",
        engine: "valkey",
        atRestEncryptionEnabled: false,
      });
    },
    about: ["cache-encrypted-at-rest"],
    faults: ["cache-encrypted-at-rest: redis", "cache-encrypted-at-rest: off"],
  },
  {
    name: "an instance from a launch template that sets everything",
    style: "terraform",
    program: () => {
      const template = new aws.ec2.LaunchTemplate("host", {
        metadataOptions: { httpTokens: "required" },
        blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: { encrypted: "true", volumeSize: 20 } }],
      });
      new aws.ec2.Instance("host", { launchTemplate: { id: template.id } });
    },
    about: ["instance-metadata-v2", "volumes-encrypted"],
  },
  {
    name: "an account that encrypts every volume and asks for tokens",
    style: "terraform",
    program: () => {
      new aws.ebs.EncryptionByDefault("all", {});
      new aws.ec2.InstanceMetadataDefaults("all", { httpTokens: "required" });
      new aws.ec2.Instance("host", { ami: "ami-1", instanceType: "t3.micro" });
    },
    about: ["instance-metadata-v2", "volumes-encrypted"],
  },
  {
    name: "an account with encryption by default switched off",
    style: "terraform",
    program: () => {
      new aws.ebs.EncryptionByDefault("all", { enabled: false });
      new aws.ec2.Instance("host", { ami: "ami-1", instanceType: "t3.micro" });
    },
    about: ["instance-metadata-v2", "volumes-encrypted"],
    faults: ["instance-metadata-v2: host", "volumes-encrypted: host"],
  },
  ...(
    [
      ["by tag", { selectionTags: [{ type: "STRINGEQUALS", key: "backup", value: "daily" }] }, true],
      ["by another tag", { selectionTags: [{ type: "STRINGEQUALS", key: "backup", value: "weekly" }] }, false],
      ["of everything", { resources: ["*"] }, true],
      ["of every file system", { resources: ["arn:aws:elasticfilesystem:*:*:file-system/*"] }, true],
      ["of every database", { resources: ["arn:aws:rds:*:*:db:*"] }, false],
      [
        "of everything with a tag",
        { resources: ["*"], conditions: { stringEquals: [{ key: "aws:ResourceTag/backup", value: "daily" }] } },
        true,
      ],
    ] as const
  ).map(([what, selection, good]): Entry => ({
    name: `a backup ${what}`,
    style: "terraform",
    program: backedUp(selection as unknown as Partial<aws.backup.SelectionArgs>),
    about: ["file-system-backed-up"],
    ...(good ? {} : { faults: ["file-system-backed-up: files"] }),
  })),
  {
    name: "services that do not scale as others do",
    style: "pulumi/examples",
    program: () => {
      service("daemon", { ...on, schedulingStrategy: "DAEMON" });
      const group = new aws.lb.TargetGroup("tcp", { port: 6514, protocol: "TCP", targetType: "ip", vpcId: "vpc-1" });
      const layer4 = service("layer4", {
        loadBalancers: [{ targetGroupArn: group.arn, containerName: "web", containerPort: 6514 }],
      });
      scaled(layer4, 2, 8);
    },
    about: ["service-scales-on-demand", "service-keeps-serving"],
  },
  {
    name: "a service that can only have as many tasks as it has",
    style: "terraform",
    program: () => scaled(service("web", on), 3, 3),
    about: ["service-scales-on-demand"],
    faults: ["service-scales-on-demand: web"],
  },
  {
    name: "a service that stops all tasks at a deployment, in one zone",
    style: "tutorial",
    program: () =>
      service("web", {
        ...on,
        deploymentMinimumHealthyPercent: 0,
        placementConstraints: [{ type: "memberOf", expression: "attribute:ecs.availability-zone == us-east-1a" }],
      }),
    about: ["service-keeps-serving", "service-zone-spread"],
    faults: ["service-keeps-serving: web", "service-zone-spread: web"],
  },
  {
    name: "constraints that keep no zone out",
    style: "terraform",
    program: () => {
      service("web", {
        ...on,
        placementConstraints: [
          { type: "distinctInstance" },
          { type: "memberOf", expression: "attribute:ecs.availability-zone in [us-east-1a, us-east-1b]" },
          { type: "memberOf", expression: "attribute:ecs.instance-type =~ m7g.*" },
        ],
      });
      task(
        {},
        { placementConstraints: [{ type: "memberOf", expression: "attribute:ecs.availability-zone in [us-east-1a]" }] },
      );
    },
    about: ["service-zone-spread"],
    faults: ["service-zone-spread: web"],
  },
  ...(
    [
      ["the Docker socket", {}, { volumes: [{ name: "docker", hostPath: "/var/run/docker.sock" }] }],
      ["the host's root", {}, { volumes: [{ name: "host", hostPath: "/" }] }],
      ["a strong capability", { linuxParameters: { capabilities: { add: ["SYS_ADMIN"] } } }, {}],
      ["the host's processes", {}, { pidMode: "host" }],
      ["no seccomp", { dockerSecurityOptions: ["seccomp:unconfined"] }, {}],
    ] as const
  ).map(([what, container, more]): Entry => ({
    name: `a container with ${what}`,
    style: "tutorial",
    program: () => void task(container, more as unknown as Partial<aws.ecs.TaskDefinitionArgs>),
    about: ["task-hardened"],
    faults: ["task-hardened: web"],
  })),
  {
    name: "a container with a scratch folder of the host and a harmless capability",
    style: "tutorial",
    program: () =>
      void task(
        { linuxParameters: { capabilities: { add: ["NET_BIND_SERVICE"], drop: ["ALL"] } } },
        { volumes: [{ name: "scratch", hostPath: "/mnt/scratch" }, { name: "tmp" }] },
      ),
    about: ["task-hardened"],
  },
  {
    name: "files mounted with and without TLS",
    style: "tutorial",
    program: () => void task({}, { volumes: [{ name: "files", efsVolumeConfiguration: { fileSystemId: "fs-1" } }] }),
    about: ["task-mounts-encrypted"],
    faults: ["task-mounts-encrypted: web"],
  },
  {
    name: "HTTP listeners that do not say so, and one whose rule serves",
    style: "tutorial",
    program: () => {
      const forward = [{ type: "forward", targetGroupArn: "arn:tg" }];
      new aws.lb.Listener("silent", { loadBalancerArn: "arn:lb", port: 80, defaultActions: forward });
      const denying = new aws.lb.Listener("denying", {
        ...{ loadBalancerArn: "arn:lb", port: 80, protocol: "HTTP" },
        defaultActions: [{ type: "fixed-response", fixedResponse: { contentType: "text/plain", statusCode: "403" } }],
      });
      new aws.lb.ListenerRule("serving", {
        listenerArn: denying.arn,
        actions: forward,
        conditions: [{ pathPattern: { values: ["/*"] } }],
      });
      new aws.lb.ListenerRule("redirecting", {
        listenerArn: denying.arn,
        actions: [{ type: "redirect", redirect: { protocol: "HTTPS", statusCode: "HTTP_301" } }],
        conditions: [{ pathPattern: { values: ["/*"] } }],
      });
    },
    about: ["listener-tls"],
    faults: ["listener-tls: silent", "listener-tls: serving"],
  },
  {
    name: "a listener of a gateway load balancer",
    style: "terraform",
    program: () => {
      const balancer = new aws.lb.LoadBalancer("gateway", { loadBalancerType: "gateway", subnets: ["subnet-1"] });
      new aws.lb.Listener("gateway", {
        loadBalancerArn: balancer.arn,
        defaultActions: [{ type: "forward", targetGroupArn: "arn:tg" }],
      });
    },
    about: ["listener-tls", "listener-default-deny"],
  },
  {
    name: "a rule without the secret header that the CDN sends",
    style: "pulumi/examples",
    program: () => {
      site({ origins: [origin([{ name: "X-Origin", value: "from-cloudfront" }])] });
      const listener = https();
      const actions = [{ type: "forward", targetGroupArn: "arn:tg" }];
      const host = { hostHeader: { values: ["www.example.org"] } };
      new aws.lb.ListenerRule("open", { listenerArn: listener.arn, actions, conditions: [host] });
      new aws.lb.ListenerRule("closed", {
        ...{ listenerArn: listener.arn, actions },
        conditions: [host, { httpHeader: { httpHeaderName: "X-Origin", values: ["from-cloudfront"] } }],
      });
    },
    about: ["listener-default-deny"],
    faults: ["listener-default-deny: open"],
  },
  {
    name: "rules by path behind a listener of a stack without a CDN",
    style: "pulumi/examples",
    program: () => {
      const listener = https();
      new aws.lb.ListenerRule("api", {
        ...{ listenerArn: listener.arn, actions: [{ type: "forward", targetGroupArn: "arn:tg" }] },
        conditions: [{ pathPattern: { values: ["/api/*"] } }],
      });
    },
    about: ["listener-default-deny", "listener-tls"],
  },
  {
    name: "a VPC origin over plain HTTP, and a web ACL that stops nothing",
    style: "terraform",
    program: () => {
      new aws.cloudfront.VpcOrigin("lb", {
        vpcOriginEndpointConfig: {
          ...{ name: "lb", arn: "arn:lb", httpPort: 80, httpsPort: 443, originProtocolPolicy: "http-only" },
          originSslProtocols: { items: ["TLSv1.2"], quantity: 1 },
        },
      });
      const visibilityConfig = { cloudwatchMetricsEnabled: true, metricName: "acl", sampledRequestsEnabled: true };
      const acl = new aws.wafv2.WebAcl("acl", { scope: "CLOUDFRONT", defaultAction: { allow: {} }, visibilityConfig });
      site({ webAclId: acl.arn });
    },
    about: ["cloudfront-tls", "cloudfront-firewall"],
    faults: ["cloudfront-tls: lb", "cloudfront-firewall: site"],
  },
  {
    name: "a function behind origin access control that is cached",
    style: "tutorial",
    program: () => {
      const url = new aws.lambda.FunctionUrl("render", { functionName: "render", authorizationType: "AWS_IAM" });
      site({
        origins: [
          {
            originId: "site",
            domainName: url.functionUrl.apply((address) => new URL(address).host),
            originAccessControlId: "E1",
          },
        ],
        defaultCacheBehavior: {
          ...{ targetOriginId: "site", viewerProtocolPolicy: "redirect-to-https", allowedMethods: ["GET", "HEAD"] },
          ...{ cachedMethods: ["GET", "HEAD"], cachePolicyId: "658327ea-f89d-4fab-a63d-7e88639e58f6" },
        },
      });
    },
    about: ["cloudfront-cached-paths"],
    open: ["cloudfront-cached-paths: site"],
    later: ["cloudfront-cached-paths: site"],
  },
  {
    name: "files of a bucket behind origin access control that are cached",
    style: "pulumi/examples",
    program: () => {
      const bucket = new aws.s3.Bucket("files");
      site({
        origins: [{ originId: "site", domainName: bucket.bucketRegionalDomainName, originAccessControlId: "E1" }],
        defaultCacheBehavior: {
          ...{ targetOriginId: "site", viewerProtocolPolicy: "redirect-to-https", allowedMethods: ["GET", "HEAD"] },
          ...{ cachedMethods: ["GET", "HEAD"], cachePolicyId: "658327ea-f89d-4fab-a63d-7e88639e58f6" },
        },
      });
    },
    about: ["cloudfront-cached-paths", "cloudfront-min-ttl-zero"],
  },
  {
    name: "what holds data, unprotected",
    style: "pulumi/examples",
    program: () => {
      new aws.s3.Bucket("objects", { forceDestroy: true });
      new aws.s3.Bucket("kept", {});
      new aws.elasticache.ReplicationGroup("sessions", { description: "sessions" });
      new aws.elasticache.ReplicationGroup("protected", { description: "sessions" }, { protect: true });
    },
    about: ["stateful-protected"],
    faults: ["stateful-protected: objects", "stateful-protected: sessions"],
  },
  ...retained.map((config): Entry => ({
    name: `what stays in AWS when it is deleted from the stack (retainOnDelete), ${config === undefined ? "of which the pack was not told" : "by name"}`,
    style: "terraform",
    program: () =>
      void new aws.elasticache.ReplicationGroup("sessions", { description: "sessions" }, { retainOnDelete: true }),
    about: ["stateful-protected"],
    ...(config === undefined ? { faults: ["stateful-protected: sessions"] } : { config }),
  })),
  {
    name: "single instances of other engines, in plain text",
    style: "tutorial",
    program: () => {
      new aws.opensearch.Domain("search", { clusterConfig: { instanceCount: 1 } });
      const documents = new aws.docdb.Cluster("documents", {});
      new aws.docdb.ClusterInstance("only", { clusterIdentifier: documents.id, instanceClass: "db.r6g.large" });
      new aws.memorydb.Cluster("memory", {
        aclName: "open-access",
        nodeType: "db.t4g.small",
        numReplicasPerShard: 0,
        tlsEnabled: false,
      });
      new aws.mq.Broker("broker", {
        ...{ brokerName: "b", engineType: "ActiveMQ", engineVersion: "5.18", hostInstanceType: "mq.t3.micro" },
        users: [{ username: "a", password: "b" }],
      });
    },
    about: ["engines-redundant", "engines-encrypted"],
    faults: [
      ...["search", "documents", "memory", "broker"].map((name) => `engines-redundant: ${name}`),
      ...["search", "memory"].map((name) => `engines-encrypted: ${name}`),
    ],
  },
  {
    name: "engines as they should be, in Pulumi YAML",
    style: "pulumi/examples",
    program: `
resources:
  search:
    type: aws:opensearch:Domain
    properties:
      clusterConfig: { instanceCount: 3, zoneAwarenessEnabled: true }
      encryptAtRest: { enabled: true }
      nodeToNodeEncryption: { enabled: true }
      domainEndpointOptions: { enforceHttps: true }
      vpcOptions: { subnetIds: [subnet-1, subnet-2, subnet-3] }
    options: { protect: true }
`,
    about: ["engines-redundant", "engines-encrypted", "stateful-protected"],
  },
];
