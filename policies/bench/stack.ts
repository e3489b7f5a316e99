import * as analyzer from "@pulumi/pulumi/proto/analyzer_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { commonStack } from "../fixtures/commonStack";
import { stackOf } from "../testing/harness";

/* The generated classes have no type definitions for what is used here. */
const messages = analyzer as unknown as Record<string, new () => Message>;
interface Message {
  [setter: string]: (...values: unknown[]) => Message & { set(key: string, value: unknown): void };
}

/** A stack of about this many resources: copies of the fixture, each in a VPC of its own, as the engine sends them. */
export function requestsOf(size: number): { readonly resources: readonly unknown[]; readonly count: number } {
  const copies = Math.max(1, Math.round(size / commonStack.length));
  const resources = Array.from({ length: copies }, (_, i) =>
    stackOf(commonStack, true)
      .slice(0, -1)
      .map((one) => ({ one, i })),
  )
    .flat()
    .map(({ one, i }) => messageOf(one, `-${i}`));
  return { resources, count: resources.length };
}

function messageOf(one: ReturnType<typeof stackOf>[number], copy: string): unknown {
  const message = new messages["AnalyzerResource"]!();
  message["setType"]!(one.type);
  message["setUrn"]!(one.urn + copy);
  message["setName"]!(one.name + copy);
  message["setProperties"]!(Struct.fromJavaScript(plain(one.props) as Record<string, string>));
  const options = new messages["AnalyzerResourceOptions"]!();
  options["setCustomtimeouts"]!(
    new (messages["AnalyzerResourceOptions"] as unknown as { CustomTimeouts: new () => Message }).CustomTimeouts(),
  );
  message["setOptions"]!(options);
  const provider = new messages["AnalyzerProviderResource"]!();
  provider["setType"]!("pulumi:providers:aws");
  provider["setProperties"]!(Struct.fromJavaScript({ region: "us-east-1" }));
  message["setProvider"]!(provider);
  const dependencies = message["getPropertydependenciesMap"]!();
  for (const [key, list] of Object.entries(one.propertyDependencies)) {
    const urns = new messages["AnalyzerPropertyDependencies"]!();
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
