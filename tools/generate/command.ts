/**
 * `make generate [ONLY=docs/waf.md]`: writes every generated file, or those whose path begins with ONLY. `make check` runs it with
 * --check: it compares those that are made in seconds, changes nothing, and fails when one is stale.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../lib/text";
import { currentText, type Document, isStale, root } from "./document";
import { quickDocuments, slowDocuments } from "./documents";

async function check(): Promise<number> {
  const stale: string[] = [];
  for (const document of quickDocuments) {
    if (await isStale(document)) {
      stale.push(document.path);
    }
  }
  if (stale.length > 0) {
    console.error(`error: ${stale.join(", ")}: not what the sources say. Fix: make generate, and commit the result.`);
  }
  return stale.length === 0 ? 0 : 1;
}

async function generate(only: string): Promise<number> {
  const documents = [...quickDocuments, ...slowDocuments].filter(({ path }) => path.startsWith(only));
  if (documents.length === 0) {
    const known = [...quickDocuments, ...slowDocuments].map(({ path }) => path);
    console.error(`error: ONLY is "${only}". Expected the beginning of one of: ${known.join(", ")}.`);
    return 2;
  }
  let failed = 0;
  for (const document of documents) {
    failed += (await write(document)) ? 0 : 1;
  }
  return failed === 0 ? 0 : 1;
}

async function write(document: Document): Promise<boolean> {
  const current = currentText(document);
  try {
    const text = await document.text(current);
    if (text !== current) {
      writeFileSync(join(root, document.path), text);
    }
    console.log(`${document.path}: ${text === current ? "up to date" : "written"}`);
    return true;
  } catch (error) {
    console.error(
      `error: ${document.path} is left as it is: ${error instanceof Error ? error.message : String(error)}`,
    );
    return false;
  }
}

run(() => (process.argv.includes("--check") ? check() : generate(process.env["ONLY"] ?? "")));
