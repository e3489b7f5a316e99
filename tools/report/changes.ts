import { isDeepStrictEqual } from "node:util";
import { type EngineResource, unknownValue } from "../../offline/results";
import type { Comparison } from "./plan/treePlan";
import { resourceTypes } from "../../policies/lib/resourceTypes";

export type Action = "deleted" | "replaced" | "updated" | "created";

/** One value that is another one after the deployment. Undefined: there was none, or there is none any more. */
export interface ValueChange {
  /** Such as `healthCheck.interval`; inside JSON text too. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

export interface Change {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  /** The outermost component, such as `prod-database`. */
  readonly component: string;
  readonly action: Action;
  /** The properties that force a replacement. */
  readonly because: readonly string[];
  readonly values: readonly ValueChange[];
  /** Kind of data that is lost, if any. */
  readonly stateful: string | undefined;
  /** The real engine refuses to delete it until someone unprotects it. */
  readonly isProtected: boolean;
  /** AWS keeps it; only Pulumi forgets it. */
  readonly isRetained: boolean;
  /** The plan cannot exclude it because a value is open until the deployment; with the stand-ins' values nothing changed. */
  readonly isPossible: boolean;
}

/** Changes that the engine would make to the base's deployment: most dangerous first, then by component and name. */
export function changesOf({ base, head }: Comparison): readonly Change[] {
  const before = new Map((base.deployed ?? []).map((resource) => [resource.urn, resource]));
  const after = new Map((head.deployed ?? []).map((resource) => [resource.urn, resource]));
  const parents = new Map([...before.values(), ...head.plan.resources].map(({ urn, parent }) => [urn, parent]));
  return head.plan.resources
    .flatMap((planned): Change[] => {
      const action = actionOf(planned.operation);
      // Components and providers are the program's own: their resources are listed.
      if (action === undefined || isBookkeeping(planned.type)) {
        return [];
      }
      const old = before.get(planned.urn);
      const made = after.get(planned.urn);
      const isGone = action === "deleted" || action === "replaced";
      const values =
        action === "updated" || action === "replaced" ? valueChanges(old?.inputs, (made ?? planned).inputs) : [];
      return [
        {
          urn: planned.urn,
          type: planned.type,
          name: planned.name,
          component: componentOf(planned.urn, parents),
          action,
          because: planned.replaceKeys,
          values,
          stateful: isGone ? resourceTypes[planned.type]?.holds : undefined,
          isProtected: old?.protect ?? false,
          isRetained: isGone && (old?.retainOnDelete ?? false),
          isPossible: action !== "deleted" && made?.operation === "same",
        },
      ];
    })
    .sort(
      (a, b) =>
        order.indexOf(a.action) - order.indexOf(b.action) ||
        compare(a.component, b.component) ||
        compare(a.name, b.name),
    );
}

const order: readonly Action[] = ["deleted", "replaced", "updated", "created"];

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The engine's steps: https://github.com/pulumi/pulumi/blob/master/sdk/go/common/display/events.go */
function actionOf(operation: string): Action | undefined {
  switch (operation) {
    case "create":
    case "import":
      return "created";
    case "update":
      return "updated";
    case "delete":
      return "deleted";
    case "replace":
    case "create-replacement":
    case "delete-replaced":
      return "replaced";
    default:
      return undefined;
  }
}

export function isBookkeeping(type: string): boolean {
  return type.startsWith("pulumi:") || type.startsWith("moodle:") || type.startsWith("awsx:");
}

function componentOf(urn: string, parents: ReadonlyMap<string, string>): string {
  let outermost = urn;
  for (
    let at = parents.get(urn);
    at !== undefined && at !== "" && !at.includes("pulumi:pulumi:Stack::");
    at = parents.get(at)
  ) {
    outermost = at;
  }
  return outermost === urn ? "the stack itself" : outermost.slice(outermost.lastIndexOf("::") + 2);
}

/** The leaves that differ. Text that is JSON is taken apart, so that one changed number in a task definition is one line. */
export function valueChanges(before: unknown, after: unknown, path = ""): readonly ValueChange[] {
  const [a, b] = [opened(before), opened(after)];
  if (isDeepStrictEqual(a, b)) {
    return [];
  }
  if (!isBranch(a) || !isBranch(b) || Array.isArray(a) !== Array.isArray(b)) {
    return [{ path, before: shown(a), after: shown(b) }];
  }
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return keys.flatMap((key) =>
    valueChanges(
      (a as Record<string, unknown>)[key],
      (b as Record<string, unknown>)[key],
      Array.isArray(a) ? `${path}[${key}]` : path === "" ? key : `${path}.${key}`,
    ),
  );
}

function isBranch(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function opened(value: unknown): unknown {
  if (typeof value === "string" && /^\s*[[{]/.test(value)) {
    try {
      return JSON.parse(value) as unknown;
    } catch {
      return value;
    }
  }
  return value;
}

const signature = "4dabf18193072939515e22adb298388d";

function shown(value: unknown): unknown {
  if (value === unknownValue) {
    return "(known after the deployment)";
  }
  if (isBranch(value) && signature in value) {
    return "ciphertext" in value ? "(secret)" : "(file)";
  }
  return value;
}

/** A resource as the engine shows it. */
export type Resource = Pick<EngineResource, "urn" | "type" | "name" | "id" | "inputs" | "outputs">;
