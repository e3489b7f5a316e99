/** The part of EC2's answer that counts: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceTypeInfo.html */
export interface Described {
  readonly VCpuInfo: { readonly DefaultVCpus: number };
  readonly MemoryInfo: { readonly SizeInMiB: number };
  readonly NetworkInfo: { readonly MaximumNetworkInterfaces: number };
  readonly ProcessorInfo: { readonly SupportedArchitectures: readonly string[] };
}

/** Architecture, vCPUs, MiB, tasks, and tasks with trunking; null where the type has none. */
export type Row = readonly [string, number, number, number, number | null];

/**
 * Families for PHP from the sixth generation on, and burstable ones for development; without "flex", whose CPU is
 * throttled like that of a burstable type.
 */
const families = /^([mcr]([6-9]|\d\d)[a-z]*|t3a?|t4g)$/;
const sizes = ["medium", "large", "xlarge", "2xlarge", "4xlarge", "8xlarge"];

/**
 * The table of the types that a cluster may use.
 *
 * A task has its own network interface. Without trunking an instance has its interfaces less the primary one. With it,
 * ECS counts the branch interfaces and the others, less the primary one and the trunk.
 *
 * @param controller `limits.go` of AWS's controller for VPC resources.
 * @throws Error when the two sources differ, or one is not as expected.
 */
export function instanceTable(
  described: Readonly<Record<string, Described>>,
  controller: string,
): Readonly<Record<string, Row>> {
  const limits = new Map(
    [...controller.matchAll(/"([a-z0-9.-]+)": \{(.*?)\n\t\},/gs)].map(([, type = "", body = ""]) => [type, body]),
  );
  const field = (type: string, name: string): string =>
    new RegExp(`\\b${name}:\\s*(\\w+)`).exec(limits.get(type) ?? "")?.[1] ?? "";
  const rows = Object.entries(described)
    .filter(([type]) => isOurs(type) && limits.has(type))
    .map(([type, info]): [string, Row] => {
      const interfaces = info.NetworkInfo.MaximumNetworkInterfaces;
      if (field(type, "Interface") !== String(interfaces)) {
        throw new Error(
          `${type}: got ${field(type, "Interface")} interfaces in one source and ${interfaces} in the other.`,
        );
      }
      const branches = Number(field(type, "BranchInterface"));
      const trunking = field(type, "IsTrunkingCompatible") === "true" ? branches + interfaces - 2 : null;
      const architecture = info.ProcessorInfo.SupportedArchitectures.includes("arm64") ? "arm64" : "x86_64";
      return [type, [architecture, info.VCpuInfo.DefaultVCpus, info.MemoryInfo.SizeInMiB, interfaces - 1, trunking]];
    });
  if (rows.length < 100) {
    throw new Error(`got ${rows.length} types, expected more than 100: a source has changed its form.`);
  }
  return Object.fromEntries(rows.sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true })));
}

function isOurs(type: string): boolean {
  const [family = "", size = ""] = type.split(".");
  return families.test(family) && sizes.includes(size);
}
