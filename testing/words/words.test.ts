// cspell:ignore sentance
import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..", "..");
const words = Array(28).fill("word").join(" ");

/** A text with a mistake, and what the tool must say of it; or with none, and undefined. */
interface Case {
  readonly name: string;
  readonly text: string;
  readonly expected: RegExp | undefined;
}

const bad = (name: string, text: string, expected: RegExp): Case => ({ name, text, expected });
const good = (name: string, text: string): Case => ({ name, text, expected: undefined });

/** The tools of `make check-words`, with the configuration of this repository. */
const tools: Readonly<Record<string, { readonly args: readonly string[]; readonly cases: readonly Case[] }>> = {
  cspell: {
    args: ["lint", "--no-progress", "--dot"],
    cases: [
      bad("document.md", "A sentance with a mistake.\n", /sentance/),
      bad("comment.ts", "/** A sentance with a mistake. */\nexport const one = 1;\n", /sentance/),
      bad("message.ts", 'export const one = "A sentance with a mistake.";\n', /sentance/),
      bad("settings.yaml", "# A sentance with a mistake.\none: 1\n", /sentance/),
      bad("lib.php", "<?php\n// A sentance with a mistake.\n", /sentance/),
      good("terms.md", "Valkey keeps Moodle's sessions; moodledata is on EFS; a cost centre pays.\n"),
    ],
  },
  textlint: {
    args: ["--rulesdir", "testing/words/rules", "--format", "unix"],
    cases: [
      bad("mend.md", "We mend it.\n", /use “fix”/),
      bad("ever.md", "It stays for ever.\n", /use “forever”/),
      bad("lines.md", "It stays for\never.\n", /Incorrect term: “for$/),
      bad("anew.md", "It is made anew.\n", /use “again”/),
      bad("tells.md", "The notice tells of a failure.\n", /use “reports”/),
      bad("told.md", "The team is told of a failure.\n", /use “gets a report of”/),
      bad("cdn.md", "Another content delivery network is in front.\n", /use “External CDN”/),
      bad("given.md", "abc was given; allowed is one of a and b.\n", /use “got X, expected Y”/),
      bad("term.ts", "// It stays for ever.\n", /use “forever”/),
      bad("term.yaml", "# It stays for ever.\n", /use “forever”/),
      bad("term.php", "<?php\n// It stays for ever.\n", /use “forever”/),
      bad("term.sh", "# It stays for ever.\n", /use “forever”/),
      good("terms.md", "We fix it forever. Amend the commit. The recommended way.\n"),
      bad("paragraph.md", `Count ${words} these words.\n`, /got 31 words, expected 30 at most/),
      bad("wrapped.md", `Count ${words}\nthese words.\n`, /got 31 words/),
      bad("list.md", `- Short.\n- Count ${words} these words.\n`, /got 31 words/),
      bad("table.md", `| a |\n| - |\n| Count ${words} these words. |\n`, /got 31 words/),
      bad("code.md", `Count ${words} \`these five words: one\` [word](a.md).\n`, /got 31 words/),
      bad("second.md", `Short. Count ${words} these words.\n`, /got 31 words/),
      good("thirty.md", `Count ${words} words.\n`),
      good("two.md", `Count ${words} words. Count ${words} words.\n`),
      good("block.md", `\`\`\`text\nCount ${words} these words\n\`\`\`\n`),
      good("comment.ts", `// Count ${words} these words.\n`),
    ],
  },
  "markdownlint-cli2": {
    args: ["--no-globs"],
    cases: [
      bad("file.md", "# A\n\nSee [the file](nowhere.md).\n", /relative-links/),
      bad("anchor.md", "# A\n\nSee [the heading](../../README.md#nowhere).\n", /relative-links/),
      bad("own.md", "# A\n\nSee [the heading](#nowhere).\n", /MD051/),
      bad("picture.md", "# A\n\n![The picture](nowhere.svg)\n", /relative-links/),
      bad("bare.md", "# A\n\nSee https://example.org.\n", /MD034/),
      bad("html.md", "# A\n\nThe <region> is missing.\n", /MD033/),
      bad("language.md", "# A\n\n```\nls\n```\n", /MD040/),
      good("links.md", "# A\n\nSee [settings](../../README.md#settings), [it](#a) and [out](https://example.org).\n"),
    ],
  },
};

describe("The tools of make check-words", () => {
  // In the repository, since they leave out what is outside of it. Git ignores it, as all that runs leave.
  mkdirSync(join(root, ".offline"), { recursive: true });
  const folder = mkdtempSync(join(root, ".offline", "words-"));
  after(() => rmSync(folder, { recursive: true }));

  for (const [tool, { args, cases }] of Object.entries(tools)) {
    describe(tool, () => {
      let lines: readonly string[] = [];
      let status: number | null = null;
      before(() => {
        const files = cases.map(({ name, text }) => {
          const path = join(folder, name);
          writeFileSync(path, text);
          return path;
        });
        const paths = tool === "markdownlint-cli2" ? files.map((path) => `:${path}`) : files;
        const result = spawnSync(tool, [...args, ...paths], { cwd: root, encoding: "utf8" });
        lines = `${result.stdout}${result.stderr}`.split("\n");
        status = result.status;
      });

      it("fails", () => assert.equal(status, 1, lines.join("\n")));

      for (const { name, text, expected } of cases) {
        const short = JSON.stringify(text).replace(words, "...");
        it(`${expected === undefined ? "lets through" : "finds the mistake in"} ${name}: ${short}`, () => {
          const found = lines.filter((line) => line.split(":")[0]!.endsWith(`/${name}`)).join("\n");
          if (expected === undefined) {
            assert.equal(found, "");
          } else {
            assert.match(found, expected);
          }
        });
      }
    });
  }
});
