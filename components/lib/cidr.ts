/** An IPv4 block as numbers. All arithmetic is on unsigned 32-bit values, so use `>>> 0` and never plain shifts. */
export interface Block {
  readonly base: number;
  readonly prefix: number;
}

/** Reads "10.0.0.0/16". Undefined unless it is exactly four decimal octets and a prefix of 0..32. */
export function parseCidr(text: string): Block | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
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

/** How many addresses a block has, the ones that AWS keeps included. */
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
