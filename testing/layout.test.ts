import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";

const root = join(__dirname, "..");

/** A file in each room of the repository. */
const rooms = {
  index: "index.ts",
  stacks: "stacks/a.ts",
  components: "components/network/a.ts",
  lib: "components/lib/a.ts",
  examples: "examples/a.ts",
  plugin: "plugin/a.ts",
  policies: "policies/a.ts",
  offline: "offline/a.ts",
  image: "moodle-image/a.ts",
  pipelines: "pipelines/a.ts",
  tools: "tools/cost/a.ts",
  testing: "testing/a.ts",
} as const;
type Room = keyof typeof rooms;
const names = Object.keys(rooms) as Room[];

/** Rooms that a room may import, besides itself. */
const allowed: Readonly<Record<Room, readonly Room[]>> = {
  index: ["stacks"],
  stacks: ["components", "lib"],
  components: ["lib"],
  lib: [],
  examples: ["components", "lib"],
  plugin: ["components", "lib"],
  policies: [],
  offline: ["index", "policies"],
  image: [],
  pipelines: [],
  tools: ["offline", "stacks", "components", "lib"],
  testing: names,
};

interface Cruised {
  readonly summary: { readonly violations: readonly { from: string; to: string; rule: { name: string } }[] };
}

describe("The layout", () => {
  it("has at the root what the README names, and nothing else", () => {
    const files = execFileSync("git", ["ls-files"], { cwd: root, encoding: "utf8" }).trim().split("\n");
    const folders = new Set(files.filter((file) => file.includes("/")).map((file) => file.split("/")[0]!));
    assert.deepEqual([...folders].filter((name) => !name.startsWith(".")).sort(), [
      "components",
      "docs",
      "examples",
      "moodle-image",
      "offline",
      "pipelines",
      "plugin",
      "policies",
      "stacks",
      "testing",
      "tools",
    ]);
  });

  it("has no module beside a JSON file of its name: ts-node, with which Pulumi runs the program, would load the file", () => {
    const files = execFileSync("git", ["ls-files", "index.ts", "components", "stacks", "examples"], {
      cwd: root,
      encoding: "utf8",
    })
      .trim()
      .split("\n");
    assert.deepEqual(
      files.filter((file) => file.endsWith(".ts") && files.includes(file.replace(/\.ts$/, ".json"))),
      [],
    );
  });

  it("names one version of Node", () => {
    const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    assert.equal(readFileSync(join(root, ".nvmrc"), "utf8").trim(), devDependencies.node);
  });

  it("has what CONTRIBUTING.md and the architecture name", () => {
    for (const document of ["CONTRIBUTING.md", "docs/architecture.md", "docs/requirements.md"]) {
      const text = readFileSync(join(root, document), "utf8");
      const paths = [
        ...text.matchAll(/`((?:components|stacks|policies|tools|testing|moodle-image|offline|docs)\/[\w./-]+)`/g),
      ];
      const missing = paths.map(([, path]) => path!).filter((path) => !existsSync(join(root, path)));
      assert.deepEqual(missing, [], document);
    }
  });

  describe("and its imports, by .dependency-cruiser.cjs", () => {
    const tree = mkdtempSync(join(tmpdir(), "layout-"));
    let violations: Cruised["summary"]["violations"];
    const write = (file: string, text: string): void => {
      mkdirSync(dirname(join(tree, file)), { recursive: true });
      writeFileSync(join(tree, file), text);
    };
    /** The file of one room that imports another's. */
    const planted = (from: Room, to: Room): string => join(dirname(rooms[from]), `${from}-${to}.ts`);

    before(() => {
      copyFileSync(join(root, ".dependency-cruiser.cjs"), join(tree, ".dependency-cruiser.cjs"));
      copyFileSync(join(root, "tsconfig.json"), join(tree, "tsconfig.json"));
      names.forEach((name) => write(rooms[name], "export const a = 1;\n"));
      for (const from of names.filter((name) => name !== "index")) {
        for (const to of names) {
          const file = planted(from, to);
          const target = relative(dirname(file), rooms[to]).replace(/\.ts$/, "");
          write(file, `export { a } from "${target.startsWith(".") ? target : `./${target}`}";\n`);
        }
      }
      write("index.ts", names.map((to) => `import "./${rooms[to].replace(/\.ts$/, "")}";\n`).join(""));
      write("stacks/round.ts", 'export * from "./trip";\n');
      write("stacks/trip.ts", 'import type { T } from "./round";\nexport type U = T;\n');
      write("tools/cost/a.test.ts", 'export { a } from "../../testing/a";\n');
      write("tools/cost/lost.ts", 'export { a } from "./nowhere";\n');
      write("node_modules/dev/package.json", '{ "name": "dev", "version": "1.0.0" }');
      write("node_modules/dev/index.js", "");
      write("package.json", '{ "name": "x", "devDependencies": { "dev": "1.0.0" } }');
      write("stacks/heavy.ts", 'import "dev";\n');
      write("tools/cost/heavy.ts", 'import "dev";\n');
      write("components/cache/lambda/heavy.ts", 'import "dev";\nimport "brought-by-the-runtime";\n');
      write("components/cache/loads.ts", 'import type { a } from "./lambda/heavy";\nexport type A = typeof a;\n');
      const program = join(root, "node_modules", ".bin", "depcruise");
      const folders = ["index.ts", ...new Set(Object.values(rooms).map((file) => file.split("/")[0]!))];
      const printed = execFileSync(program, ["--output-type", "json", ...folders], {
        cwd: tree,
        encoding: "utf8",
        maxBuffer: 64 * 1024 * 1024,
      });
      violations = (JSON.parse(printed) as Cruised).summary.violations;
    });
    after(() => rmSync(tree, { recursive: true }));

    const found = (from: string, to: string): readonly string[] =>
      violations.filter((one) => one.from === from && one.to === to).map(({ rule }) => rule.name);

    for (const from of names) {
      it(`${rooms[from]} may import ${allowed[from].join(", ") || "its own room alone"}`, () => {
        for (const to of names.filter((name) => name !== from)) {
          const file = from === "index" ? "index.ts" : planted(from, to);
          const expected = allowed[from].includes(to) ? [] : ["not-in-allowed"];
          assert.deepEqual(
            found(file, rooms[to]).filter((rule) => rule !== "no-circular"),
            expected,
            `${from} to ${to}`,
          );
        }
      });
    }

    it("may not go in a circle, not even by types", () => {
      assert.ok(violations.some(({ from, rule }) => from.startsWith("stacks/") && rule.name === "no-circular"));
    });

    it("must exist", () => {
      assert.ok(found("tools/cost/lost.ts", "./nowhere").includes("not-to-unresolvable"));
    });

    it("of a test may come from anywhere", () => {
      assert.deepEqual(found("tools/cost/a.test.ts", "testing/a.ts"), []);
    });

    it("of the program are dependencies, and those of tools may be for development only", () => {
      assert.deepEqual(found("stacks/heavy.ts", "node_modules/dev/index.js"), ["program-needs-no-dev-dependency"]);
      assert.deepEqual(found("tools/cost/heavy.ts", "node_modules/dev/index.js"), []);
    });

    it("of code for Lambda are what its runtime brings, and the program does not load that code", () => {
      const file = "components/cache/lambda/heavy.ts";
      assert.deepEqual(found(file, "node_modules/dev/index.js"), []);
      assert.deepEqual(found(file, "brought-by-the-runtime"), []);
      assert.deepEqual(found("components/cache/loads.ts", file), ["program-does-not-load-lambda-code"]);
    });
  });
});
