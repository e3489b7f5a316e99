/**
 * Whether a CIDR block is as good as the whole internet. 0.0.0.0/0 can be written as two halves, 0.0.0.0/1 and
 * 128.0.0.0/1, and so on; no honest source is wider than a /8 (IPv4) or a /16 (IPv6).
 * Private ranges are not the internet, however wide: 10.0.0.0/8 is the widest and fc00::/7 the IPv6 one.
 */
export function isOpenCidr(value: unknown): boolean {
  if (typeof value !== "string") {
    return false;
  }
  const [address, bits] = value.trim().toLowerCase().split("/");
  if (address === undefined || bits === undefined || !/^\d+$/.test(bits)) {
    return false;
  }
  const length = Number(bits);
  if (address.includes(":")) {
    return length < 16 && !(/^f[cd]/.test(address) && length >= 7);
  }
  return length < 8;
}
