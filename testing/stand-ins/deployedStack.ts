import { keyFingerprint } from "../../components/cdn/signedFiles";
import { loadSettings } from "../../stacks/settings/load";
import type { Settings } from "../../stacks/settings/settings";
import type { Deployer } from "../../tools/rotate/deployments";
import type { Step } from "../../tools/rotate/steps";
import { exampleConfig } from "../examples/settings";

/** A stack file and a stack: what is written is deployed by the next `pulumi up`. */
export class DeployedStack implements Deployer {
  /** Every deployment, the first one too. */
  readonly history: Settings["edge"][];
  stopAt: "write" | "deploy" | undefined;
  time = 0;
  /** Whose key the running tasks sign with; a release moves it. */
  tasks: string | undefined;

  constructor(private readonly edge: Record<string, any>) {
    this.history = [this.settings().edge];
    this.tasks = this.key(0);
  }
  settings(): Settings {
    return loadSettings(exampleConfig({ edge: this.edge }), "prod");
  }
  get last(): Settings["edge"] {
    return this.history.at(-1)!;
  }
  deployed() {
    const { last } = this;
    const { acceptedOriginSecrets: accepted } = last;
    return last.kind === "cloudfront"
      ? {
          originSecrets: { accepted, sent: last.sentOriginSecret },
          fileKeys: last.signedFiles.publicKeys.map(keyFingerprint),
        }
      : { originSecrets: { accepted, sent: undefined }, fileKeys: [] };
  }
  write({ changes }: Step): void {
    this.stop("write");
    for (const [path, value] of Object.entries(changes)) {
      const words = path.replace("moodle:edge.", "").match(/[^.[\]]+/g)!;
      const last = words.pop()!;
      let at: any = this.edge;
      for (const word of words) at = at[word] ??= /^\d/.test(last) ? [] : {};
      if (value === undefined && Array.isArray(at)) at.splice(Number(last), 1);
      else if (value === undefined) delete at[last];
      else at[last] = /^\d+$/.test(value) ? Number(value) : value;
    }
  }
  deploy(): void {
    this.stop("deploy");
    this.history.push(this.settings().edge);
  }
  async refuseOldTasks(): Promise<void> {
    if (this.tasks !== this.key(0)) throw new Error("web still signs with the old key");
  }
  now(): number {
    return this.time;
  }
  release(): void {
    this.tasks = this.key(0);
  }
  private key(index: number): string | undefined {
    const { edge } = this.settings();
    return edge.kind === "cloudfront" ? edge.signedFiles.publicKeys[index] : undefined;
  }
  private stop(where: "write" | "deploy"): void {
    if (this.stopAt === where) {
      this.stopAt = undefined;
      throw new Error(`stopped before ${where}`);
    }
  }
}
