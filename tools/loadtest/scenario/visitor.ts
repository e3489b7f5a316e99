import type { Form, Page } from "./html";
import type { Plan } from "./plan";

/** State that a virtual user carries from request to request: Artillery's variables of one user. */
export interface Visitor {
  readonly plan: Plan;
  readonly username: string;
  readonly password: string;
  sesskey?: string | undefined;
  /** Redirect target of the last answer: a path of the target. */
  location?: string | undefined;
  page?: Page | undefined;
  form?: Form | undefined;
  token?: string | undefined;
  userId?: number | undefined;
  attempt?: string | undefined;
  /** Answers to give in the attempt, and those given. */
  answers?: ReadonlyMap<string, string> | undefined;
  upload?: { readonly repository: string; readonly context: string; readonly item: string } | undefined;
  /** Chosen for the next request. */
  file?: string | undefined;
  discussion?: string | undefined;
  /** Assets to fetch now, and those that the browser's cache has. */
  assets?: readonly string[] | undefined;
  cached?: Set<string> | undefined;
  /** The session went wrong: the user sends nothing more until the next one begins. */
  broken?: boolean | undefined;
  /** When the next request is due, in milliseconds since the epoch. */
  due?: number | undefined;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** An answer that a person would not have been content with. The words are counted, so they name no user and no number. */
export class Wrong extends Error {}

export function demand(condition: boolean, what: string): asserts condition {
  if (!condition) {
    throw new Wrong(what);
  }
}

export function form(page: Page, find: (form: Form) => boolean, what: string): Form {
  const found = page.forms.find(find);
  demand(found !== undefined, `no ${what} in the page`);
  return found;
}

/** The path of an address of the site itself; another host is an error, as a load test must not wander off. */
export function pathOf(address: string, target: string): string {
  const url = new URL(address, target);
  demand(url.host === new URL(target).host, "sent to another host");
  return `${url.pathname}${url.search}`;
}
