import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { LoadBalancerArgs } from "./arguments";

/**
 * The policy that AWS recommends: TLS 1.3 and the forward-secret part of 1.2, with post-quantum key exchange for
 * clients that support it
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html).
 */
export const tlsPolicy = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09";

/**
 * Requests take from milliseconds to a minute. With round robin, a task busy with backups would get as many as an idle
 * one. With this, a new task gets the most at first, which php-fpm's own limit of workers bounds; slow start, which
 * would soften that, exists for round robin only:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html
 */
export const balancing = "least_outstanding_requests";

/** Consecutive checks that change a task's state: a dead one is out after 30 seconds and a new one in after 20. */
export const healthCheck = { intervalSeconds: 10, healthy: 2, unhealthy: 3 } as const;

/**
 * Target group of the web tasks, with the health check.
 *
 * A target group serves one load balancer for as long as both exist, so it is replaced together with its load balancer:
 * otherwise the new one's rule is refused (TargetGroupAssociationLimit) while the old one still stands. ECS then moves
 * the service over with its own deployment
 * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-load-balancing.html).
 */
export function createTargetGroup(
  name: string,
  args: LoadBalancerArgs,
  healthCheckPath: string,
  loadBalancerArn: pulumi.Output<string>,
  child: pulumi.CustomResourceOptions,
): aws.lb.TargetGroup {
  return new aws.lb.TargetGroup(
    `${name}-tg`,
    {
      vpcId: args.network.vpcId,
      // Each task has its own address (awsvpc).
      targetType: "ip",
      protocol: "HTTP",
      port: args.targetPort ?? 8080,
      loadBalancingAlgorithmType: balancing,
      deregistrationDelay: args.deregistrationDelaySeconds,
      // Sessions are in Redis: any task serves any user, and no session ends with a task.
      stickiness: { type: "lb_cookie", enabled: false },
      // Only 200: Moodle answers 303 to a foreign Host and 503 in maintenance, neither of which says anything about the
      // task.
      healthCheck: {
        path: healthCheckPath,
        protocol: "HTTP",
        port: "traffic-port",
        interval: healthCheck.intervalSeconds,
        timeout: 5,
        healthyThreshold: healthCheck.healthy,
        unhealthyThreshold: healthCheck.unhealthy,
        matcher: "200",
      },
    },
    { ...child, replacementTrigger: loadBalancerArn },
  );
}

/**
 * Returns the HTTPS listener. The one on 80 exists in both kinds; with CloudFront the security group leaves it
 * unreachable.
 */
export function createListeners(
  name: string,
  args: LoadBalancerArgs,
  loadBalancerArn: pulumi.Input<string>,
  child: pulumi.CustomResourceOptions,
): aws.lb.Listener {
  new aws.lb.Listener(
    `${name}-http`,
    {
      loadBalancerArn,
      port: 80,
      protocol: "HTTP",
      defaultActions: [
        {
          type: "redirect",
          // Our own name, since anybody can choose the requested one.
          redirect: { protocol: "HTTPS", port: "443", host: args.domain, statusCode: "HTTP_301" },
        },
      ],
    },
    child,
  );
  return new aws.lb.Listener(
    `${name}-https`,
    {
      loadBalancerArn,
      port: 443,
      protocol: "HTTPS",
      sslPolicy: tlsPolicy,
      certificateArn: args.certificateArn,
      defaultActions: [
        {
          type: "fixed-response",
          fixedResponse: { contentType: "text/plain", statusCode: "403", messageBody: "Forbidden" },
        },
      ],
    },
    child,
  );
}
