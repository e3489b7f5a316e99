import { escaped } from "./html";

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_FixedResponseActionConfig.html */
export const maxFixedBytes = 1024;

export interface FixedPage {
  readonly title: string;
  /** Plain text; each line is a paragraph. */
  readonly message: string;
  /** Expected end in words. @default none is said */
  readonly back?: string | undefined;
  /** Name of the testers' cookie: the page sets it for who comes with `#<cookie>=...`. @default none */
  readonly cookie?: string | undefined;
}

/**
 * The page of a closed site as the text of a load balancer's fixed response. It loads nothing, and shows people's words as text.
 *
 * @throws Error when it does not fit.
 */
export function fixedPage({ title, message, back, cookie }: FixedPage): string {
  // ASCII alone: a fixed response names no character set.
  const safe = (text: string) =>
    escaped(text).replace(/[^\x20-\x7e]/gu, (one) => (one === "\n" ? "</p><p>" : `&#${one.codePointAt(0)};`));
  const page = [
    '<!doctype html><html lang="en"><meta name="viewport" content="width=device-width">',
    `<title>${safe(title)}</title>`,
    "<style>:root{color-scheme:light dark}body{font:1.1rem/1.6 system-ui,sans-serif;max-width:40rem;margin:10vh auto;padding:0 1rem;overflow-wrap:anywhere}</style>",
    `<main><h1>${safe(title)}</h1><p>${safe(message)}</p>`,
    ...(back === undefined ? [] : [`<p><strong>Expected back:</strong> ${safe(back)}</p>`]),
    "</main>",
    ...(cookie === undefined
      ? []
      : [
          `<script>var m=/^#${cookie}=(\\w+)$/.exec(location.hash);if(m){document.cookie="${cookie}="+m[1]+";path=/;secure;samesite=lax";location.replace("/")}</script>`,
        ]),
  ].join("");
  if (page.length > maxFixedBytes) {
    throw new Error(
      `The message is too long: with it the page takes ${page.length} bytes, and a fixed response has ${maxFixedBytes}. ` +
        `Shorten it by ${page.length - maxFixedBytes} characters or more.`,
    );
  }
  return page;
}
