import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { iamAction } from "./actions";

/** Every name that this folder's product code imports from the SDK, by package. */
export function sdkImports(folder = __dirname): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))) {
    const source = ts.createSourceFile(file, readFileSync(join(folder, file), "utf8"), ts.ScriptTarget.Latest);
    for (const statement of source.statements) {
      if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) {
        continue;
      }
      const { text: module } = statement.moduleSpecifier;
      const bindings = statement.importClause?.namedBindings;
      if (!module.startsWith("@aws-sdk/")) {
        continue;
      }
      if (bindings === undefined || !ts.isNamedImports(bindings)) {
        throw new Error(`${file}: import commands of ${module} by their names, so that they can be counted.`);
      }
      const names = found.get(module) ?? new Set();
      bindings.elements.forEach(({ name }) => names.add(name.text));
      found.set(module, names);
    }
  }
  return found;
}

/** The API's operations that can be called, as `<client> <operation>`. */
export function operations(): readonly { readonly client: string; readonly operation: string }[] {
  return [...sdkImports()].flatMap(([module, names]) => {
    const client = [...names].find((name) => name.endsWith("Client"));
    if (client === undefined) {
      throw new Error(`tools/doctor/clients.ts makes no client of ${module}.`);
    }
    const called = [...names].flatMap((name) => /^(?:paginate(\w+)|(\w+)Command)$/.exec(name)?.slice(1) ?? []);
    return [...new Set(called.filter(Boolean))].map((operation) => ({ client, operation: operation! }));
  });
}

/**
 * Actions that the policy of docs/doctor.md allows: every call that is made, and no other. STS answers
 * GetCallerIdentity to anybody.
 */
export function actions(): readonly string[] {
  return operations()
    .map(({ client, operation }) => iamAction(client, operation))
    .filter((action) => action !== "sts:GetCallerIdentity")
    .sort();
}

export function policy(): object {
  // Most of them take no resource, and the others' names are not known before the stack is.
  return {
    Version: "2012-10-17",
    Statement: [{ Sid: "MoodleDoctor", Effect: "Allow", Action: actions(), Resource: "*" }],
  };
}
