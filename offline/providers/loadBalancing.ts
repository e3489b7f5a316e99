import { plain, type Properties, text } from "./values";

const rules: ReadonlySet<string> = new Set(["aws:lb/listener:Listener", "aws:lb/listenerRule:ListenerRule"]);

/** Load balancers that forward to each target group: `target group -> resource -> load balancer`. */
const associations = new Map<string, Map<string, string>>();

/**
 * Records, from an existing listener or rule, that its load balancer uses its target groups. State outlives this
 * process, and each resource passes here with its outputs before anything is changed.
 */
export function associate(type: string, id: string, outputs: Properties): void {
  for (const [targetGroup, loadBalancer] of rules.has(type) ? forwards(outputs) : []) {
    const users = associations.get(targetGroup) ?? new Map<string, string>();
    associations.set(targetGroup, users.set(id, loadBalancer));
  }
}

export function dissociate(id: string): void {
  associations.forEach((users) => users.delete(id));
}

/**
 * A target group serves one load balancer.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html
 *
 * @throws Error when another one forwards to it still.
 */
export function checkAssociation(type: string, inputs: Properties): void {
  for (const [targetGroup, loadBalancer] of rules.has(type) ? forwards(inputs) : []) {
    if ([...(associations.get(targetGroup)?.values() ?? [])].some((other) => other !== loadBalancer)) {
      throw new Error(
        "TargetGroupAssociationLimit: The following target groups cannot be associated with more than one load " +
          `balancer: ${targetGroup}`,
      );
    }
  }
}

/** The target groups of a listener's or rule's actions, each with the load balancer whose they are. */
function forwards(properties: Properties): readonly (readonly [targetGroup: string, loadBalancer: string])[] {
  // A listener's ARN holds the name and id of its load balancer: .../app/<name>/<id>
  const arn = text(properties, "loadBalancerArn") ?? text(properties, "listenerArn");
  const loadBalancer = arn?.split("/").slice(2, 4).join("/");
  const actions = plain(properties["actions"] ?? properties["defaultActions"] ?? []) as { targetGroupArn?: string }[];
  return actions.flatMap(({ targetGroupArn }) =>
    targetGroupArn === undefined || loadBalancer === undefined ? [] : [[targetGroupArn, loadBalancer] as const],
  );
}

const targetGroups = new Set<string>();

/** Learns that a target group exists, so that {@link another} can tell its replacement from it. */
export function remember(type: string, id: string): void {
  if (type === "aws:lb/targetGroup:TargetGroup") {
    targetGroups.add(id);
  }
}

export function forget(id: string): void {
  targetGroups.delete(id);
}

/**
 * Ids follow from a resource's inputs. A target group that is replaced for its load balancer's sake has the inputs of the one
 * that it replaces, and would get its id.
 */
export function another(id: string): boolean {
  return targetGroups.has(id);
}

/** AWS's own protection from deletion, by type: the property, and what AWS says. */
const protections: Readonly<Record<string, readonly [property: string, says: string]>> = {
  "aws:lb/loadBalancer:LoadBalancer": [
    "enableDeletionProtection",
    "OperationNotPermitted: Load balancer cannot be deleted because deletion protection is enabled",
  ],
  "aws:rds/cluster:Cluster": [
    "deletionProtection",
    "InvalidParameterCombination: Cannot delete protected Cluster, please disable deletion protection and try again.",
  ],
  "aws:dynamodb/table:Table": [
    "deletionProtectionEnabled",
    "ValidationException: Resource cannot be deleted as it is currently protected against deletion.",
  ],
};

/** The properties that protect from deletion at AWS, by type. */
export const deletionProtections: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(protections).map(([type, [property]]) => [type, property]),
);

/** @throws Error when the resource, as it was last deployed, is protected from deletion. */
export function checkDeletion(type: string, outputs: Properties): void {
  const [property, says] = protections[type] ?? ["", ""];
  if (property !== "" && plain(outputs[property]) === true) {
    throw new Error(says);
  }
}
