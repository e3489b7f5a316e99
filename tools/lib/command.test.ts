import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ask } from "../../testing/tools/ask";
import { commands } from "../generate/commands";
import { declare, explained, flag, helpLine, needed, optional, standard, usage } from "./command";
import { anyText, number, oneOf, stackName, wholeNumber } from "./kinds";

const root = resolve(__dirname, "../..");

const seen: unknown[] = [];
const example = declare({
  name: "example",
  summary: "Show what was given",
  options: {
    STACK: needed(stackName, "The stack"),
    COUNT: standard(wholeNumber(1, 9), "How many", "3"),
    HOW: optional(oneOf(["fast", "slow"]), "How"),
    LONG_NAME: optional(anyText("a text", "Leave it out."), "Any words"),
    DRY: flag("Only look"),
  },
  check: ({ COUNT, HOW }) =>
    HOW === "fast" && COUNT !== undefined && COUNT > 5
      ? [{ path: "COUNT", given: String(COUNT), allowed: "5 at most with HOW=fast", fix: "Lower it." }]
      : [],
  run: (values, { print }) => {
    seen.push(values);
    print("done");
    return values.LONG_NAME === "fail" ? 1 : 0;
  },
});

describe("A tool's options", () => {
  beforeEach(() => (seen.length = 0));
  const all = { STACK: "dev", COUNT: 3, HOW: undefined, LONG_NAME: undefined, DRY: false };

  it("come by variables, of which an empty one counts as not given, or by flags, which win", async () => {
    await ask(example, { STACK: "dev", COUNT: "", HOW: " ", DRY: "1" });
    const flags = ["--count", "5", "--how=slow", "--long-name", "a b", "--dry"];
    const { complained } = await ask(example, { STACK: "dev", COUNT: "4" }, flags);
    assert.equal(complained, "");
    assert.deepEqual(seen, [
      { ...all, DRY: true },
      { STACK: "dev", COUNT: 5, HOW: "slow", LONG_NAME: "a b", DRY: true },
    ]);
  });

  it("are refused all at once on stderr with status 2, and then nothing is done", async () => {
    const { code, printed, complained } = await ask(
      example,
      { STACK: "production", COUNT: "x", HOW: "faster", DRY: "yes" },
      ["--stacks", "extra", "--variables", "STACK COUNTS AWS_PROFILE"],
    );
    assert.deepEqual([code, printed, seen.length], [2, "", 0]);
    assert.deepEqual(complained.split("\n"), [
      'error: option: got "--stacks", expected --stack, --count, --how, --long-name, --dry. tools/run example --help says what there is.',
      'error: option: got "extra", expected --stack, --count, --how, --long-name, --dry. tools/run example --help says what there is.',
      'error: variable: got "COUNTS", expected STACK, COUNT, HOW, LONG_NAME, DRY. tools/run example --help says what there is.',
      'error: STACK: got "production", expected dev, prod, staging. There is a Pulumi.<stack>.yaml for each. For example STACK=prod.',
      'error: COUNT: got "x", expected a whole number from 1 to 9. Write digits alone.',
      'error: HOW: got "faster", expected fast, slow. Choose one.',
      'error: DRY: got "yes", expected 1, or nothing. Write =1, or leave it out.',
    ]);
  });

  it("are refused together too, and a missing one reads as nothing", async () => {
    const { code, complained } = await ask(example, { COUNT: "6", HOW: "fast" });
    assert.equal(code, 2);
    assert.match(
      complained,
      /^error: STACK: got nothing, .*\nerror: COUNT: got "6", expected 5 at most with HOW=fast\. /,
    );
    assert.deepEqual((await ask(example, {}, ["--stack"])).code, 2);
  });

  it("give the status of the tool: 1 where it failed or threw, without a stack trace", async () => {
    assert.equal((await ask(example, { STACK: "dev", LONG_NAME: "fail" })).code, 1);
    const broken = declare({
      ...example,
      options: {},
      check: undefined,
      run: () => Promise.reject(new Error("no\nreally")),
    });
    assert.deepEqual(await ask(broken, {}), {
      code: 1,
      printed: "",
      complained: "error: no\nreally",
      said: "error: no\nreally",
    });
  });

  it("are explained by --help, from the one declaration", async () => {
    const { code, printed } = await ask(example, {}, ["--help"]);
    assert.equal(code, 0);
    for (const words of [
      "Usage: tools/run example [options]",
      "--count <count>",
      "How many: a whole number from 1 to 9. Default: 3.",
      "--dry ",
      "make example STACK=... [COUNT=...] [HOW=fast|slow] [LONG_NAME=...] [DRY=1]",
      "Exit status: 0 done; 1 failed; 2 wrong usage",
    ]) {
      assert.ok(printed.includes(words), printed);
    }
    assert.equal(explained(example.options.COUNT), "How many: a whole number from 1 to 9. Default: 3.");
    assert.equal(helpLine({ ...example, options: { DRY: example.options.DRY } }), "Show what was given [DRY=1]");
    const many = Object.fromEntries("ABCDE".split("").map((name) => [name, example.options.HOW]));
    assert.equal(usage({ name: "example", options: many }), "[more: tools/run example --help]");
  });

  it("have a default that is allowed", () => {
    assert.throws(() => standard(number(0, 1), "Share", "2"), /2 is not a number from 0 to 1/);
  });
});

describe("Every tool", () => {
  const makefile = readFileSync(join(root, "Makefile"), "utf8");

  it("is named as its folder and its make target, which calls it and nothing else", async () => {
    const folders = globSync("tools/*/command.ts", { cwd: root, exclude: ["tools/lib/*"] }).map(
      (file) => file.split("/")[1],
    );
    assert.deepEqual(
      (await commands()).map(({ name }) => name),
      folders.sort(),
    );
    for (const name of folders) {
      assert.match(makefile, new RegExp(`^${name}: ## .*\\n\\t\\$\\(TOOL\\)\\n`, "m"));
    }
  });

  // Messages name variables: "make loadtest TARGET=local". The documents have a test of their own.
  it("has each variable that messages and pipelines give it", async () => {
    const known = new Map((await commands()).map(({ name, options }) => [name, Object.keys(options)]));
    const files = globSync([".github/workflows/*.yml", "Jenkinsfile", "tools/**/*.ts", "stacks/**/*.ts"], {
      cwd: root,
      exclude: ["**/node_modules", "**/*.test.ts"],
    });
    let found = 0;
    for (const file of files) {
      for (const [call, name] of readFileSync(join(root, file), "utf8").matchAll(
        /\bmake ([a-z-]+)(?: +\[?[A-Z_]+=[^\s`\]]*\]?)+/g,
      )) {
        for (const [, variable] of call.matchAll(/ \[?([A-Z_]+)=/g)) {
          found += known.has(name!) ? 1 : 0;
          assert.ok(known.get(name!)?.includes(variable!) ?? true, `${file}: ${call}: make ${name} has no ${variable}`);
        }
      }
    }
    assert.ok(found > 10, String(found));
  });

  it("ends with its own status by tools/run, and says what is no tool", () => {
    const run = (...args: string[]) => spawnSync(join(root, "tools/run"), args, { encoding: "utf8", cwd: "/" });
    const good = run("sizing", "--users", "43000");
    assert.deepEqual([good.status, good.stderr], [0, ""]);
    assert.match(good.stdout, /requestsPerTarget/);
    const wrong = run("sizing", "--users", "many");
    assert.deepEqual([wrong.status, wrong.stdout], [2, ""]);
    assert.match(wrong.stderr, /^error: USERS: got "many"/);
    for (const name of ["", "lib", "size", "../tools/cost"]) {
      const { status, stderr } = run(name);
      assert.equal(status, 2);
      assert.match(stderr, /^error: tool: got .*, expected one of actions .*cost/);
    }
  });

  it("is told by make which variables it was given, unless another make gave them", () => {
    const make = (MAKELEVEL: string | undefined, ...args: string[]) =>
      spawnSync("make", ["--no-print-directory", "sizing", ...args], {
        encoding: "utf8",
        cwd: root,
        // The make that runs the tests hands its own variables on by the first of these: make test FAST=1.
        env: { ...process.env, MAKEFLAGS: undefined, MAKEOVERRIDES: undefined, MAKELEVEL },
      });
    const wrong = make(undefined, "USERS=43000", "EXAMS=4000");
    assert.equal(wrong.status, 2);
    assert.match(wrong.stderr, /^error: variable: got "EXAMS", expected USERS, EXAM, STACK\./);
    assert.equal(make("1", "USERS=43000", "EXAMS=4000").status, 0);
  });
});
