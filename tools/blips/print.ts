import { style } from "../capacity/page";
import { escape } from "../lib/svg";
import { type Block, type Section } from "./record";

export function toMarkdown(sections: readonly Section[]): string {
  const cell = (text: string) => plain(text).replaceAll("|", "\\|");
  const block = (one: Block): string => {
    switch (one.kind) {
      case "text":
        return plain(one.text);
      case "list":
        return one.items.map((item) => `- ${plain(item)}`).join("\n");
      case "table": {
        const [head = [], ...rows] = one.rows.map((row) => `| ${row.map(cell).join(" | ")} |`);
        return [head, `|${" --- |".repeat(one.rows[0]?.length ?? 0)}`, ...rows].join("\n");
      }
      case "charts":
        return "Charts: the HTML file of the same name.";
    }
  };
  return `${sections.flatMap(({ level, title, blocks }) => [`${"#".repeat(level)} ${plain(title)}`, ...blocks.map(block)]).join("\n\n")}\n`;
}

/** A page that needs nothing else: it can be mailed. */
export function toHtml(sections: readonly Section[]): string {
  const block = (one: Block): string => {
    switch (one.kind) {
      case "text":
        return `<p>${escape(one.text)}</p>`;
      case "list":
        return `<ul>${one.items.map((item) => `<li>${escape(item)}</li>`).join("")}</ul>`;
      case "table": {
        const row = (cells: readonly string[], tag: string) =>
          `<tr>${cells.map((cell) => `<${tag}>${escape(cell)}</${tag}>`).join("")}</tr>`;
        return `<table>${one.rows.map((cells, index) => row(cells, index === 0 ? "th" : "td")).join("")}</table>`;
      }
      case "charts":
        return one.svg.join("\n");
    }
  };
  const body = sections
    .map(({ level, title, blocks }) => `<h${level}>${escape(title)}</h${level}>\n${blocks.map(block).join("\n")}`)
    .join("\n");
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escape(sections[0]?.title ?? "")}</title><style>${style}</style></head>
<body>
${body}
</body></html>
`;
}

/** Text of logs must not become markup. */
function plain(text: string): string {
  return text
    .replace(/[<>]/g, (sign) => (sign === "<" ? "&lt;" : "&gt;"))
    .replace(/[\r\n]+/g, " ")
    .replace(/[`*[\]]/g, "\\$&");
}
