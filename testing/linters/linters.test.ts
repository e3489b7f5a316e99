// cspell:ignore retrun
import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { leaveOut } from "../leftOut";
import { filesOf, linters, root } from "./linters";
import { find } from "./program";
import { commandsOf } from "./shell";

interface Planted {
  readonly file: string;
  readonly text: string;
  readonly finds: RegExp;
}

const workflow = (run: string): string =>
  `name: Planted\non: issues\npermissions: {}\njobs:\n  one:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: ${run}\n`;
const template = "moodle-image/rootfs/opt/moodle/config/nginx.conf.template";
const nginxWith = (line: string): string =>
  readFileSync(join(root, template), "utf8").replace("        location / {", `        ${line}\n        location / {`);

const planted: Readonly<Record<string, readonly Planted[]>> = {
  actionlint: [
    {
      file: ".github/workflows/a.yml",
      text: workflow("echo ${{ matrix.nothing }}"),
      finds: /"nothing" is not defined/,
    },
    { file: ".github/workflows/b.yml", text: workflow("cat $name"), finds: /shellcheck reported.*SC2086/ },
  ],
  zizmor: [
    {
      file: ".github/workflows/a.yml",
      text: workflow('echo "${{ github.event.issue.title }}"'),
      finds: /template-injection/,
    },
    {
      file: ".github/workflows/b.yml",
      text: workflow("true").replace("- run: true", "- uses: someone/something@v1"),
      finds: /unpinned-uses/,
    },
  ],
  shellcheck: [
    { file: "script", text: "#!/bin/sh\nrm -r $1\n", finds: /^script:2:.*SC2086/ },
    {
      file: "part.sh",
      text: "# shellcheck shell=bash\nif [ $a = 1 ]; then true; fi\n",
      finds: /^part\.sh:2:.*SC2086/m,
    },
    { file: "docs/page.md", text: 'A page.\n\n```sh\necho "no end\n```\n', finds: /^docs\/page\.md:4:.*SC10/m },
  ],
  hadolint: [{ file: "Dockerfile", text: "FROM debian\nRUN cd /tmp && sudo true\n", finds: /DL3006[\s\S]*DL3004/ }],
  gixy: [
    {
      file: "nginx.conf.template",
      text: nginxWith("location /files { alias /srv/files/; }"),
      finds: /alias_traversal/,
    },
    {
      file: "nginx.conf.template",
      text: nginxWith("location ~ /to/(.*) { proxy_pass http://$1; }"),
      finds: /ssrf/,
    },
  ],
  nginx: [
    {
      file: "nginx.conf.template",
      text: nginxWith("location = /x { retrun 200; }"),
      finds: /unknown directive "retrun"/,
    },
    { file: "nginx.conf.template", text: nginxWith("allow @NOBODY@;"), finds: /invalid parameter "@NOBODY@"/ },
  ],
  php: [{ file: "a.php", text: "<?php\n$a = ;\n", finds: /syntax error.*a\.php/ }],
  mago: [
    {
      file: "image/a.php",
      text: "<?php\nfunction a(int $b): string { return strlen($c); }\na('x', 2);\nb();\n",
      finds: /:2:.*`\$c`[\s\S]*:3:.*expected `int`[\s\S]*:3:.*Too many arguments[\s\S]*:4:.*Function `b`/,
    },
  ],
};

describe("Linters of files that no TypeScript tool reads", function () {
  this.timeout(0);
  const all = filesOf(root);
  before(() => {
    execFileSync(join(__dirname, "setup"), { stdio: "inherit" });
  });

  for (const { program, reads, get, files, lint } of linters) {
    describe(program, () => {
      before(function () {
        if (find(program) === undefined) {
          leaveOut(this, `${program} is not here: ${get}`);
        }
      });

      // "make check" reports its findings in them.
      it(`has files to read: ${reads}`, () => {
        assert.notDeepEqual(files(root, all), []);
      });

      for (const { file, text, finds } of planted[program] ?? []) {
        it(`finds a planted mistake: ${finds.source}`, async () => {
          const folder = mkdtempSync(join(tmpdir(), "planted-"));
          try {
            mkdirSync(dirname(join(folder, file)), { recursive: true });
            writeFileSync(join(folder, file), text);
            assert.deepEqual(files(folder, [file]), [file]);
            assert.match(await lint(folder, [file]), finds);
          } finally {
            rmSync(folder, { recursive: true });
          }
        });
      }
    });
  }

  it("have a planted mistake each", () => {
    assert.deepEqual(
      Object.keys(planted),
      linters.map(({ program }) => program),
    );
  });

  it("read every script, page of commands, workflow and PHP file that git knows", () => {
    const read = new Set(linters.flatMap(({ files }) => files(root, all)));
    const expected = [".ci/run", "Jenkinsfile", "pipelines/lib.sh", "testing/venv", "moodle-image/Dockerfile", template]
      .concat(
        "moodle-image/rootfs/usr/local/bin/moodle-healthcheck",
        "docs/runbooks/mail.md",
        ".github/workflows/main.yml",
      )
      .concat("moodle-image/rootfs/opt/moodle/lib/roles.sh", "moodle-image/build/finish");
    // The Jenkinsfile's parser is in pipelines/.
    assert.deepEqual(
      expected.filter((file) => !read.has(file)),
      ["Jenkinsfile"],
    );
  });

  it("read a document's commands with its line numbers, and what a reader fills in as a word", () => {
    const page = "Text.\n\n```sh\nmake up STACK=<stack> # <15 minutes ago>\n```\n\n```ts\nconst a;\n```\n";
    assert.equal(commandsOf(page), "\n\n\nmake up STACK=PLACEHOLDER # PLACEHOLDER\n\n\n\n\n\n");
  });
});
