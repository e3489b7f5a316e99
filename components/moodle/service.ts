import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { waits } from "../lib/waits";
import { type ScalableService, scaleService, type ServiceScaling, stoppable } from "./scaling";
import { webPort } from "./taskDefinition";

export interface ServiceArgs {
  readonly clusterArn: pulumi.Input<string>;
  readonly clusterName: pulumi.Input<string>;
  readonly capacityProviderName: pulumi.Input<string>;
  readonly launchKind: "ec2" | "fargate";
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly securityGroupId: pulumi.Input<string>;
  readonly taskDefinitionArn: pulumi.Input<string>;
  /** Behind the load balancer; nothing for workers. */
  readonly web?: { readonly targetGroupArn: pulumi.Input<string>; readonly healthCheckGraceSeconds: number };
  /** Number of tasks. `"one"`: exactly one, and never two during a deployment. */
  readonly tasks: "one" | ServiceScaling;
  /** For a service of exactly one task: whether a schedule may stop it. Default false. */
  readonly stoppable?: boolean;
  readonly exec: boolean;
  readonly waitForSteadyState: boolean;
  /** Resources that a task reads when it starts. */
  readonly dependsOn: pulumi.Resource[];
}

/**
 * One ECS service of Moodle.
 *
 * The service is created with the task definition; a release changes it (components/release). ECS rolls back a
 * deployment whose tasks do not become healthy. *Limit.* That restores the old image but not the old database, so
 * upgrades of Moodle are a separate step.
 */
export class Service extends pulumi.ComponentResource {
  readonly serviceName: pulumi.Output<string>;
  /** For a schedule. Undefined where the number of tasks never changes. */
  readonly scalable: ScalableService | undefined;

  constructor(name: string, args: ServiceArgs, opts: pulumi.ComponentResourceOptions) {
    super("moodle:moodle:Service", name, {}, opts);
    const child = { parent: this };
    const one = args.tasks === "one";

    const service = new aws.ecs.Service(
      `${name}-service`,
      {
        cluster: args.clusterArn,
        taskDefinition: args.taskDefinitionArn,
        desiredCount: args.tasks === "one" ? 1 : args.tasks.minTasks,
        capacityProviderStrategies: [{ capacityProvider: args.capacityProviderName, weight: 1, base: 0 }],
        networkConfiguration: {
          subnets: [...args.subnetIds],
          securityGroups: [args.securityGroupId],
          assignPublicIp: false,
        },
        // 100 and 0: the old cron task stops before the new one starts. 200 and 100: no capacity is lost, and a
        // single task can be replaced too (150 of one task is one).
        deploymentMaximumPercent: one ? 100 : 200,
        deploymentMinimumHealthyPercent: one ? 0 : 100,
        deploymentCircuitBreaker: { enable: true, rollback: true },
        // Rebalancing needs room for a second task and a spread over zones as the first strategy:
        // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-rebalancing.html
        availabilityZoneRebalancing: one ? "DISABLED" : "ENABLED",
        // Fargate spreads over zones by itself and takes no strategy.
        ...(args.launchKind === "ec2" && {
          orderedPlacementStrategies: [
            { type: "spread", field: "attribute:ecs.availability-zone" },
            { type: "binpack", field: "memory" },
          ],
        }),
        ...(args.web && {
          loadBalancers: [{ targetGroupArn: args.web.targetGroupArn, containerName: "nginx", containerPort: webPort }],
          healthCheckGracePeriodSeconds: args.web.healthCheckGraceSeconds,
        }),
        enableExecuteCommand: args.exec,
        enableEcsManagedTags: true,
        propagateTags: "SERVICE",
        // Otherwise `pulumi up` would report success while ECS rolls the deployment back.
        waitForSteadyState: args.waitForSteadyState,
      },
      {
        ...child,
        customTimeouts: waits.service,
        dependsOn: args.dependsOn,
        // A release moves a service to its next task definition, in the right order (docs/adr/0015). The load sets the
        // number of tasks of a scaled service, not the program.
        ignoreChanges: ["taskDefinition", ...(!one || args.stoppable === true ? ["desiredCount"] : [])],
      },
    );

    const scaled = { clusterName: args.clusterName, serviceName: service.name };
    if (args.tasks !== "one") {
      this.scalable = scaleService(name, { ...scaled, scaling: args.tasks }, child);
    } else if (args.stoppable === true) {
      this.scalable = stoppable(name, scaled, child);
    }
    this.serviceName = service.name;
    this.registerOutputs({ serviceName: this.serviceName });
  }
}
