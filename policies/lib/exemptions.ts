/** One reviewed exception to one rule, in `exemptions.json`. */
export interface Exemption {
  /** The rule's id. */
  readonly policy: string;
  /**
   * `urn:pulumi:<stack>::<project>::<type>::<name>`, where `*` stands for any run of characters in type and name.
   * Stack, project and the last type are written out: an exemption is for one place.
   */
  readonly urn: string;
  readonly reason: string;
  /** The team that answers for it. */
  readonly owner: string;
  readonly ticket: string;
  /** The last day on which it holds, as 2027-01-31. */
  readonly expires: string;
}

/** Long enough to plan a change, short enough that someone still knows why. */
export const longestDays = 90;

const fields = ["policy", "urn", "reason", "owner", "ticket", "expires"] as const;
const day = 24 * 60 * 60 * 1000;

/** Whole days until the exemption ends: 0 on its last day, negative once it is over. */
export function daysLeft(exemption: Exemption, today: Date): number {
  const end = Date.parse(`${exemption.expires}T00:00:00Z`);
  const start = Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate());
  return Math.round((end - start) / day);
}

/** Whether an exemption covers this violation today. A malformed, expired or over-broad one covers nothing. */
export function covers(exemption: Exemption, policy: string, urn: string, today: Date): boolean {
  return (
    exemption.policy === policy &&
    daysLeft(exemption, today) >= 0 &&
    daysLeft(exemption, today) <= longestDays &&
    tooBroad(exemption) === undefined &&
    matches(exemption.urn, urn)
  );
}

export function matches(pattern: string, urn: string): boolean {
  const source = pattern
    .split("*")
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");
  return new RegExp(`^${source}$`).test(urn);
}

/** Why a pattern covers more than one place, or undefined. */
export function tooBroad(exemption: Exemption): string | undefined {
  const [head, project, type, name, ...more] = exemption.urn.split("::");
  const stack = /^urn:pulumi:([^:]+)$/.exec(head ?? "")?.[1];
  if (stack === undefined || project === undefined || type === undefined || name === undefined || more.length > 0) {
    return `"${exemption.urn}" is not of the form urn:pulumi:<stack>::<project>::<type>::<name>`;
  }
  if (stack.includes("*") || project.includes("*") || project === "") {
    return "stack and project must be written out";
  }
  if ((type.split("$").pop() ?? "").includes("*")) {
    return "the resource's type must be written out (a * may stand for its parents)";
  }
  if (name.includes("*") && name.replaceAll("*", "").length < 3) {
    return `the name "${name}" matches almost anything`;
  }
  return undefined;
}

/** Whether an exemption is about this stack, so that finding nothing to exempt means something. */
export function concerns(exemption: Exemption, urn: string): boolean {
  return exemption.urn.split("::").slice(0, 2).join("::") === urn.split("::").slice(0, 2).join("::");
}

/** All that is wrong with an exemption by itself. */
export function faults(exemption: Exemption, policies: ReadonlySet<string>, today: Date): readonly string[] {
  const missing = fields.filter((field) => typeof exemption[field] !== "string" || exemption[field].trim() === "");
  if (missing.length > 0) {
    return [`lacks ${missing.join(", ")}`];
  }
  const found: string[] = [];
  if (!policies.has(exemption.policy)) {
    found.push(`names the policy "${exemption.policy}", which does not exist`);
  }
  const broad = tooBroad(exemption);
  if (broad !== undefined) {
    found.push(`is too broad: ${broad}`);
  }
  const left = daysLeft(exemption, today);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(exemption.expires) || Number.isNaN(left)) {
    found.push(`has the expiry "${exemption.expires}", which is not a date such as 2027-01-31`);
  } else if (left < 0) {
    found.push(`expired ${-left} day${left === -1 ? "" : "s"} ago, on ${exemption.expires}`);
  } else if (left > longestDays) {
    found.push(`runs ${left} days, and ${longestDays} is the most`);
  }
  return found;
}

/** Reads the text of `exemptions.json`: `{"exemptions": [...]}`. @throws Error naming what is not as it should be. */
export function parseExemptions(text: string): readonly Exemption[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new Error(`exemptions.json is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const list = (parsed as { exemptions?: unknown } | null)?.exemptions;
  if (!Array.isArray(list)) {
    throw new Error('exemptions.json must hold {"exemptions": [...]}.');
  }
  list.forEach((one: unknown, index) => {
    if (one === null || typeof one !== "object") {
      throw new Error(`exemptions.json: entry ${index} must be an object.`);
    }
    const unknown = Object.keys(one).filter((key) => !(fields as readonly string[]).includes(key));
    if (unknown.length > 0) {
      throw new Error(`exemptions.json: entry ${index} has ${unknown.join(", ")}. Allowed: ${fields.join(", ")}.`);
    }
  });
  return list as readonly Exemption[];
}
