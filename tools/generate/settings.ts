import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { settingsTable, stackFileSchema } from "../../stacks/settings/documents";

/** What is made from the schema: path from the root of the repository, and content. */
export function generated(): Readonly<Record<string, string>> {
  return { "stacks/settings.schema.json": stackFileSchema(), "docs/settings.md": settingsTable() };
}

const root = join(__dirname, "../..");

/** The generated files that are missing or do not say what the schema says. */
export function staleFiles(): string[] {
  return Object.entries(generated())
    .filter(([path, content]) => !existsSync(join(root, path)) || readFileSync(join(root, path), "utf8") !== content)
    .map(([path]) => path);
}

function main(args: readonly string[]): void {
  if (args.includes("--check")) {
    const stale = staleFiles();
    if (stale.length > 0) {
      console.error(`Not what the schema says: ${stale.join(", ")}. Run: npx tsx tools/generate/settings.ts`);
      process.exitCode = 1;
    }
    return;
  }
  for (const [path, content] of Object.entries(generated())) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
    console.log(`wrote ${path}`);
  }
}

if (require.main === module) {
  main(process.argv.slice(2));
}
