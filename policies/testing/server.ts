import type { Policies } from "@pulumi/policy";
import * as sdk from "@pulumi/policy/server";
import type { Message, Requests } from "../bench/stack";

type Call = (call: { request: Message }, callback: (error: unknown, response: Response) => void) => Promise<void>;
interface Response {
  getDiagnosticsList(): readonly { getPolicyname(): string; getUrn(): string; getMessage(): string }[];
}
type Make = (name: string, version: string, level: string, policies: Policies) => Call;
/* Internal to the SDK: what its server calls for each message of the engine. */
const server = sdk as unknown as Record<"makeAnalyzeRpcFun" | "makeAnalyzeStackRpcFun", Make>;

/** Judges messages as the SDK's server does, and gives each diagnostic as "policy urn message". */
export async function serve(policies: Policies, requests: ReturnType<Requests["read"]>): Promise<readonly string[]> {
  const found: string[] = [];
  const take = (error: unknown, response: Response): void => {
    if (error !== undefined && error !== null) {
      throw error;
    }
    for (const one of response.getDiagnosticsList()) {
      found.push(`${one.getPolicyname()} ${one.getUrn()} ${one.getMessage()}`);
    }
  };
  const analyze = server.makeAnalyzeRpcFun("pack", "0", "mandatory", policies);
  for (const request of requests.resources) {
    await analyze({ request }, take);
  }
  await server.makeAnalyzeStackRpcFun("pack", "0", "mandatory", policies)({ request: requests.stack }, take);
  // The next message comes in a later turn.
  await new Promise((resolve) => setImmediate(resolve));
  return found;
}
