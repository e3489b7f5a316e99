import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { resolveCli } from "../../offline/cli/resolve";
import { imageSource } from "../../stacks/image";
import { loadSettings } from "../../stacks/settings/load";
import { commands as tools } from "../../tools/generate/commands";
import { valuesOf } from "../../tools/lib/command";
import { runbookNames, runbookText } from "../../tools/runbook/command";
import { fill, momentNames, type Names, placeholder, unfilled } from "../../tools/runbook/fill";
import { exampleConfig } from "../examples/settings";
import { needPython } from "../leftOut";
import { recordRun } from "../values/recorded";
import { type SettingsSet, settingsSets } from "../values/sets";
import { called, otherFences, shellText, sqlStatements, variables, type Words } from "./commands";

const root = join(__dirname, "../..");
const now = Date.parse("2026-11-23T06:00:00Z");
process.env["MOODLE_NOW"] ??= "2026-11-23T06:00:00Z";

const webhook = {
  kind: "slack",
  name: "students",
  secretArn: "arn:aws:secretsmanager:us-east-1:123456789012:secret:status-AbCdEf",
};

/** Has what the other sets have not: a synthetic user, webhooks, and calls of the calendar. */
const everything: SettingsSet = {
  stack: "prod",
  config: exampleConfig({
    image: { kind: "digest", digest: `sha256:${"a".repeat(64)}` },
    observability: { canary: { username: "synthetic", courseId: 7, fileId: 21, quizId: 22 } },
    database: { capacity: { kind: "serverless", minAcu: 8, maxAcu: 64 } },
    calendar: { name: "example" },
    edge: { outage: { webhooks: [webhook] } },
  }),
};

async function namesOf({ stack, config }: SettingsSet): Promise<Names> {
  const { outputs } = await recordRun(config, stack);
  return { ...(outputs["runbook"] as Names), ...momentNames(stack, now) };
}

describe("The runbooks", () => {
  const sets = ["prod", "dev", "FSx for OpenZFS", "another CDN, certificates by hand", "a mail server"];
  const names = new Map<string, Names>();
  const pages = new Map<string, readonly Words[]>();
  before(async function () {
    this.timeout(180_000);
    for (const set of sets) {
      names.set(set, await namesOf(settingsSets[set]!));
    }
    names.set("everything", await namesOf(everything));
    // One stack that has everything.
    const all = Object.fromEntries(
      [...names.values()].flatMap((one) => Object.entries(one).filter(([, value]) => value)),
    );
    for (const page of runbookNames()) {
      pages.set(page, called(shellText(fill(runbookText(page), { ...all, ...momentNames("prod", now) }))));
    }
  });

  const calls = (program: string) =>
    [...pages].flatMap(([page, lines]) =>
      lines.filter(([first]) => first === program).map((words) => ({ page, words })),
    );

  /** Documents for the same reader, whose names are those of the example. */
  const documentCalls = (program: string) =>
    readdirSync(join(root, "docs"))
      .filter((name) => name.endsWith(".md"))
      .flatMap((name) =>
        called(shellText(readFileSync(join(root, "docs", name), "utf8"), false))
          .filter(([first]) => first === program)
          .map((words) => ({ page: `docs/${name}`, words })),
      );

  it("have a name of each kind of stack in the place of each placeholder, and no name that no page takes", () => {
    const wanted = new Set(
      runbookNames().flatMap((page) => [...runbookText(page).matchAll(placeholder)].map(([, name]) => name)),
    );
    for (const [set, given] of names) {
      for (const page of runbookNames()) {
        assert.deepEqual(unfilled(runbookText(page), given), [], `${page} of ${set}`);
      }
      assert.deepEqual(
        Object.keys(given).filter((name) => !wanted.has(name) && name !== "region"),
        [],
      );
    }
    // A placeholder is one word: what is in angle brackets and not filled would be seen at three in the morning.
    for (const page of runbookNames()) {
      const odd = runbookText(page).match(/<(?!https?:)[^<>\n]*[^<>\nA-Za-z0-9][^<>\n]*>/g);
      assert.deepEqual(odd, null, page);
    }
  });

  it("have blocks of shell commands alone, which the tests here run; SQL runs in moodle-image/test/rotation.test.ts", () => {
    for (const page of runbookNames()) {
      assert.deepEqual(otherFences(runbookText(page)), [], page);
    }
    const planted =
      '1. Look:\n\n   ```sql\n   SHOW ENGINE INNODB STATUS;\n   ```\n\nOr `KILL 1`, or `rows "SELECT 1"`.';
    assert.deepEqual(otherFences(planted), ["sql"]);
    assert.deepEqual(sqlStatements(planted), ["KILL 1", "SELECT 1"]);
  });

  it("leave out, with a word why, the commands that a stack has no name for", () => {
    const page = (set: string) => fill(runbookText("shared-files"), names.get(set)!);
    assert.match(page("prod"), /^ *aws efs describe-mount-targets --file-system-id fs-\w+$/m);
    assert.match(page("prod"), /^ *# Stack prod has no openZfsFileSystem: aws fsx update-file-system /m);
    assert.match(page("FSx for OpenZFS"), /^ *# Stack prod has no efsFileSystem: aws efs update-file-system /m);
    assert.match(page("FSx for OpenZFS"), /^ *aws fsx update-file-system --file-system-id fs-\w+ /m);
  });

  it("and the documents, call the AWS CLI with commands, parameters and queries that it takes", function () {
    this.timeout(120_000);
    needPython(this, "aws-cli");
    const all = [...calls("aws"), ...documentCalls("aws")];
    assert.ok(all.length > 60, String(all.length));
    const judged = spawnSync(join(root, ".offline/aws-cli/bin/python"), [join(__dirname, "judge.py")], {
      input: JSON.stringify(all.map(({ words }) => words.slice(1))),
      encoding: "utf8",
    });
    assert.equal(judged.status, 0, judged.stderr);
    const wrong = (JSON.parse(judged.stdout) as readonly (string | null)[]).flatMap((found, index) =>
      found === null ? [] : [`${all[index]!.page}: ${all[index]!.words.join(" ")}: ${found}`],
    );
    assert.deepEqual(wrong, []);
  });

  it("are judged by a CLI that refuses what is wrong", function () {
    this.timeout(180_000);
    needPython(this, "aws-cli");
    const wrong = [
      ["ecs", "describe-service", "--cluster", "c"],
      ["ecs", "describe-services", "--cluster", "c", "--service", "s", "--bogus", "x"],
      ["ecs", "describe-services", "--cluster", "c", "--services", "s", "--query", "services[].task"],
      ["kms", "enable-key", "--key-id", ""],
      ["logs", "tail", "group", "--until", "1h"],
    ];
    const judged = spawnSync(join(root, ".offline/aws-cli/bin/python"), [join(__dirname, "judge.py")], {
      input: JSON.stringify([...wrong, ["ecs", "describe-services", "--cluster", "c", "--services", "s"]]),
      encoding: "utf8",
    });
    const found = JSON.parse(judged.stdout) as readonly (string | null)[];
    assert.deepEqual(
      found.map((one) => one === null),
      [false, false, false, false, false, true],
      judged.stdout,
    );
  });

  it("and the documents, call make with targets and values that its tools take", async () => {
    const known = new Map((await tools()).map((tool) => [tool.name, tool]));
    const makefile = readFileSync(join(root, "Makefile"), "utf8");
    for (const { page, words } of [...calls("make"), ...documentCalls("make")]) {
      const target = words[1] ?? "";
      const where = `${page}: ${words.join(" ")}`;
      assert.match(makefile, new RegExp(`^${target}:`, "m"), where);
      const given = variables(words);
      const tool = known.get(target);
      if (tool !== undefined) {
        const unknown = Object.keys(given).filter((name) => !(name in tool.options));
        assert.deepEqual(unknown, [], where);
        // A file of the reader's own, such as a log, is not here.
        if (!Object.keys(given).some((name) => tool.options[name]!.kind.expected.includes("that exist"))) {
          assert.doesNotThrow(() => valuesOf(tool, given), where);
        }
      }
    }
  });

  it("and the documents, call Pulumi with subcommands and options that its CLI has, and update with the policies alone", async function () {
    this.timeout(120_000);
    const { command: cli } = await resolveCli();
    const help = new Map<string, string>();
    for (const { page, words } of [...calls("pulumi"), ...documentCalls("pulumi")]) {
      const where = `${page}: ${words.join(" ")}`;
      const options = words.findIndex((word, index) => index > 1 && word.startsWith("-"));
      const subcommand = words.slice(1, options < 0 ? undefined : options);
      const verbs = subcommand.slice(0, ["config", "stack", "state"].includes(subcommand[0]!) ? 2 : 1);
      const key = verbs.join(" ");
      help.set(key, help.get(key) ?? spawnSync(cli, [...verbs, "--help"], { encoding: "utf8" }).stdout);
      // An alias has its own help, under the command's full name.
      assert.match(help.get(key)!, new RegExp(`^  pulumi ${key.replace(/\brm$/, "(?:rm|remove)")}\\b`, "m"), where);
      for (const option of words.filter((word) => word.startsWith("--"))) {
        assert.match(help.get(key)!, new RegExp(`${option}\\b`), where);
      }
      if (verbs[0] === "up") {
        assert.ok(words.includes("--policy-pack") && words.includes("policies/config/prod.json"), where);
      }
      if (key !== "logout" && key !== "stack rm") {
        assert.match(
          words[words.indexOf("--stack") + 1]!,
          page.startsWith("docs/") ? /^(?:dev|prod)$/ : /^prod$/,
          where,
        );
      }
    }
  });

  it("go back to the image of before, whichever kind of image the stack has", () => {
    const digest = `sha256:${"a".repeat(64)}`;
    const other = "123456789012.dkr.ecr.eu-west-2.amazonaws.com/prod-image-repository";
    const now = `sha256:${"b".repeat(64)}`;
    const kinds = [
      undefined,
      { kind: "build", keepImages: 10, sharedWith: ["210987654321"] },
      { kind: "digest", digest: now },
      { kind: "digest", digest: now, repository: other },
    ];
    const going = [...pages].flatMap(([page, lines]) =>
      runbookText(page).includes("imageTag=live-before-")
        ? lines.filter((words) => words[2] === "set-all").map((words) => ({ page, words }))
        : [],
    );
    assert.deepEqual(going.map(({ page }) => page).sort(), ["release", "slo-burn"]);
    for (const { page, words } of going) {
      for (const image of kinds) {
        const set = words.flatMap((word) =>
          [/^moodle:image\.(\w+)=(.*)$/.exec(word)?.slice(1)].filter((found) => found !== undefined),
        );
        const after = { ...image, ...Object.fromEntries(set as [string, string][]) };
        const settings = loadSettings(exampleConfig({ image: after }), "prod");
        const source = imageSource(settings);
        assert.ok(source.kind === "digest" && source.digest === digest, page);
        // From where the stack takes its images anyway: what `repositoryName` and `repositoryAccount` name.
        assert.equal(source.repositoryUrl, image !== undefined && "repository" in image ? image.repository : undefined);
      }
      const release = pages.get(page)!.find((line) => line[1] === "release");
      assert.ok(release?.includes(`IMAGE=${digest}`), page);
    }
  });
});

describe("Every message", () => {
  it("shows an update with the policy pack", () => {
    const kinds = ["*.ts", "*.php", "*.sh", "*.cjs", "*.mjs", "pipelines/*", ":!*.test.ts", ":!*.md"];
    const files = spawnSync("git", ["ls-files", ...kinds], { cwd: root, encoding: "utf8" })
      .stdout.trim()
      .split("\n");
    assert.ok(files.length > 500, String(files.length));
    const wrong = files.flatMap((file) =>
      readFileSync(join(root, file), "utf8")
        .split("\n")
        .filter((line) => !/^\s*(?:\*|\/\/|\/\*|#)/.test(line))
        // A command of options, or what a fix says to do; "run pulumi up" in a sentence names the operation.
        .filter((line) => /\bpulumi up --|Fix: [^"`]*\bpulumi up\b/.test(line) && !line.includes("--policy-pack"))
        .map((line) => `${file}: ${line.trim()}`),
    );
    // The test of runbooks itself takes this one for a name, in its regular expressions.
    assert.deepEqual(
      wrong.filter((line) => !line.startsWith("testing/runbooks/commands.ts: .filter(")),
      [],
    );
  });
});

const documents = (): readonly string[] =>
  spawnSync("git", ["ls-files", "*.md"], { cwd: root, encoding: "utf8" })
    .stdout.trim()
    .split("\n")
    .filter((name) => !name.startsWith("policies/") && name !== "CHANGELOG.md");

/**
 * Sentences of a document that order a bare update or refresh: "then `pulumi up`.", "3. `pulumi up`, then". One that names the
 * operation ("`pulumi up` refuses") is none.
 */
const ordered = (text: string): readonly string[] => [
  ...(text.match(/(?:\b(?:run|then|and)|^ *\d+\.)\s+`pulumi (?:up|refresh)`(?=[,.;:)]| and | first\b| as\b|$)/gm) ??
    []),
  ...(text.match(/`pulumi (?:up|refresh) --(?!stack )[^`]*`/g) ?? []),
];

describe("Every document", () => {
  it("orders no bare update", () => {
    assert.equal(
      ordered("1. `pulumi up`, then wait, then `pulumi refresh`, and\n`pulumi up`. `pulumi up --refresh` too.").length,
      4,
    );
    assert.deepEqual(ordered("`pulumi up` refuses it, and `pulumi up` pushes it; from the next `pulumi up` on."), []);
    for (const file of documents()) {
      assert.deepEqual(ordered(readFileSync(join(root, file), "utf8")), [], file);
    }
  });

  it("shows an update with the policy pack", () => {
    for (const file of documents()) {
      const text = readFileSync(join(root, file), "utf8");
      for (const line of text.split("\n")) {
        // A command to be pasted has options or a line of its own; "`pulumi up`" in a sentence names the operation.
        if (/^\s*(?:[A-Z_]+=\S+ )*pulumi up(?= --|\s*$|\s+#)|`pulumi up --stack/.test(line)) {
          assert.match(
            line,
            /--policy-pack policies --policy-pack-config policies\/config\/\S+\.json/,
            `${file}: ${line}`,
          );
        }
      }
    }
  });
});
