// cspell:ignore gimy
import * as ts from "typescript";

/**
 * Features of CloudFront's JavaScript runtime 2.0, by its documentation, which lists everything that is supported. njs,
 * which it is built on, takes some of the rest; code that keeps to the list does not depend on that.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
 */

/** Syntax that is not on the list, in any context. */
const unknownSyntax: ReadonlyMap<ts.SyntaxKind, string> = new Map([
  [ts.SyntaxKind.ForOfStatement, "for ... of"],
  [ts.SyntaxKind.WithStatement, "with"],
  [ts.SyntaxKind.DebuggerStatement, "debugger"],
  [ts.SyntaxKind.ClassDeclaration, "a class"],
  [ts.SyntaxKind.ClassExpression, "a class"],
  [ts.SyntaxKind.ObjectBindingPattern, "a destructuring pattern"],
  [ts.SyntaxKind.ArrayBindingPattern, "a destructuring pattern"],
  [ts.SyntaxKind.SpreadElement, "a spread"],
  [ts.SyntaxKind.SpreadAssignment, "a spread"],
  [ts.SyntaxKind.ShorthandPropertyAssignment, "a shorthand property"],
  [ts.SyntaxKind.ComputedPropertyName, "a computed property"],
  [ts.SyntaxKind.MethodDeclaration, "a method"],
  [ts.SyntaxKind.QuestionDotToken, "optional chaining"],
  [ts.SyntaxKind.QuestionQuestionToken, "the operator ??"],
  [ts.SyntaxKind.QuestionQuestionEqualsToken, "the operator ??="],
  [ts.SyntaxKind.BarBarEqualsToken, "the operator ||="],
  [ts.SyntaxKind.AmpersandAmpersandEqualsToken, "the operator &&="],
  [ts.SyntaxKind.YieldExpression, "yield"],
  [ts.SyntaxKind.BigIntLiteral, "a BigInt"],
  [ts.SyntaxKind.TaggedTemplateExpression, "a tagged template"],
  [ts.SyntaxKind.MetaProperty, "a meta property"],
  [ts.SyntaxKind.ImportKeyword, "an import while it runs"],
  [ts.SyntaxKind.ExportKeyword, "an export"],
  [ts.SyntaxKind.ExportDeclaration, "an export"],
  [ts.SyntaxKind.ExportAssignment, "an export"],
]);

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Methods of a value, of whichever type; CloudFront's key value store and the modules among them. */
const prototypeMethods = words(`
  hasOwnProperty isPrototypeOf propertyIsEnumerable toString valueOf
  charAt concat indexOf lastIndexOf match replace search slice split substr substring toLowerCase trim toUpperCase
  codePointAt endsWith includes repeat startsWith padStart padEnd trimStart trimEnd replaceAll
  toExponential toFixed toPrecision apply bind call exec test
  every filter forEach join map pop push reduce reduceRight reverse shift some sort splice unshift
  copyWithin fill find findIndex set subarray then catch finally
  getTime getFullYear getMonth getDate getDay getHours getMinutes getSeconds getMilliseconds getTimezoneOffset
  getUTCFullYear getUTCMonth getUTCDate getUTCDay getUTCHours getUTCMinutes getUTCSeconds getUTCMilliseconds
  setTime setFullYear setMonth setDate setHours setMinutes setSeconds setMilliseconds
  setUTCFullYear setUTCMonth setUTCDate setUTCHours setUTCMinutes setUTCSeconds setUTCMilliseconds
  toISOString toUTCString toJSON toDateString toTimeString decode encode encodeInto
  kvs get exists count meta createHash createHmac update digest stringify parse escape unescape
`);

/** Methods that may be called on a global. */
const staticMethods: Readonly<Record<string, ReadonlySet<string>>> = {
  Object: words(`
    create defineProperties defineProperty freeze getOwnPropertyDescriptor getOwnPropertyDescriptors getOwnPropertyNames
    getPrototypeOf isExtensible isFrozen isSealed keys preventExtensions seal assign entries values is setPrototypeOf
  `),
  String: words("fromCharCode fromCodePoint"),
  Number: words("isFinite isInteger isNaN isSafeInteger parseInt parseFloat"),
  Math: words(`
    abs acos acosh asin asinh atan atan2 atanh cbrt ceil clz32 cos cosh exp expm1 floor fround hypot imul log log1p log2
    log10 max min pow random round sign sinh sin sqrt tan tanh trunc
  `),
  Date: words("now parse UTC"),
  JSON: words("parse stringify"),
  Array: words("isArray of"),
  ArrayBuffer: words("isView"),
  Promise: words("all allSettled any reject resolve race"),
  Symbol: words("for keyfor"),
  Buffer: words("alloc allocUnsafe byteLength compare concat from isBuffer isEncoding"),
  console: words("log"),
};

/** Every other global name. Function is one that exists and may not be called: it makes code from strings. */
const globals = words(`
  ${Object.keys(staticMethods).join(" ")} Boolean RegExp globalThis undefined NaN Infinity arguments
  decodeURI decodeURIComponent encodeURI encodeURIComponent isFinite isNaN parseFloat parseInt atob btoa require
  Error EvalError InternalError RangeError ReferenceError SyntaxError TypeError URIError TextDecoder TextEncoder DataView
  Float32Array Float64Array Int8Array Int16Array Int32Array Uint8Array Uint8ClampedArray Uint16Array Uint32Array
`);

const modules = words("buffer querystring crypto");

/** Parts of the code that the runtime does not support, in words. Empty when all is well. */
export function unsupported(code: string): readonly string[] {
  const { file, checker, syntaxErrors } = parsed(code);
  const found = [...syntaxErrors];
  const own = ownNames(file);
  const visit = (node: ts.Node): void => {
    found.push(...faults(node, own), ...nameFaults(node, checker));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** One file, no libraries: what the checker does not find is a global. */
function parsed(code: string) {
  const file = ts.createSourceFile("function.js", code, ts.ScriptTarget.ES2022, true, ts.ScriptKind.JS);
  const host: ts.CompilerHost = {
    getSourceFile: (name) => (name === file.fileName ? file : undefined),
    getDefaultLibFileName: () => "lib.d.ts",
    writeFile: () => undefined,
    getCurrentDirectory: () => "",
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => "\n",
    fileExists: (name) => name === file.fileName,
    readFile: () => undefined,
  };
  const program = ts.createProgram([file.fileName], { allowJs: true, noLib: true, noResolve: true, types: [] }, host);
  const syntaxErrors = program
    .getSyntacticDiagnostics(file)
    .map(({ messageText }) => `syntax: ${ts.flattenDiagnosticMessageText(messageText, " ")}`);
  return { file, checker: program.getTypeChecker(), syntaxErrors };
}

/** Names of properties that the code itself makes: they may be called. */
function ownNames(file: ts.SourceFile): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node)) {
      names.add(node.name.getText());
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return names;
}

function faults(node: ts.Node, own: ReadonlySet<string>): readonly string[] {
  const shown = (): string => node.getText().slice(0, 40).replaceAll("\n", " ");
  const unknown = unknownSyntax.get(node.kind);
  if (unknown !== undefined && !isCloudFrontImport(node.parent)) {
    return [`${unknown}: ${shown()}`];
  }
  if (ts.isImportDeclaration(node) && !isCloudFrontImport(node)) {
    return [`another import than CloudFront's: ${shown()}`];
  }
  if (ts.isAwaitExpression(node)) {
    return awaitFaults(node, shown());
  }
  if (ts.isFunctionLike(node)) {
    return functionFaults(node, shown());
  }
  if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
    return callFaults(node, own);
  }
  if (ts.isRegularExpressionLiteral(node)) {
    return expressionFaults(node.text);
  }
  if (ts.isCatchClause(node) && node.variableDeclaration === undefined) {
    return ["catch without a name"];
  }
  const assigned = ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken;
  if (assigned && (ts.isArrayLiteralExpression(node.left) || ts.isObjectLiteralExpression(node.left))) {
    return [`an assignment to a pattern: ${shown()}`];
  }
  return [];
}

function isCloudFrontImport(node: ts.Node | undefined): boolean {
  return (
    node !== undefined &&
    ts.isImportDeclaration(node) &&
    ts.isStringLiteral(node.moduleSpecifier) &&
    node.moduleSpecifier.text === "cloudfront" &&
    node.importClause?.namedBindings === undefined
  );
}

/** "async arguments and closures are not supported": a syntax error in the one case, undefined in the other. */
function awaitFaults(node: ts.AwaitExpression, shown: string): readonly string[] {
  let child: ts.Node = node;
  for (let parent = node.parent; parent !== undefined; child = parent, parent = parent.parent) {
    if (ts.isFunctionLike(parent)) {
      return isAsync(parent) ? [] : [`await outside of an async function: ${shown}`];
    }
    if ((ts.isCallExpression(parent) || ts.isNewExpression(parent)) && parent.expression !== child) {
      return [`await inside the arguments of a call: ${shown}`];
    }
  }
  return [`await outside of an async function: ${shown}`];
}

function functionFaults(node: ts.SignatureDeclaration, shown: string): readonly string[] {
  const found: string[] = [];
  if (isAsync(node) && !(ts.isFunctionDeclaration(node) && ts.isSourceFile(node.parent))) {
    found.push(`an async function that is not at the top of the file: ${shown}`);
  }
  if ("asteriskToken" in node && node.asteriskToken !== undefined) {
    found.push(`a generator: ${shown}`);
  }
  if (node.parameters.some(({ initializer }) => initializer !== undefined)) {
    found.push(`a default for a parameter: ${shown}`);
  }
  return found;
}

function isAsync(node: ts.Node): boolean {
  return (
    ts.canHaveModifiers(node) && ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) === true
  );
}

function callFaults(node: ts.CallExpression | ts.NewExpression, own: ReadonlySet<string>): readonly string[] {
  const called = node.expression;
  const given = node.arguments ?? [];
  if (ts.isIdentifier(called) && called.text === "require") {
    const [name] = given;
    return name !== undefined && ts.isStringLiteral(name) && modules.has(name.text)
      ? []
      : [`require of what is no module of the runtime: ${node.getText().slice(0, 40)}`];
  }
  if (!ts.isPropertyAccessExpression(called)) {
    return [];
  }
  const name = called.name.text;
  const object = ts.isIdentifier(called.expression) ? called.expression.text : "";
  if (object === "console" && name === "log" && given.length !== 1) {
    return ["console.log with other than one argument"];
  }
  const known = staticMethods[object] ?? prototypeMethods;
  return known.has(name) || own.has(name) ? [] : [`the method ${object === "" ? "" : `${object}.`}${name}`];
}

/** ES 5.1, named groups, and the flag y: njs takes no other. */
function expressionFaults(text: string): readonly string[] {
  const flags = text.slice(text.lastIndexOf("/") + 1);
  const found = /[^gimy]/.test(flags) ? [`flags of a regular expression: ${text}`] : [];
  return /\(\?<[=!]|\\[pP]\{/.test(text) ? [...found, `a feature of regular expressions: ${text}`] : found;
}

/**
 * Undeclared names, and constants that are read above their declaration. For the latter njs throws "cannot access
 * variable before initialization" in a function that keeps one in its own constant, however late it is called.
 */
function nameFaults(node: ts.Node, checker: ts.TypeChecker): readonly string[] {
  if (!ts.isIdentifier(node) || !isReference(node)) {
    return [];
  }
  const declaration = checker.resolveName(node.text, node, ts.SymbolFlags.Value, false)?.declarations?.[0];
  if (declaration === undefined) {
    return globals.has(node.text) ? [] : [`the global ${node.text}`];
  }
  const scoped =
    ts.isVariableDeclaration(declaration) && (ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.BlockScoped) !== 0;
  return scoped && node.pos < declaration.pos
    ? [`${node.text} is read above its declaration: move the declaration up`]
    : [];
}

/** Not the name of a property, a label, or a declaration. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) {
    return parent.expression === node;
  }
  if (ts.isPropertyAssignment(parent)) {
    return parent.initializer === node;
  }
  if (ts.isVariableDeclaration(parent) || ts.isBindingElement(parent)) {
    return parent.initializer === node;
  }
  if (ts.isFunctionLike(parent) || ts.isClassLike(parent) || ts.isParameter(parent)) {
    return parent.name !== node;
  }
  return !(
    ts.isLabeledStatement(parent) ||
    ts.isBreakOrContinueStatement(parent) ||
    ts.isImportClause(parent) ||
    ts.isImportSpecifier(parent) ||
    ts.isExportSpecifier(parent) ||
    ts.isMetaProperty(parent) ||
    ts.isShorthandPropertyAssignment(parent)
  );
}
