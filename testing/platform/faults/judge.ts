import { AnalyzeResponse, AnalyzeStackRequest, EnforcementLevel } from "@pulumi/pulumi/proto/analyzer_pb";
import { policyPort, type PolicyPack } from "../../../offline/standIns";
import { rules } from "../../../policies/rules";
import type { Told } from "./messages";
import { PackClient, type Recording } from "./recorder";

export interface Verdict {
  readonly policy: string;
  readonly level: "advisory" | "mandatory";
  readonly urn: string;
}

/** Types that a rule judges before the stack is whole. The pack says nothing of others by themselves. */
const judgedAlone = new Set(rules.filter(({ scope }) => scope === "resource").flatMap(({ types }) => types));

/** Sends the engine's messages to the same process that the engine asks. */
export class Judge {
  private constructor(private readonly client: PackClient) {}

  /** @param settings How the engine set the pack up in the preview that was recorded. */
  static async of(pack: PolicyPack, settings: Recording["settings"]): Promise<Judge> {
    const client = new PackClient(await policyPort(pack));
    for (const [method, bytes] of settings) {
      await client.call(method, bytes);
    }
    return new Judge(client);
  }

  async verdicts({ single, whole }: Told): Promise<readonly Verdict[]> {
    const answers: Buffer[] = [];
    for (const message of [...single.values()].filter((one) => judgedAlone.has(one.getType()))) {
      answers.push(await this.client.call("analyze", message.serializeBinary()));
    }
    const stack = new AnalyzeStackRequest().setResourcesList([...whole.values()]);
    answers.push(await this.client.call("analyzeStack", stack.serializeBinary()));
    return answers.flatMap((bytes) =>
      AnalyzeResponse.deserializeBinary(bytes)
        .getDiagnosticsList()
        .map((one) => ({
          policy: one.getPolicyname(),
          level: one.getEnforcementlevel() === EnforcementLevel.MANDATORY ? "mandatory" : "advisory",
          urn: one.getUrn(),
        })),
    );
  }

  close(): void {
    this.client.close();
  }
}
