/**
 * Has every linter read its files: a part of "make check". A linter that this machine lacks is named and left
 * out, but not in CI, where only a missing compiler is a reason, or one that is too old.
 */
import { filesOf, linters, root } from "./linters";
import { find } from "./program";

async function main(): Promise<void> {
  const all = filesOf(root);
  const ci = (process.env["CI"] ?? "") !== "";
  const verdicts = await Promise.all(
    linters.map(async ({ program, reads, compiler, optional, get, files, lint }) => {
      if (find(program) === undefined) {
        console.log(`left out: ${program} (${reads}). This machine lacks it: ${get}.`);
        return !ci || optional === true || (compiler !== undefined && find(compiler) === undefined);
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
