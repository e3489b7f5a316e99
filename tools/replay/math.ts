/** A value for one period; undefined where CloudWatch has no data point. */
export type Point = number | undefined;

/** One data point of an expression from those of its metrics at the same time, or `back` periods before. */
export type Expression = (metric: (id: string, back?: number) => Point) => Point;

/**
 * The part of CloudWatch's metric math that the alarms use: + - * /, comparisons, AND, OR, numbers, IF(condition, a, b),
 * MAX([a, b ...]), DIFF(m) and PERIOD(m).
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 *
 * - In arithmetic and comparisons of two series a missing value is 0, and where both miss there is no data point.
 * - A division by zero drops the data point.
 *
 * @throws Error for anything else: an alarm must not be replayed as something that it is not.
 */
export function parseExpression(text: string, periodSeconds: number): Expression {
  const tokens = text.match(/[a-z]\w*|[A-Z]+|\d+(?:\.\d+)?|[<>=!]=|&&|\|\||[-+*/<>()[\],]|\S/g) ?? [];
  let at = 0;
  const fail = (): never => {
    throw new Error(`Metric math that the replay does not know, at "${tokens.slice(at).join(" ")}" of: ${text}`);
  };
  const take = (token: string): void => {
    if (tokens[at] !== token) {
      fail();
    }
    at += 1;
  };

  const levels: readonly (readonly string[])[] = [
    ["OR", "||"],
    ["AND", "&&"],
    ["<", ">", "<=", ">=", "==", "!="],
    ["+", "-"],
    ["*", "/"],
  ];
  const binary = (level: number): Expression => {
    const operators = levels[level];
    if (operators === undefined) {
      return primary();
    }
    let left = binary(level + 1);
    for (let operator = tokens[at]; operator !== undefined && operators.includes(operator); operator = tokens[at]) {
      at += 1;
      left = apply(operator, left, binary(level + 1));
    }
    return left;
  };
  const primary = (): Expression => {
    const token = tokens[at] ?? fail();
    at += 1;
    if (token === "(") {
      const inner = binary(0);
      take(")");
      return inner;
    }
    if (/^\d/.test(token)) {
      const value = Number(token);
      return () => value;
    }
    if (/^[a-z]/.test(token)) {
      return (metric) => metric(token);
    }
    at -= 1;
    return call();
  };
  const call = (): Expression => {
    const name = tokens[at];
    at += 1;
    take("(");
    if (name === "PERIOD") {
      binary(0);
      take(")");
      return () => periodSeconds;
    }
    if (name === "DIFF") {
      const of = binary(0);
      take(")");
      return (metric) => {
        const [now, before] = [of(metric), of((id, back = 0) => metric(id, back + 1))];
        return now === undefined || before === undefined ? undefined : now - before;
      };
    }
    if (name === "IF") {
      const condition = binary(0);
      take(",");
      const then = binary(0);
      take(",");
      const otherwise = binary(0);
      take(")");
      return (metric) => {
        const holds = condition(metric);
        return holds === undefined ? undefined : holds !== 0 ? then(metric) : otherwise(metric);
      };
    }
    if (name === "MAX") {
      take("[");
      const items = [binary(0)];
      while (tokens[at] === ",") {
        at += 1;
        items.push(binary(0));
      }
      take("]");
      take(")");
      return (metric) => {
        const known = items.map((item) => item(metric)).filter((value) => value !== undefined);
        return known.length > 0 ? Math.max(...known) : undefined;
      };
    }
    at -= 2;
    return fail();
  };

  const whole = binary(0);
  return at === tokens.length ? whole : fail();
}

const operations: Readonly<Record<string, (left: number, right: number) => number>> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => left / right,
  "<": (left, right) => Number(left < right),
  ">": (left, right) => Number(left > right),
  "<=": (left, right) => Number(left <= right),
  ">=": (left, right) => Number(left >= right),
  "==": (left, right) => Number(left === right),
  "!=": (left, right) => Number(left !== right),
  AND: (left, right) => Number(left !== 0 && right !== 0),
  OR: (left, right) => Number(left !== 0 || right !== 0),
};

/** A constant is no series: beside it, a missing value stays missing. */
function apply(operator: string, left: Expression, right: Expression): Expression {
  const operation = operations[{ "&&": "AND", "||": "OR" }[operator] ?? operator]!;
  // A function that asks for no metric: a number, or PERIOD.
  const constant = (side: Expression) => side.length === 0;
  const missingStays = constant(left) || constant(right);
  return (metric) => {
    const a = left(metric);
    const b = right(metric);
    if ((a === undefined && b === undefined) || (missingStays && (a === undefined || b === undefined))) {
      return undefined;
    }
    const value = operation(a ?? 0, b ?? 0);
    return Number.isFinite(value) ? value : undefined;
  };
}
