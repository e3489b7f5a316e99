import { execFileSync, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { join, relative } from "node:path";
import { describeProblem } from "../../../components/lib/invalid";

/** A commit of the repository, laid out as files. */
export interface BaseTree {
  readonly commit: string;
  readonly folder: string;
}

/**
 * The commit to compare with: where this branch left `base`, so that what others merged since then is not shown as undone.
 *
 * @throws Error when git knows no such commit, or has too little history to tell.
 */
export function baseCommit(root: string, base: string): string {
  const git = (...args: string[]) => spawnSync("git", args, { cwd: root, encoding: "utf8" });
  const wrong = (allowed: string, fix: string) =>
    new Error(describeProblem({ path: "BASE", given: base === "" ? undefined : base, allowed, fix }));
  const here = git("rev-parse", "HEAD");
  if (here.status !== 0) {
    // For example a folder of another user: git's own message has the command that allows it.
    throw new Error(`git cannot read this clone: ${here.stderr.trim()}`);
  }
  if (base === "" || base.startsWith("-") || git("rev-parse", "--verify", "--quiet", `${base}^{commit}`).status !== 0) {
    throw wrong("a branch, tag or commit that this clone has", `For example BASE=main; or: git fetch origin ${base}`);
  }
  const found = git("merge-base", base, "HEAD");
  if (found.status !== 0) {
    throw wrong("a commit with a common ancestor in this clone", "A shallow clone has none: git fetch --unshallow");
  }
  return found.stdout.trim();
}

/**
 * Lays a commit out below `.offline/report/base/`, once. `git archive` rather than `git worktree`: nothing is registered in
 * the repository, so an interrupted run leaves nothing to clear up. Several reports of one base may do it at the same time.
 */
export function layOut(root: string, commit: string, say: (line: string) => void): BaseTree {
  const all = join(root, ".offline", "report", "base");
  const folder = join(all, commit);
  if (!existsSync(folder)) {
    mkdirSync(all, { recursive: true });
    // One base at a time: each takes the size of the repository and of a state.
    readdirSync(all)
      .filter((old) => old !== commit && !isBeingMade(old))
      .forEach((old) => rmSync(join(all, old), { recursive: true, force: true }));
    const unfinished = mkdtempSync(join(all, `unfinished-${process.pid}-`));
    const archive = execFileSync("git", ["archive", "--format=tar", commit], { cwd: root, maxBuffer: 2 ** 30 });
    execFileSync("tar", ["-x", "-C", unfinished], { input: archive });
    unlessThere(folder, () => renameSync(unfinished, folder));
    rmSync(unfinished, { recursive: true, force: true });
  }
  if (!existsSync(join(folder, "offline", "engine.ts"))) {
    throw new Error(`${commit.slice(0, 12)} has no offline engine (offline/engine.ts), so it cannot be planned.`);
  }
  sharePackages(root, folder, say);
  return { commit, folder };
}

/** The packages of this tree when both lock files are the same; the base's own otherwise. */
export function sharePackages(root: string, folder: string, say: (line: string) => void): void {
  if (existsSync(join(folder, "node_modules"))) {
    return;
  }
  const lock = (tree: string) => readFileSync(join(tree, "package-lock.json"), "utf8");
  if (lock(root) === lock(folder)) {
    const packages = join(folder, "node_modules");
    unlessThere(packages, () => symlinkSync(relative(folder, join(root, "node_modules")), packages));
    return;
  }
  say("package-lock.json differs from the base's, so the base gets packages of its own (npm ci, up to two minutes).");
  execFileSync(join(folder, "offline", "setup.sh"), { cwd: folder, stdio: "inherit" });
}

/** Whether a report that still runs lays it out. Process numbers are those of this computer. */
function isBeingMade(folder: string): boolean {
  const [, pid] = /^unfinished-(\d+)-/.exec(folder) ?? [];
  return pid !== undefined && runs(Number(pid));
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs as somebody else.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Makes a path, and takes it as made when another report was first. */
function unlessThere(path: string, make: () => void): void {
  try {
    make();
  } catch (error) {
    if (!existsSync(path)) {
      throw error;
    }
  }
}
