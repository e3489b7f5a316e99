/** Requests in flight while something breaks: a fixed number of clients, each asking again as soon as it has its answer. */

export interface Answer {
  /** 0 when the connection failed or the answer was cut off. */
  readonly status: number;
  readonly text: string;
  readonly began: number;
  readonly ended: number;
}

export interface Result {
  readonly answers: readonly Answer[];
  /** How many did not answer 200. */
  readonly failed: number;
  /** When the last one that failed began; undefined when none did. */
  readonly lastFailure: number | undefined;
}

/** What fetch and the Browser of the tests both give. */
interface Asked {
  readonly status: number;
  readonly text: string | (() => Promise<string>);
}

export class Load {
  private readonly answers: Answer[] = [];
  private readonly clients: Promise<void>[];
  private running = true;

  /** `ask` is called repeatedly by each client; it may choose another address each time, as a load balancer would. */
  constructor(clients: number, ask: () => Promise<Asked>) {
    this.clients = Array.from({ length: clients }, () => this.client(ask));
  }

  /** Ends after the answers that are still to come. */
  async stop(): Promise<Result> {
    this.running = false;
    await Promise.all(this.clients);
    return summary(this.answers);
  }

  /** What there is up to now; for questions about one stretch of time. */
  soFar(since = 0): Result {
    return summary(this.answers.filter(({ began }) => began >= since));
  }

  private async client(ask: () => Promise<Asked>): Promise<void> {
    while (this.running) {
      const began = Date.now();
      const [status, text] = await ask().then(
        async (answer) => [answer.status, typeof answer.text === "string" ? answer.text : await answer.text()] as const,
        (error: Error) => [0, error.message] as const,
      );
      this.answers.push({ status, text, began, ended: Date.now() });
      // A client that hears "no" at once must not turn the test into a loop that eats the machine.
      await new Promise((resolve) => setTimeout(resolve, status === 200 ? 5 : 50));
    }
  }
}

function summary(answers: readonly Answer[]): Result {
  const failures = answers.filter(({ status }) => status !== 200);
  return {
    answers,
    failed: failures.length,
    lastFailure: failures.length === 0 ? undefined : Math.max(...failures.map(({ began }) => began)),
  };
}

export const pause = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
