import { createConnection, createServer, type Server, type Socket } from "node:net";

import { freePort } from "../../../tools/lib/freePort";

/** The way to a server on this machine, which can be cut while the server goes on with all that it holds. */
export class Proxy {
  private server: Server | undefined;
  private readonly sockets = new Set<Socket>();
  private constructor(
    readonly port: number,
    private readonly target: number,
  ) {}

  static async start(target: number): Promise<Proxy> {
    const proxy = new Proxy(await freePort(), target);
    await proxy.join();
    return proxy;
  }

  /** Opens it, again or for the first time. */
  async join(): Promise<void> {
    const server = createServer((from) => {
      const to = createConnection({ port: this.target, host: "127.0.0.1" });
      for (const [socket, other] of [
        [from, to],
        [to, from],
      ] as const) {
        this.sockets.add(socket);
        socket.on("error", () => other.destroy());
        socket.on("close", () => {
          this.sockets.delete(socket);
          other.destroy();
        });
        socket.pipe(other);
      }
    });
    this.server = server;
    await new Promise<void>((resolve) => server.listen(this.port, "127.0.0.1", resolve));
  }

  /** Closes it and every connection. */
  async cut(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (server === undefined) return;
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  stop(): Promise<void> {
    return this.cut();
  }
}
