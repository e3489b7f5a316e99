/** The step that a tool is at, on stderr, once it has taken longer than five seconds; nothing before. */
export interface Progress {
  /** The step that begins, or how far it is. Work that leaves no time to timers calls it now and then. */
  at(step: string): void;
  /** Takes the line off a terminal, before something else is written. */
  clear(): void;
  end(): void;
}

interface Where {
  readonly out: Pick<NodeJS.WriteStream, "isTTY" | "write">;
  readonly now: () => number;
}

const quietMs = 5000;
/**
 * Delays where lines stay, such as in a pipeline's log: until the next step, and until the same step is printed again.
 */
const nextMs = 10_000;
const againMs = 15_000;

/** On a terminal one line that is written over, elsewhere plain lines: `make cost: the plan of dev, 12 s`. */
export function showProgress(
  tool: string,
  { out, now }: Where = { out: process.stderr, now: () => performance.now() },
): Progress {
  const begun = now();
  let [step, shown, shownAt] = ["", "", begun];
  let standing = false;
  const line = () => `make ${tool}: ${[step, `${Math.round((now() - begun) / 1000)} s`].filter(Boolean).join(", ")}`;
  const tick = (): void => {
    const silent = now() - shownAt;
    if (now() - begun < quietMs) {
      return;
    }
    if (out.isTTY) {
      if (silent >= 1000 || !standing || step !== shown) {
        out.write(`\r\u001b[2K${line()}`);
        [standing, shown, shownAt] = [true, step, now()];
      }
    } else if (silent >= (step === shown ? againMs : nextMs) || shownAt === begun) {
      out.write(`${line()}\n`);
      [shown, shownAt] = [step, now()];
    }
  };
  const timer = setInterval(tick, 1000).unref();
  const clear = (): void => {
    if (standing) {
      out.write("\r\u001b[2K");
      standing = false;
    }
  };
  return {
    at: (next) => {
      step = next;
      tick();
    },
    clear,
    end: () => {
      clearInterval(timer);
      clear();
    },
  };
}
