import { autoNames, neverAutoNamed } from "./identities";
import { autoName, create, idOutput, type Place, tagsDiffer, update } from "./outputs";
import { randomDefaults, randomOutputs } from "./random";
import { forcing } from "./replacements";
import { nearest, type ResourceShape, shapeOf } from "./sdk";
import { type Properties, same, text, unknown } from "./values";

export interface CheckResult {
  readonly inputs: Properties;
  readonly failures: readonly { readonly property: string; readonly reason: string }[];
}

export interface DiffResult {
  readonly changed: readonly string[];
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

/** @throws Error when the installed SDK has no such type. */
function knownShape(type: string): ResourceShape {
  const shape = shapeOf(type);
  if (shape === undefined) {
    throw new Error(`The offline provider finds no ${type} in the installed SDK packages.`);
  }
  return shape;
}

/**
 * Refuses properties that the SDK does not know, and gives the resource its physical name, as the real Check does. A resource
 * that has a generated name keeps it, also under another logical name:
 * https://github.com/pulumi/pulumi-terraform-bridge/blob/main/pkg/tfbridge/schema.go (applyDefaults).
 *
 * @param olds The inputs of the resource as it is; undefined for a new one and for the successor of a replaced one.
 */
export function check(type: string, urn: string, news: Properties, olds?: Properties): CheckResult {
  const shape = knownShape(type);
  const failures = Object.keys(news)
    .filter((property) => !shape.inputs.has(property) && !property.startsWith("__"))
    .map((property) => {
      const near = nearest(property, shape.inputs);
      const fix = near === undefined ? "" : `; did you mean "${near}"?`;
      return { property, reason: `${type} has no input "${property}"${fix}` };
    });
  const name = nameProperty(type, shape);
  const given = name === undefined || news[name] !== undefined || news[`${name}Prefix`] !== undefined;
  if (given) {
    return { inputs: news, failures };
  }
  const before = olds && text(olds, name);
  const kept = before !== undefined && generatedName.test(before) ? before : undefined;
  return { inputs: { ...news, [name]: kept ?? autoName(type, urn) }, failures };
}

/** A logical name and seven digits, as `autoName` makes them. */
const generatedName = /.-[0-9a-f]{7}$/;

/** The property that holds the physical name, when the real provider would generate one. */
function nameProperty(type: string, shape: ResourceShape): string | undefined {
  const property = autoNames[type]?.property ?? "name";
  const generated = type.startsWith("aws:") && shape.inputs.has(property) && shape.outputs.get(property) === "string";
  return generated && !neverAutoNamed.has(type) ? property : undefined;
}

export function diff(
  type: string,
  state: Properties,
  oldInputs: Properties,
  news: Properties,
  place: Place,
): DiffResult {
  const keys = new Set([...Object.keys(oldInputs), ...Object.keys(news)]);
  const changed = [...keys].filter((key) => !same(oldInputs[key], news[key]));
  if (!changed.includes("tags") && tagsDiffer(state, news, place)) {
    changed.push("tagsAll");
  }
  const replaces = forcing(type, changed);
  // Two resources cannot have one name: a given name that stays must be freed first.
  const name = nameProperty(type, knownShape(type));
  const kept = name === undefined ? undefined : text(news, name);
  const deleteBeforeReplace =
    replaces.length > 0 && kept !== undefined && kept === text(state, name!) && !generatedName.test(kept);
  return { changed, replaces, deleteBeforeReplace };
}

export function createResource(
  type: string,
  urn: string,
  inputs: Properties,
  place: Place,
  preview: boolean,
): { id: string; outputs: Properties } {
  const complete = { ...randomDefaults[type], ...inputs };
  if (type.startsWith("random:") && !preview) {
    const { id, outputs } = randomOutputs(type, urn, complete);
    return { id, outputs: { ...complete, ...outputs, ...idOutput(type, id) } };
  }
  return create({ type, urn, inputs: complete, place }, knownShape(type), preview);
}

export function updateResource(
  type: string,
  urn: string,
  inputs: Properties,
  state: Properties,
  place: Place,
  preview: boolean,
): Properties {
  return update({ type, urn, inputs, place }, knownShape(type), state, preview);
}

/** Whether a provider argument is missing or not known yet. */
export function isUndecided(value: unknown): boolean {
  return value === undefined || value === unknown;
}
