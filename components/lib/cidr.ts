import { isIPv6 } from "node:net";

/** An IPv4 block as numbers. All arithmetic is on unsigned 32-bit values, so use `>>> 0` and never plain shifts. */
export interface Block {
  readonly base: number;
  readonly prefix: number;
}

/**
 * Reads "10.0.0.0/16". Undefined unless it is exactly four decimal octets and a prefix of 0..32, none of them with
 * leading zeros: some programs read 010 as eight, and Go and AWS refuse it (https://go.dev/doc/go1.17#net).
 */
export function parseCidr(text: string): Block | undefined {
  const number = "(0|[1-9]\\d{0,2})";
  const match = new RegExp(`^${Array(4).fill(number).join("\\.")}/${number}$`).exec(text);
  if (match === null) {
    return undefined;
  }
  const [octets, prefix] = [match.slice(1, 5).map(Number), Number(match[5])];
  if (octets.some((octet) => octet > 255) || prefix > 32) {
    return undefined;
  }
  return { base: octets.reduce((value, octet) => value * 256 + octet, 0), prefix };
}

export function formatCidr({ base, prefix }: Block): string {
  return `${[24, 16, 8, 0].map((shift) => (base >>> shift) & 255).join(".")}/${prefix}`;
}

/** Number of addresses in a block, including the ones that AWS keeps. */
export function size({ prefix }: Block): number {
  return 2 ** (32 - prefix);
}

/** The block that contains this address: the same prefix with no bits set after it. */
export function aligned(block: Block): Block {
  return { base: block.base - (block.base % size(block)), prefix: block.prefix };
}

export function contains(outer: Block, inner: Block): boolean {
  return outer.base <= inner.base && inner.base + size(inner) <= outer.base + size(outer);
}

export function overlaps(a: Block, b: Block): boolean {
  return a.base < b.base + size(b) && b.base < a.base + size(a);
}

/** Whether two blocks share an address; false when either cannot be read. For peers, VPNs and the campus network. */
export function cidrsOverlap(a: string, b: string): boolean {
  const [left, right] = [parseCidr(a), parseCidr(b)];
  return left !== undefined && right !== undefined && overlaps(aligned(left), aligned(right));
}

/** An IPv4 or IPv6 network as AWS writes it. */
export interface UsualNetwork {
  readonly family: "IPv4" | "IPv6";
  readonly prefix: number;
  /** In lower case, as short as it can be written, with no bits after the prefix. */
  readonly text: string;
}

/** Reads "192.0.2.0/24" or "2001:db8::/32", bits after the prefix or not; undefined when it is no network. */
export function usualNetwork(text: string): UsualNetwork | undefined {
  const block = parseCidr(text);
  if (block !== undefined) {
    return { family: "IPv4", prefix: block.prefix, text: formatCidr(aligned(block)) };
  }
  const [, address = "", bits = ""] = /^([0-9a-f:.]+)\/(0|[1-9]\d{0,2})$/i.exec(text) ?? [];
  const prefix = Number(bits);
  if (!isIPv6(address) || prefix > 128) {
    return undefined;
  }
  const kept = groups(address).map((group, index) => {
    const free = 16 - Math.min(Math.max(prefix - 16 * index, 0), 16);
    return group & (0xffff << free) & 0xffff;
  });
  return { family: "IPv6", prefix, text: `${shortest(kept.map((group) => group.toString(16)).join(":"))}/${prefix}` };
}

/** The eight numbers of an IPv6 address. */
function groups(address: string): readonly number[] {
  const [before = "", after] = shortest(address).split("::");
  const read = (part: string) => (part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16)));
  const [head, tail] = [read(before), read(after ?? "")];
  return after === undefined ? head : [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

/** An IPv6 address in the form of RFC 5952, which the URL standard's parser writes. */
function shortest(address: string): string {
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}
