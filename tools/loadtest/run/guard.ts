/**
 * Targets that may be put under load: this machine, or a stack that is not production, at the address in its own
 * outputs. Name, profile and host of the stack are each checked, so that one mistake is not enough.
 */
export interface StackFacts {
  readonly stack: string;
  readonly profile: string | undefined;
  readonly siteUrl: string | undefined;
  /** Sites of the stacks with the profile `prod`, as their settings name them. */
  readonly productionDomains: readonly string[];
}

/** Names that people give production, independent of its profile. */
const productionName = /(^|[-_.])(prod|production|live|prd)([-_.]|$)/i;

/** @returns The address to use. Throws with what was given, what is allowed and what to do. */
export function allowedTarget({ stack, profile, siteUrl, productionDomains }: StackFacts, host?: string): string {
  const refuse = (what: string): never => {
    throw new Error(`${what} Load tests run against a stack made for them, or with TARGET=local: docs/loadtests.md`);
  };
  if (productionName.test(stack)) {
    refuse(`TARGET=${stack}: the name is that of production.`);
  }
  if (profile === undefined || profile === "prod") {
    refuse(`TARGET: got ${stack} with profile ${profile ?? "not known"}, expected a stack of profile staging or dev.`);
  }
  if (siteUrl === undefined) {
    return refuse(`TARGET=${stack}: the stack has no output siteUrl; deploy it first.`);
  }
  const site = new URL(siteUrl);
  if (productionDomains.includes(site.hostname) || productionName.test(site.hostname.split(".")[0]!)) {
    refuse(`TARGET=${stack}: ${site.hostname} is a site of production.`);
  }
  if (host !== undefined && host !== site.hostname) {
    refuse(`HOST=${host} is not in the outputs of ${stack}; its site is ${site.hostname}.`);
  }
  return site.origin;
}
