import * as assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contextHash, ignoreRules, isIgnored } from "./contextHash";

describe("ignoreRules", () => {
  for (const [rules, path, ignored] of [
    ["node_modules", "node_modules/a/b.js", true],
    ["node_modules", "src/node_modules/a.js", false],
    ["**/node_modules", "src/node_modules/a.js", true],
    ["**/node_modules", "node_modules/a.js", true],
    ["*.md", "README.md", true],
    ["*.md", "docs/README.md", false],
    ["**/*.md", "docs/README.md", true],
    ["/tests/", "tests/run.sh", true],
    ["./tests", "tests/run.sh", true],
    ["docs\n!docs/keep.txt", "docs/keep.txt", false],
    ["docs\n!docs/keep.txt", "docs/other.txt", true],
    ["!docs/keep.txt\ndocs", "docs/keep.txt", true],
    ["# README.md\n\n", "README.md", false],
    ["a?c", "abc", true],
    ["a?c", "a/c", false],
    ["a.c", "abc", false],
    ["*", "anything", true],
  ] as const) {
    it(`${JSON.stringify(rules)} ${ignored ? "leaves out" : "keeps"} ${path}`, () => {
      assert.equal(isIgnored(path, ignoreRules(rules)), ignored);
    });
  }

  it("refuses what it would read otherwise than Docker", () => {
    assert.throws(() => ignoreRules("file[0-9]"), /character class/);
  });
});

describe("contextHash", () => {
  let directory: string;
  const write = (path: string, text: string) => writeFileSync(join(directory, path), text);
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "context-"));
    mkdirSync(join(directory, "sub"));
    write("Dockerfile", "FROM scratch\n");
    write("sub/a", "one");
    write(".dockerignore", "*.md\nDockerfile\n");
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it("is the same for the same content, whenever it was written", () => {
    const first = contextHash(directory);
    write("sub/a", "one");
    assert.equal(contextHash(directory), first);
    assert.match(first, /^[0-9a-f]{64}$/);
  });

  it("does not see ignored files", () => {
    const first = contextHash(directory);
    write("NOTES.md", "changed");
    assert.equal(contextHash(directory), first);
  });

  it("sees what git does not keep of a file's mode: the Docker provider builds again for it", () => {
    chmodSync(join(directory, "sub/a"), 0o644);
    const first = contextHash(directory);
    chmodSync(join(directory, "sub/a"), 0o664);
    assert.notEqual(contextHash(directory), first);
    chmodSync(join(directory, "sub/a"), 0o644);
    assert.equal(contextHash(directory), first);
  });

  it("does not see the mode of a folder, as the Docker provider does not", () => {
    const first = contextHash(directory);
    chmodSync(join(directory, "sub"), 0o700);
    assert.equal(contextHash(directory), first);
  });

  for (const [what, change] of [
    ["content", () => write("sub/a", "two")],
    ["a new file", () => write("sub/b", "")],
    ["a name", () => (unlinkSync(join(directory, "sub/a")), write("sub/c", "one"))],
    ["the right to run it", () => chmodSync(join(directory, "sub/a"), 0o755)],
    ["a link", () => symlinkSync("a", join(directory, "sub/link"))],
    ["the Dockerfile, though it is ignored", () => write("Dockerfile", "FROM other\n")],
  ] as const) {
    it(`changes with ${what}`, () => {
      const first = contextHash(directory);
      change();
      assert.notEqual(contextHash(directory), first);
    });
  }

  it("changes with the build's other inputs", () => {
    assert.notEqual(contextHash(directory, { platform: "a" }), contextHash(directory, { platform: "b" }));
  });
});
