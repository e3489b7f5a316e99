import { isUnknown, type Unknown, type View } from "../lib/view";

/** The statements of a policy document, JSON text or object. One that is not JSON has none: AWS refuses it itself. */
export function statementsOf(props: View, path: string): readonly View[] | Unknown {
  const document = props.json(path);
  return document === undefined ? [] : isUnknown(document) ? document : document.items("Statement");
}

/** Action, Resource, principals: one value or a list. Unknown elements stand as "?". */
export function texts(statement: View, path: string): readonly string[] {
  const list = statement.list(path);
  return isUnknown(list) ? ["?"] : list.map((one) => (typeof one === "string" ? one : "?"));
}

/** Whether an allowing statement lets anyone in: `"*"` or `{"AWS": "*"}`, without a condition. */
export function isForAnyone(statement: View): boolean {
  if (statement.text("Effect") !== "Allow" || statement.object("Condition").keys().length > 0) {
    return false;
  }
  return statement.text("Principal") === "*" || texts(statement, "Principal.AWS").includes("*");
}
