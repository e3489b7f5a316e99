import { readFileSync } from "node:fs";
import { join } from "node:path";
import { viewerAddressHeader } from "../../lib/viewerAddress";
import { standingText } from "./change";
import { folder, pagesKey, publishedNames, statusPath, switchKey, switchPath } from "./files";
import { switchPage } from "./pages";
import { titles } from "./titles";
import type { Branding } from "./status";

/**
 * 10 KB for the code with its data. Taken as 10,000 bytes, since the page does not define its kilobyte.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-functions
 */
export const maxFunctionBytes = 10_000;

/** What programs that use a service get while it is closed. */
export interface Clients {
  /** Beginnings of paths that programs ask, from pages of other origins too: JSON that these may read. */
  readonly openPaths: readonly string[];
  /** Beginnings of paths that only the service's own pages ask: JSON. */
  readonly jsonPaths: readonly string[];
  /** Fields of that JSON beside `error` and `message`, which hold the words for people. */
  readonly fields: Readonly<Record<string, string | null>>;
}

/** A service that programs know only by `Accept: application/json`. */
export const noClients: Clients = { openPaths: [], jsonPaths: [], fields: {} };

/** The function for one site: function.js with its settings filled in. @throws Error when it is too large. */
export function functionCode(branding: Branding, testerCidrs: readonly string[], clients: Clients = noClients): string {
  const { service } = branding;
  const settings = {
    prefix: `/${folder}/`,
    switchPath,
    key: switchKey,
    pagesKey,
    files: publishedNames,
    // Lower case, as CloudFront Functions have all names of headers.
    viewerAddressHeader: viewerAddressHeader.toLowerCase(),
    passPath: "/outage-pass/",
    cookie: "outage_pass",
    retryAfter: 300,
    plannedTitle: safe(titles(service).planned),
    outageTitle: safe(titles(service).outage),
    plannedMessage: standingText(service, "planned"),
    outageMessage: standingText(service, "outage"),
    testers: testerCidrs.map(testerRange),
    ...clients,
    page: switchPage(branding, statusPath),
  };
  const source = readFileSync(join(__dirname, "function.js"), "utf8");
  const code = source
    .replace(/^ *\/\/.*\n/gm, "")
    .replace(/\n{2,}/g, "\n")
    .replace(/^ +/gm, "")
    .replace("const settings = {};", () => `const settings = ${JSON.stringify(settings)};`);
  const bytes = Buffer.byteLength(code);
  if (bytes > maxFunctionBytes) {
    throw new Error(
      `The CloudFront Function of the outage switch takes ${bytes} bytes; ${maxFunctionBytes} are allowed. ` +
        "Use a smaller logo (about 1 KB of SVG), or fewer and wider ranges of testers.",
    );
  }
  return code;
}

/** As text of HTML, where quotes need no escape: the function is short of room. */
const safe = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** `[bits, words]` as the function compares them. @throws Error when it is not a CIDR block. */
export function testerRange(cidr: string): readonly [number, readonly number[]] {
  const [address = "", prefix = ""] = cidr.split("/");
  const bits = Number(prefix);
  const v4 = /^\d{1,3}(\.\d{1,3}){3}$/.test(address);
  const words = v4 ? address.split(".").map(Number) : wordsOfV6(address);
  const [top, length, size] = v4 ? [255, 4, 32] : [0xffff, 8, 128];
  const whole = words.length === length && words.every((word) => Number.isInteger(word) && word >= 0 && word <= top);
  if (!whole || !/^\d+$/.test(prefix) || bits > size) {
    throw new Error(`"${cidr}" is not an IPv4 or IPv6 block such as 192.0.2.0/24 or 2001:db8::/48.`);
  }
  return [bits, words];
}

function wordsOfV6(address: string): readonly number[] {
  if (!/^[0-9a-f:]+$/i.test(address)) {
    return [];
  }
  const halves = address.split("::").map((half) => (half === "" ? [] : half.split(":")));
  const [head = [], tail] = halves;
  if (halves.length > 2 || (tail !== undefined && head.length + tail.length > 7)) {
    return [];
  }
  const middle = tail === undefined ? [] : Array<string>(8 - head.length - tail.length).fill("0");
  return [...head, ...middle, ...(tail ?? [])].map((word) =>
    /^[0-9a-f]{1,4}$/i.test(word) ? parseInt(word, 16) : NaN,
  );
}
