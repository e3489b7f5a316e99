import assert from "node:assert/strict";
import { request } from "node:http";

import { type Container, healthy, Task, until } from "./container";
import { environment, mountProbe } from "./probe";

/** The header lines that reach nginx, and whom nginx, PHP and the access log must take for the viewer. */
type Case = readonly [what: string, lines: readonly (readonly [name: string, value: string])[], viewer: string];

const forwarded = (value: string) => ["X-Forwarded-For", value] as const;
const written = (value: string) => ["True-Client-IP", value] as const;
/** The peer here, as the load balancer is on AWS. */
const peer = "127.0.0.1";

/**
 * Behind CloudFront's VPC origin the load balancer appends a public address of CloudFront, such as 130.176.89.12: flow logs
 * show the same addresses. Our function at the edge has written the viewer's over whatever the viewer sent.
 */
const cloudFront: readonly Case[] = [
  ["IPv4", [forwarded("203.0.113.7, 130.176.89.12"), written("203.0.113.7")], "203.0.113.7"],
  ["IPv6", [forwarded("2001:db8::7, 130.176.89.12"), written("2001:db8::7")], "2001:db8::7"],
  [
    "a viewer who forges X-Forwarded-For",
    [forwarded("9.9.9.9, 10.0.0.9, 203.0.113.7, 130.176.89.12"), written("203.0.113.7")],
    "203.0.113.7",
  ],
  [
    "other names that a viewer may try",
    [["True_Client_IP", "9.9.9.9"], ["Client-IP", "9.9.9.9"], ["X-Real-IP", "9.9.9.9"], written("203.0.113.7")],
    "203.0.113.7",
  ],
  ["a health check of the load balancer, which has neither", [], peer],
  ["a request that did not pass the function", [forwarded("9.9.9.9, 130.176.89.12")], peer],
  ["something that is no address", [forwarded("9.9.9.9"), written("unknown")], peer],
];

/** Behind another network: its ranges are trusted proxies, and whoever stands to the left of them is the viewer. */
const external: readonly Case[] = [
  ["IPv4", [forwarded("203.0.113.7, 198.51.100.9")], "203.0.113.7"],
  ["IPv4 with a port", [forwarded("203.0.113.7:50412, 198.51.100.9")], "203.0.113.7"],
  ["IPv6", [forwarded("2001:db8::7, 198.51.100.9")], "2001:db8::7"],
  ["IPv6 with a port", [forwarded("[2001:db8::7]:50412, 198.51.100.9")], "2001:db8::7"],
  ["a network that speaks IPv6", [forwarded("2001:db8::7, 2001:db8:cd::1")], "2001:db8::7"],
  ["several proxies of the network", [forwarded("203.0.113.7, 198.51.100.8, 198.51.100.9, 10.1.2.3")], "203.0.113.7"],
  ["a viewer who forges entries", [forwarded("9.9.9.9, 10.0.0.9, 203.0.113.7, 198.51.100.9")], "203.0.113.7"],
  ["a viewer who claims to be the network", [forwarded("198.51.100.1, 203.0.113.7, 198.51.100.9")], "203.0.113.7"],
  ["a viewer who writes nonsense", [forwarded("unknown, 203.0.113.7, 198.51.100.9")], "203.0.113.7"],
  ["a header in two lines", [forwarded("9.9.9.9"), forwarded("203.0.113.7, 198.51.100.9")], "203.0.113.7"],
  [
    "CloudFront's header, which is nobody's here",
    [forwarded("203.0.113.7, 198.51.100.9"), written("9.9.9.9")],
    "203.0.113.7",
  ],
  ["a health check of the load balancer", [], peer],
];

/** A peer that is no trusted proxy: a program on the instance, or in the VPC had it got past the security group. */
const stranger: readonly Case[] = [
  ["with CloudFront's header", [written("9.9.9.9")], peer],
  ["with X-Forwarded-For", [forwarded("9.9.9.9")], peer],
];

const edges: readonly [string, Readonly<Record<string, string>>, readonly Case[]][] = [
  [
    "behind CloudFront",
    { MOODLE_TRUSTED_PROXIES: "127.0.0.0/8,10.0.0.0/8", MOODLE_VIEWER_ADDRESS_HEADER: "True-Client-IP" },
    cloudFront,
  ],
  [
    "behind another network",
    { MOODLE_TRUSTED_PROXIES: "127.0.0.0/8,10.0.0.0/8,198.51.100.0/24,2001:db8:cd::/48" },
    external,
  ],
  [
    "from a stranger, behind CloudFront",
    { MOODLE_TRUSTED_PROXIES: "10.0.0.0/8", MOODLE_VIEWER_ADDRESS_HEADER: "True-Client-IP" },
    stranger.slice(0, 2),
  ],
  ["from a stranger, behind another network", { MOODLE_TRUSTED_PROXIES: "10.0.0.0/8" }, stranger],
];

describe("the viewer's address", () => {
  let root = "";
  let unmount = () => {};
  before(function () {
    ({ root, unmount } = mountProbe(this));
  });
  after(() => unmount());

  for (const [where, settings, cases] of edges) {
    describe(where, () => {
      let task: Task;
      let web: Container;
      before(async () => {
        task = new Task(root, await environment(settings));
        web = task.start(["web"]);
        await healthy(web);
      });
      after(() => task?.remove());

      for (const [what, lines, viewer] of cases) {
        it(`is ${viewer === peer ? "the peer's" : "right"} for ${what}`, async () => {
          const path = `/my/${encodeURIComponent(what).replace(/[^a-zA-Z0-9]/g, "-")}`;
          const { remote, forwarded: passed, client_ip_header } = await ask(web.port, "/", lines);
          assert.deepEqual([remote, passed, client_ip_header], [viewer, viewer, ""]);
          await ask(web.port, path, lines).catch(() => undefined);
          const row = await until(path, () => web.lines().find((line) => line.log === "access" && line.path === path));
          assert.equal(row.client, viewer);
        });
      }
    });
  }
});

/** The header lines as they are, each on its own: `fetch` would put two of a name into one. */
function ask(
  port: number,
  path: string,
  lines: readonly (readonly [string, string])[],
): Promise<Record<string, string>> {
  return new Promise((resolve, reject) => {
    const headers = [["Host", "moodle.test"], ...lines].flat();
    const sent = request({ port, host: "127.0.0.1", path, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () => {
        try {
          resolve(JSON.parse(Buffer.concat(chunks).toString("utf8")) as Record<string, string>);
        } catch (error) {
          reject(error);
        }
      });
    });
    sent.on("error", reject);
    sent.end();
  });
}
