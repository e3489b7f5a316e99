import { join, relative } from "node:path";
import ts from "typescript";

/** Optional arguments of a program's components, and the ones that callers give. */
export interface Arguments {
  /** `Component.argument`, or `Component.group.argument`, of each optional argument, in order of the alphabet. */
  readonly optional: readonly string[];
  /** Optional arguments to which a caller gives something other than a constant. */
  readonly fed: ReadonlySet<string>;
}

/** The objects that a caller may hand over in one place: written out, or of a type alone. */
type Given = ts.Expression | { readonly type: ts.Type };

/**
 * Reads the optional arguments of the components that `callers` make, and what the callers give to each.
 *
 * Optional arguments come from the components' own types, groups within groups included. Given arguments come from the
 * object literals at `new Component(...)`: spreads, both arms of a condition, constants, and functions and parameters
 * of the callers are followed to where the object is written. Beyond that the type of an expression counts, such as
 * that of a group of settings.
 *
 * @param callers Folder whose files make components. Tests are left out.
 * @param components Folder that the components and their arguments are declared in.
 */
export function readArguments(program: ts.Program, callers: string, components: string): Arguments {
  const checker = program.getTypeChecker();
  const inside = (folder: string, node: ts.Node) => !relative(folder, node.getSourceFile().fileName).startsWith("..");
  const sources = program
    .getSourceFiles()
    .filter((file) => inside(callers, file) && !file.fileName.endsWith(".test.ts"));
  const calls = new Map<ts.Node, ts.CallExpression[]>();
  const made: { readonly component: string; readonly type: ts.Type; readonly given: ts.Expression }[] = [];

  for (const source of sources) {
    visit(source, (node) => {
      if (ts.isCallExpression(node)) {
        const called = checker.getResolvedSignature(node)?.declaration;
        if (called !== undefined) {
          calls.set(called, [...(calls.get(called) ?? []), node]);
        }
      }
      if (ts.isNewExpression(node) && node.arguments?.[1] !== undefined) {
        const constructed = checker.getResolvedSignature(node)?.declaration;
        const parameter = constructed?.parameters[1];
        if (constructed !== undefined && parameter !== undefined && inside(components, constructed)) {
          const type = checker.getTypeAtLocation(parameter);
          made.push({ component: node.expression.getText(), type, given: node.arguments[1] });
        }
      }
    });
  }

  const optional = new Set<string>();
  const fed = new Set<string>();
  for (const { component, type, given } of made) {
    walk(component, type, [given], []);
  }
  return { optional: [...optional].sort(), fed };

  function walk(path: string, type: ts.Type, given: readonly Given[], above: readonly ts.Type[]): void {
    const objects = given.flatMap((one) => written(one, []));
    for (const variant of groups(type)) {
      if (above.includes(variant)) {
        continue;
      }
      for (const property of variant.getProperties()) {
        const at = `${path}.${property.name}`;
        const values = objects.flatMap((object) => valuesOf(object, property.name));
        if ((property.flags & ts.SymbolFlags.Optional) !== 0) {
          optional.add(at);
          if (values.some((value) => !isConstant(value))) {
            fed.add(at);
          }
        }
        walk(at, checker.getTypeOfSymbol(property), values, [...above, variant]);
      }
    }
  }

  /** The object types declared beside the components that a value of this type can be; elements for a list. */
  function groups(type: ts.Type): ts.Type[] {
    if (type.isUnion()) {
      return type.types.flatMap(groups);
    }
    if (checker.isArrayType(type) || checker.isTupleType(type)) {
      return checker.getTypeArguments(type as ts.TypeReference).flatMap(groups);
    }
    const declared = type
      .getProperties()
      .some((property) => property.declarations?.some((node) => inside(components, node)));
    const plain =
      (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) !== 0 &&
      !type.isClass() &&
      type.getCallSignatures().length === 0;
    return declared && plain ? [type] : [];
  }

  /** Places that write the object behind an expression, or its type. */
  function written(given: Given, seen: readonly ts.Node[]): Given[] {
    if (!isExpression(given) || seen.includes(given)) {
      return isExpression(given) ? [] : [given];
    }
    const next = (one: ts.Expression) => written(one, [...seen, given]);
    if (ts.isParenthesizedExpression(given) || ts.isAsExpression(given) || ts.isSatisfiesExpression(given)) {
      return next(given.expression);
    }
    if (ts.isNonNullExpression(given)) {
      return next(given.expression);
    }
    if (ts.isConditionalExpression(given)) {
      return [...next(given.whenTrue), ...next(given.whenFalse)];
    }
    if (ts.isBinaryExpression(given)) {
      const { kind } = given.operatorToken;
      const either = kind === ts.SyntaxKind.QuestionQuestionToken || kind === ts.SyntaxKind.BarBarToken;
      return [...(either ? next(given.left) : []), ...next(given.right)];
    }
    if (ts.isObjectLiteralExpression(given)) {
      return [given];
    }
    if (ts.isArrayLiteralExpression(given)) {
      return given.elements.flatMap((one) => next(ts.isSpreadElement(one) ? one.expression : one));
    }
    if (ts.isCallExpression(given)) {
      const called = checker.getResolvedSignature(given)?.declaration;
      if (called !== undefined && inside(callers, called) && "body" in called && called.body !== undefined) {
        return returned(called.body).flatMap(next);
      }
    }
    if (ts.isIdentifier(given)) {
      const declaration = declarationOf(given);
      if (declaration !== undefined && inside(callers, declaration)) {
        if (ts.isVariableDeclaration(declaration) && declaration.initializer !== undefined) {
          return next(declaration.initializer);
        }
        if (ts.isParameter(declaration) && ts.isIdentifier(declaration.name)) {
          const position = declaration.parent.parameters.indexOf(declaration);
          const passed = (calls.get(declaration.parent) ?? []).flatMap((call) => call.arguments[position] ?? []);
          if (passed.length > 0) {
            return passed.flatMap(next);
          }
        }
      }
    }
    return typed(checker.getTypeAtLocation(given));
  }

  function typed(type: ts.Type): Given[] {
    if (type.isUnion()) {
      return type.types.flatMap(typed);
    }
    return checker.isArrayType(type) || checker.isTupleType(type)
      ? checker.getTypeArguments(type as ts.TypeReference).flatMap(typed)
      : [{ type }];
  }

  /** Values of an object under a name; none when it has no such property. */
  function valuesOf(object: Given, name: string): Given[] {
    if (!isExpression(object)) {
      const property = object.type.getProperty(name);
      return property === undefined ? [] : typed(checker.getTypeOfSymbol(property));
    }
    if (!ts.isObjectLiteralExpression(object)) {
      return [];
    }
    return object.properties.flatMap((property): Given[] => {
      if (ts.isSpreadAssignment(property)) {
        return written(property.expression, []).flatMap((one) => valuesOf(one, name));
      }
      if (property.name.getText() !== name) {
        return [];
      }
      return ts.isPropertyAssignment(property)
        ? [property.initializer]
        : ts.isShorthandPropertyAssignment(property)
          ? [property.name]
          : [{ type: checker.getTypeAtLocation(property) }];
    });
  }

  /** Declaration of a name; for the shorthand `{ name }` that of the value, not of the property. */
  function declarationOf(name: ts.Identifier): ts.Declaration | undefined {
    const symbol = ts.isShorthandPropertyAssignment(name.parent)
      ? checker.getShorthandAssignmentValueSymbol(name.parent)
      : checker.getSymbolAtLocation(name);
    const target = symbol && (symbol.flags & ts.SymbolFlags.Alias) !== 0 ? checker.getAliasedSymbol(symbol) : symbol;
    return target?.valueDeclaration;
  }
}

/**
 * The files of stacks/ and components/ below a folder, without tests, by the folder's tsconfig.json.
 *
 * @param replaced Text in place of a file's own, by absolute path.
 * @param before A program of the same folder, whose unchanged files are taken over.
 */
export function programOf(root: string, replaced: ReadonlyMap<string, string> = new Map(), before?: ts.Program) {
  const read = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { fileNames, options } = ts.parseJsonConfigFileContent(read.config, ts.sys, root);
  const host = ts.createCompilerHost(options);
  const own = host.getSourceFile;
  host.getSourceFile = (name, version, ...rest) => {
    const text = replaced.get(name);
    return text === undefined
      ? (before?.getSourceFile(name) ?? own(name, version, ...rest))
      : ts.createSourceFile(name, text, version, true);
  };
  // The provider's types say nothing of our arguments, and reading them takes most of the time.
  host.resolveModuleNameLiterals = (names, file, _, settings) =>
    names.map(({ text }) =>
      text.startsWith("@pulumi/aws") ? { resolvedModule: undefined } : ts.resolveModuleName(text, file, settings, host),
    );
  const rooms = [join(root, "stacks/"), join(root, "components/")];
  const product = fileNames.filter((file) => rooms.some((room) => file.startsWith(room)) && !file.endsWith(".test.ts"));
  return ts.createProgram(product, options, host, before);
}

function isExpression(given: Given): given is ts.Expression {
  return "kind" in given;
}

/** Written out in the program itself, so that no setting reaches it. */
function isConstant(given: Given): boolean {
  return isExpression(given)
    ? ts.isLiteralExpression(given) ||
        given.kind === ts.SyntaxKind.TrueKeyword ||
        given.kind === ts.SyntaxKind.FalseKeyword ||
        (ts.isIdentifier(given) && given.text === "undefined")
    : (given.type.flags & ts.TypeFlags.Undefined) !== 0;
}

/** Return values of a function, without those of the functions inside it. */
function returned(body: ts.Node): ts.Expression[] {
  if (!ts.isBlock(body)) {
    return [body as ts.Expression];
  }
  const found: ts.Expression[] = [];
  const look = (node: ts.Node): void => {
    if (ts.isReturnStatement(node) && node.expression !== undefined) {
      found.push(node.expression);
    } else if (!ts.isFunctionLike(node)) {
      ts.forEachChild(node, look);
    }
  };
  ts.forEachChild(body, look);
  return found;
}

function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  ts.forEachChild(node, (child) => visit(child, see));
}
