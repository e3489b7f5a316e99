import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A command line as its words, the program first. */
export type Words = readonly string[];

/**
 * Examples of values that a person decides while following a page (`type=...`). Add a new one here: the page must
 * explain it.
 */
export const decided: Readonly<Record<string, string>> = {
  address: "someone@example.org",
  backup: "backup-0123456789abcdef0",
  bucket: "prod-objects-bucket-1a2b3c4",
  directory: "/aws-backup-restore_2026-11-30T10-15-20-123Z/moodledata",
  digest: `sha256:${"a".repeat(64)}`,
  event: "arn:aws:health:eu-west-2::event/EC2/AWS_EC2_ISSUE/AWS_EC2_ISSUE_1",
  file: "moodle/overrides/config.php",
  files: "fs-0123456789abcdef0",
  image: `sha256:${"a".repeat(64)}`,
  inside: "moodledata",
  key: "arn:aws:kms:eu-west-2:123456789012:key/7b6f7f5d-7d2e-4f3e-9d51-0a3e5c1f2b11",
  most: "12",
  name: "somebody",
  point: "arn:aws:backup:eu-west-2:123456789012:recovery-point:1EB3B5E7-9EB0-435A-A80B-108B488B0D45",
  range: "8",
  restored: "aws-backup-restore_2026-11-30T10-15-20-123Z",
  rule: "allowed-cidrs",
  schedule: "economics-begin",
  secret: "arn:aws:secretsmanager:eu-west-2:123456789012:secret:prod-cache-token-AbCdEf",
  short: "restored-20261130",
  size: "128",
  snapshot: "arn:aws:rds:eu-west-2:123456789012:cluster-snapshot:awsbackup:job-1EB3B5E7-9EB0-435A-A80B-108B488B0D45",
  task: "arn:aws:ecs:eu-west-2:123456789012:task/prod-cluster/0123456789abcdef0123456789abcdef",
  tasks: "8",
  time: "2026-11-30T09:55:00Z",
  trail: "management-events",
  type: "cache.r7g.xlarge",
  vault: "prod-backups-vault-1a2b3c4",
  version: "3HL4kqtVersionExample",
  zone: "euw2-az1",
};

/** Examples for a reader's own text in the arguments of make. */
const written: Readonly<Record<string, string>> = {
  IMAGE: `sha256:${"a".repeat(64)}`,
  MESSAGE: "We are working on it.",
  SCRIPT: "admin/cli/cfg.php",
  STACK: "prod",
  USERS: "10000",
  VERSION: "5.1.5",
};

/** The variables of a make command. */
export function variables([, , ...given]: Words): Readonly<Record<string, string>> {
  return Object.fromEntries(
    given.map((text) => {
      const [, name = text, value = ""] = /^([A-Z_]+)=(.*)$/s.exec(text) ?? [];
      return [name, /(?:\.\.\.|…)$/.test(value) ? (written[name] ?? value) : value];
    }),
  );
}

/**
 * The shell commands of a page: its fenced blocks, and commands in its text.
 *
 * @param bare Whether "pulumi up" alone in a sentence is one of them, as in a runbook.
 */
export function shellText(page: string, bare = true): string {
  const blocks = [...page.matchAll(/^( *)```sh\n([\s\S]*?)^ *```$/gm)].map(([, indent, body]) =>
    body!.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  );
  const inline = [...page.replaceAll(/```[\s\S]*?```/g, "").matchAll(/`((?:aws|make|pulumi) [^`\n]*(?:\n[^`\n]*)?)`/g)]
    .map(([, text]) => text!.replace(/\s*\n\s*/, " "))
    // "make outage" or "aws logs tail" in a sentence names the command; with words after it people paste it.
    .filter(
      (text) => text.split(" ").length > (text.startsWith("aws ") ? 3 : 2) || (bare && text.startsWith("pulumi ")),
    );
  return [...blocks, ...inline].join("\n");
}

/** Languages of a page's fenced blocks that are not `sh`: no test runs those. */
export function otherFences(page: string): readonly string[] {
  const opened = [...page.matchAll(/^ *```(.*)$/gm)].filter((_found, index) => index % 2 === 0);
  return opened.map(([, language]) => language!).filter((language) => language !== "sh");
}

/** SQL that a page has somebody send: by the functions of docs/runbooks/shell.md, or named as code in its text. */
export function sqlStatements(page: string): readonly string[] {
  const found = page.matchAll(
    /\b(?:rows|run) "([^"]+)"|`((?:SHOW|SELECT|KILL|EXPLAIN|SET|CALL|FLUSH|UPDATE|DELETE|ALTER)\b[^`]*)`/g,
  );
  return [...found].map(([, sent, named]) => (sent ?? named)!.replace(/;$/, ""));
}

/** Every command that a page's shell commands call, by running them in bash with programs that only write down their words. */
export function called(text: string): readonly Words[] {
  const folder = mkdtempSync(join(tmpdir(), "runbook-"));
  try {
    const record = join(folder, "calls");
    const stand = (program: string) =>
      `${program}() { printf '%s\\0' ${program} "$@" >>'${record}'; printf '\\n\\0' >>'${record}'; say "$@"; }`;
    const say = `say() { case "$*" in *imageDigest*) echo sha256:${"a".repeat(64)};; *) echo sample-0123456789-sample;; esac; }`;
    const given = text.replaceAll(
      /^(\w+)=(.*?)\.\.\.(.*?)\.{0,3}( +#.*)?$/gm,
      (_whole, name: string, head: string, rest: string) => {
        const value = decided[name];
        if (value === undefined) {
          throw new Error(
            `${name}=...: nothing says what it is. Fix: say so in the page, and add an example to decided.`,
          );
        }
        return `${name}=${head}${value}${rest === "" ? "" : `${rest}${value}`}`;
      },
    );
    const script = [
      "set -euo pipefail",
      say,
      ...["aws", "make", "pulumi", "php", "sleep", "curl"].map(stand),
      // Reads what a stand-in says, which is no JSON.
      "jq() { sed 's/.*/sample-0123456789-sample/'; }",
      // A command that the stack's outputs hold.
      "sample-0123456789-sample() { :; }",
      given,
    ].join("\n");
    writeFileSync(record, "");
    // What make calls: a document shows it once, beside the target.
    mkdirSync(join(folder, "tools"));
    writeFileSync(join(folder, "tools/run"), "#!/bin/sh\n", { mode: 0o755 });
    const { status, stderr } = spawnSync("bash", ["--norc", "-c", script], {
      encoding: "utf8",
      // Some write files.
      cwd: folder,
      env: { PATH: process.env["PATH"] },
    });
    if (status !== 0) {
      throw new Error(`The commands do not run: ${stderr.trim()}\n${given}`);
    }
    return readFileSync(record, "utf8")
      .split("\n\0")
      .filter((call) => call !== "")
      .map((call) => call.split("\0").slice(0, -1));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
