import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { MoodleArgs } from "./arguments";
import { Service } from "./service";
import type { Role } from "./taskDefinition";

/** The services of Moodle by role. `install` and `upgrade` have none: a release runs their tasks. */
export type Services = Readonly<Record<"web" | "cron" | "adhoc", Service>>;

export interface MadeBefore {
  readonly taskDefinitions: Readonly<Record<Role, aws.ecs.TaskDefinition>>;
  readonly securityGroupId: pulumi.Input<string>;
  /** Resources that a task reads when it starts. */
  readonly configuration: pulumi.Resource[];
}

/** Web tasks behind the load balancer, exactly one cron task, and the ad-hoc workers. */
export function services(
  name: string,
  args: MoodleArgs,
  made: MadeBefore,
  child: { readonly parent: pulumi.Resource },
): Services {
  const common = {
    clusterArn: args.cluster.clusterArn,
    clusterName: args.cluster.clusterName,
    capacityProviderName: args.cluster.capacityProviderName,
    launchKind: args.cluster.launchKind,
    subnetIds: args.network.applicationSubnetIds,
    securityGroupId: made.securityGroupId,
    exec: args.exec ?? false,
    waitForSteadyState: args.waitForSteadyState ?? true,
    dependsOn: made.configuration,
  };
  const { loadBalancer, web: webSize, adhoc: adhocSize } = args;
  const web = new Service(
    `${name}-web`,
    {
      ...common,
      dependsOn: [...made.configuration, loadBalancer],
      taskDefinitionArn: made.taskDefinitions.web.arn,
      web: {
        targetGroupArn: loadBalancer.targetGroupArn,
        healthCheckGraceSeconds: webSize.healthCheckGraceSeconds ?? 120,
      },
      tasks: {
        minTasks: webSize.minTasks,
        maxTasks: webSize.maxTasks,
        cpuTargetPercent: webSize.cpuTargetPercent,
        schedule: args.schedule,
        requests: {
          perTargetPerMinute: webSize.requestsPerTarget,
          loadBalancerArnSuffix: loadBalancer.arnSuffix,
          targetGroupArnSuffix: loadBalancer.targetGroupArnSuffix,
        },
      },
    },
    child,
  );
  const cron = new Service(
    `${name}-cron`,
    { ...common, taskDefinitionArn: made.taskDefinitions.cron.arn, tasks: "one", stoppable: args.schedule === "stop" },
    child,
  );
  const adhoc = new Service(
    `${name}-adhoc`,
    {
      ...common,
      taskDefinitionArn: made.taskDefinitions.adhoc.arn,
      tasks: {
        minTasks: adhocSize.minTasks,
        maxTasks: adhocSize.maxTasks,
        cpuTargetPercent: adhocSize.cpuTargetPercent ?? 60,
        // Otherwise the load alone sets their number.
        schedule: args.schedule === "stop" ? "stop" : undefined,
        oldestTask: adhocSize.maxTasks > adhocSize.minTasks ? { environment: args.environment } : undefined,
      },
    },
    child,
  );
  return { web, cron, adhoc };
}
