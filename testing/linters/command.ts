/**
 * Has every linter read its files: a part of "make check". A linter that this machine lacks is named and left
 * out, but not in CI.
 */
import { filesOf, linters, root } from "./linters";
import { find } from "./program";

async function main(): Promise<void> {
  const all = filesOf(root);
  const ci = (process.env["CI"] ?? "") !== "";
  const verdicts = await Promise.all(
    linters.map(async ({ program, reads, get, files, lint }) => {
      if (find(program) === undefined) {
        console.log(`left out: ${program} (${reads}). This machine lacks it: ${get}.`);
        return !ci;
      }
      const found = await lint(root, files(root, all));
      if (found !== "") {
        console.error(`${program} (${reads}):\n${found}`);
      }
      return found === "";
    }),
  );
  process.exitCode = verdicts.every(Boolean) ? 0 : 1;
}

void main();
