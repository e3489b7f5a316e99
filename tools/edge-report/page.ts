import type { corpusSummary } from "./summary";
import { edgePercent, type Result, type Shares, type Temperature, total } from "./shares";

/** Colours that stay apart for colour-blind readers (Okabe and Ito), dark enough for white figures upon them. */
const series = [
  ["browser", "The browser has it", "#5c6670"],
  ["edge", "CloudFront answers", "#006f9e"],
  ["moodle", "Moodle answers", "#b34700"],
] as const;

const words: Readonly<Record<Temperature, string>> = {
  first: "First visitor after a release",
  cold: "New browser, others were here",
  warm: "Browser that was here before",
};

const [width, labels, bar, gap] = [960, 290, 22, 6];

/** One page that needs nothing else: no script, no font, no request. */
export function reportPage(all: readonly Result[], corpus: ReturnType<typeof corpusSummary>): string {
  const views = [...new Set(all.map(({ view }) => view))];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>What the edge answers</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; color: #1b1f23; background: #fff; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.6rem; line-height: 1.2 } h2 { font-size: 1.15rem; margin: 2rem 0 .3rem }
svg { width: 100%; min-width: 40rem; height: auto; display: block } svg text { font: 13px system-ui, sans-serif }
table { border-collapse: collapse; width: 100%; font-size: .9rem } .wide { overflow-x: auto }
th, td { text-align: right; padding: .3rem .6rem; border-bottom: 1px solid #d8dde2; white-space: nowrap } th:nth-child(-n+2), td:nth-child(-n+2) { text-align: left; white-space: normal }
.key span { display: inline-block; width: .9em; height: .9em; margin: 0 .4em 0 1em; vertical-align: -.1em } .key span:first-child { margin-left: 0 }
</style>
</head>
<body>
<main>
<h1>${headline(all)}</h1>
<p>Who answers the requests of a page view of Moodle 5.1, by the table of cached paths. Sizes of scripts, styles, fonts
and icons are those of Moodle's source, compressed; sizes of pages, course pictures and services are assumed.</p>
<p class="key">${series.map(([, name, colour]) => `<span style="background:${colour}"></span>${name}`).join("")}</p>
${views
  .map((view) =>
    section(
      view,
      all.filter((one) => one.view === view),
    ),
  )
  .join("\n")}
<h2>The same in figures</h2>
<div class="wide">${figures(all)}</div>
<h2>Addresses that were tried</h2>
<p>${corpus.addresses} addresses with the headers that Moodle sends: ${corpus.kept} are kept by the edge, ${corpus.brief}
for at most 15 seconds because their revision is not right, ${corpus.never} never. Private ones that are kept:
<strong>${corpus.privateKept}</strong>.</p>
</main>
</body>
</html>
`;
}

function headline(all: readonly Result[]): string {
  const cold = all.filter(({ temperature }) => temperature === "cold");
  const sum = (of: "requests" | "bytes"): number => {
    const edge = cold.reduce((acc, one) => acc + one[of].edge, 0);
    return Math.round((100 * edge) / cold.reduce((acc, one) => acc + total(one[of]), 0));
  };
  return `The edge answers ${sum("requests")}\u00a0% of the requests and ${sum("bytes")}\u00a0% of the bytes of a new browser`;
}

function section(view: string, all: readonly Result[]): string {
  const rows = all.flatMap(({ temperature, requests, bytes }) => [
    { label: words[temperature], shares: requests, unit: (n: number) => String(n), what: "requests" },
    { label: "", shares: bytes, unit: kilobytes, what: "bytes" },
  ]);
  let y = 0;
  const drawn = rows.map(({ label, shares, unit, what }, index) => {
    const at = y;
    y += bar + (index % 2 === 1 ? gap * 2 : 2);
    return `<text x="0" y="${at + 16}">${label}</text><text x="${labels - 8}" y="${at + 16}" text-anchor="end" fill="#4a525a">${what}</text>${stack(shares, at, unit)}`;
  });
  const spoken = all
    .map(
      ({ temperature, requests }) =>
        `${words[temperature]}: ${requests.edge} of ${total(requests)} requests by the edge`,
    )
    .join("; ");
  return `<h2>${view}</h2>
<div class="wide"><svg viewBox="0 0 ${width} ${y}" role="img" aria-label="${view}. ${spoken}.">${drawn.join("")}</svg></div>`;
}

function stack(shares: Shares, y: number, unit: (n: number) => string): string {
  const all = total(shares);
  let x: number = labels;
  return series
    .map(([key, , colour]) => {
      const size = (shares[key] / all) * (width - labels);
      const text = unit(shares[key]);
      const fits = size > text.length * 8 + 10;
      const part = `<rect x="${x.toFixed(1)}" y="${y}" width="${size.toFixed(1)}" height="${bar}" fill="${colour}"/>${
        fits
          ? `<text x="${(x + size / 2).toFixed(1)}" y="${y + 16}" text-anchor="middle" fill="#fff">${text}</text>`
          : ""
      }`;
      x += size;
      return shares[key] === 0 ? "" : part;
    })
    .join("");
}

function figures(all: readonly Result[]): string {
  const percent = (shares: Shares): string => {
    const share = edgePercent(shares);
    return share === undefined ? "" : `${share.toFixed(0)} %`;
  };
  const rows = all.map(
    ({ view, temperature, requests, bytes }) =>
      `<tr><td>${view}</td><td>${words[temperature]}</td><td>${requests.browser}</td><td>${requests.edge}</td><td>${requests.moodle}</td><td>${percent(requests)}</td><td>${kilobytes(bytes.edge)}</td><td>${kilobytes(bytes.moodle)}</td><td>${percent(bytes)}</td></tr>`,
  );
  return `<table>
<thead><tr><th colspan="2"></th><th colspan="4" scope="colgroup">Requests</th><th colspan="3" scope="colgroup">Bytes</th></tr>
<tr><th scope="col">Page view</th><th scope="col">Visitor</th><th scope="col">Browser</th><th scope="col">Edge</th><th scope="col">Moodle</th><th scope="col">Edge's share*</th><th scope="col">Edge</th><th scope="col">Moodle</th><th scope="col">Edge's share*</th></tr></thead>
<tbody>${rows.join("\n")}</tbody>
</table>
<p>* of what leaves the browser.</p>`;
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1000).toLocaleString("en-GB")} kB`;
}
