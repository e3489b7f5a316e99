import { createHash } from "node:crypto";
import template from "./editor.html";

/** Where editors sign in. */
export interface SignIn {
  /** Of the user pool's domain, without a slash at the end. */
  readonly address: string;
  readonly clientId: string;
}

const [, script = ""] = /<script>([\s\S]*)<\/script>/.exec(template) ?? [];
const hash = createHash("sha256").update(script).digest("base64");

/** The page; what it knows of its sign-in is data, which no browser runs. */
export function editorPage({ address, clientId }: SignIn): string {
  const settings = JSON.stringify({ signIn: address, clientId }).replaceAll("<", "\\u003c");
  return template.replace("{{settings}}", () => settings);
}

/**
 * One script, known by its hash, and calls to this function and the sign-in alone. Styles are inline, since the previews
 * in frames inherit this policy and are pages with a style of their own.
 */
export const pageHeaders = ({ address }: SignIn): Readonly<Record<string, string>> => ({
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "content-security-policy": [
    "default-src 'none'",
    `script-src 'sha256-${hash}'`,
    "style-src 'unsafe-inline'",
    "img-src data:",
    `connect-src 'self' ${address}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "cross-origin-opener-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "strict-transport-security": "max-age=31536000",
  "x-content-type-options": "nosniff",
  "x-robots-tag": "noindex",
});
