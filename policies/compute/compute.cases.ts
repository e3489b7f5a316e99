import { forEach, type RuleCases } from "../testing/cases";
import { id, idOf, thing, through, unknown, type Thing } from "../testing/harness";
import { capacityProviderHeadroom } from "./capacityProviderHeadroom";
import { groupMinInstances } from "./groupMinInstances";
import { instanceMetadataV2 } from "./instanceMetadataV2";
import { serviceCircuitBreaker } from "./serviceCircuitBreaker";
import { serviceCountLeftToScaling } from "./serviceCountLeftToScaling";
import { serviceKeepsServing } from "./serviceKeepsServing";
import { serviceMinTasks } from "./serviceMinTasks";
import { serviceScalesOnDemand } from "./serviceScalesOnDemand";
import { serviceZoneSpread } from "./serviceZoneSpread";
import { taskHardened } from "./taskHardened";
import { taskImageByDigest } from "./taskImageByDigest";
import { taskMountsEncrypted } from "./taskMountsEncrypted";
import { taskLogs } from "./taskLogs";
import { taskWithoutPlainSecrets } from "./taskWithoutPlainSecrets";

const task = (...containers: readonly object[]) =>
  thing("aws:ecs/taskDefinition:TaskDefinition", "web", {
    containerDefinitions: JSON.stringify(containers.map((one, i) => ({ name: `c${i}`, ...one }))),
  });
const openTask = thing("aws:ecs/taskDefinition:TaskDefinition", "web", { containerDefinitions: unknown });
const service = (props: Thing["props"] = {}, opts: Thing["opts"] = {}) =>
  thing("aws:ecs/service:Service", "web", props, opts);
const web = { loadBalancers: [{ targetGroupArn: "t", containerName: "web", containerPort: 80 }] };
const target = (of: Thing, props: Thing["props"] = {}) =>
  thing("aws:appautoscaling/target:Target", "scale", {
    resourceId: through([of], `service/main/${idOf(of)}`),
    ...props,
  });
const policy = (name: string, metric: unknown, of: Thing) =>
  thing("aws:appautoscaling/policy:Policy", name, {
    resourceId: through([of], "service/main/web"),
    targetTrackingScalingPolicyConfiguration: { predefinedMetricSpecification: { predefinedMetricType: metric } },
  });
const bucket = thing("aws:s3/bucket:Bucket", "bucket");
const digest = `repo@sha256:${"0f".repeat(32)}`;
const provider = (props: object) =>
  thing("aws:ecs/capacityProvider:CapacityProvider", "nodes", { autoScalingGroupProvider: props });
const goodProvider = {
  managedTerminationProtection: "ENABLED",
  managedDraining: "ENABLED",
  managedScaling: { status: "ENABLED", targetCapacity: 80 },
};
const template = (props: Thing["props"]) => thing("aws:ec2/launchTemplate:LaunchTemplate", "nodes", props);

const mounting = (more: object) =>
  thing("aws:ecs/taskDefinition:TaskDefinition", "web", {
    volumes: [{ name: "scratch" }, { name: "files", efsVolumeConfiguration: { fileSystemId: "fs-1", ...more } }],
  });

const machines = (props: Thing["props"]) => thing("aws:autoscaling/group:Group", "g", props);
const attachment = (props: Thing["props"]) => thing("aws:autoscaling/attachment:Attachment", "a", props);
const targets = thing("aws:lb/targetGroup:TargetGroup", "t", {});
const machine = (name: string) => thing("aws:ec2/instance:Instance", name, {});
const attached = (name: string, targetId: unknown) =>
  thing("aws:lb/targetGroupAttachment:TargetGroupAttachment", name, { targetGroupArn: id(targets), targetId });
const beanstalk = (name: string, value: unknown) =>
  thing("aws:elasticbeanstalk/environment:Environment", "e", {
    settings: [
      { name: "MaxSize", value: "0" },
      { name, value },
    ],
  });
const layer4 = thing("aws:lb/targetGroup:TargetGroup", "layer4", { protocol: "TCP" });
const spot = (...strategies: readonly object[]) => service({ ...web, capacityProviderStrategies: strategies });

const environment = [{ name: "DB_PASSWORD", value: "hunter2" }];
const variables = { DB_PASSWORD: "hunter2" };
const script = "export DB_PASSWORD=hunter2\n";
const code = "sourceConfiguration";
/** By where it is shown: a resource with a secret in the open. */
const shownSecrets: Readonly<Record<string, readonly [type: string, props: Thing["props"]]>> = {
  "a job of ECS": [
    "aws:batch/jobDefinition:JobDefinition",
    { ecsProperties: JSON.stringify({ taskProperties: [{ containers: [{ environment }] }] }) },
  ],
  "a job of several nodes": [
    "aws:batch/jobDefinition:JobDefinition",
    { nodeProperties: JSON.stringify({ nodeRangeProperties: [{ container: { environment } }] }) },
  ],
  "a service's environment": [
    "aws:apprunner/service:Service",
    { [code]: { imageRepository: { imageConfiguration: { runtimeEnvironmentVariables: variables } } } },
  ],
  "a service's environment, from its code": [
    "aws:apprunner/service:Service",
    {
      [code]: {
        codeRepository: {
          codeConfiguration: { codeConfigurationValues: { runtimeEnvironmentVariables: variables } },
        },
      },
    },
  ],
  "a service's start command": [
    "aws:apprunner/service:Service",
    { [code]: { imageRepository: { imageConfiguration: { startCommand: "serve --db-password=hunter2" } } } },
  ],
  "a service's build command": [
    "aws:apprunner/service:Service",
    {
      [code]: {
        codeRepository: { codeConfiguration: { codeConfigurationValues: { buildCommand: "make TOKEN=hunter2" } } },
      },
    },
  ],
  "a service's start command, from its code": [
    "aws:apprunner/service:Service",
    {
      [code]: {
        codeRepository: { codeConfiguration: { codeConfigurationValues: { startCommand: "serve --token=hunter2" } } },
      },
    },
  ],
  "a job's arguments": ["aws:glue/job:Job", { defaultArguments: { "--password": "hunter2" } }],
  "a job's fixed arguments": ["aws:glue/job:Job", { nonOverridableArguments: { "--password": "hunter2" } }],
  "a notebook's first script": [
    "aws:sagemaker/notebookInstanceLifecycleConfiguration:NotebookInstanceLifecycleConfiguration",
    { onCreate: Buffer.from(script).toString("base64") },
  ],
  "a notebook's script": [
    "aws:sagemaker/notebookInstanceLifecycleConfiguration:NotebookInstanceLifecycleConfiguration",
    { onStart: Buffer.from(script).toString("base64") },
  ],
  "a site's build": ["aws:amplify/app:App", { buildSpec: "version: 1\nenv:\n  variables:\n    TOKEN: hunter2\n" }],
  "a cluster's configuration": ["aws:emr/cluster:Cluster", { configurationsJson: JSON.stringify([variables]) }],
  "a configuration": ["aws:appconfig/hostedConfigurationVersion:HostedConfigurationVersion", { content: script }],
  "a document": ["aws:ssm/document:Document", { content: script }],
  "a component of an image": ["aws:imagebuilder/component:Component", { data: script }],
  "a schedule": ["aws:scheduler/schedule:Schedule", { target: { input: JSON.stringify(variables) } }],
  "a pipe": ["aws:pipes/pipe:Pipe", { targetParameters: { inputTemplate: JSON.stringify(variables) } }],
  "a log router": [
    "aws:ecs/taskDefinition:TaskDefinition",
    { containerDefinitions: JSON.stringify([{ firelensConfiguration: { options: { "api-key": "hunter2" } } }]) },
  ],
  "the second source of a build": [
    "aws:codebuild/project:Project",
    { secondarySources: [{ buildspec: "env:\n  variables:\n    TOKEN: hunter2\n" }] },
  ],
  "a number": ["aws:lambda/function:Function", { environment: { variables: { DB_PASSWORD: 12345678 } } }],
};

const named = (name: string, props: Thing["props"]) => thing("aws:ec2/launchTemplate:LaunchTemplate", name, props);
const asking = named("asking", { name: "asking-name", metadataOptions: { httpTokens: "required" } });
const plain = named("plain", {});
const host = (launchTemplate: unknown) => thing("aws:ec2/instance:Instance", "host", { launchTemplate });
const account = thing("aws:ec2/instanceMetadataDefaults:InstanceMetadataDefaults", "all", { httpTokens: "required" });

export const computeCases: readonly RuleCases[] = [
  {
    rule: taskHardened,
    pass: {
      "a user of its own": [task({ readonlyRootFilesystem: true, user: "1000:0" })],
      "read-only containers": [
        task({ readonlyRootFilesystem: true }, { readonlyRootFilesystem: true, privileged: false }),
      ],
    },
    fail: {
      ...forEach(["root", "0", "0:0", "root:app"], (user) => [task({ readonlyRootFilesystem: true, user })]),
      ...forEach(["pidMode", "ipcMode", "networkMode"], (path) => [
        thing("aws:ecs/taskDefinition:TaskDefinition", "web", {
          ...{ containerDefinitions: JSON.stringify([{ name: "c", readonlyRootFilesystem: true }]), [path]: "host" },
        }),
      ]),
      "a privileged container": [task({ readonlyRootFilesystem: true, privileged: true })],
      "a writable container": [task({ readonlyRootFilesystem: true }, {})],
      "definitions that are not JSON": [
        thing("aws:ecs/taskDefinition:TaskDefinition", "web", { containerDefinitions: "[{" }),
      ],
    },
    unknown: { "definitions that are not known": [openTask] },
    notApplicable: { "a bucket": [bucket] },
  },
  {
    rule: taskWithoutPlainSecrets,
    pass: {
      "a variable without a value": [task({ environment: [{ name: "DB_PASSWORD" }, { name: "API_KEY", value: "" }] })],
      "user data that only looks packed": [
        thing("aws:ec2/launchTemplate:LaunchTemplate", "it", {
          userData: Buffer.from([0x1f, 0x8b, 0, 0, 0, 0]).toString("base64"),
        }),
      ],
      "scripts of eight letters": [thing("aws:ec2/instance:Instance", "it", { userData: "bootstrap" })],
      "secrets by reference": [
        task({
          secrets: [{ name: "DB_PASSWORD", valueFrom: "arn" }],
          environment: [
            { name: "DB_SECRET_ARN", value: "arn" },
            { name: "TOKEN_URL", value: "https://example.org" },
            { name: "LANG", value: "C" },
          ],
        }),
      ],
      "a function": [thing("aws:lambda/function:Function", "f", { environment: { variables: { TABLE: unknown } } })],
    },
    fail: {
      ...Object.fromEntries(
        Object.entries(shownSecrets).map(([where, [type, props]]) => [
          `a secret in ${where}`,
          [thing(type, "it", props)],
        ]),
      ),
      "a password": [task({ environment: [{ name: "DB_PASSWORD", value: "x" }] })],
      "a token in the second container": [task({}, { environment: [{ name: "githubToken", value: "x" }] })],
      "a key of a function": [
        thing("aws:lambda/function:Function", "f", { environment: { variables: { API_KEY: unknown } } }),
      ],
    },
    unknown: {
      "a script that is not known": [thing("aws:ssm/document:Document", "it", { content: unknown })],
      "a job that is not known": [
        thing("aws:batch/jobDefinition:JobDefinition", "it", { containerProperties: unknown }),
      ],
      "words of a command that are not known": [
        thing("aws:emr/cluster:Cluster", "it", { steps: [{ hadoopJarStep: { args: unknown } }] }),
      ],
      "definitions that are not known": [openTask],
      "variables that are not known": [
        thing("aws:lambda/function:Function", "f", { environment: { variables: unknown } }),
      ],
    },
    notApplicable: { "a bucket": [bucket] },
  },
  {
    rule: taskImageByDigest,
    pass: { "a digest": [task({ image: digest })] },
    fail: { "a tag": [task({ image: digest }, { image: "nginx:1.29" })], "no image": [task({})] },
    unknown: { "definitions that are not known": [openTask] },
    notApplicable: { "a bucket": [bucket] },
  },
  {
    rule: taskLogs,
    pass: { "a log driver": [task({ logConfiguration: { logDriver: "awslogs" } })] },
    fail: { "a container without": [task({ logConfiguration: { logDriver: "awslogs" } }, {})] },
    unknown: { "definitions that are not known": [openTask] },
    notApplicable: { "a bucket": [bucket] },
  },
  {
    rule: serviceCircuitBreaker,
    pass: { "a circuit breaker": [service({ deploymentCircuitBreaker: { enable: true, rollback: true } })] },
    fail: {
      "the controller of ECS by name": [service({ deploymentController: { type: "ECS" } })],
      none: [service()],
      "one that does not roll back": [service({ deploymentCircuitBreaker: { enable: true, rollback: false } })],
    },
    unknown: {
      "a choice that is not known": [service({ deploymentCircuitBreaker: { enable: unknown, rollback: true } })],
    },
    notApplicable: { "another deployment controller": [service({ deploymentController: { type: "CODE_DEPLOY" } })] },
  },
  {
    rule: serviceKeepsServing,
    pass: {
      "Fargate for a base alone": [
        spot({ capacityProvider: "FARGATE", base: 2, weight: 0 }, { capacityProvider: "FARGATE_SPOT", weight: 1 }),
      ],
      "Fargate beside Spot": [
        spot({ capacityProvider: "FARGATE", base: 2 }, { capacityProvider: "FARGATE_SPOT", weight: 3 }),
      ],
      "a capacity provider of one's own": [spot({ capacityProvider: "nodes", weight: 1 })],
      "one capacity provider without a weight": [spot({ capacityProvider: "FARGATE" })],
      "a share left to AWS": [service(web)],
      "half of the tasks": [service({ ...web, deploymentMinimumHealthyPercent: 50 })],
    },
    fail: {
      "the controller of ECS by name": [
        service({ ...web, deploymentController: { type: "ECS" }, deploymentMinimumHealthyPercent: 0 }),
      ],
      "Spot alone": [spot({ capacityProvider: "FARGATE_SPOT", weight: 1 })],
      "Spot, and Fargate that gets nothing": [
        spot({ capacityProvider: "FARGATE", weight: 0 }, { capacityProvider: "FARGATE_SPOT", weight: 1 }),
      ],
      "Spot, and Fargate without a weight among several": [
        spot({ capacityProvider: "FARGATE" }, { capacityProvider: "FARGATE_SPOT", weight: 1 }),
      ],
      none: [service({ ...web, deploymentMinimumHealthyPercent: 0 })],
    },
    unknown: { "a share that is not known": [service({ ...web, deploymentMinimumHealthyPercent: unknown })] },
    notApplicable: {
      "a worker": [service({ deploymentMinimumHealthyPercent: 0 })],
      "a daemon": [service({ ...web, schedulingStrategy: "DAEMON", deploymentMinimumHealthyPercent: 0 })],
      "blue and green": [
        service({ ...web, deploymentController: { type: "CODE_DEPLOY" }, deploymentMinimumHealthyPercent: 0 }),
      ],
    },
  },
  {
    rule: taskMountsEncrypted,
    pass: { TLS: [mounting({ transitEncryption: "ENABLED" })] },
    fail: { "no word about TLS": [mounting({})], "TLS off": [mounting({ transitEncryption: "DISABLED" })] },
    unknown: {
      "volumes that are not known": [thing("aws:ecs/taskDefinition:TaskDefinition", "web", { volumes: unknown })],
      "a choice that is not known": [mounting({ transitEncryption: unknown })],
    },
    notApplicable: { "a task without files": [task({})], "a bucket": [bucket] },
  },
  {
    rule: serviceMinTasks,
    pass: {
      "enough tasks": [service({ ...web, desiredCount: 2 })],
      "enough when scaled in": [service({ ...web, desiredCount: 1 }), target(service(), { minCapacity: 3 })],
    },
    fail: {
      "one task": [service({ ...web, desiredCount: 1 })],
      "a count left to AWS": [service(web)],
      "one when scaled in": [service({ ...web, desiredCount: 4 }), target(service(), { minCapacity: 1 })],
    },
    unknown: { "a count that is not known": [service({ ...web, desiredCount: unknown })] },
    notApplicable: {
      "a worker": [service({ desiredCount: 1 })],
      "a daemon": [service({ ...web, schedulingStrategy: "DAEMON" })],
    },
  },
  {
    rule: serviceMinTasks,
    limits: { minTasks: 1 },
    pass: { "one task": [service({ ...web, desiredCount: 1 })] },
    fail: { "a count left out, which is none": [service(web)] },
    unknown: { "a count that is not known": [service({ ...web, desiredCount: unknown })] },
    notApplicable: { "a worker": [service()] },
  },
  {
    rule: serviceZoneSpread,
    pass: {
      "a spread first": [
        service({
          orderedPlacementStrategies: [
            { type: "spread", field: "attribute:ecs.availability-zone" },
            { type: "binpack", field: "memory" },
          ],
        }),
      ],
      "no strategy": [service()],
    },
    fail: { "bin packing first": [service({ orderedPlacementStrategies: [{ type: "binpack", field: "memory" }] })] },
    unknown: { "strategies that are not known": [service({ orderedPlacementStrategies: unknown })] },
    notApplicable: { "a bucket": [bucket] },
  },
  {
    rule: serviceCountLeftToScaling,
    pass: {
      "everything ignored": [service(web, { ignoreChanges: ["*"] }), target(service())],
      "an ignored count": [service(web, { ignoreChanges: ["desiredCount"] }), target(service())],
    },
    fail: {
      "another property ignored": [service(web, { ignoreChanges: ["taskDefinition"] }), target(service())],
      "a count that is reset": [service(web), target(service())],
    },
    unknown: "whether a service scales, and what is ignored, is known from the program",
    notApplicable: { "a service that does not scale": [service(web)] },
  },
  {
    rule: serviceScalesOnDemand,
    pass: {
      "policies that name the service": [
        service(web),
        target(service()),
        policy("requests", "ALBRequestCountPerTarget", service()),
        policy("cpu", "ECSServiceAverageCPUUtilization", service()),
      ],
      "everything by its written name": [
        service({ ...web, name: "web" }),
        thing("aws:appautoscaling/target:Target", "scale", { resourceId: "service/main/web" }),
        ...["ALBRequestCountPerTarget", "ECSServiceAverageCPUUtilization"].map((predefinedMetricType) =>
          thing("aws:appautoscaling/policy:Policy", predefinedMetricType, {
            resourceId: "service/main/web",
            targetTrackingScalingPolicyConfiguration: { predefinedMetricSpecification: { predefinedMetricType } },
          }),
        ),
      ],
      "CPU behind a network load balancer": [
        layer4,
        service({ loadBalancers: [{ targetGroupArn: id(layer4) }] }),
        target(service()),
        policy("cpu", "ECSServiceAverageCPUUtilization", target(service())),
      ],
      "requests and CPU": [
        service(web),
        target(service()),
        policy("requests", "ALBRequestCountPerTarget", target(service())),
        policy("cpu", "ECSServiceAverageCPUUtilization", target(service())),
      ],
    },
    fail: {
      "the target of another service": [
        service({ ...web, name: "web" }),
        thing("aws:appautoscaling/target:Target", "scale", { resourceId: "service/main/other" }),
      ],
      "policies of another service": [
        service(web),
        target(service()),
        ...["ALBRequestCountPerTarget", "ECSServiceAverageCPUUtilization"].map((predefinedMetricType) =>
          thing("aws:appautoscaling/policy:Policy", predefinedMetricType, {
            resourceId: "service/main/other",
            targetTrackingScalingPolicyConfiguration: { predefinedMetricSpecification: { predefinedMetricType } },
          }),
        ),
      ],
      "requests without CPU": [
        service(web),
        target(service()),
        policy("requests", "ALBRequestCountPerTarget", target(service())),
      ],
      "CPU alone behind HTTP": [
        thing("aws:lb/targetGroup:TargetGroup", "t", { protocol: "HTTPS" }),
        service({ loadBalancers: [{ targetGroupArn: id(thing("aws:lb/targetGroup:TargetGroup", "t")) }] }),
        target(service()),
        policy("cpu", "ECSServiceAverageCPUUtilization", target(service())),
      ],
      "nothing behind a network load balancer": [
        layer4,
        service({ loadBalancers: [{ targetGroupArn: id(layer4) }] }),
        target(service()),
      ],
      "no scaling": [service(web)],
      "CPU alone": [
        service(web),
        target(service()),
        policy("cpu", "ECSServiceAverageCPUUtilization", target(service())),
      ],
    },
    unknown: {
      "a protocol that is not known": [
        thing("aws:lb/targetGroup:TargetGroup", "t", { protocol: unknown }),
        service({ loadBalancers: [{ targetGroupArn: id(thing("aws:lb/targetGroup:TargetGroup", "t")) }] }),
        target(service()),
        policy("cpu", "ECSServiceAverageCPUUtilization", target(service())),
      ],
      "a metric that is not known": [service(web), target(service()), policy("x", unknown, target(service()))],
    },
    notApplicable: { "a worker": [service()] },
  },
  {
    rule: capacityProviderHeadroom,
    pass: {
      "as much headroom as is asked for": [
        provider({ ...goodProvider, managedScaling: { status: "ENABLED", targetCapacity: 95 } }),
      ],
      "headroom and draining": [provider(goodProvider)],
    },
    fail: {
      "no headroom": [provider({ ...goodProvider, managedScaling: { status: "ENABLED", targetCapacity: 100 } })],
      "the default of 100": [provider({ ...goodProvider, managedScaling: { status: "ENABLED" } })],
      "no draining": [provider({ ...goodProvider, managedDraining: "DISABLED" })],
      "no termination protection": [provider({ ...goodProvider, managedTerminationProtection: "DISABLED" })],
    },
    unknown: {
      "a capacity that is not known": [
        provider({ ...goodProvider, managedScaling: { status: "ENABLED", targetCapacity: unknown } }),
      ],
    },
    notApplicable: {
      "a provider of managed instances": [
        thing("aws:ecs/capacityProvider:CapacityProvider", "m", { managedInstancesProvider: {} }),
      ],
    },
  },
  {
    rule: instanceMetadataV2,
    pass: {
      "tokens required": [template({ metadataOptions: { httpTokens: "required" } })],
      "an instance of a template": [asking, host({ id: id(asking) })],
      "an instance of one of two templates": [asking, plain, host({ id: id(asking) }), account],
      "an instance of a template by its name": [asking, host({ name: "asking-name" })],
      "an instance in an account that asks for tokens": [host(undefined), account],
    },
    fail: {
      "an instance of a template that says nothing": [plain, host({ id: id(plain) })],
      "an instance without a template": [asking, host(undefined)],
      "no options": [template({})],
      "tokens optional on an instance": [
        thing("aws:ec2/instance:Instance", "host", { metadataOptions: { httpTokens: "optional" } }),
      ],
      "a launch configuration": [thing("aws:ec2/launchConfiguration:LaunchConfiguration", "old")],
    },
    says: { "an instance of a template that says nothing": /"host": metadataOptions.httpTokens/ },
    unknown: {
      "options that are not known": [template({ metadataOptions: unknown })],
      "a template of another stack": [asking, host({ id: "lt-0elsewhere" })],
      "a template of which no id is said": [asking, host({ version: "1" })],
      "one of two templates": [
        ...[asking, named("second", { metadataOptions: { httpTokens: "required" } })],
        host({ id: through([asking, named("second", {})], "launchtemplate-second") }),
      ],
    },
    notApplicable: {
      "an instance without metadata": [
        thing("aws:ec2/instance:Instance", "h", { metadataOptions: { httpEndpoint: "disabled" } }),
      ],
    },
  },
  {
    rule: groupMinInstances,
    pass: {
      "two machines behind a load balancer": [machines({ minSize: 2, targetGroupArns: ["t"] })],
      "a machine beside a group": [
        ...[targets, machine("one"), attached("one", id(machine("one")))],
        machines({ minSize: 2, targetGroupArns: [id(targets)] }),
      ],
      "two nodes": [thing("aws:eks/nodeGroup:NodeGroup", "n", { scalingConfig: { minSize: 2 } })],
      "an environment with AWS's defaults": [thing("aws:elasticbeanstalk/environment:Environment", "e", {})],
      "an environment of two": [beanstalk("MinSize", "2")],
      "two machines that are attached": [
        ...[targets, machine("one"), machine("two")],
        ...[attached("one", id(machine("one"))), attached("two", id(machine("two")))],
      ],
    },
    fail: {
      "one machine behind a load balancer": [machines({ minSize: 1, targetGroupArns: ["t"] })],
      "no size": [machines({ loadBalancers: ["classic"] })],
      "a source of traffic": [machines({ minSize: 1, trafficSources: [{ identifier: "t" }] })],
      "a group that is attached": [
        machines({ minSize: 1 }),
        attachment({ autoscalingGroupName: id(machines({ minSize: 1 })), lbTargetGroupArn: "t" }),
      ],
      "one node": [thing("aws:eks/nodeGroup:NodeGroup", "n", { scalingConfig: { minSize: 1 } })],
      "an environment of one machine": [beanstalk("EnvironmentType", "SingleInstance")],
      "an environment that may shrink to one": [beanstalk("MinSize", "1")],
      "one machine that is attached": [targets, machine("one"), attached("one", id(machine("one")))],
    },
    unknown: {
      "a size that is not known": [machines({ minSize: unknown, targetGroupArns: unknown })],
      "settings that are not known": [
        thing("aws:elasticbeanstalk/environment:Environment", "e", { settings: unknown }),
      ],
    },
    notApplicable: {
      "a target group that a service fills elsewhere": [targets],
      "a machine beside an attached group": [
        ...[targets, machine("one"), attached("one", id(machine("one")))],
        attachment({ autoscalingGroupName: "elsewhere", lbTargetGroupArn: id(targets) }),
      ],
      "a bastion": [machines({ minSize: 1 })],
      "a target that is an address": [targets, attached("ip", "10.0.0.1")],
      "a machine beside an address": [
        ...[targets, machine("one"), attached("one", id(machine("one"))), attached("ip", "10.0.0.1")],
      ],
      "a machine beside a service": [
        ...[targets, machine("one"), attached("one", id(machine("one")))],
        service({ loadBalancers: [{ targetGroupArn: id(targets) }] }),
      ],
    },
  },
  {
    rule: groupMinInstances,
    limits: { minInstances: 1 },
    pass: { "an environment of one machine": [beanstalk("EnvironmentType", "SingleInstance")] },
    fail: { "a group that may be empty": [machines({ minSize: 0, targetGroupArns: ["t"] })] },
    unknown: { "a size that is not known": [machines({ minSize: unknown, targetGroupArns: ["t"] })] },
    notApplicable: { "a bastion": [machines({ minSize: 0 })] },
  },
];
