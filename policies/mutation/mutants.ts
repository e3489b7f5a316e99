import * as ts from "typescript";

/** One change of a source text. */
export interface Mutant {
  readonly line: number;
  readonly from: string;
  readonly to: string;
  /** The whole text with the change. */
  readonly text: string;
}

const swaps: ReadonlyMap<ts.SyntaxKind, string> = new Map([
  [ts.SyntaxKind.EqualsEqualsEqualsToken, "!=="],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, "==="],
  [ts.SyntaxKind.AmpersandAmpersandToken, "||"],
  [ts.SyntaxKind.BarBarToken, "&&"],
  [ts.SyntaxKind.LessThanToken, "<="],
  [ts.SyntaxKind.LessThanEqualsToken, "<"],
  [ts.SyntaxKind.GreaterThanToken, ">="],
  [ts.SyntaxKind.GreaterThanEqualsToken, ">"],
]);

const quantifiers: ReadonlyMap<string, string> = new Map([
  ["some", "every"],
  ["every", "some"],
  ["anyOf", "allOf"],
  ["allOf", "anyOf"],
]);

/** Properties of a rule that people read; nothing is judged by them. */
const words = new Set(["title", "why", "fix", "serves", "example", "about", "source", "otherwise"]);

/**
 * Every mutant of a source text: a comparison or a junction turned round, a clause dropped, a condition negated, a truth
 * value changed, `some` for `every`, and a literal of a list left out. What only makes the words of a message is left alone.
 */
export function mutantsOf(source: string): readonly Mutant[] {
  const file = ts.createSourceFile("rule.ts", source, ts.ScriptTarget.Latest, true);
  const found: Mutant[] = [];
  const replace = (from: ts.Node, to: string, end = from.getEnd(), start = from.getStart(file)): void => {
    const line = file.getLineAndCharacterOfPosition(from.getStart(file)).line + 1;
    found.push({
      line,
      from: brief(from.getText(file)),
      to: brief(to),
      text: source.slice(0, start) + to + source.slice(end),
    });
  };
  const negate = (condition: ts.Expression): void => {
    if (!ts.isBinaryExpression(condition) && !ts.isPrefixUnaryExpression(condition)) {
      replace(condition, `!(${condition.getText(file)})`);
    }
  };
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isTemplateExpression(node) || ts.isImportDeclaration(node)) {
      return;
    }
    if (ts.isPropertyAssignment(node) && words.has(node.name.getText(file))) {
      return;
    }
    if (ts.isBinaryExpression(node)) {
      const { left, right, operatorToken } = node;
      const swap = swaps.get(operatorToken.kind);
      if (swap !== undefined) {
        replace(operatorToken, swap);
      }
      if (/^(&&|\|\|)$/.test(operatorToken.getText(file))) {
        replace(node, left.getText(file));
        replace(node, right.getText(file));
      }
    } else if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
      replace(node, node.operand.getText(file));
    } else if (node.kind === ts.SyntaxKind.TrueKeyword) {
      replace(node, "false");
    } else if (node.kind === ts.SyntaxKind.FalseKeyword) {
      replace(node, "true");
    } else if (ts.isIfStatement(node)) {
      negate(node.expression);
    } else if (ts.isConditionalExpression(node)) {
      negate(node.condition);
    } else if (ts.isCallExpression(node)) {
      const name = ts.isPropertyAccessExpression(node.expression) ? node.expression.name : node.expression;
      const other = ts.isIdentifier(name) ? quantifiers.get(name.text) : undefined;
      if (other !== undefined) {
        replace(name, other);
      }
    } else if (ts.isArrayLiteralExpression(node) && node.elements.length > 1) {
      node.elements.forEach((element, index) => {
        if (ts.isStringLiteral(element)) {
          const next = node.elements[index + 1];
          replace(element, "", next?.getStart(file) ?? element.getEnd());
        }
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function brief(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}
