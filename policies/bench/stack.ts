import * as analyzer from "@pulumi/pulumi/proto/analyzer_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { commonStack } from "../fixtures/commonStack";
import { stackOf, type Thing } from "../testing/harness";

/* The generated classes have no type definitions for what is used here. */
export interface Message {
  [method: string]: (...values: unknown[]) => unknown;
}
interface MessageClass {
  new (): Message;
  deserializeBinary(bytes: Uint8Array): Message;
}
const messages = analyzer as unknown as Record<
  | "AnalyzeRequest"
  | "AnalyzeStackRequest"
  | "AnalyzerResource"
  | "AnalyzerProviderResource"
  | "AnalyzerPropertyDependencies",
  MessageClass
> & { readonly AnalyzerResourceOptions: MessageClass & { readonly CustomTimeouts: MessageClass } };

/** What the engine sends for a stack: a request for each resource, then one for all of them. */
export interface Requests {
  readonly count: number;
  /** Reads them from the bytes again, as they arrive. */
  read(): { readonly resources: readonly Message[]; readonly stack: Message };
}

/** The requests for a stack of about this many resources: copies of the fixture, each in a VPC of its own. */
export function requestsOf(size: number): Requests {
  const things = commonStack.slice(1);
  return requestsFor(things, Math.max(1, Math.round(size / things.length)));
}

/** The requests for this many copies of some things, in a preview. */
export function requestsFor(things: readonly Thing[], copies = 1): Requests {
  const resources = Array.from({ length: copies }, (_, copy) =>
    stackOf(things, true)
      .slice(0, -1)
      .map((one) => stackMessage(one, copy === 0 ? "" : `-${copy}`)),
  ).flat();
  const single = resources.map((one) => bytesOf(resourceMessage(one)));
  const all = new messages.AnalyzeStackRequest();
  all["setResourcesList"]!(resources);
  const stack = bytesOf(all);
  return {
    count: resources.length,
    read: () => ({
      resources: single.map((bytes) => messages.AnalyzeRequest.deserializeBinary(bytes)),
      stack: messages.AnalyzeStackRequest.deserializeBinary(stack),
    }),
  };
}

function bytesOf(message: Message): Uint8Array {
  return message["serializeBinary"]!() as Uint8Array;
}

/** The message in which the same resource comes by itself. */
function resourceMessage(one: Message): Message {
  const message = new messages.AnalyzeRequest();
  for (const part of ["Type", "Urn", "Name", "Properties", "Options", "Provider"]) {
    message[`set${part}`]!(one[`get${part}`]!());
  }
  return message;
}

function stackMessage(one: ReturnType<typeof stackOf>[number], copy: string): Message {
  const message = new messages.AnalyzerResource();
  message["setType"]!(one.type);
  message["setUrn"]!(one.urn + copy);
  message["setName"]!(one.name + copy);
  message["setProperties"]!(Struct.fromJavaScript(plain(one.props) as Record<string, string>));
  const options = new messages.AnalyzerResourceOptions();
  options["setCustomtimeouts"]!(new messages.AnalyzerResourceOptions.CustomTimeouts());
  message["setOptions"]!(options);
  const provider = new messages.AnalyzerProviderResource();
  provider["setType"]!("pulumi:providers:aws");
  provider["setProperties"]!(Struct.fromJavaScript({ region: "us-east-1" }));
  message["setProvider"]!(provider);
  const dependencies = message["getPropertydependenciesMap"]!() as { set(key: string, value: unknown): void };
  for (const [key, list] of Object.entries(one.propertyDependencies)) {
    const urns = new messages.AnalyzerPropertyDependencies();
    urns["setUrnsList"]!(list.map((each) => each.urn + copy));
    dependencies.set(key, urns);
  }
  return message;
}

/** Takes the proxy off, leaving the marks of unknown values as the engine sends them. */
function plain(value: unknown): unknown {
  const target = (value as { __getSpecialProxyTarget?: unknown } | null | undefined)?.__getSpecialProxyTarget ?? value;
  return JSON.parse(JSON.stringify(target)) as unknown;
}
