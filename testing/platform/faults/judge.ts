import { AnalyzeResponse, EnforcementLevel } from "@pulumi/pulumi/proto/analyzer_pb";
import { BinaryWriter } from "google-protobuf";
import { policyPort, type PolicyPack } from "../../../offline/standIns";
import { rules } from "../../../policies/rules";
import type { Message, Told } from "./messages";
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
  private readonly serialized = new WeakMap<Message, Uint8Array>();

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
      answers.push(await this.client.call("analyze", this.bytesOf(message)));
    }
    // An AnalyzeStackRequest, whose only field is the list of resources.
    const stack = new BinaryWriter();
    whole.forEach((message) => stack.writeBytes(1, this.bytesOf(message)));
    answers.push(await this.client.call("analyzeStack", stack.getResultBuffer()));
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

  /** Most messages are the same for every fault, and writing them takes longer than judging them. */
  private bytesOf(message: Message): Uint8Array {
    const bytes = this.serialized.get(message) ?? message.serializeBinary();
    this.serialized.set(message, bytes);
    return bytes;
  }

  close(): void {
    this.client.close();
  }
}
