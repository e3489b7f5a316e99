import * as grpc from "@grpc/grpc-js";
import { AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import { AnalyzeRequest, AnalyzerResource, AnalyzeStackRequest } from "@pulumi/pulumi/proto/analyzer_pb";
import type { Told } from "./messages";

export interface Recording extends Told {
  /** The messages that set levels and thresholds, by method, as they came. */
  readonly settings: ReadonlyMap<string, Buffer>;
}

export interface Recorder {
  /** Port for the engine. */
  readonly port: string;
  /** Messages recorded so far. */
  readonly recording: Recording;
  close(): void;
}

type Method = grpc.MethodDefinition<Buffer, Buffer>;

const unlimited = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };
const asIs = (bytes: Buffer): Buffer => bytes;
/** The calls of the engine, by name, with the bytes as they are. */
const methods = Object.entries(AnalyzerService as unknown as Record<string, Method>).map(
  ([name, method]) => [name, { ...method, requestDeserialize: asIs, responseSerialize: asIs }] as const,
);
const paths = new Map(methods.map(([name, { path }]) => [name, path]));

/** The other side of {@link record}: speaks to a policy pack as the engine does. */
export class PackClient {
  private readonly client: grpc.Client;

  constructor(port: string) {
    this.client = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), unlimited);
  }

  call(method: string, bytes: Uint8Array): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.client.makeUnaryRequest(paths.get(method)!, asIs, asIs, Buffer.from(bytes), (error, response) =>
        error === null ? resolve(response!) : reject(error),
      );
    });
  }

  close(): void {
    this.client.close();
  }
}

/**
 * Stands between the engine and a policy pack, and keeps every message that comes past.
 *
 * @param pack Port of the policy pack.
 * @param judged Whether the pack judges what comes past. If not, it is only asked what it is and what it repairs.
 */
export async function record(pack: string, judged: boolean): Promise<Recorder> {
  const client = new PackClient(pack);
  const recording = {
    settings: new Map<string, Buffer>(),
    single: new Map<string, AnalyzeRequest>(),
    whole: new Map<string, AnalyzerResource>(),
  };
  const keep = (method: string, bytes: Buffer): void => {
    if (method.startsWith("configure")) {
      recording.settings.set(method, bytes);
    } else if (method === "analyze") {
      const message = AnalyzeRequest.deserializeBinary(bytes);
      recording.single.set(message.getUrn(), message);
    } else if (method === "analyzeStack") {
      const resources = AnalyzeStackRequest.deserializeBinary(bytes).getResourcesList();
      resources.forEach((message) => recording.whole.set(message.getUrn(), message));
    }
  };
  const answer = (method: string, bytes: Buffer): Promise<Buffer> =>
    // An empty message has no violations.
    !judged && method.startsWith("analyze") ? Promise.resolve(Buffer.alloc(0)) : client.call(method, bytes);
  const handler =
    (method: string): grpc.handleUnaryCall<Buffer, Buffer> =>
    ({ request }, callback) => {
      keep(method, request);
      answer(method, request).then(
        (response) => callback(null, response),
        (error: grpc.ServiceError) => callback(error),
      );
    };
  const server = new grpc.Server(unlimited);
  server.addService(Object.fromEntries(methods), Object.fromEntries(methods.map(([name]) => [name, handler(name)])));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  const close = (): void => {
    server.forceShutdown();
    client.close();
  };
  return { port: String(port), recording, close };
}
