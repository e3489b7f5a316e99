import { AsyncLocalStorage } from "node:async_hooks";
import type { PolicyResource } from "@pulumi/policy";
import { Stack } from "./stack";

/**
 * Spares the SDK work that would find nothing. Before it calls a policy, the SDK unpacks the resource, or all resources of
 * the stack, for this policy alone; and it asks each policy again whether it has a function to call. So a policy that is known
 * to have nothing to say has none for the moment (see policy.ts).
 *
 * What is known is known only of the message that is judged right now. When in doubt a policy is called, and judges itself.
 */
export class Walk {
  private readonly type = new AsyncLocalStorage<string>();
  private stack: Stack | undefined;
  private quiet: ReadonlySet<unknown> = new Set();

  /** The type of the resource that is judged now. The engine sends several at a time, so each call has its own. */
  get present(): string | undefined {
    return this.type.getStore();
  }

  /** To be called by the first policy that is asked about a resource. */
  meet(type: string): void {
    this.type.enterWith(type);
    this.end();
  }

  /** The stack that is judged now, once a policy has been called for it. */
  get stackNow(): Stack | undefined {
    return this.stack;
  }

  /** Whether this policy has nothing to say of the stack that is judged now. */
  isQuiet(policy: unknown): boolean {
    return this.quiet.has(policy);
  }

  /**
   * The stack of the message that is judged now, unpacked once.
   *
   * @param quiet Says which policies have nothing to say of it; asked once, by the first policy that is called.
   */
  of(
    resources: readonly PolicyResource[],
    inputs: ReadonlyMap<string, ReadonlySet<string>>,
    quiet: (stack: Stack) => ReadonlySet<unknown>,
  ): Stack {
    if (this.stack === undefined) {
      this.stack = new Stack(resources, inputs);
      this.quiet = quiet(this.stack);
      // The SDK judges a message without waiting for anything, so the next one comes after this.
      setImmediate(() => this.end());
    }
    return this.stack;
  }

  private end(): void {
    this.stack = undefined;
    this.quiet = new Set();
  }
}
