import * as messages from "@pulumi/pulumi/proto/analyzer_pb";

interface Request {
  getUrn(): string;
  getType(): string;
  getProperties(): { toJavaScript(): Record<string, unknown> } | undefined;
}

const signature = "4dabf18193072939515e22adb298388d";
const secret = "1b47061264138c4ac30d75fd1eb44270";

const asset = "c44067f5952c0a294b673a41bacd8c17";

const paths = new Map<string, readonly string[]>();
const texts = new Map<string, readonly string[]>();

/** Files that the program writes itself (`StringAsset`), of which the SDK gives a policy a promise only. */
export function assetTexts(urn: string): readonly string[] {
  return texts.get(urn) ?? [];
}

export function keepAssetTexts(urn: string, found: readonly string[]): void {
  texts.set(urn, found);
}

/** The paths of the properties whose values the program marked as secrets, as the engine sent them. */
export function secretPaths(urn: string): readonly string[] {
  return paths.get(urn) ?? [];
}

export function keepSecretPaths(urn: string, found: readonly string[]): void {
  paths.set(urn, found);
}

/**
 * Keeps which values of some types are secrets, and the texts of their files. The engine says it, and the SDK takes the marks off before it hands the properties to a
 * policy; so the reader of the message is wrapped. If a later SDK reads it in another way, secrets are still found by their form.
 */
export function noteSecrets(types: ReadonlySet<string>): void {
  const { AnalyzeRequest } = messages as unknown as { AnalyzeRequest?: { prototype: Request } };
  const prototype = AnalyzeRequest?.prototype;
  if (prototype === undefined || typeof prototype.getProperties !== "function") {
    return;
  }
  const read = prototype.getProperties;
  const seen = new WeakSet<Request>();
  prototype.getProperties = function (this: Request) {
    const properties = read.call(this);
    if (properties !== undefined && types.has(this.getType()) && !seen.has(this)) {
      seen.add(this);
      const found: string[] = [];
      const files: string[] = [];
      collect(properties.toJavaScript(), "", found, files);
      keepSecretPaths(this.getUrn(), found);
      keepAssetTexts(this.getUrn(), files);
    }
    return properties;
  };
}

function collect(value: unknown, path: string, found: string[], files: string[]): void {
  if (value === null || typeof value !== "object") {
    return;
  }
  const object = value as Record<string, unknown>;
  if (object[signature] === secret) {
    found.push(path);
    return;
  }
  if (object[signature] === asset) {
    files.push(...(typeof object["text"] === "string" ? [object["text"]] : []));
    return;
  }
  for (const [key, inner] of Object.entries(value)) {
    collect(inner, path === "" ? key : `${path}.${key}`, found, files);
  }
}
