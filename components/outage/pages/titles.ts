/** The state of a service in a few words. Plain text. */
export function titles(service: string): Readonly<Record<"ok" | "planned" | "outage" | "trouble", string>> {
  return {
    ok: `${service} is available`,
    planned: `${service} is closed for maintenance`,
    outage: `${service} is not available`,
    trouble: `${service} is available, with problems`,
  };
}
