type Body = () => unknown;

/** Declares and runs tests written for mocha, one after the other, up to the first that fails. */
export class Tests {
  private readonly bodies: { readonly name: string; readonly body: Body }[] = [];

  /** Collects what a module or a function declares with `describe` and `it`. */
  declare(make: () => void): this {
    const scope = globalThis as unknown as Record<"describe" | "it", unknown>;
    const before = { describe: scope.describe, it: scope.it };
    scope.describe = (_: string, body: Body) => body.call({ timeout: () => undefined });
    scope.it = (name: string, body: Body) => this.bodies.push({ name, body });
    try {
      make();
    } finally {
      Object.assign(scope, before);
    }
    return this;
  }

  /** The name of the first test that fails; undefined when none does. */
  async firstFailure(): Promise<string | undefined> {
    for (const { name, body } of this.bodies) {
      try {
        await body.call({ timeout: () => undefined });
      } catch {
        return name;
      }
    }
    return undefined;
  }
}
