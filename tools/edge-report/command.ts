import { join, relative } from "node:path";
import { declare, start } from "../lib/command";
import { writeWhole } from "../lib/files";
import { reportPage } from "./page";
import { edgePercent, type Result, type Shares, total } from "./shares";
import { corpusSummary, results } from "./summary";

const root = join(__dirname, "../..");
/** Ignored by git. */
const output = join(root, ".offline", "edge-report", "index.html");

export function table(all: readonly Result[]): string {
  const percent = (shares: Shares): string => {
    const share = edgePercent(shares);
    return share === undefined ? "-" : `${share.toFixed(0)} %`;
  };
  const kb = (shares: Shares): string => `${Math.round((shares.edge + shares.moodle) / 1000)} kB`;
  const rows = all.map(({ view, temperature, requests, bytes }) => [
    view,
    temperature,
    String(total(requests)),
    String(requests.browser),
    String(requests.edge),
    String(requests.moodle),
    percent(requests),
    kb(bytes),
    percent(bytes),
  ]);
  const header = [
    "page view",
    "browser",
    "requests",
    "own",
    "edge",
    "Moodle",
    "edge share",
    "bytes sent",
    "edge share",
  ];
  const widths = header.map((word, i) => Math.max(word.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells.map((cell, i) => (i < 2 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  ");
  return [line(header), ...rows.map(line)].join("\n");
}

export const command = declare({
  name: "edge-report",
  summary: "What share of requests and bytes CloudFront answers, as a table and as an HTML page",
  failure: "failed, or CloudFront would keep a page that is one person's",
  options: {},
  run: async (_, { print }) => {
    const all = results();
    const corpus = corpusSummary(Date.now());
    writeWhole(output, await reportPage(all, corpus));
    print(table(all));
    print(
      `\nShares are of what leaves the browser. "first": right after a release. Corpus: ${corpus.addresses} addresses, ` +
        `${corpus.kept} kept by the edge, ${corpus.brief} for 15 seconds at most, ${corpus.never} never; ` +
        `private ones kept: ${corpus.privateKept}.`,
    );
    print(`Picture: ${relative(process.cwd(), output)}`);
    return corpus.privateKept === 0 ? 0 : 1;
  },
});

if (require.main === module) {
  start(command);
}
