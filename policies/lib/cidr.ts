/** Half of IPv4: addresses that no list of honest sources comes near. */
const halfOfIpv4 = 2 ** 31;

/**
 * Whether a CIDR block is as good as the whole internet. 0.0.0.0/0 can be written as two halves, 0.0.0.0/1 and
 * 128.0.0.0/1, and so on; no honest source is wider than a /8 (IPv4) or a /16 (IPv6).
 * Private ranges are not the internet, however wide: 10.0.0.0/8 is the widest and fc00::/7 the IPv6 one.
 */
export function isOpenCidr(value: unknown): boolean {
  const block = parsed(value);
  if (block === undefined) {
    return false;
  }
  if (block.address.includes(":")) {
    return block.bits < 16 && !(/^f[cd]/.test(block.address) && block.bits >= 7);
  }
  return block.bits < 8;
}

/** Whether blocks are together as good as the whole internet, each by itself or in many parts. */
export function areOpenCidrs(values: readonly unknown[]): boolean {
  const sizes = [...new Set(values)].map((value) => {
    const block = parsed(value);
    return block === undefined || block.address.includes(":") ? 0 : 2 ** (32 - block.bits);
  });
  return values.some(isOpenCidr) || sizes.reduce((sum, one) => sum + one, 0) >= halfOfIpv4;
}

/** Whether a text is an address or a block at all. */
export function isCidr(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f.:]+(\/\d{1,3})?$/i.test(value.trim()) && /[.:]/.test(value);
}

function parsed(value: unknown): { readonly address: string; readonly bits: number } | undefined {
  if (typeof value !== "string") {
    return undefined;
  }
  const [address, bits] = value.trim().toLowerCase().split("/");
  return address === undefined || bits === undefined || !/^\d+$/.test(bits)
    ? undefined
    : { address, bits: Number(bits) };
}
