import type { RuleCases } from "../testing/cases";
import { idOf, thing, through, unknown, type Thing } from "../testing/harness";
import { capacityProviderHeadroom } from "./capacityProviderHeadroom";
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

export const computeCases: readonly RuleCases[] = [
  {
    rule: taskHardened,
    pass: {
      "read-only containers": [
        task({ readonlyRootFilesystem: true }, { readonlyRootFilesystem: true, privileged: false }),
      ],
    },
    fail: {
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
      "a password": [task({ environment: [{ name: "DB_PASSWORD", value: "x" }] })],
      "a token in the second container": [task({}, { environment: [{ name: "githubToken", value: "x" }] })],
      "a key of a function": [
        thing("aws:lambda/function:Function", "f", { environment: { variables: { API_KEY: unknown } } }),
      ],
    },
    unknown: {
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
      "a share left to AWS": [service(web)],
      "half of the tasks": [service({ ...web, deploymentMinimumHealthyPercent: 50 })],
    },
    fail: { none: [service({ ...web, deploymentMinimumHealthyPercent: 0 })] },
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
    pass: { "an ignored count": [service(web, { ignoreChanges: ["desiredCount"] }), target(service())] },
    fail: { "a count that is reset": [service(web), target(service())] },
    unknown: "whether a service scales, and what is ignored, is known from the program",
    notApplicable: { "a service that does not scale": [service(web)] },
  },
  {
    rule: serviceScalesOnDemand,
    pass: {
      "requests and CPU": [
        service(web),
        target(service()),
        policy("requests", "ALBRequestCountPerTarget", target(service())),
        policy("cpu", "ECSServiceAverageCPUUtilization", target(service())),
      ],
    },
    fail: {
      "no scaling": [service(web)],
      "CPU alone": [
        service(web),
        target(service()),
        policy("cpu", "ECSServiceAverageCPUUtilization", target(service())),
      ],
    },
    unknown: {
      "a metric that is not known": [service(web), target(service()), policy("x", unknown, target(service()))],
    },
    notApplicable: { "a worker": [service()] },
  },
  {
    rule: capacityProviderHeadroom,
    pass: { "headroom and draining": [provider(goodProvider)] },
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
    pass: { "tokens required": [template({ metadataOptions: { httpTokens: "required" } })] },
    fail: {
      "no options": [template({})],
      "tokens optional on an instance": [
        thing("aws:ec2/instance:Instance", "host", { metadataOptions: { httpTokens: "optional" } }),
      ],
      "a launch configuration": [thing("aws:ec2/launchConfiguration:LaunchConfiguration", "old")],
    },
    unknown: { "options that are not known": [template({ metadataOptions: unknown })] },
    notApplicable: {
      "an instance without metadata": [
        thing("aws:ec2/instance:Instance", "h", { metadataOptions: { httpEndpoint: "disabled" } }),
      ],
    },
  },
];
