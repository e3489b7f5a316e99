/**
 * The size of an instance type, in multiples of a "large": AWS doubles price and machine from one size to the next.
 * `db.r7g.xlarge`, `cache.m7g.large`, `m7g.2xlarge`: undefined for names without a size, such as `db.serverless`.
 */
export function sizeOf(instanceType: string): number | undefined {
  const size = instanceType.split(".").pop() ?? "";
  const many = /^(\d+)xlarge$/.exec(size);
  if (many !== null) {
    return 2 * Number(many[1]);
  }
  const small: Readonly<Record<string, number>> = {
    nano: 1 / 16,
    micro: 1 / 8,
    small: 1 / 4,
    medium: 1 / 2,
    large: 1,
    xlarge: 2,
    // The largest of its family; 96 is a 48xlarge.
    metal: 96,
  };
  return small[size] ?? (size.startsWith("metal") ? 96 : undefined);
}
