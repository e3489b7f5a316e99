import type { Problem } from "../../lib/invalid";
import type { Change } from "../pages/change";

/** What the page sends to publish, or to see a preview. */
export interface EditorRequest {
  /** Made by the page for each publish: see `Publish`. */
  readonly request: string;
  /** Id of the version that the editor looks at. */
  readonly base: string;
  readonly change: Change;
}

const fields = ["state", "title", "message", "start", "until", "event", "update"] as const;

/** Longer than any change that the rules take. */
const longestBody = 20_000;

/** Reads what came over the wire; the rules judge what it means. @returns problems of its form */
export function readRequest(body: string): EditorRequest | { readonly problems: readonly Problem[] } {
  const refuse = (path: string, given: unknown, allowed: string) => ({
    problems: [{ path, given, allowed, fix: "Load the page again." }],
  });
  if (body.length > longestBody) {
    return refuse("body", `${body.length} characters`, `${longestBody} at most`);
  }
  let value: { readonly request?: unknown; readonly base?: unknown; readonly change?: unknown };
  try {
    value = Object(JSON.parse(body)) as typeof value;
  } catch {
    return refuse("body", body.slice(0, 40), "JSON");
  }
  const { request, base, change } = value;
  if (typeof request !== "string" || !/^[\w-]{8,64}$/.test(request)) {
    return refuse("request", request, "8 to 64 letters, digits, - and _");
  }
  if (typeof base !== "string") {
    return refuse("base", base, "the id of the version that you looked at");
  }
  const given = Object.entries(Object(change) as Record<string, unknown>);
  const wrong = given.find(([name, one]) => !(fields as readonly string[]).includes(name) || typeof one !== "string");
  if (wrong !== undefined) {
    return refuse(`change.${wrong[0]}`, wrong[1], `text in ${fields.join(", ")}`);
  }
  // Browsers send line ends as they like.
  const texts = given.map(([name, one]) => [name, (one as string).replaceAll("\r\n", "\n")]);
  return { request, base, change: Object.fromEntries(texts) as Change };
}
