/** A state of a planned definition, as JSON. */
export type PlannedState = Readonly<Record<string, unknown>> & { readonly Type: string };

/** A state machine's definition in the Amazon States Language. */
export interface PlannedMachine {
  readonly StartAt: string;
  readonly TimeoutSeconds?: number;
  readonly States: Readonly<Record<string, PlannedState>>;
}

/** @param definition A planned definition, as JSON. */
export function machineOf(definition: unknown): PlannedMachine {
  return JSON.parse(String(definition)) as PlannedMachine;
}
