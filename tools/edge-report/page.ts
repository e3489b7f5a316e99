import { type Breadth, figure } from "../lib/chart";
import { page, table } from "../lib/page";
import type { corpusSummary } from "./summary";
import { edgePercent, type Result, type Shares, type Temperature, total } from "./shares";

/** The parts that answer, with their colours. */
const answering = [
  ["browser", "The browser has it", "var(--grey)"],
  ["edge", "CloudFront answers", "var(--blue)"],
  ["moodle", "Moodle answers", "var(--orange)"],
] as const;

const words: Readonly<Record<Temperature, string>> = {
  first: "First visitor after a release",
  cold: "New browser, others were here",
  warm: "Browser that was here before",
};

/** One page that needs nothing else: no script, no font, no request. */
export async function reportPage(all: readonly Result[], corpus: ReturnType<typeof corpusSummary>): Promise<string> {
  const views = [...new Set(all.map(({ view }) => view))];
  const charts = await Promise.all(
    views.map((view) =>
      chart(
        view,
        all.filter((one) => one.view === view),
      ),
    ),
  );
  return page({
    title: "What the edge answers",
    main: `<h1>${headline(all)}</h1>
<p>Who answers the requests of a page view of Moodle 5.1, by the table of cached paths. Sizes of scripts, styles, fonts
and icons are those of Moodle's source, compressed; sizes of pages, course pictures and services are assumed.</p>
${charts.join("\n")}
<h2>The same in figures</h2>
${figures(all)}
<p class="sub">Edge's share: of what leaves the browser.</p>
<h2>Addresses that were tried</h2>
<p>${corpus.addresses} addresses with the headers that Moodle sends: ${corpus.kept} are kept by the edge, ${corpus.brief}
for at most 15 seconds because their revision is not right, ${corpus.never} never. Private ones that are kept:
<strong>${corpus.privateKept}</strong>.</p>`,
  });
}

function headline(all: readonly Result[]): string {
  const cold = all.filter(({ temperature }) => temperature === "cold");
  const sum = (of: "requests" | "bytes"): number => {
    const edge = cold.reduce((acc, one) => acc + one[of].edge, 0);
    return Math.round((100 * edge) / cold.reduce((acc, one) => acc + total(one[of]), 0));
  };
  return `The edge answers ${sum("requests")}\u00a0% of the requests and ${sum("bytes")}\u00a0% of the bytes of a new browser`;
}

/** One bar for requests and one for bytes of each visitor, as shares of all; each part has its own figure. */
function chart(view: string, all: readonly Result[]): Promise<string> {
  const rows = all.flatMap(({ temperature, requests, bytes }) => [
    { temperature, what: "requests", shares: requests, unit: String },
    { temperature, what: "bytes", shares: bytes, unit: kilobytes },
  ]);
  const parts = rows.flatMap(({ temperature, what, shares, unit }) => {
    let from = 0;
    return answering.flatMap(([key, name]) => {
      const share = shares[key] / total(shares);
      const part = { row: `${temperature} ${what}`, name, from, to: from + share, middle: from + share / 2, share };
      from += share;
      const text = unit(shares[key]);
      return share === 0 ? [] : [{ ...part, text, words: `${words[temperature]}, ${what}: ${name}, ${text}` }];
    });
  });
  const label = ({ temperature, what }: (typeof rows)[number], breadth: Breadth) =>
    breadth === "broad" ? `${words[temperature]}: ${what}` : [...broken(words[temperature]), what];
  return figure(
    view,
    (width, breadth) => ({
      width,
      height: rows.length * (breadth === "broad" ? 30 : 52),
      params: [
        {
          name: "rows",
          value: Object.fromEntries(rows.map((row) => [`${row.temperature} ${row.what}`, label(row, breadth)])),
        },
      ],
      data: { values: parts },
      encoding: {
        y: {
          field: "row",
          type: "nominal",
          scale: { domain: rows.map(({ temperature, what }) => `${temperature} ${what}`), paddingInner: 0.2 },
          axis: {
            title: null,
            labelExpr: "rows[datum.value]",
            labelOverlap: false,
            ticks: false,
            domain: false,
          },
        },
        x: {
          field: "from",
          type: "quantitative",
          scale: { domain: [0, 1] },
          axis: { title: "share, per cent", format: ".0%", tickCount: 5 },
        },
      },
      layer: [
        {
          mark: { type: "bar" },
          encoding: {
            x2: { field: "to" },
            color: {
              field: "name",
              type: "nominal",
              scale: { domain: answering.map(([, name]) => name), range: answering.map(([, , colour]) => colour) },
              legend: null,
            },
            description: { field: "words", type: "nominal" },
          },
        },
        {
          // Only where the figure has room.
          transform: [{ filter: `datum.share * ${breadth === "broad" ? 650 : 190} > 12 + 8 * length(datum.text)` }],
          mark: { type: "text", color: "var(--ground)", aria: false },
          encoding: { x: { field: "middle", type: "quantitative" }, text: { field: "text", type: "nominal" } },
        },
      ],
    }),
    answering.map(([, name, colour]) => ({ label: name, colour })),
  );
}

/** In two lines. */
function broken(text: string): readonly string[] {
  const half = text.indexOf(" ", text.length / 2 - 3);
  return [text.slice(0, half), text.slice(half + 1)];
}

function figures(all: readonly Result[]): string {
  const percent = (shares: Shares): string => {
    const share = edgePercent(shares);
    return share === undefined ? "-" : `${share.toFixed(0)} %`;
  };
  const head = [
    "Page view",
    "Visitor",
    "Requests: browser",
    "edge",
    "Moodle",
    "edge's share",
    "Bytes: edge",
    "Moodle",
    "edge's share",
  ];
  const rows = all.map(({ view, temperature, requests, bytes }) => [
    view,
    words[temperature],
    String(requests.browser),
    String(requests.edge),
    String(requests.moodle),
    percent(requests),
    kilobytes(bytes.edge),
    kilobytes(bytes.moodle),
    percent(bytes),
  ]);
  return table("Figures", [head, ...rows]);
}

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1000).toLocaleString("en-GB")} kB`;
}
