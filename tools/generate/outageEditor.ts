/** Makes editor.html: one file that works from a disk or from the pages' folder, with nothing else to load. */
import { buildSync } from "esbuild";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { document } from "../../components/outage/pages/html";
import type { Document } from "./document";

/** Folder of the pages' own sources. */
const pages = join(__dirname, "../../components/outage/pages");

const moreStyle =
  "label{display:block;margin:.25rem 0;min-height:1.6rem}fieldset{border:1px solid var(--l);padding:.5rem 1rem;margin:1rem 0}" +
  "input,textarea,button{font:inherit;color:inherit;background:var(--b);border:1px solid var(--i);border-radius:.25rem;padding:.25rem .5rem}" +
  "input[type=text],textarea{width:100%}input[type=file]{max-width:100%}input[type=radio]{width:1.5rem;height:1.5rem;vertical-align:middle}" +
  "input:focus,input:focus-within,textarea:focus,button:focus-visible{outline:3px solid var(--a);outline-offset:2px}" +
  "#problem:not(:empty){border-left:.5rem solid #c62828;padding:.5rem 1rem;background:var(--b)}[hidden]{display:none}";

/** Nothing may load from elsewhere or go there; the page may read its own folder. */
const policy =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; form-action 'none'";

export function editorPage(): string {
  const main = readFileSync(join(pages, "editor.template.html"), "utf8").replace("/* pages */", () => bundle());
  return document({
    title: "Outage and status pages: editor",
    organisation: "Outage and status pages",
    moreHead: `<meta name="robots" content="noindex"><meta http-equiv="Content-Security-Policy" content="${policy}">`,
    moreStyle,
    main,
  });
}

/** Functions that the template's own script calls, in a variable `pages`. */
const called = `
  export { changed, inWords, parseStatus } from "./status";
  export { switchText } from "./switchValue";
  export { statusFiles } from "./files";
`;

function bundle(): string {
  const { outputFiles } = buildSync({
    stdin: { contents: called, resolveDir: pages },
    absWorkingDir: pages,
    bundle: true,
    // A library for calendars is in it.
    minify: true,
    write: false,
    platform: "browser",
    target: "es2022",
    format: "iife",
    globalName: "pages",
    charset: "utf8",
    logLevel: "silent",
    tsconfigRaw: {},
  });
  // HTML comments may not start inside a script; esbuild itself escapes the script's end tag.
  return outputFiles[0]!.text.replaceAll("<!--", "<\\!--");
}

export const outageEditor: Document = { path: "components/outage/pages/editor.html", text: editorPage };
