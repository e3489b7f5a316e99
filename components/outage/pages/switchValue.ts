/** Values of the one key in the key value store. The function in function.js reads it at every edge location. */
export const switchStates = ["off", "planned", "outage"] as const;
export type SwitchState = (typeof switchStates)[number];

export interface SwitchValue {
  readonly state: SwitchState;
  /** Shown to people and clients instead of the default text. Plain text; each line is a paragraph. */
  readonly message?: string | undefined;
  /** ISO 8601. Sets Retry-After. */
  readonly until?: string | undefined;
  /** ISO 8601. Until then planned work pages nobody: see `quietUntil`. A value without it is overdue at once. */
  readonly quietUntil?: string | undefined;
  /** The same as `until` in words and in local time, for display. */
  readonly back?: string | undefined;
  /** Admits a tester from anywhere during planned work, by the link /outage-pass/<pass>. */
  readonly pass?: string | undefined;
  /** Counts the changes; sent as X-Outage-Version, to show which edge locations have the new value. */
  readonly version?: number | undefined;
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-keyvaluestores: 1 KB */
export const maxValueBytes = 1024;

/**
 * Minutes of planned work that page nobody: after the announced end, for work that goes on a little; without an announced end;
 * and in all, so that a mistyped year hides nothing. Publishing the state again starts them again.
 */
export const quiet = { afterEndMinutes: 15, withoutEndMinutes: 240, longestMinutes: 1440 } as const;

/** Until when planned work that is published now pages nobody. */
export function quietUntil(now: string, until: string | undefined): string {
  const after = (start: string, minutes: number) => Date.parse(start) + minutes * 60_000;
  const end = until === undefined ? after(now, quiet.withoutEndMinutes) : after(until, quiet.afterEndMinutes);
  return new Date(Math.min(end, after(now, quiet.longestMinutes))).toISOString();
}

/** Metrics of the switch, 1 or 0 each minute: the site is closed for planned work within its time, or longer than that. */
export type SwitchMetric = "planned" | "overdue";

export const outageNamespace = (environment: string): string => `Moodle/Outage/${environment}`;

/** The text to put into the store. @throws Error when it does not fit. */
export function switchText(value: SwitchValue): string {
  const text = JSON.stringify(value);
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > maxValueBytes) {
    throw new Error(
      `The message is too long: with it the switch takes ${bytes} bytes, and the store holds ${maxValueBytes}. ` +
        `Shorten it by ${bytes - maxValueBytes} characters or more; longer words belong on the status page.`,
    );
  }
  return text;
}

/** Reads the store's value, as the function does: JSON, or one bare word. Anything else counts as off. */
export function readSwitch(text: string | undefined): SwitchValue {
  const trimmed = (text ?? "").trim();
  try {
    const value = (trimmed.startsWith("{") ? JSON.parse(trimmed) : { state: trimmed }) as SwitchValue;
    const state = String(value.state).trim().toLowerCase();
    return state === "planned" || state === "outage" ? { ...value, state } : { ...value, state: "off" };
  } catch {
    return { state: "off" };
  }
}
