import { join } from "node:path";
import { declare, flag, optional, start, type Where } from "../lib/command";
import { writeWhole } from "../lib/files";
import { currentText, type Document, isStale, root } from "./document";
import { quickDocuments, slowDocuments } from "./documents";

const all = [...quickDocuments, ...slowDocuments];

/** @returns the paths of those that are made in seconds and are not what the sources say. */
async function stale(): Promise<readonly string[]> {
  const found = await Promise.all(quickDocuments.map(async (one) => ((await isStale(one)) ? [one.path] : [])));
  return found.flat();
}

async function write(document: Document, { print, complain }: Where): Promise<boolean> {
  const current = currentText(document);
  try {
    const text = await document.text(current);
    if (text !== current) {
      writeWhole(join(root, document.path), text);
    }
    print(`${document.path}: ${text === current ? "up to date" : "written"}`);
    return true;
  } catch (error) {
    complain(`error: ${document.path} is left as it is: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}

export const command = declare({
  name: "generate",
  summary: "Write every generated file: documents, schemas, golden lists",
  failure: "a file could not be written, or with CHECK=1 one is stale",
  options: {
    ONLY: optional(
      {
        shape: "docs/waf.md",
        get expected() {
          return `the beginning of one of: ${all.map(({ path }) => path).join(", ")}`;
        },
        described: "the beginning of a generated file's path",
        fix: "Leave it out for all.",
        read: (text) => (all.some(({ path }) => path.startsWith(text)) ? text : undefined),
      },
      "Only the files whose path begins so",
    ),
    CHECK: flag("Write nothing, and fail when a file that is made in seconds is stale"),
  },
  run: async ({ ONLY = "", CHECK }, where) => {
    if (CHECK) {
      const paths = await stale();
      if (paths.length > 0) {
        throw new Error(`${paths.join(", ")}: not what the sources say. Fix: make generate, and commit the result.`);
      }
      return 0;
    }
    const documents = all.filter(({ path }) => path.startsWith(ONLY));
    let failed = 0;
    for (const [index, document] of documents.entries()) {
      where.at(`${document.path} (${index + 1} of ${documents.length})`);
      failed += (await write(document, where)) ? 0 : 1;
    }
    return failed === 0 ? 0 : 1;
  },
});

if (require.main === module) {
  start(command);
}
