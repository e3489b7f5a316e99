import * as ts from "typescript";

/**
 * The function's work, counted: CloudFront stops a function that computes too long, and shows its use only as a
 * percentage in its console. Neither njs nor Node has such a meter. So the code counts itself: one for each executed
 * statement and each call of one of its own functions. The same code and request give the same number on every machine.
 */
export function counting(code: string): string {
  const file = ts.createSourceFile("function.js", code, ts.ScriptTarget.ES2022, true, ts.ScriptKind.JS);
  const inserted: { readonly at: number; readonly text: string }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) {
      inserted.push({ at: node.body.getStart(), text: "($work.count++, " }, { at: node.body.end, text: ")" });
    }
    if (ts.isBlock(node)) {
      // An empty function is still called.
      inserted.push({ at: node.getStart() + 1, text: "$work.count++;" });
      node.statements.forEach((statement) =>
        inserted.push({ at: statement.getStart(), text: ts.isFunctionDeclaration(statement) ? "" : "$work.count++;" }),
      );
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  let counted = code;
  for (const { at, text } of inserted.reverse().sort((one, other) => other.at - one.at)) {
    counted = counted.slice(0, at) + text + counted.slice(at);
  }
  // The import stays first. The wrapper that reports the number gets CloudFront's name for the handler.
  const renamed = counted.replace("async function handler(", "async function measured(");
  return renamed.replace(
    /^import .*$/m,
    (line) => `${line}
const $work = { count: 0 };
async function handler(event) {
  $work.count = 0;
  const answer = await measured(event);
  console.log("operations: " + $work.count);
  return answer;
}`,
  );
}

/** Operations of the counted function in this run. */
export function operations(log: readonly string[]): number {
  return Number(/^operations: (\d+)$/.exec(log[log.length - 1] ?? "")?.[1]);
}
