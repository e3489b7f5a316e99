import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Recorded } from "../values/recorded";
import type { Failure } from "./decisions";
import { toTerraform } from "./terraform";

export interface Review {
  readonly passed: number;
  readonly failures: readonly Failure[];
}

interface Report {
  readonly summary: { readonly passed: number; readonly parsing_errors: number; readonly resource_count: number };
  readonly results: { readonly failed_checks: readonly { readonly check_id: string; readonly resource: string }[] };
}

/**
 * The rule set's verdict on a recorded stack.
 *
 * @throws Error when it could not read a resource: what is not read would pass in silence.
 */
export async function review(resources: readonly Recorded[]): Promise<Review> {
  const folder = mkdtempSync(join(tmpdir(), "review-"));
  try {
    writeFileSync(join(folder, "main.tf"), toTerraform(resources));
    const python = join(__dirname, "../../.offline/security/bin/python");
    const options = [
      "--directory",
      folder,
      "--framework",
      "terraform",
      "--output",
      "json",
      "--compact",
      "--skip-download",
      "--soft-fail",
    ];
    const { stdout } = await promisify(execFile)(python, ["-m", "checkov.main", ...options], {
      maxBuffer: 2 ** 28,
      // Its own ten seconds for a file are too few on a busy machine.
      env: { ...process.env, HCL_PARSE_TIMEOUT_SEC: "3600", LOG_LEVEL: "ERROR" },
    });
    const { summary, results } = JSON.parse(stdout) as Report;
    const given = resources.filter(({ type }) => type.startsWith("aws:")).length;
    if (summary.parsing_errors > 0 || summary.resource_count !== given) {
      throw new Error(
        `The rule set read ${summary.resource_count} of ${given} resources, with ${summary.parsing_errors} errors.`,
      );
    }
    return {
      passed: summary.passed,
      failures: results.failed_checks.map(({ check_id, resource }) => ({ check: check_id, resource })),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
