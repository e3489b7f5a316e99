import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request as httpRequest, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../lib/freePort";
import { entries } from "./corpus";
import { modsecurityConfig, nginxConfig, packages } from "./modsecurity";
import { toRequest, type WafRequest } from "./request";

export interface SecondVerdict {
  readonly id: string;
  readonly blocked: boolean;
  /** Numbers of the Core Rule Set's rules that a blocked request matched. */
  readonly rules: readonly string[];
}

/** Reason why ModSecurity cannot run on this machine, or undefined. */
export function absence(): string | undefined {
  const missing = packages.filter(({ file }) => !existsSync(file)).map(({ name }) => name);
  if (missing.length > 0) {
    return `Debian's ${missing.join(" and ")} must be installed: apt-get install -y ${missing.join(" ")}`;
  }
  return spawnSync("nginx", ["-v"]).error === undefined ? undefined : "nginx cannot be started";
}

/**
 * Sends the whole corpus, one request after the other, through nginx with ModSecurity and the OWASP Core Rule Set as
 * Debian ships them: paranoia level 1, anomaly threshold 5. Everything is on the loopback and in a temporary folder.
 *
 * @throws Error with nginx's own words when it does not start.
 */
export async function secondJudge(): Promise<readonly SecondVerdict[]> {
  const folder = mkdtempSync(join(tmpdir(), "waf-"));
  const backend = await answering();
  const port = await freePort();
  writeFileSync(join(folder, "modsecurity.conf"), modsecurityConfig(folder));
  writeFileSync(join(folder, "nginx.conf"), nginxConfig(folder, port, (backend.address() as AddressInfo).port));
  const nginx = spawn("nginx", ["-p", folder, "-c", join(folder, "nginx.conf")], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  nginx.stderr.on("data", (text: Buffer) => (said += text.toString()));
  try {
    await ready(port, () => (nginx.exitCode === null ? undefined : said));
    const all = (["legitimate", "attacks"] as const).flatMap((kind) => entries(kind).map(({ entry }) => entry));
    const statuses = new Map<string, number>();
    for (const entry of all) {
      statuses.set(entry.id, await send(port, toRequest(entry), entry.id));
    }
    const rules = rulesByRequest(join(folder, "audit.log"));
    return all.map(({ id }) => ({
      id,
      // nginx answers 400 to an invalid request before any rule runs: that is a block too.
      blocked: (statuses.get(id) ?? 0) >= 400,
      rules: rules.get(id) ?? (statuses.get(id) === 403 ? [] : [`nginx ${statuses.get(id)}`]),
    }));
  } finally {
    if (nginx.exitCode === null) {
      nginx.kill("SIGTERM");
      await once(nginx, "exit");
    }
    backend.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Stands for Moodle: reads everything, says yes to everything. */
async function answering(): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume().on("end", () => response.end("ok"));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

async function ready(port: number, failure: () => string | undefined): Promise<void> {
  const ping: WafRequest = {
    method: "GET",
    path: "/",
    query: "",
    headers: [],
    body: Buffer.alloc(0),
    address: "",
    country: "",
  };
  for (let attempt = 0; attempt < 150; attempt += 1) {
    const problem = failure();
    if (problem !== undefined) {
      throw new Error(`nginx did not start: ${problem}`);
    }
    if ((await send(port, ping, "ping").catch(() => 0)) > 0) {
      return;
    }
    await sleep(200);
  }
  throw new Error("nginx did not answer within 30 seconds.");
}

function send(port: number, { method, path, query, headers, body }: WafRequest, id: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      {
        host: "127.0.0.1",
        port,
        method,
        path: query === "" ? path : `${path}?${query}`,
        headers: { ...Object.fromEntries(headers), "x-corpus-id": id },
      },
      (response) => {
        response.resume().on("end", () => resolve(response.statusCode ?? 0));
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

interface AuditLine {
  readonly transaction: {
    readonly request: { readonly headers: Readonly<Record<string, string>> };
    readonly messages: readonly { readonly details: { readonly ruleId: string } }[];
  };
}

/** Rules by request, from the audit log, which has a line of JSON for each blocked request. */
function rulesByRequest(log: string): ReadonlyMap<string, readonly string[]> {
  const lines = existsSync(log) ? readFileSync(log, "latin1").split("\n") : [];
  return new Map(
    lines
      .filter((line) => line.startsWith("{"))
      .map((line) => (JSON.parse(line) as AuditLine).transaction)
      .map(({ request, messages }) => [
        request.headers["x-corpus-id"] ?? "",
        // 949 and above only add the score up.
        [...new Set(messages.map(({ details }) => details.ruleId))].filter((rule) => Number(rule) < 949_000),
      ]),
  );
}
