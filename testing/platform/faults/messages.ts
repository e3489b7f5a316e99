import { AnalyzeRequest, AnalyzerResource } from "@pulumi/pulumi/proto/analyzer_pb";

/** Messages of the engine to a policy pack about a stack, by URN. */
export interface Told {
  /** Each resource before it is made: its inputs. */
  readonly single: ReadonlyMap<string, AnalyzeRequest>;
  /** The whole stack at the end: outputs, parents and dependencies. */
  readonly whole: ReadonlyMap<string, AnalyzerResource>;
}

export type Message = AnalyzeRequest | AnalyzerResource;

/** A copy of a message with every text in it replaced. */
export function rewritten<M extends Message>(message: M, replace: (text: string) => string): M {
  // The generated classes return, and are built from, the arrays that they keep. Their types lack this.
  const array = (message as unknown as { toArray(): unknown }).toArray();
  const copy: unknown = JSON.parse(JSON.stringify(array), (_, value: unknown) =>
    typeof value === "string" ? replace(value) : value,
  );
  return new (message.constructor as new (array: unknown) => M)(copy);
}

/** Content of a message, to be compared. The engine does not order properties or dependencies. */
export function content(message: Message | undefined): unknown {
  if (message === undefined) {
    return undefined;
  }
  const provider = message.getProvider();
  const shared = {
    type: message.getType(),
    name: message.getName(),
    urn: message.getUrn(),
    options: message.getOptions()?.toObject(),
    provider: [provider?.getUrn(), provider?.getProperties()?.toJavaScript()],
    properties: propertiesOf(message),
  };
  return message instanceof AnalyzerResource
    ? {
        ...shared,
        parent: message.getParent(),
        dependencies: message.getDependenciesList().toSorted(),
        propertyDependencies: propertyDependenciesOf(message),
      }
    : shared;
}

/** The same of a stack. */
export function contents({ single, whole }: Told): unknown {
  const of = (messages: ReadonlyMap<string, Message>) =>
    Object.fromEntries([...messages].map(([urn, message]) => [urn, content(message)]));
  return { single: of(single), whole: of(whole) };
}

export function propertiesOf(message: Message): Readonly<Record<string, unknown>> {
  return message.getProperties()?.toJavaScript() ?? {};
}

export function propertyDependenciesOf(message: AnalyzerResource): Readonly<Record<string, readonly string[]>> {
  const entries = [...message.getPropertydependenciesMap().entries()] as [string, { getUrnsList(): string[] }][];
  return Object.fromEntries(entries.map(([property, urns]) => [property, urns.getUrnsList().toSorted()]));
}
