import * as pulumi from "@pulumi/pulumi";
import * as messages from "@pulumi/pulumi/proto/resource_pb";
import * as mocks from "@pulumi/pulumi/runtime/mocks";
import * as settings from "@pulumi/pulumi/runtime/settings";
import * as state from "@pulumi/pulumi/runtime/state";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { PolicyResource, ResourceValidationArgs } from "@pulumi/policy";
import { keepAssetTexts, keepSecretPaths } from "../lib/receivedSecrets";
import { unknownCheckingProxy } from "../lib/sdk";

/** One resource as the program registered it: what the engine tells a policy pack of it. */
export interface Registration {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly parent?: string;
  /** Inputs as sent; what is not known yet stands as {@link mark}. */
  readonly props: Readonly<Record<string, unknown>>;
  /** URNs that each property comes from. */
  readonly dependencies: Readonly<Record<string, readonly string[]>>;
  readonly protect?: boolean;
  readonly ignoreChanges?: readonly string[];
  /** Paths of the properties whose values the program marked as secrets. */
  readonly secrets?: readonly string[];
  /** Texts of the files that the program writes itself. */
  readonly files?: readonly string[];
  /** Configuration of the resource's provider. */
  readonly provider?: Readonly<Record<string, unknown>>;
}

/** How the SDK marks a value that is not known (a string, as the Node SDK sends it whatever the type). */
export const mark = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const signature = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const assetSignature = "c44067f5952c0a294b673a41bacd8c17";

const stack = "prod";
const project = "corpus";

interface Request {
  getType(): string;
  getName(): string;
  getParent(): string;
  getCustom(): boolean;
  getProvider(): string;
  getProtect(): boolean | undefined;
  getIgnorechangesList(): string[];
  getObject(): { toJavaScript(): Record<string, unknown> };
  getPropertydependenciesMap(): { forEach(take: (urns: { getUrnsList(): string[] }, key: string) => void): void };
}
interface Invoke {
  getDependsonList(): string[];
}
type Callback = (error: Error | null, response?: unknown) => void;

/* What the SDK's own unit-test support is made of; its types leave these parts out. */
const { MockMonitor } = mocks as unknown as {
  MockMonitor: new (mocks: object) => {
    newUrn(parent: string, type: string, name: string): string;
    resources: Map<string, unknown>;
    invoke(request: Invoke, done: Callback): Promise<void>;
  };
};
const { getStore } = state as unknown as { getStore(): { supportsInvokeDependsOn: boolean } };
const { setMockOptions } = settings as unknown as {
  setMockOptions(monitor: unknown, project: string, stack: string, preview: boolean): void;
};
const { RegisterResourceResponse, ResourceInvokeResponse } = messages as unknown as {
  RegisterResourceResponse: new () => Record<"setUrn" | "setId" | "setObject", (value: unknown) => void>;
  ResourceInvokeResponse: new () => { setUnknown(value: boolean): void };
};

type Args = Readonly<Record<string, unknown>>;

/** What looked-up data answer; the corpus invents no account. */
const answers: Readonly<Record<string, (args: Args, made: readonly Registration[]) => object>> = {
  "aws:index/getAvailabilityZones:getAvailabilityZones": () => ({
    names: ["us-east-1a", "us-east-1b", "us-east-1c"],
    zoneIds: ["use1-az1", "use1-az2", "use1-az4"],
  }),
  "aws:index/getCallerIdentity:getCallerIdentity": () => ({ accountId: "111122223333" }),
  "aws:index/getRegion:getRegion": () => ({ name: "us-east-1", region: "us-east-1" }),
  "aws:ec2/getVpc:getVpc": () => ({ id: "vpc-0default", cidrBlock: "172.31.0.0/16" }),
  "aws:ec2/getSubnets:getSubnets": (args, made) => ({ ids: subnetsFound(args, made) }),
  "aws:ec2/getAmi:getAmi": () => ({ id: "ami-0abc" }),
  "aws:iam/getPolicyDocument:getPolicyDocument": ({ statements }) => ({ json: documentOf(statements) }),
};

/**
 * Runs a program against a monitor that keeps every registration: the requests that the SDK sends to the engine, with the
 * dependency records that it works out. No engine and no provider takes part. Outputs are the inputs and an id.
 *
 * @param preview Whether ids are unknown, as they are before the first update.
 */
export async function record(program: () => unknown, preview: boolean): Promise<readonly Registration[]> {
  const registrations: Registration[] = [];
  const providers = new Map<string, Readonly<Record<string, unknown>>>();
  class Recorder extends MockMonitor {
    /** As the engine does, a look-up that depends on what is not made yet has an unknown answer. */
    override async invoke(request: Invoke, done: Callback): Promise<void> {
      if (!preview || request.getDependsonList().length === 0) {
        return super.invoke(request, done);
      }
      const response = new ResourceInvokeResponse();
      response.setUnknown(true);
      done(null, response);
    }

    registerResource(request: Request, done: Callback): void {
      const [type, name] = [request.getType(), request.getName()];
      const urn = this.newUrn(request.getParent(), type, name);
      const dependencies: Record<string, readonly string[]> = {};
      request.getPropertydependenciesMap().forEach((urns, key) => (dependencies[key] = urns.getUrnsList()));
      const sent = request.getObject().toJavaScript();
      const secrets: string[] = [];
      const files: string[] = [];
      const props = unwrapped(sent, "", secrets, files) as Record<string, unknown>;
      const provider = providers.get(request.getProvider().split("::").slice(0, 4).join("::"));
      if (type.startsWith("pulumi:providers:")) {
        providers.set(urn, props);
      } else {
        registrations.push({
          ...{ urn, type, name, props, dependencies, secrets, files },
          ...(request.getParent() === "" ? {} : { parent: request.getParent() }),
          ...(request.getProtect() === true ? { protect: true } : {}),
          ...(request.getIgnorechangesList().length > 0 ? { ignoreChanges: request.getIgnorechangesList() } : {}),
          ...(provider === undefined ? {} : { provider }),
        });
      }
      const response = new RegisterResourceResponse();
      response.setUrn(urn);
      const id = idOf(type, name);
      response.setId(request.getCustom() && !preview ? id : "");
      response.setObject(
        Struct.fromJavaScript((preview ? sent : { ...made(type, id), ...sent }) as Record<string, string>),
      );
      this.resources.set(urn, { urn, id: preview ? null : id, state: sent });
      done(null, response);
    }
  }
  const monitor = new Recorder({
    newResource: () => ({ id: "", state: {} }),
    call: async ({ token, inputs }: { token: string; inputs: Record<string, unknown> }) => {
      const answer = answers[token];
      if (answer === undefined) {
        throw new Error(`The recorder does not know ${token}; add it to answers in policies/testing/recorder.ts.`);
      }
      await quiet(registrations);
      return answer(inputs, registrations);
    },
  });
  setMockOptions(monitor, project, stack, preview);
  await pulumi.runtime.runInPulumiStack(async () => {
    // An engine that gates look-ups itself says what they depend on; CLI 3.250 leaves it to the SDK, which forgets it.
    getStore().supportsInvokeDependsOn = true;
    await program();
    return {};
  });
  await pulumi.runtime.disconnect();
  return registrations.map((one) =>
    preview ? one : { ...one, props: { ...made(one.type, idOf(one.type, one.name)), ...one.props } },
  );
}

/** The subnets of this program that a look-up finds; those of a VPC that is not in it, where it finds none. */
function subnetsFound({ filters }: Args, made: readonly Registration[]): readonly string[] {
  const wanted = filters as readonly { readonly name: string; readonly values: readonly string[] }[];
  const valueOf = ({ props }: Registration, name: string): unknown =>
    name === "vpc-id" ? props["vpcId"] : (props["tags"] as Args | undefined)?.[name.replace("tag:", "")];
  const found = made.filter(
    (one) =>
      one.type === "aws:ec2/subnet:Subnet" &&
      wanted.every(({ name, values }) => values.includes(String(valueOf(one, name)))),
  );
  return found.length > 0
    ? found.map(({ type, name }) => idOf(type, name))
    : ["subnet-0aaa", "subnet-0bbb", "subnet-0ccc"];
}

/** Until the program registers nothing more without the answer, as if the look-up came last. */
async function quiet(registrations: readonly Registration[]): Promise<void> {
  for (let turns = 0, before = -1; turns < 20; turns = registrations.length === before ? turns + 1 : 0) {
    before = registrations.length;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function idOf(type: string, name: string): string {
  return `${type.split(":").pop()?.toLowerCase() ?? ""}-${name}`;
}

/** What AWS adds to a resource when it is made. */
function made(type: string, id: string): Record<string, unknown> {
  const more =
    type === "aws:lambda/functionUrl:FunctionUrl" ? { functionUrl: `https://${id}.lambda-url.us-east-1.on.aws/` } : {};
  const ofVpc = type === "aws:ec2/vpc:Vpc" ? { mainRouteTableId: `main-${id}`, defaultRouteTableId: `main-${id}` } : {};
  return {
    ...more,
    ...ofVpc,
    id,
    arn: `arn:aws:${type.split(":")[1]?.split("/")[0]}:us-east-1:111122223333:${id}`,
    name: id,
  };
}

function unwrapped(value: unknown, path: string, secrets: string[], files: string[]): unknown {
  if (Array.isArray(value)) {
    return value.map((one, index) => unwrapped(one, `${path}.${index}`, secrets, files));
  }
  if (value === null || typeof value !== "object") {
    return value;
  }
  const object = value as Record<string, unknown>;
  if (object[signature] === secretSignature) {
    secrets.push(path);
    return unwrapped(object["value"], path, secrets, files);
  }
  if (object[signature] === assetSignature && typeof object["text"] === "string") {
    files.push(object["text"]);
  }
  if (typeof object["assets"] === "object") {
    unwrapped(object["assets"], path, secrets, files);
  }
  // A reference to a resource and an output value are read as what they hold.
  if (object[signature] !== undefined) {
    return "value" in object ? unwrapped(object["value"], path, secrets, files) : (object["id"] ?? mark);
  }
  return Object.fromEntries(
    Object.entries(object).map(([key, one]) => [
      key,
      unwrapped(one, path === "" ? key : `${path}.${key}`, secrets, files),
    ]),
  );
}

function documentOf(statements: unknown): string {
  const list = (Array.isArray(statements) ? statements : []) as readonly Record<string, unknown>[];
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: list.map((one) => ({
      Effect: one["effect"] ?? "Allow",
      ...(one["actions"] === undefined ? {} : { Action: one["actions"] }),
      ...(one["resources"] === undefined ? {} : { Resource: one["resources"] }),
      ...(one["principals"] === undefined ? {} : { Principal: grouped(one["principals"]) }),
      ...(one["conditions"] === undefined ? {} : { Condition: conditions(one["conditions"]) }),
    })),
  });
}

function grouped(list: unknown): unknown {
  const principals = list as readonly { readonly type: string; readonly identifiers: readonly string[] }[];
  return principals.some(({ type }) => type === "*")
    ? "*"
    : Object.fromEntries(principals.map(({ type, identifiers }) => [type, identifiers]));
}

function conditions(list: unknown): unknown {
  const all = list as readonly {
    readonly test: string;
    readonly variable: string;
    readonly values: readonly string[];
  }[];
  return Object.fromEntries(all.map(({ test, variable, values }) => [test, { [variable]: values }]));
}

/** The resources as the SDK hands them to a stack policy, and each by itself as to a resource policy. */
export function toldOf(registrations: readonly Registration[], preview: boolean) {
  registrations.forEach(({ urn, secrets = [], files = [] }) => {
    keepSecretPaths(urn, secrets);
    keepAssetTexts(urn, files);
  });
  const single = registrations.map((one) => ({
    type: one.type,
    name: one.name,
    urn: one.urn,
    opts: {
      protect: one.protect ?? false,
      ignoreChanges: [...(one.ignoreChanges ?? [])],
      aliases: [],
      additionalSecretOutputs: [],
      customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
    },
    props: unknownCheckingProxy(one.props),
    provider: {
      type: "pulumi:providers:aws",
      name: "aws",
      urn: `urn:pulumi:${stack}::${project}::pulumi:providers:aws::aws`,
      props: unknownCheckingProxy(one.provider ?? {}),
    },
  }));
  const whole = registrations.map((one, index) => ({
    ...single[index]!,
    props: unknownCheckingProxy(preview ? { id: mark, arn: mark, ...one.props } : one.props),
    dependencies: [] as PolicyResource[],
    propertyDependencies: {} as Record<string, PolicyResource[]>,
  })) as unknown as PolicyResource[];
  const byUrn = new Map(whole.map((one) => [one.urn, one]));
  registrations.forEach((one, index) => {
    const resource = whole[index]! as { parent?: PolicyResource } & PolicyResource;
    const parent = one.parent === undefined ? undefined : byUrn.get(one.parent);
    if (parent !== undefined) {
      resource.parent = parent;
    }
    for (const [key, urns] of Object.entries(one.dependencies)) {
      resource.propertyDependencies[key] = urns.map((urn) => byUrn.get(urn)).filter((found) => found !== undefined);
    }
  });
  return { single: single as unknown as Partial<ResourceValidationArgs>[], whole };
}
