import * as assert from "node:assert/strict";
import * as http2 from "node:http2";
import * as net from "node:net";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { freePort } from "../../tools/lib/freePort";
import { providerPorts } from "../standIns";

/** One gRPC call written out, because a gRPC client cannot choose the port that it calls from. */
function call(session: http2.ClientHttp2Session, method: string, message: Uint8Array): Promise<Buffer> {
  const stream = session.request({
    ":method": "POST",
    ":path": `/pulumirpc.ResourceProvider/${method}`,
    "content-type": "application/grpc",
    te: "trailers",
  });
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  stream.end(Buffer.concat([head, message]));
  const parts: Buffer[] = [];
  return new Promise((resolve, reject) => {
    stream.on("data", (part: Buffer) => parts.push(part));
    // An answer that is only an error puts its status into the headers.
    const take = (headers: http2.IncomingHttpHeaders): void => {
      const status = headers["grpc-status"];
      if (status === "0") {
        resolve(Buffer.concat(parts).subarray(5));
      } else if (status !== undefined) {
        reject(new Error(decodeURIComponent(String(headers["grpc-message"]))));
      }
    };
    stream.on("response", take).on("trailers", take);
    stream.on("error", reject);
  });
}

const configuration = (args: Record<string, string>) =>
  new messages.ConfigureRequest().setArgs(Struct.fromJavaScript(args)).serializeBinary();

const bucket = new messages.CreateRequest()
  .setUrn("urn:pulumi:dev::moodle::aws:s3/bucket:Bucket::files")
  .setType("aws:s3/bucket:Bucket")
  .setProperties(Struct.fromJavaScript({}))
  .serializeBinary();

describe("stand-in providers", () => {
  const sessions: http2.ClientHttp2Session[] = [];
  let ports: Record<string, string> = {};
  before(async () => {
    ports = Object.fromEntries((await providerPorts()).split(",").map((entry) => entry.split(":")));
  });
  after(() => sessions.forEach((session) => session.close()));

  function connect(name: string, localPort?: number): http2.ClientHttp2Session {
    const session = http2.connect(`http://127.0.0.1:${ports[name]}`, {
      createConnection: () => net.connect({ host: "127.0.0.1", port: Number(ports[name]), localPort }),
    });
    sessions.push(session);
    return session;
  }

  async function region(session: http2.ClientHttp2Session): Promise<unknown> {
    const response = messages.CreateResponse.deserializeBinary(await call(session, "Create", bucket));
    return (response.getProperties()?.toJavaScript() as { region?: string }).region;
  }

  it("keep the configuration of each connection, also when two packages are called from one port", async () => {
    const port = await freePort();
    const aws = connect("aws", port);
    const random = connect("random", port);
    const other = connect("aws");
    await call(aws, "Configure", configuration({ region: "eu-west-2" }));
    await call(other, "Configure", configuration({ region: "us-east-1" }));
    await call(random, "Configure", configuration({}));
    assert.equal(await region(aws), "eu-west-2");
    assert.equal(await region(other), "us-east-1");
  });

  it("refuse a resource without a region, and one over a connection that configured nothing", async () => {
    const aws = connect("aws");
    await assert.rejects(region(aws), /aws:s3\/bucket:Bucket came over a connection that configured no aws provider/);
    await call(aws, "Configure", configuration({}));
    await assert.rejects(region(aws), /aws:s3\/bucket:Bucket has no provider with a region/);
  });
});
