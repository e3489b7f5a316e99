import type { LoadBalancerArgs } from "./arguments";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Problem, refuse } from "../lib/invalid";
import { checkedOriginSecret, originSecretHeader } from "../lib/originSecret";
import { accessProblems, openAccess } from "./access";
import { type Closing, createClosing } from "./closing";
import { createListeners, createTargetGroup } from "./listeners";

/** Access logs are written under load-balancer/AWSLogs/<account>/elasticloadbalancing/. */
export const accessLogsPrefix = "load-balancer";

/** AWS allows 32 characters; Pulumi adds 8 of its own to the longest name here, "<name>-alb". */
const longestName = 32 - 8 - "-alb".length;

/**
 * The only way to the web tasks: HTTPS only, from a CDN only, and only with its secret.
 *
 * Requests without the site's host name or the secret get 403 here, so a stray request never reaches PHP. The load
 * balancer reaches tasks over HTTP inside the VPC, from this security group: open the path with `connect`.
 *
 * *Cost*: an hourly price, and one by the largest of connections, requests and bytes.
 */
export class LoadBalancer extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  /** For CloudWatch: app/<name>/<id>. */
  readonly arnSuffix: pulumi.Output<string>;
  readonly dnsName: pulumi.Output<string>;
  readonly zoneId: pulumi.Output<string>;
  readonly securityGroupId: pulumi.Output<string>;
  /** Known only when a rule leads to it: ECS refuses a service whose target group has no load balancer yet. */
  readonly targetGroupArn: pulumi.Output<string>;
  readonly targetGroupArnSuffix: pulumi.Output<string>;
  /** The rules that close the site; undefined unless it is closable. */
  readonly closing: Closing | undefined;
  /** The HTTPS listener. */
  readonly listenerArn: pulumi.Output<string>;

  constructor(name: string, args: LoadBalancerArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("moodle:load-balancer:LoadBalancer", name, {}, opts);
    const healthCheckPath = args.healthCheckPath ?? "/healthz";
    refuse(this, problemsOf(name, args, healthCheckPath));
    const secrets = args.originSecrets.map((value, index) =>
      checkedOriginSecret(this, `originSecrets[${index}]`, value),
    );
    const internal = args.access.kind === "cloudfront";
    const child = { parent: this };

    const group = new aws.ec2.SecurityGroup(
      `${name}-alb-group`,
      { vpcId: args.network.vpcId, description: "Load balancer", tags: { Name: `${name}-alb` } },
      child,
    );
    openAccess(name, group.id, args.access, child);

    const loadBalancer = new aws.lb.LoadBalancer(
      `${name}-alb`,
      {
        loadBalancerType: "application",
        internal,
        // The VPC has no IPv6. The CDN serves viewers with IPv6.
        ipAddressType: "ipv4",
        subnets: internal ? args.network.applicationSubnetIds : args.network.publicSubnetIds,
        securityGroups: [group.id],
        idleTimeout: args.idleTimeoutSeconds,
        enableDeletionProtection: args.deletionProtection,
        enableHttp2: true,
        dropInvalidHeaderFields: true,
        // "strictest" also refuses requests that some browsers and LTI tools really send; "defensive" refuses only
        // smuggling attempts.
        desyncMitigationMode: "defensive",
        // Behind an external CDN, nginx takes the viewer from X-Forwarded-For: so the load balancer appends to it,
        // never removes it, and adds no ports.
        // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/x-forwarded-headers.html
        xffHeaderProcessingMode: "append",
        enableXffClientPort: false,
        preserveHostHeader: true,
        // Lets an operator take a failing zone out within minutes, at no cost:
        // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/zonal-shift.html
        enableZonalShift: true,
        accessLogs: { bucket: args.accessLogsBucket, prefix: accessLogsPrefix, enabled: true },
      },
      child,
    );
    const targets = createTargetGroup(name, args, healthCheckPath, loadBalancer.arn, child);
    const listener = createListeners(name, args, loadBalancer.arn, child);
    const rule = new aws.lb.ListenerRule(
      `${name}-site`,
      {
        listenerArn: listener.arn,
        // Room on both sides for rules of later features.
        priority: 100,
        // At most five values over all conditions of a rule:
        // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
        conditions: [
          { hostHeader: { values: [args.domain] } },
          ...(secrets.length > 0 ? [{ httpHeader: { httpHeaderName: originSecretHeader, values: secrets } }] : []),
        ],
        actions: [{ type: "forward", targetGroupArn: targets.arn }],
      },
      child,
    );

    this.closing = args.closable
      ? createClosing(name, { domain: args.domain, secrets }, { listener, targets }, child)
      : undefined;

    for (const [index, host] of (args.redirectHosts ?? []).entries()) {
      createRedirect(
        `${name}-redirect-${host}`,
        { host, target: args.domain, priority: 200 + index },
        secrets,
        listener,
        child,
      );
    }

    this.arn = loadBalancer.arn;
    this.arnSuffix = loadBalancer.arnSuffix;
    this.dnsName = loadBalancer.dnsName;
    this.zoneId = loadBalancer.zoneId;
    this.securityGroupId = group.id;
    this.targetGroupArn = pulumi.all([targets.arn, rule.arn]).apply(([arn]) => arn);
    this.targetGroupArnSuffix = targets.arnSuffix;
    this.listenerArn = listener.arn;
    this.registerOutputs({
      arn: this.arn,
      arnSuffix: this.arnSuffix,
      dnsName: this.dnsName,
      zoneId: this.zoneId,
      securityGroupId: this.securityGroupId,
      targetGroupArn: this.targetGroupArn,
      targetGroupArnSuffix: this.targetGroupArnSuffix,
      listenerArn: this.listenerArn,
    });
  }
}

/** Path and query are ELB's own placeholders: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html. */
function createRedirect(
  name: string,
  { host, target, priority }: { readonly host: string; readonly target: string; readonly priority: number },
  secrets: readonly pulumi.Input<string>[],
  listener: aws.lb.Listener,
  child: pulumi.CustomResourceOptions,
): void {
  new aws.lb.ListenerRule(
    name,
    {
      listenerArn: listener.arn,
      priority,
      conditions: [
        { hostHeader: { values: [host] } },
        ...(secrets.length > 0 ? [{ httpHeader: { httpHeaderName: originSecretHeader, values: [...secrets] } }] : []),
      ],
      actions: [
        {
          type: "redirect",
          redirect: {
            protocol: "HTTPS",
            port: "443",
            host: target,
            path: "/#{path}",
            query: "#{query}",
            statusCode: "HTTP_301",
          },
        },
      ],
    },
    child,
  );
}

function problemsOf(name: string, args: LoadBalancerArgs, healthCheckPath: string): readonly Problem[] {
  const problems: Problem[] = [...accessProblems(args.access)];
  const check = (valid: boolean, path: string, given: unknown, allowed: string, fix: string): void => {
    if (!valid) {
      problems.push({ path, given, allowed, fix });
    }
  };
  const within = (path: string, given: number, low: number, high: number): void =>
    check(
      Number.isInteger(given) && given >= low && given <= high,
      path,
      given,
      `whole seconds from ${low} to ${high}`,
      "See https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html.",
    );
  const fewest = args.access.kind === "cloudfront" ? 1 : 0;
  const count = args.originSecrets.length;

  check(name.length <= longestName, "name", name, `up to ${longestName} characters`, "AWS limits names to 32.");
  within("idleTimeoutSeconds", args.idleTimeoutSeconds, 1, 4000);
  within("deregistrationDelaySeconds", args.deregistrationDelaySeconds, 0, 3600);
  check(
    healthCheckPath.startsWith("/"),
    "healthCheckPath",
    healthCheckPath,
    "a path that starts with /",
    "Leave out the host name.",
  );
  check(
    count >= fewest && count <= 2,
    "originSecrets",
    `${count} values`,
    `${fewest} to 2 values`,
    "One in use, and during a rotation the next one.",
  );
  return problems;
}
