import { decodeHTML } from "entities";
import { Parser } from "htmlparser2";

export interface Form {
  readonly id: string;
  /** As written, relative or absolute. */
  readonly action: string;
  /** Fields that a browser would send if the user touched nothing and pressed no button. */
  readonly fields: ReadonlyMap<string, string>;
  /** Radio buttons by name, with all their values: answers to choose from. */
  readonly choices: ReadonlyMap<string, readonly string[]>;
  /** Names of text areas and text fields: what the user writes in. */
  readonly written: readonly string[];
}

export interface Page {
  readonly title: string;
  /** Moodle's `page-mod-quiz-view` and the like. */
  readonly bodyId: string;
  readonly forms: readonly Form[];
  readonly links: readonly string[];
  /** Style sheets and scripts whose address has a revision, which the edge keeps. */
  readonly assets: readonly string[];
  readonly sesskey: string | undefined;
  /** Moodle's own sign of an error page, at any status. */
  readonly error: string | undefined;
  /** The end of the document came: it was not cut off. */
  readonly complete: boolean;
}

interface OpenForm {
  id: string;
  action: string;
  fields: Map<string, string>;
  choices: Map<string, string[]>;
  written: string[];
}

/** `/theme/styles.php/boost/1761000000_1/all`, `/lib/javascript.php/1761000000/lib/javascript-static.js` and others like them. */
const revised = /\/(?:theme\/(?:styles|image|font)|lib\/(?:javascript|requirejs))\.php\/(?:[^/]+\/)*\d{6,}/;

/**
 * The parts of a Moodle page that a browser would use. It reads a stream of tags rather than a tree: the load
 * generator's own work per page must stay small beside the server's.
 */
export function parsePage(html: string): Page {
  let [title, bodyId, error] = ["", "", undefined as string | undefined];
  let [inTitle, inError, complete] = [false, 0, false];
  let form: OpenForm | undefined;
  let area: string | undefined;
  let select: string | undefined;
  const forms: OpenForm[] = [];
  const links: string[] = [];
  const assets = new Set<string>();
  const asset = (address: string | undefined): void => {
    if (address !== undefined && revised.test(address)) {
      assets.add(address);
    }
  };
  const parser = new Parser({
    onopentag(name, at) {
      inError += inError > 0 ? 1 : 0;
      if (name === "title") {
        inTitle = true;
      } else if (name === "body") {
        bodyId = at.id ?? "";
      } else if (name === "a" && at.href !== undefined) {
        links.push(at.href);
      } else if (name === "link" && at.rel === "stylesheet") {
        asset(at.href);
      } else if (name === "script") {
        asset(at.src);
      } else if (name === "form") {
        form = { id: at.id ?? "", action: at.action ?? "", fields: new Map(), choices: new Map(), written: [] };
        forms.push(form);
      } else if (name === "textarea" && form !== undefined && at.name !== undefined) {
        area = at.name;
        form.written.push(area);
        form.fields.set(area, "");
      } else if (name === "select") {
        select = at.name;
      } else if (name === "option" && form !== undefined && select !== undefined) {
        if (at.selected !== undefined || !form.fields.has(select)) {
          form.fields.set(select, at.value ?? "");
        }
      } else if (name === "input" && form !== undefined) {
        input(form, at);
      }
      if (at["data-rel"] === "fatalerror" || /\berrorbox\b/.test(at.class ?? "")) {
        inError = Math.max(inError, 1);
        error ??= "";
      }
    },
    ontext(text) {
      title += inTitle ? text : "";
      error = inError > 0 ? `${error ?? ""}${text}` : error;
      if (area !== undefined && form !== undefined) {
        // The parser decodes entities everywhere but here.
        form.fields.set(area, `${form.fields.get(area) ?? ""}${decodeHTML(text)}`);
      }
    },
    onclosetag(name, implied) {
      inError -= inError > 0 ? 1 : 0;
      inTitle = name === "title" ? false : inTitle;
      area = name === "textarea" ? undefined : area;
      select = name === "select" ? undefined : select;
      form = name === "form" ? undefined : form;
      complete ||= name === "html" && !implied;
    },
  });
  parser.end(html);
  return {
    title: title.trim(),
    bodyId,
    forms,
    links,
    assets: [...assets],
    // Moodle writes its page settings as JSON: M.cfg = {"wwwroot":...,"sesskey":"..."}.
    sesskey: /"sesskey":"([^"]+)"/.exec(html)?.[1],
    error: error?.replace(/\s+/g, " ").trim(),
    complete,
  };
}

function input(form: OpenForm, at: Readonly<Record<string, string>>): void {
  const { name, value = "", type = "text" } = at;
  if (
    name === undefined ||
    at.disabled !== undefined ||
    ["submit", "button", "image", "file", "reset"].includes(type)
  ) {
    return;
  }
  if (type === "radio") {
    form.choices.set(name, [...(form.choices.get(name) ?? []), value]);
  }
  if (type === "radio" || type === "checkbox") {
    if (at.checked !== undefined) {
      form.fields.set(name, at.value ?? "on");
    }
    return;
  }
  if (type === "text") {
    form.written.push(name);
  }
  form.fields.set(name, value);
}
