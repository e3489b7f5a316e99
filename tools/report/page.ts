import type { Violation } from "../../offline/results";
import { frame, list, page as pageOf } from "../lib/page";
import { escaped } from "../../components/outage/pages/html";
import type { Change } from "./changes";
import type { Costs } from "./costs";
import { picture } from "./picture/svg";
import { gateFaults, type Report } from "./report";
import {
  afterwards,
  alike,
  byComponent,
  costSentence,
  countText,
  headline,
  isRevision,
  money,
  notes,
  openText,
  shortType,
  valueText,
} from "./texts";
import type { Sentence } from "./words/permissions";

const style = `
main{max-width:80rem}.wide svg{display:block;width:100%;min-width:60rem;height:auto}
.red{border:2px solid var(--bad);border-radius:8px;padding:.25rem 1rem;background:var(--panel)}.red h2{color:var(--bad);margin-top:.75rem}
.amber{border:2px solid var(--warn);border-radius:8px;padding:.25rem 1rem;background:var(--panel);margin-top:1rem}.amber h2{margin-top:.75rem}
details{border:1px solid var(--edge);border-radius:6px;padding:.4rem .8rem;margin:.5rem 0}summary{cursor:pointer;font-weight:600;min-height:1.6rem}
.created{color:var(--good)}.updated{color:var(--link)}.replaced,.deleted{color:var(--bad)}.action{font-weight:600}`;

/** The report as one page that needs nothing else. */
export function page(report: Report): string {
  const {
    stack,
    base,
    judged,
    verdicts,
    costs,
    permissions,
    paths,
    guards,
    changes,
    unchanged,
    architecture,
    versions,
    ceilings,
  } = report;
  const faults = gateFaults(report);
  const acknowledged = judged.acknowledged.map(
    ({ change, by }) =>
      `${escaped(change.action)} <code>${escaped(change.urn)}</code>: ${escaped(by.reason)} (${escaped(by.ticket)}, until ${escaped(by.expires)})`,
  );
  const title = `Plan of ${stack}: ${headline(report)}`;
  return pageOf({
    title,
    style,
    main: `<h1>${escaped(title)}</h1>
<p class="sub">Against ${escaped(base.name)} (<code>${escaped(base.commit.slice(0, 12))}</code>), on the offline engine: stand-ins answer
instead of AWS. ${escaped(countText(changes))}; ${unchanged} stay as they are. ${escaped(afterwards(report) ?? "")}</p>
${faults.length > 0 ? `<section class="red"><h2>The gate is closed</h2>${list(faults.map(escaped))}</section>` : ""}
${acknowledged.length > 0 ? `<section class="amber"><h2>Replaced or deleted, and acknowledged</h2>${list(acknowledged)}</section>` : ""}
<h2>Changes by component</h2>
${byComponent(changes).map(component).join("\n") || "<p>Nothing changes.</p>"}
${versions.length > 0 ? `<h2>Versions in the image</h2>${list(versions.map(escaped))}` : ""}
${ceilings.length > 0 ? `<h2>Ceilings</h2>${list(ceilings.map(escaped))}` : ""}
<h2>Permissions</h2>
${sentences(permissions, "No permission changes.")}
<h2>Network paths</h2>
${sentences(paths, "No security group changes.")}
<h2>Policies</h2>
${
  list([
    ...verdicts.added.map((one) => `<span class="action deleted">new</span> ${violation(one)}`),
    ...verdicts.kept.map((one) => `as before: ${violation(one)}`),
    ...verdicts.gone.map((one) => `<span class="action created">gone</span> ${violation(one)}`),
  ]) || "<p>No violation, before or after.</p>"
}
${verdicts.undecided.length > 0 ? `<details><summary>${openText(verdicts.undecided.length)}</summary>${list(verdicts.undecided.map(escaped))}</details>` : ""}
<h2>Cost</h2>
${typeof costs === "string" ? `<p>${escaped(costs)}</p>` : costTable(costs)}
${guards.length > 0 ? `<h2>What decides is changed too</h2><p>These files say what is allowed: look at them first.</p>${list(guards.map((file) => `<code>${escaped(file)}</code>`))}` : ""}
<h2>Architecture after the change</h2>
<p class="sub">Drawn from the plan: boxes are its resources, lines its references and security-group rules. A coloured border marks what changes.</p>
${frame("Picture of the architecture", picture(architecture, `Architecture of ${stack}, drawn from its plan`))}
<details><summary>Every connection in words</summary>${list(architecture.lines.map(({ from, to, label }) => escaped(`${nameOf(from)} → ${nameOf(to)}: ${label}`)))}</details>`,
  });
}

function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

function sentences(all: readonly Sentence[], nothing: string): string {
  const items = all.map(({ text, widens }) => (widens ? `<strong>Wider:</strong> ${escaped(text)}` : escaped(text)));
  return list(items) || `<p>${nothing}</p>`;
}

function violation({ policy, level, urn, message }: Violation): string {
  return `${level} <code>${escaped(policy)}</code>${urn === undefined ? "" : ` on <code>${escaped(nameOf(urn))}</code>`}: ${escaped(message)}`;
}

function component([name, changes]: readonly [string, readonly Change[]]): string {
  const isBad = changes.some(({ stateful }) => stateful !== undefined);
  const summary = `${escaped(name)}: <span${isBad ? ' class="deleted"' : ""}>${escaped(countText(changes))}</span>`;
  return `<details${isBad ? " open" : ""}><summary>${summary}</summary>${list(changes.map(change))}</details>`;
}

function change(one: Change): string {
  const { action, type, name, stateful, values } = one;
  const said = notes(one).map((note) => `, ${escaped(note)}`);
  const head = `<span class="action ${isRevision(one) ? "updated" : action}">${isRevision(one) ? "new revision" : action}</span> ${stateful === undefined ? "" : `<strong>${stateful}</strong> `}<code>${escaped(shortType(type))}</code> ${escaped(name)}${said.join("")}`;
  const code = (value: unknown) => `<td><code>${escaped(valueText(value))}</code></td>`;
  const rows = alike(values).map(
    ({ paths: [path = "", ...further], before, after }) =>
      `<tr><td><code>${escaped(path)}</code>${further.length > 0 ? ` and ${further.length} more alike` : ""}</td>${code(before)}${code(after)}</tr>`,
  );
  const table = `<table><thead><tr><th scope="col">value</th><th scope="col">before</th><th scope="col">after</th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
  return rows.length === 0 ? head : `${head}${frame(`Values of ${name}`, table)}`;
}

function costTable({ lines, total, note }: Costs): string {
  const row = ({ what, before, after }: Costs["total"]) =>
    `<tr><th scope="row">${escaped(what)}</th><td class="number">${money(before)}</td><td class="number">${money(after)}</td></tr>`;
  return `<p>${escaped(costSentence(total))}</p><table><thead><tr><th scope="col">a month</th><th scope="col" class="number">before</th><th scope="col" class="number">after</th></tr></thead><tbody>${[...lines, total].map(row).join("")}</tbody></table><p class="sub">${escaped(note)}</p>`;
}
