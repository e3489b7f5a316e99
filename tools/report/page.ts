import type { Violation } from "../../offline/results";
import { escaped } from "../../components/outage/pages/html";
import type { Change } from "./changes";
import type { Costs } from "./costs";
import { picture } from "./picture/svg";
import { gateFaults, type Report } from "./report";
import {
  afterwards,
  byComponent,
  costSentence,
  countText,
  headline,
  money,
  notes,
  openText,
  shortType,
  valueText,
} from "./texts";
import type { Sentence } from "./words/permissions";

const style = `
body { font: 16px/1.5 system-ui, sans-serif; color: #1c2430; background: #fff; margin: 0; overflow-wrap: anywhere }
main { max-width: 80rem; margin: 0 auto; padding: 1rem }
h1 { font-size: 1.6rem; line-height: 1.25; margin: .5rem 0 } h2 { font-size: 1.2rem; margin: 2rem 0 .5rem } .sub { color: #47525f }
.red { border: 2px solid #b3261e; border-radius: 8px; padding: .25rem 1rem; background: #fdf3f2 } .red h2 { color: #9b1c15; margin-top: .75rem }
.amber { border: 2px solid #8a5a00; border-radius: 8px; padding: .25rem 1rem; background: #fdf8ec; margin-top: 1rem } .amber h2 { margin-top: .75rem }
code { font: .85em ui-monospace, monospace } .wide { overflow-x: auto } .wide svg { display: block; width: 100%; min-width: 60rem; height: auto }
table { border-collapse: collapse; font-size: .9rem } th, td { text-align: left; vertical-align: top; padding: .3rem 1rem .3rem 0; border-bottom: 1px solid #d8dde2 }
td.number, th.number { text-align: right; white-space: nowrap } .wide td { min-width: 9rem }
details { border: 1px solid #d8dde2; border-radius: 6px; padding: .4rem .8rem; margin: .5rem 0 } summary { cursor: pointer; font-weight: 600; min-height: 1.6rem }
.created { color: #1b6e3a } .updated { color: #0a4f94 } .replaced, .deleted { color: #b3261e } .action { font-weight: 600 }
li { margin: .3rem 0 } ul { padding-left: 1.2rem }`;

/** The report as one page that needs nothing else. */
export function page(report: Report): string {
  const { stack, base, judged, verdicts, costs, permissions, paths, guards, changes, unchanged, architecture } = report;
  const faults = gateFaults(report);
  const acknowledged = judged.acknowledged.map(
    ({ change, by }) =>
      `${escaped(change.action)} <code>${escaped(change.urn)}</code>: ${escaped(by.reason)} (${escaped(by.ticket)}, until ${escaped(by.expires)})`,
  );
  const title = `Plan of ${stack}: ${headline(report)}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
<p class="sub">Against ${escaped(base.name)} (<code>${escaped(base.commit.slice(0, 12))}</code>), on the offline engine: stand-ins answer
instead of AWS. ${escaped(countText(changes))}; ${unchanged} stay as they are. ${escaped(afterwards(report) ?? "")}</p>
${faults.length > 0 ? `<section class="red"><h2>The gate is closed</h2>${list(faults.map(escaped))}</section>` : ""}
${acknowledged.length > 0 ? `<section class="amber"><h2>Replaced or deleted, and acknowledged</h2>${list(acknowledged)}</section>` : ""}
<h2>Changes by component</h2>
${byComponent(changes).map(component).join("\n") || "<p>Nothing changes.</p>"}
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
<div class="wide" tabindex="0" role="region" aria-label="Picture of the architecture">${picture(architecture, `Architecture of ${stack}, drawn from its plan`)}</div>
<details><summary>Every connection in words</summary>${list(architecture.lines.map(({ from, to, label }) => escaped(`${nameOf(from)} → ${nameOf(to)}: ${label}`)))}</details>
</main>
</body>
</html>
`;
}

function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

/** Items are HTML. */
function list(items: readonly string[]): string {
  return items.length === 0 ? "" : `<ul>${items.map((item) => `<li>${item}</li>`).join("")}</ul>`;
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
  const head = `<span class="action ${action}">${action}</span> ${stateful === undefined ? "" : `<strong>${stateful}</strong> `}<code>${escaped(shortType(type))}</code> ${escaped(name)}${said.join("")}`;
  const rows = values.map(
    ({ path, before, after }) =>
      `<tr><td><code>${escaped(path)}</code></td><td><code>${escaped(valueText(before))}</code></td><td><code>${escaped(valueText(after))}</code></td></tr>`,
  );
  return rows.length === 0
    ? head
    : `${head}<div class="wide" tabindex="0" role="region" aria-label="Values of ${escaped(name)}"><table><thead><tr><th scope="col">value</th><th scope="col">before</th><th scope="col">after</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}

function costTable({ lines, total, note }: Costs): string {
  const row = ({ what, before, after }: Costs["total"]) =>
    `<tr><th scope="row">${escaped(what)}</th><td class="number">${money(before)}</td><td class="number">${money(after)}</td></tr>`;
  return `<p>${escaped(costSentence(total))}</p><table><thead><tr><th scope="col">a month</th><th scope="col" class="number">before</th><th scope="col" class="number">after</th></tr></thead><tbody>${[...lines, total].map(row).join("")}</tbody></table><p class="sub">${escaped(note)}</p>`;
}
