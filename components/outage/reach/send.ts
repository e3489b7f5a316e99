import { lookup as systemLookup } from "node:dns";
import { request } from "node:https";
import { BlockList, isIP, type LookupFunction } from "node:net";
import type { Post } from "./messages";

/** What a receiver answers. */
export interface Answer {
  readonly status: number;
  /** At most `longestAnswer` characters. */
  readonly text: string;
}

export type Send = (post: Post) => Promise<Answer>;

/** How requests leave: tests give their own. */
export interface Network {
  readonly lookup?: LookupFunction;
  readonly ca?: string;
  readonly port?: number;
}

const timeoutSeconds = 10;
const longestAnswer = 20_000;

/**
 * Networks that no receiver is in, the function's own among them: https://www.iana.org/assignments/iana-ipv4-special-registry and
 * .../iana-ipv6-special-registry.
 */
const notPublic = new BlockList();
for (const [net, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 3],
] as const) {
  notPublic.addSubnet(net, prefix, "ipv4");
}

/** IPv6: the public ones are 2000::/3, without addresses that hold an IPv4 address. */
const publicSix = new BlockList();
publicSix.addSubnet("2000::", 3, "ipv6");
const holdsFour = new BlockList();
holdsFour.addSubnet("2002::", 16, "ipv6");
holdsFour.addSubnet("2001::", 32, "ipv6");

export function isPublic(address: string): boolean {
  const family = isIP(address);
  if (family === 4) {
    return !notPublic.check(address, "ipv4");
  }
  return family === 6 && publicSix.check(address, "ipv6") && !holdsFour.check(address, "ipv6");
}

/** Looks a name up, and fails when any of its addresses is not public: what is checked is what is connected to. */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  systemLookup(hostname, { ...options, all: true }, (error, addresses) => {
    const [first] = addresses ?? [];
    if (error !== null || first === undefined) {
      callback(error ?? new Error(`${hostname} has no address.`), []);
    } else if (!addresses.every(({ address }) => isPublic(address))) {
      callback(new Error("The receiver's name leads to an address that is not public."), []);
    } else if (options.all === true) {
      callback(null, addresses);
    } else {
      callback(null, first.address, first.family);
    }
  });
};

/**
 * Sends a POST by TLS, once: redirects are not followed, and of the answer only a part is read.
 *
 * @throws Error when there is no answer; it does not show the address
 */
export function sender({ lookup = publicLookup, ca, port }: Network = {}): Send {
  return ({ url, headers, body }) =>
    new Promise((resolve, reject) => {
      const sent = request(
        new URL(url),
        {
          method: "POST",
          headers: { ...headers, "user-agent": "status-webhooks", "content-length": Buffer.byteLength(body) },
          lookup,
          agent: false,
          signal: AbortSignal.timeout(timeoutSeconds * 1000),
          ...(ca !== undefined && { ca }),
          ...(port !== undefined && { port }),
        },
        (answer) => {
          const done = (text: string) => {
            resolve({ status: answer.statusCode ?? 0, text });
            answer.destroy();
          };
          let text = "";
          answer.setEncoding("utf8");
          answer.on("data", (part: string) => {
            text += part;
            if (text.length >= longestAnswer) done(text.slice(0, longestAnswer));
          });
          answer.on("end", () => done(text));
          answer.on("error", reject);
        },
      );
      sent.on("error", reject);
      sent.end(body);
    });
}
