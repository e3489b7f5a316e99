import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "js-yaml";
import { asCloudFormation } from "./judge";
import type { Recorded } from "./recorded";

interface Argued {
  readonly left_out: Readonly<Record<string, string>>;
  /** By rule and type. */
  readonly argued: Readonly<Record<string, string>>;
}

export const argued = load(readFileSync(join(__dirname, "combinations.yaml"), "utf8")) as Argued;

/** Something that cfn-lint found. */
export interface Found {
  readonly rule: string;
  readonly type: string;
  /** Name of the resource in Pulumi. */
  readonly name: string;
  readonly says: string;
}

/** Part of what `cfn-lint --format json` prints. */
interface Printed {
  readonly Rule: { readonly Id: string };
  readonly Message: string;
  readonly Location: { readonly Path: readonly (string | number)[] | null };
}

/**
 * Values that do not fit together, or that a region does not offer, by cfn-lint's rules on the resources as templates of
 * CloudFormation, one for each region. Resources of types that CloudFormation does not have are left out.
 *
 * @throws Error when cfn-lint does not run.
 */
export function combinationProblems(resources: readonly Recorded[]): readonly Found[] {
  const folder = mkdtempSync(join(tmpdir(), "cfn-lint-"));
  try {
    return [...new Set(resources.map(({ region }) => region))].flatMap((region) => {
      const own = resources.filter((resource) => resource.region === region);
      const converted = own.map((resource) => asCloudFormation(resource));
      // Names in a template have letters and digits alone.
      const entries = converted.flatMap((one, at) => (one === undefined ? [] : [[`R${at}`, one] as const]));
      const file = join(folder, `${region}.json`);
      writeFileSync(file, JSON.stringify({ Resources: Object.fromEntries(entries) }));
      return lint(file, region).map(({ Rule, Message, Location }): Found => {
        const at = Number(String(Location.Path?.[1] ?? "").slice(1));
        return {
          rule: Rule.Id,
          type: converted[at]?.Type ?? "",
          name: own[at]?.name ?? "",
          says: Message.slice(0, 200),
        };
      });
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function lint(file: string, region: string): readonly Printed[] {
  const program = join(__dirname, "..", "..", ".offline", "values", "bin", "cfn-lint");
  const leftOut = Object.keys(argued.left_out);
  const args = ["--format", "json", "--regions", region, "--ignore-checks", ...leftOut, "--template", file];
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8", maxBuffer: 1 << 26 });
  // 2, 4, 8 and their sums are kinds of findings.
  if (status === null || status === 1 || status > 14) {
    throw new Error(`cfn-lint ended with ${status}: ${stderr}`);
  }
  return JSON.parse(stdout) as readonly Printed[];
}
