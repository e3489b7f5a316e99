import * as assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { baseCommit, layOut } from "./plan/baseTree";

describe("The base of a report", () => {
  let root: string;
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=Test", "-c", "user.email=test@example.org", ...args], {
      cwd: root,
      encoding: "utf8",
    }).trim();
  const save = (file: string, text: string): string => {
    writeFileSync(join(root, file), text);
    git("add", "-A");
    git("commit", "-q", "-m", file);
    return git("rev-parse", "HEAD");
  };

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "base-"));
    mkdirSync(join(root, "offline"));
    git("init", "-q", "-b", "main");
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it("is where the branch left main, not what main is now", () => {
    const left = save("package-lock.json", "{}");
    git("switch", "-q", "-c", "change");
    save("a", "1");
    git("switch", "-q", "main");
    save("b", "1");
    git("switch", "-q", "change");
    assert.equal(baseCommit(root, "main"), left);
  });

  it("says what is wrong with a name", () => {
    save("package-lock.json", "{}");
    assert.throws(() => baseCommit(root, ""), /^Error: BASE: got nothing, expected a branch, tag or commit/);
    assert.throws(() => baseCommit(root, "mian"), /BASE: got "mian".*git fetch origin mian/);
    assert.throws(() => baseCommit(root, "--output=x"), /BASE: got "--output=x"/);
    git("switch", "-q", "--orphan", "other");
    save("c", "1");
    assert.throws(() => baseCommit(root, "main"), /--unshallow/);
  });

  it("says what git says where it reads nothing", () => {
    writeFileSync(join(root, ".git", "HEAD"), "");
    assert.throws(() => baseCommit(root, "main"), /^Error: git cannot read this clone: fatal: .*\.git/s);
  });

  it("is laid out by two reports at once, as two cells of a pipeline do in one workspace", async () => {
    save("package-lock.json", "{}");
    const commit = save("offline/engine.ts", "// as committed");
    mkdirSync(join(root, "node_modules"));
    // A git that waits before it archives until both reports are there; the second begins when the first waits.
    const [waiting, bin] = [join(root, ".waiting"), join(root, ".bin")];
    [waiting, bin].forEach((folder) => mkdirSync(folder));
    const real = execFileSync("sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
    const wait = `touch "${waiting}/$$"; until [ "$(ls "${waiting}" | wc -l)" -ge 2 ]; do sleep 0.1; done`;
    writeFileSync(join(bin, "git"), `#!/bin/sh\n[ "$1" != archive ] || { ${wait}; }\nexec '${real}' "$@"\n`, {
      mode: 0o755,
    });
    const script = `require(${JSON.stringify(join(__dirname, "plan/baseTree.ts"))}).layOut(${JSON.stringify(root)}, "${commit}", () => {})`;
    const report = () => {
      const child = spawn("node", ["--import", "tsx", "-e", script], {
        cwd: join(__dirname, "../.."),
        env: { ...process.env, PATH: `${bin}:${process.env["PATH"]}` },
        stdio: ["ignore", "ignore", "pipe"],
      });
      let complained = "";
      child.stderr.on("data", (data: Buffer) => (complained += data.toString()));
      return new Promise<string>((done) => child.on("close", (code) => done(code === 0 ? "" : complained)));
    };
    let over = false;
    const first = report().finally(() => (over = true));
    while (!over && readdirSync(waiting).length === 0) {
      await new Promise((done) => setTimeout(done, 50));
    }
    assert.equal(over, false, await Promise.race([first, ""]));
    assert.deepEqual(await Promise.all([first, report()]), ["", ""]);
    assert.deepEqual(readdirSync(join(root, ".offline/report/base")), [commit]);
    assert.equal(
      readFileSync(join(root, ".offline/report/base", commit, "offline/engine.ts"), "utf8"),
      "// as committed",
    );
  });

  it("is laid out once, as it was committed, with this tree's packages", () => {
    save("package-lock.json", "{}");
    const commit = save("offline/engine.ts", "// as committed");
    writeFileSync(join(root, "offline/engine.ts"), "// changed since");
    mkdirSync(join(root, "node_modules"));
    const said: string[] = [];
    const { folder } = layOut(root, commit, (line) => said.push(line));
    assert.equal(readFileSync(join(folder, "offline/engine.ts"), "utf8"), "// as committed");
    assert.ok(existsSync(join(folder, "node_modules")));
    writeFileSync(join(folder, "kept"), "");
    layOut(root, commit, (line) => said.push(line));
    assert.ok(existsSync(join(folder, "kept")));
    assert.deepEqual(said, []);
  });

  it("gets packages of its own when its lock file is another one, and says so", () => {
    writeFileSync(join(root, "offline/setup.sh"), "#!/bin/sh\nmkdir node_modules\n", { mode: 0o755 });
    save("offline/engine.ts", "");
    const commit = save("package-lock.json", '{"old": true}');
    writeFileSync(join(root, "package-lock.json"), "{}");
    const said: string[] = [];
    const { folder } = layOut(root, commit, (line) => said.push(line));
    assert.match(said.join(), /package-lock\.json differs/);
    assert.ok(existsSync(join(folder, "node_modules")));
  });

  it("must have an engine", () => {
    const commit = save("package-lock.json", "{}");
    assert.throws(() => layOut(root, commit, () => {}), /has no offline engine/);
  });
});
