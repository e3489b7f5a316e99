import type { Change, Resource } from "../changes";
import type { References } from "../references";
import type { Sentence } from "./permissions";

const directions: Readonly<Record<string, "in" | "out">> = {
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": "in",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": "out",
};

export function isPath(type: string): boolean {
  return type in directions || type === "aws:ec2/securityGroup:SecurityGroup";
}

/** A security-group rule as one sentence: who may reach whom, on which port. */
export function pathText({ type, inputs }: Resource, references: References): string {
  const name = (key: string) => references.named(String(inputs[key] ?? "(not known yet)"));
  const own = name("securityGroupId");
  const other =
    inputs["cidrIpv4"] ??
    inputs["cidrIpv6"] ??
    name("prefixListId" in inputs ? "prefixListId" : "referencedSecurityGroupId");
  const [from, to] = directions[type] === "in" ? [String(other), own] : [own, String(other)];
  return `${portText(inputs)} from ${from} to ${to}`;
}

export function portText({ ipProtocol, fromPort, toPort }: Resource["inputs"]): string {
  const protocol = String(ipProtocol).toUpperCase();
  if (protocol === "-1") {
    return "every protocol";
  }
  return `${protocol} ${fromPort === toPort ? String(fromPort) : `${String(fromPort)}-${String(toPort)}`}`;
}

/** Network paths that a change of security groups opens and closes. Opening to the whole internet is named as such. */
export function pathSentences(
  { urn, type }: Change,
  before: { readonly resource: Resource | undefined; readonly references: References },
  after: { readonly resource: Resource | undefined; readonly references: References },
): readonly Sentence[] {
  const direction = directions[type];
  if (direction === undefined) {
    return [];
  }
  const text = (side: typeof before) =>
    side.resource === undefined ? undefined : pathText(side.resource, side.references);
  const [old, made] = [text(before), text(after)];
  if (old === made) {
    return [];
  }
  const open = [after.resource?.inputs["cidrIpv4"], after.resource?.inputs["cidrIpv6"]].some(
    (cidr) => cidr === "0.0.0.0/0" || cidr === "::/0",
  );
  const side = direction === "in" ? "into the target's group" : "out of the source's group";
  return [
    ...(old === undefined ? [] : [{ urn, text: `Closes ${old} (${side}).`, widens: false }]),
    ...(made === undefined
      ? []
      : [
          {
            urn,
            text: `Opens ${made} (${side})${open ? ", which is the whole internet" : ""}.`,
            widens: direction === "in" || open,
          },
        ]),
  ];
}
