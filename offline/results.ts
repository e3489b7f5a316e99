import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation";

/** One resource as the engine saw it. In a preview, unknown values are {@link unknownValue}; secrets are `[secret]`. */
export interface EngineResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly id: string;
  readonly parent: string;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly provider: string;
  /** `create`, `same`, `update`, `replace`, `delete` ... */
  readonly operation: string;
  /** The properties that force the replacement; empty when there is none. */
  readonly replaceKeys: readonly string[];
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, unknown>>;
}

export interface Violation {
  readonly policy: string;
  readonly level: "advisory" | "mandatory";
  readonly urn: string | undefined;
  readonly message: string;
}

export interface RunResult {
  /** False when the program, a resource or a mandatory policy failed. */
  readonly ok: boolean;
  readonly resources: readonly EngineResource[];
  readonly violations: readonly Violation[];
  readonly diagnostics: readonly {
    readonly severity: string;
    readonly urn: string | undefined;
    readonly message: string;
  }[];
  /** Number of resources per operation: `{ create: 12, same: 3 }`. */
  readonly changes: Readonly<Record<string, number>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly seconds: number;
  /** All that the engine printed. */
  readonly printed: string;
}

/** How the engine's events show a value that is known only after the deployment. */
export { unknown as unknownValue } from "./providers/values";

/** Turns the engine's stream of events into one result. */
export class Collector {
  private readonly resources = new Map<string, EngineResource>();
  private readonly violations: Violation[] = [];
  private readonly diagnostics: RunResult["diagnostics"][number][] = [];
  private changes: Record<string, number> = {};
  private printed = "";

  print(text: string): void {
    this.printed += text;
  }

  take(event: EngineEvent): void {
    if (event.resourcePreEvent) {
      this.takeStep(event.resourcePreEvent.metadata);
    }
    if (event.resOutputsEvent) {
      this.takeStep(event.resOutputsEvent.metadata);
    }
    if (event.summaryEvent) {
      this.changes = { ...event.summaryEvent.resourceChanges };
    }
    if (event.policyEvent) {
      const { policyName, enforcementLevel, resourceUrn, message } = event.policyEvent;
      this.violations.push({
        policy: policyName,
        level: enforcementLevel === "mandatory" ? "mandatory" : "advisory",
        urn: resourceUrn,
        message: withoutColour(message),
      });
    }
    const diagnostic = event.diagnosticEvent;
    if (diagnostic && !diagnostic.ephemeral && (diagnostic.severity as string) !== "debug") {
      const { severity, urn, message } = diagnostic;
      this.diagnostics.push({ severity, urn, message: withoutColour(message) });
    }
  }

  result(ok: boolean, seconds: number, outputs: RunResult["outputs"] = {}): RunResult {
    const { violations, diagnostics, changes, printed } = this;
    return { ok, resources: [...this.resources.values()], violations, diagnostics, changes, outputs, seconds, printed };
  }

  private takeStep(step: StepEventMetadata): void {
    const state = step.new ?? step.old;
    // A replacement is several steps of one URN. The one that makes the new state tells most.
    if (state === undefined || (step.op === "delete-replaced" && this.resources.has(step.urn))) {
      return;
    }
    this.resources.set(step.urn, {
      urn: step.urn,
      type: step.type,
      name: step.urn.slice(step.urn.lastIndexOf("::") + 2),
      id: state.id,
      parent: state.parent,
      protect: state.protect ?? false,
      retainOnDelete: state.retainOnDelete ?? false,
      provider: state.provider,
      operation: step.op,
      replaceKeys: step.keys ?? this.resources.get(step.urn)?.replaceKeys ?? [],
      inputs: state.inputs ?? {},
      outputs: state.outputs ?? {},
    });
  }
}

/** Events carry colours as `<{%fg 1%}>` marks. */
function withoutColour(message: string): string {
  return message.replace(/<\{%[^%]*%\}>/g, "").trim();
}
