import { escaped } from "../../components/outage/pages/html";
import { list, page, table } from "../lib/page";
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
  const block = (one: Block, name: string): string => {
    switch (one.kind) {
      case "text":
        return `<p>${escaped(one.text)}</p>`;
      case "list":
        return list(one.items.map(escaped));
      case "table":
        return table(name, one.rows);
      case "charts":
        return one.svg.join("\n");
    }
  };
  // A title such as "Impact" is there for each blip: the number of the section keeps the names of tables apart.
  const body = sections.map(
    ({ level, title, blocks }, index) =>
      `<h${level}>${escaped(title)}</h${level}>\n${blocks.map((one) => block(one, `Section ${index + 1}: ${title}`)).join("\n")}`,
  );
  return page({ title: sections[0]?.title ?? "", main: body.join("\n") });
}

/** Text of logs must not become markup. */
function plain(text: string): string {
  return text
    .replace(/[<>]/g, (sign) => (sign === "<" ? "&lt;" : "&gt;"))
    .replace(/[\r\n]+/g, " ")
    .replace(/[`*[\]]/g, "\\$&");
}
