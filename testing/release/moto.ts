import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createServer, type Server } from "node:http";
import { type AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import type { Context } from "mocha";
import { freePort } from "../../tools/lib/freePort";
import { movableTags } from "../../components/image/lifecycle";
import { needPython } from "../leftOut";

const root = resolve(__dirname, "../..");
const home = join(root, ".offline", "moto", "bin");

/**
 * Parameters that a release gives to the APIs, as far as the test's world reads them; server.py has checked all of
 * them.
 */
export interface Parameters {
  readonly cluster: string;
  readonly taskDefinition?: string;
  readonly desiredCount?: number;
  readonly overrides: {
    readonly containerOverrides: readonly { readonly name: string; readonly command: readonly string[] }[];
  };
  readonly clientToken: string;
  readonly tasks: readonly string[];
  readonly service: string;
  readonly services: readonly string[];
  readonly DBClusterSnapshotIdentifier: string;
  readonly IfMatch: string;
  readonly Value: string;
  readonly startedBy: string;
  readonly task: string;
  readonly ResourceIds: readonly string[];
  readonly SuspendedState: {
    readonly DynamicScalingInSuspended: boolean;
    readonly DynamicScalingOutSuspended: boolean;
    readonly ScheduledScalingSuspended: boolean;
  };
  readonly ResourceId: string;
  readonly Subject: string;
  readonly Message: string;
  readonly MessageAttributes?: Readonly<Record<string, { readonly DataType: string; readonly StringValue: string }>>;
}

/** One call of a state, as server.py puts it: parameters in the API's own spelling. */
export interface Call {
  readonly service: string;
  readonly action: string;
  readonly parameters: Parameters;
  readonly state: string;
  readonly execution: string;
}

/**
 * The test's answer: a result; an error with that code; or neither, which leaves the call to moto, with these
 * parameters instead.
 */
export type Answer = { readonly result: unknown } | { readonly error: string; readonly message?: string } | object;

/** moto's interpreter on loopback, and the end point that its state machines call. */
/** The services that {@link Moto.call} knows, as a request's signature names them. */
const signedNames: Readonly<Record<string, string>> = {
  AWSStepFunctions: "states",
  DynamoDB: "dynamodb",
  AmazonEC2ContainerRegistry: "ecr",
};
/** Target prefix of ECR's requests. */
const registry = "AmazonEC2ContainerRegistry_V20150921";

export class Moto {
  private constructor(
    readonly address: string,
    private readonly process: ChildProcess,
    private readonly endPoint: Server,
  ) {}

  /**
   * @param context The hook that starts it; its tests are left out where there is no Python.
   * @param answer Called for each call of a state.
   */
  static async start(context: Context, answer: (call: Call) => Answer): Promise<Moto> {
    execFileSync(join(root, "testing/release/setup"), { stdio: "inherit" });
    needPython(context, "moto");
    const endPoint = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const text = JSON.stringify(answer(JSON.parse(Buffer.concat(chunks).toString()) as Call));
        response.setHeader("content-type", "application/json");
        response.end(text);
      });
    });
    await new Promise<void>((done) => endPoint.listen(0, "127.0.0.1", done));
    const port = await freePort();
    const own = `http://127.0.0.1:${(endPoint.address() as AddressInfo).port}`;
    const server = spawn(join(home, "python"), [join(__dirname, "server.py"), String(port), own], { stdio: "ignore" });
    const moto = new Moto(`http://127.0.0.1:${port}`, server, endPoint);
    for (let tries = 0; ; tries++) {
      try {
        await fetch(`${moto.address}/moto-api/data.json`);
        return moto;
      } catch (error) {
        if (tries > 300 || server.exitCode !== null) {
          throw new Error(`moto does not start: ${String(error)}`);
        }
        await new Promise((done) => setTimeout(done, 100));
      }
    }
  }

  stop(): void {
    this.process.kill();
    this.endPoint.close();
    this.endPoint.closeAllConnections();
  }

  /** A call of the JSON protocol, such as `AWSStepFunctions.StartExecution`. */
  async call<T = Record<string, unknown>>(target: string, body: unknown): Promise<T> {
    const service = signedNames[target.split(/[._]/)[0]!];
    const response = await fetch(this.address, {
      method: "POST",
      headers: {
        "x-amz-target": target,
        "content-type": "application/x-amz-json-1.0",
        authorization: `AWS4-HMAC-SHA256 Credential=ak/20261123/eu-west-2/${service}/aws4_request, SignedHeaders=host, Signature=0`,
      },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as T;
    if (!response.ok) {
      throw new Error(`${target}: ${JSON.stringify(answer)}`);
    }
    return answer;
  }

  /** The table of a release's lock, as the component makes it. */
  async lockTable(name: string): Promise<void> {
    await this.call("DynamoDB_20120810.CreateTable", {
      TableName: name,
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
    });
  }

  /** An image repository as the component makes it, with images of these digests. */
  async repository(name: string, digests: readonly string[]): Promise<void> {
    await this.call(`${registry}.CreateRepository`, {
      repositoryName: name,
      imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
      imageTagMutabilityExclusionFilters: movableTags.map((filter) => ({ filterType: "WILDCARD", filter })),
    });
    for (const [index, imageDigest] of digests.entries()) {
      const manifest = { schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json", manifests: [], index };
      await this.call(`${registry}.PutImage`, {
        repositoryName: name,
        imageManifest: JSON.stringify(manifest),
        imageDigest,
        imageTag: `build-${index + 1}`,
      });
    }
  }

  /** The images of a repository that have a release's mark: digest by tag. */
  async marks(name: string): Promise<Readonly<Record<string, string>>> {
    const { imageDetails } = await this.call<{
      readonly imageDetails: readonly { readonly imageDigest: string; readonly imageTags?: readonly string[] }[];
    }>(`${registry}.DescribeImages`, { repositoryName: name });
    return Object.fromEntries(
      imageDetails.flatMap(({ imageDigest, imageTags = [] }) =>
        imageTags.filter((tag) => tag.startsWith("live-")).map((tag) => [tag, imageDigest]),
      ),
    );
  }

  async machine(name: string, definition: string): Promise<string> {
    const { stateMachineArn } = await this.call<{ stateMachineArn: string }>("AWSStepFunctions.CreateStateMachine", {
      name,
      definition,
      roleArn: "arn:aws:iam::123456789012:role/release",
    });
    return stateMachineArn;
  }

  async begin(stateMachineArn: string, name: string, input: unknown): Promise<string> {
    const { executionArn } = await this.call<{ executionArn: string }>("AWSStepFunctions.StartExecution", {
      stateMachineArn,
      name,
      input: JSON.stringify(input),
    });
    return executionArn;
  }

  /** Waits for the end. */
  async ended(executionArn: string): Promise<Ended> {
    for (;;) {
      const found = await this.call<Ended>("AWSStepFunctions.DescribeExecution", { executionArn });
      if (found.status !== "RUNNING") {
        return found;
      }
      await new Promise((done) => setTimeout(done, 50));
    }
  }
}

export interface Ended {
  readonly status: "RUNNING" | "SUCCEEDED" | "FAILED" | "ABORTED" | "TIMED_OUT";
  readonly error?: string;
  readonly cause?: string;
}

/** The AWS CLI of the set-up. */
export const awsFolder = home;
