import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import type { Asked, Replied } from "./http";
import { answer } from "./pages";
import type { Fault } from "./site";
import { newState } from "./state";

/**
 * STAND-IN, not Moodle: the few pages and services that the scenarios touch, with Moodle's tokens, redirects, field
 * names and rules about them, and nothing behind. It shows that a scenario signs in, follows what the pages say and
 * notices a wrong answer. It says nothing about how fast Moodle is.
 */
export interface StandIn {
  readonly target: string;
  readonly users: string;
  /** Path and status of everything that was asked, in order. */
  readonly asked: readonly {
    readonly method: string;
    readonly path: string;
    readonly status: number;
    readonly user: string | undefined;
  }[];
  stop(): Promise<void>;
}

export async function startStandIn(users: number, fault?: Fault): Promise<StandIn> {
  const state = newState(users, fault);
  const asked: { method: string; path: string; status: number; user: string | undefined }[] = [];
  const server: Server = createServer((request, response) => {
    void read(request)
      .then((body) => {
        const { host = "" } = request.headers;
        const given: Asked = {
          method: request.method ?? "GET",
          url: new URL(request.url ?? "/", `http://${host}`),
          cookie: /MoodleSession=([^;]+)/.exec(request.headers.cookie ?? "")?.[1],
          type: request.headers["content-type"] ?? "",
          body,
        };
        const reply = answer(given, state);
        asked.push({ method: given.method, path: given.url.pathname, status: reply.status, user: reply.user });
        send(response, reply);
      })
      .catch((error: Error) => response.writeHead(500).end(error.message));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    target: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    users: state.usersFile,
    asked,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function read(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) {
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts).toString("latin1");
}

function send(response: ServerResponse, { status, headers = {}, body = "" }: Replied): void {
  response.writeHead(status, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store", ...headers });
  response.end(body);
}
