import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { matching, oneOf, type Shape, within } from "./shape";
import { packageFolder } from "./packages";
import { rulesFromWords } from "./words";

interface ModelShape {
  readonly type: string;
  readonly members?: Readonly<Record<string, Member>>;
  readonly member?: Member;
  readonly key?: Member;
  readonly value?: Member;
  readonly required?: readonly string[];
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly min?: number;
  readonly max?: number;
  readonly documentation?: string;
}

interface Member {
  readonly shape: string;
  readonly documentation?: string;
  readonly idempotencyToken?: boolean;
}

interface Model {
  readonly metadata: { readonly serviceId: string };
  readonly shapes: Readonly<Record<string, ModelShape>>;
  readonly operations: Readonly<Record<string, { readonly input?: Member }>>;
}

const models = new Map<string, Model>();

/**
 * Input of an operation of AWS's API, from the model that AWS publishes with its SDK for Python.
 *
 * @throws Error when there is no such service or operation.
 */
export function operationShape(service: string, operation: string): Shape {
  const model = modelOf(service);
  const input = model.operations[operation]?.input;
  if (input === undefined) {
    throw new Error(`AWS's API ${service} has no operation ${operation} with an input.`);
  }
  return toShape(model, input);
}

/** The closed list of a shape of AWS's API. @throws Error when there is none. */
export function enumeration(service: string, shape: string): readonly string[] {
  const found = modelOf(service).shapes[shape]?.enum;
  if (found === undefined) {
    throw new Error(`AWS's API ${service} has no closed list ${shape}.`);
  }
  return found;
}

/** The operations of AWS's API, which are CloudTrail's names of events. */
export const operations = (service: string): readonly string[] => Object.keys(modelOf(service).operations);

const clients = new Map<string, string | undefined>();

/**
 * The service of a client's name in an ARN of a service integration: `applicationautoscaling`. It is the id of the service
 * without spaces, as in AWS's SDK for Java: https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
 */
export function serviceOf(client: string): string | undefined {
  if (!clients.has(client)) {
    const named = readdirSync(join(packageFolder("botocore"), "data"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    // A model is read only where its folder may be the one: there are 400.
    const near = named.filter((name) => plain(name).startsWith(client.slice(0, 1)));
    clients.set(
      client,
      near.find((name) => plain(modelOf(name).metadata.serviceId) === client),
    );
  }
  return clients.get(client);
}

const plain = (text: string): string => text.replaceAll(/[ -]/g, "").toLowerCase();

function modelOf(service: string): Model {
  const model = models.get(service) ?? readModel(service);
  models.set(service, model);
  return model;
}

function readModel(service: string): Model {
  const folder = join(packageFolder("botocore"), "data", service);
  const version = existsSync(folder) ? readdirSync(folder).sort().pop() : undefined;
  if (version === undefined) {
    throw new Error(`botocore has no service ${service}.`);
  }
  return JSON.parse(gunzipSync(readFileSync(join(folder, version, "service-2.json.gz"))).toString()) as Model;
}

const kinds: Readonly<Record<string, Shape["kind"]>> = {
  structure: "structure",
  list: "list",
  map: "map",
  string: "text",
  integer: "number",
  long: "number",
  double: "number",
  float: "number",
  boolean: "flag",
};

function toShape(model: Model, member: Member): Shape {
  const given = model.shapes[member.shape]!;
  const kind = kinds[given.type] ?? "any";
  const members = Object.entries(given.members ?? {});
  // CloudFront's lists: how many, and which.
  const items = given.members?.["Items"];
  if (items !== undefined && given.members?.["Quantity"] !== undefined && members.length === 2) {
    return toShape(model, items);
  }
  const tokens = members.filter(([, { idempotencyToken }]) => idempotencyToken).map(([name]) => name);
  const element = given.member ?? given.value;
  return {
    kind,
    members: new Map(members.map(([name, inner]) => [name, () => toShape(model, inner)])),
    required: (given.required ?? []).filter((name) => !tokens.includes(name)),
    ...(element === undefined ? {} : { element: () => toShape(model, element) }),
    ...(given.key === undefined ? {} : { key: () => toShape(model, given.key!) }),
    rules: [
      ...(given.enum === undefined ? [] : [oneOf(given.enum)]),
      ...(given.pattern === undefined ? [] : matching(given.pattern)),
      ...within(kind, given.min, given.max),
      ...(kind === "text" ? rulesFromWords(member.documentation ?? given.documentation ?? "") : []),
    ],
  };
}
