/** Text for use between tags or in a quoted attribute. */
export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** Characters that no XML and no calendar can hold: https://www.w3.org/TR/xml/#charsets. Tab and line feed may be. */
export const unprintable = /[\u0000-\u0008\u000b-\u001f\u007f\ufffe\uffff]/g;

/** Line ends of any kind. Readers take Unicode's own, which word processors write, for the end of a calendar's line. */
const lineEnds = /\r\n?|[\u0085\u2028\u2029]/g;

/** Text for feeds: of characters that they can hold, and with one kind of line end. */
export function plainText(text: string): string {
  return text.replace(lineEnds, "\n").replace(unprintable, "");
}

/** A link for an e-mail address or an https:// address; anything else stays plain text. */
export function contactLink(contact: string): string {
  const safe = escaped(contact);
  if (/^https:\/\/\S+$/.test(contact)) {
    return `<a href="${safe}">${safe.replace(/^https:\/\//, "")}</a>`;
  }
  return /^[^\s@]+@[^\s@]+$/.test(contact) ? `<a href="mailto:${safe}">${safe}</a>` : safe;
}

/**
 * One style for all pages, in the page itself: they must look right when nothing else can be loaded. Contrast is at
 * least 4.5:1 in both schemes (WCAG 2.2, 1.4.3), links are underlined and targets are 24 pixels high or more (2.5.8).
 */
export const style =
  ":root{color-scheme:light dark;--i:#1c2127;--p:#fff;--b:#f3f5f7;--l:#c3cad1;--a:#0a4f94}" +
  "@media(prefers-color-scheme:dark){:root{--i:#eceff2;--p:#14181c;--b:#1e242a;--l:#4a545e;--a:#8ec5ff}}" +
  "*{box-sizing:border-box}" +
  "body{margin:0;background:var(--p);color:var(--i);font:1.0625rem/1.6 system-ui,sans-serif;overflow-wrap:anywhere}" +
  "header,main,footer{max-width:44rem;margin:0 auto;padding:1.25rem}" +
  "header{display:flex;gap:.75rem;align-items:center;font-weight:600;border-bottom:1px solid var(--l)}" +
  "header svg{height:2.5rem;width:auto;max-width:10rem;flex:none}" +
  "h1{font-size:1.75rem;line-height:1.25;margin:.75rem 0}" +
  "a{color:var(--a);display:inline-block;min-height:1.6rem}" +
  "a:focus-visible{outline:3px solid var(--a);outline-offset:2px}";

export interface Page {
  readonly title: string;
  readonly organisation: string;
  readonly logo?: string | undefined;
  readonly moreStyle?: string;
  readonly moreHead?: string;
  readonly main: string;
  readonly footer?: string;
}

/** A whole document. `main`, `footer` and `moreHead` are HTML; everything else is text. */
export function document(page: Page): string {
  const logo = page.logo ?? "";
  return (
    `<!doctype html><html lang="en"><head><meta charset="utf-8">` +
    `<meta name="viewport" content="width=device-width,initial-scale=1">` +
    `<title>${page.title}</title>${page.moreHead ?? ""}<style>${style}${page.moreStyle ?? ""}</style></head>` +
    `<body><header>${logo}<span>${escaped(page.organisation)}</span></header>` +
    `<main>${page.main}</main>${page.footer === undefined ? "" : `<footer>${page.footer}</footer>`}</body></html>\n`
  );
}
