import * as assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { isAbsolute, join } from "node:path";

/** Behaviour of a stand-in: shell patterns of its arguments, and the bash that answers. */
type Answers = Readonly<Record<string, string>>;

/** The scripts with stand-ins for the programs they call; each writes down what it was asked. */
class Bench {
  readonly folder = mkdtempSync(join(tmpdir(), "pipelines-"));

  constructor(programs: Readonly<Record<string, Answers>>) {
    mkdirSync(join(this.folder, "bin"));
    for (const [program, answers] of Object.entries(programs)) {
      const cases = Object.entries(answers).map(([pattern, body]) => `${pattern}) ${body || ":"} ;;`);
      const note = `printf '%s\\n' "${program} $*" >>"${this.log}"`;
      writeFileSync(
        join(this.folder, "bin", program),
        ["#!/bin/bash", note, 'case "$*" in', ...cases, "esac", ""].join("\n"),
      );
      chmodSync(join(this.folder, "bin", program), 0o755);
    }
  }

  get log(): string {
    return join(this.folder, "asked");
  }

  run(script: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    writeFileSync(this.log, "");
    const PATH = `${join(this.folder, "bin")}:${process.env["PATH"]}`;
    const { status, stdout, stderr } = spawnSync(isAbsolute(script) ? script : join(__dirname, script), args, {
      encoding: "utf8",
      env: { ...process.env, PATH, ...env },
    });
    return { status, stdout, stderr, asked: readFileSync(this.log, "utf8").split("\n") };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}

describe("The pipelines' scripts", () => {
  let bench: Bench;
  const use = (programs: Readonly<Record<string, Answers>>) => (bench = new Bench(programs));
  afterEach(() => bench.remove());

  describe("pipelines/comment", () => {
    const event = {
      GITHUB_REPOSITORY: "example/moodle",
      RUN_ID: "7",
      HEAD_OWNER: "stranger",
      HEAD_BRANCH: "fix",
      HEAD_SHA: "abc",
    };
    /** Leaves a report where `gh run download` puts it. */
    const downloads = (stack: string, text: string): Answers => ({
      "run\\ download*": `mkdir -p "\${@: -1}/plan-${stack}"; printf '%s' '${text}' >"\${@: -1}/plan-${stack}/report.md"`,
    });

    it("posts one comment for each stack, with no mention that reaches anybody", () => {
      use({ gh: { "*pulls*": "echo 12", ...downloads("prod", "@everyone look") } });
      const { status, stderr, asked } = bench.run("comment", [], event);
      assert.equal(status, 0, stderr);
      const text = asked.join("\n");
      assert.match(
        text,
        /POST repos\/example\/moodle\/issues\/12\/comments -f body=<!-- plan of prod -->\n@\u200beveryone look/,
      );
    });

    it("renews a comment that is there", () => {
      use({ gh: { "*pulls*": "echo 12", ...downloads("prod", "new"), "*--paginate*": "echo 99" } });
      const { asked } = bench.run("comment", [], event);
      assert.ok(asked.some((line) => line.startsWith("gh api --method PATCH repos/example/moodle/issues/comments/99")));
      assert.ok(!asked.some((line) => line.includes("POST")));
    });

    it("says nothing when the run ended before it left a report, and fails when a report cannot be fetched", () => {
      // As gh does: https://github.com/cli/cli/blob/trunk/pkg/cmd/run/download/download.go
      const none = {
        "run\\ download*": "echo 'no artifact matches any of the names or patterns provided' >&2; exit 1",
      };
      use({ gh: { "*pulls*": "echo 12", "*actions/runs/7/artifacts*": "echo false", ...none } });
      const { status, stdout, asked } = bench.run("comment", [], event);
      assert.deepEqual([status, stdout], [0, "Run 7 left no plan report.\n"]);
      assert.ok(!asked.some((line) => /POST|PATCH/.test(line)));
      bench.remove();
      use({ gh: { "*pulls*": "echo 12", "*actions/runs/7/artifacts*": "echo true", ...none } });
      assert.equal(bench.run("comment", [], event).status, 1);
    });

    it("says nothing when the pull request has moved on, or the folder's name is no stack's", () => {
      use({ gh: {} });
      assert.match(bench.run("comment", [], event).stdout, /moved on/);
      bench.remove();
      use({ gh: { "*pulls*": "echo 12", ...downloads("$(id)", "x") } });
      assert.ok(!bench.run("comment", [], event).asked.some((line) => /POST|PATCH/.test(line)));
    });
  });

  describe("pipelines/deploy", () => {
    const env = { PULUMI_BACKEND_URL: "s3://state", PULUMI: "pulumi" };
    it("needs a stack, and the state's address", () => {
      use({ pulumi: {} });
      assert.match(bench.run("deploy", ["no-such"], env).stderr, /there is no stack "no-such"/);
      assert.match(bench.run("deploy", ["prod; id"], env).stderr, /there is no stack/);
      assert.match(
        bench.run("deploy", ["prod"], { ...env, PULUMI_BACKEND_URL: "" }).stderr,
        /PULUMI_BACKEND_URL is not set/,
      );
    });

    const digest = `sha256:${"a".repeat(64)}`;
    const other = `sha256:${"b".repeat(64)}`;
    const release = {
      imageUri: `repository@${other}`,
      stateMachineArn: "arn",
      region: "eu-west-2",
      upgradeLogGroup: "upgrade",
      webLogGroup: "web",
    };
    const pulumi: Answers = {
      // Outputs that the release reads. Its own image differs, so it refuses and exits with 2, before it calls AWS.
      "stack\\ output\\ --json*": `echo '${JSON.stringify({ release, signIn: {} })}'`,
      "*clusterName*": "echo cluster",
      "*serviceNames*": `echo '{"cron":"cron-service","web":"web-service"}'`,
      "*imageUri*": `echo repository@${digest}`,
      "*output\\ release*": `echo '{"lockTableName":"prod-release-lock-1"}'`,
    };
    const aws = (newestWeb: string, last = digest): Answers => ({
      "*dynamodb\\ get-item\\ --table-name\\ prod-release-lock-1*last*Item.image.S*": `echo ${last}`,
      "*cron-service*": "echo arn:task-definition/cron:3",
      "*web-service*": "echo arn:task-definition/web:7",
      "*--task-definition\\ cron\\ *": "echo arn:task-definition/cron:3",
      "*--task-definition\\ web\\ *": `echo arn:task-definition/web:${newestWeb}`,
    });
    const released = (asked: readonly string[]) =>
      asked.filter((line) => line.startsWith("pulumi stack output --json"));

    it("updates with the policies of the stack's profile, and releases nothing when all runs", () => {
      use({ pulumi, aws: aws("7") });
      const { status, asked, stderr } = bench.run("deploy", ["staging"], env);
      assert.equal(status, 0, stderr);
      const policies = "--policy-pack policies --policy-pack-config policies/config/staging.json";
      assert.ok(asked.includes(`pulumi up --stack staging --yes --non-interactive --suppress-outputs ${policies}`));
      assert.deepEqual(released(asked), []);
    });

    it("releases when a service has a newer task definition, and ends with the release's own status", () => {
      use({ pulumi, aws: aws("8") });
      const { status, stderr, asked } = bench.run("deploy", ["staging"], env);
      assert.equal(status, 2);
      assert.match(
        stderr,
        new RegExp(`IMAGE: got "${digest}", expected ${other}, which the task definitions of stack staging`),
      );
      assert.deepEqual(released(asked), ["pulumi stack output --json --stack staging"]);
    });

    it("releases on a new stack, where every service runs its newest task definition and Moodle is not installed", () => {
      use({ pulumi, aws: aws("7", "None") });
      const { status, stdout, asked } = bench.run("deploy", ["prod"], env);
      assert.equal(status, 2);
      assert.match(stdout, /Nothing was ever released in prod: a release is due\./);
      assert.deepEqual(released(asked), ["pulumi stack output --json --stack prod"]);
    });

    it("releases when another image is in operation than the stack names", () => {
      use({ pulumi, aws: aws("7", "sha256:0") });
      const { stdout, asked } = bench.run("deploy", ["prod"], env);
      assert.match(stdout, /prod has sha256:0 in operation, and names sha256:a+: a release is due\./);
      assert.equal(released(asked).length, 1);
    });

    it("fails when it cannot be seen what was released", () => {
      use({ pulumi, aws: { "*get-item*": "exit 254" } });
      const { status, asked } = bench.run("deploy", ["prod"], env);
      assert.notEqual(status, 0);
      assert.deepEqual(released(asked), []);
    });

    it("releases nothing when the update fails", () => {
      use({ pulumi: { "up*": "exit 1", ...pulumi }, aws: aws("8") });
      const { status, asked } = bench.run("deploy", ["staging"], env);
      assert.equal(status, 1);
      assert.deepEqual(released(asked), []);
    });
  });

  describe("pipelines/drift", () => {
    const env = { PULUMI_BACKEND_URL: "s3://state", PULUMI: "pulumi" };
    it("asks for both, even when the first fails, and fails then", () => {
      use({ pulumi: { "refresh*": "exit 1" } });
      const { status, asked, stderr } = bench.run("drift", ["prod"], env);
      assert.equal(status, 1);
      assert.match(stderr, /prod is not as it should be/);
      assert.ok(
        asked.some((line) =>
          line.startsWith("pulumi refresh --stack prod --preview-only --non-interactive --event-log "),
        ),
      );
      assert.ok(asked.some((line) => line.startsWith("pulumi policy analyze --stack prod")));
    });
  });

  describe("pipelines/changed", () => {
    const url = "123456789012.dkr.ecr.eu-west-2.amazonaws.com/prod-image-repository";
    const missing = "echo 'An error occurred (ImageNotFoundException) when calling DescribeImages' >&2; exit 254";
    const says = (answer: string) => {
      use({ aws: { "*describe-images*": answer } });
      const result = bench.run("changed", [url]);
      bench.remove();
      return result;
    };

    it("asks the repository for an image of this commit's sources, whatever was pushed or cancelled before", () => {
      const tree = spawnSync("git", ["rev-parse", "HEAD:moodle-image"], {
        encoding: "utf8",
        cwd: __dirname,
      }).stdout.trim();
      const there = says("echo '{}'");
      assert.deepEqual([there.status, there.stdout], [0, "no\n"]);
      const asked = `--registry-id 123456789012 --repository-name prod-image-repository --image-ids imageTag=source-${tree}-php8.4`;
      assert.ok(there.asked.includes(`aws ecr describe-images ${asked}`), there.asked.join());
      assert.deepEqual([says(missing).status, says(missing).stdout], [0, "yes\n"]);
      use({});
    });

    it("says neither when it is not told", () => {
      const denied = says("echo 'AccessDeniedException' >&2; exit 254");
      assert.deepEqual([denied.status, denied.stdout], [1, ""]);
      assert.match(denied.stderr, /ECR does not say whether it has source-\w+-php8\.4: AccessDeniedException/);
      use({});
      assert.match(bench.run("changed", ["abc"]).stderr, /"abc" is no ECR repository/);
    });
  });

  describe("pipelines/image", () => {
    const url = "123456789012.dkr.ecr.eu-west-2.amazonaws.com/moodle";
    const digest = `sha256:${"a".repeat(64)}`;
    const index = JSON.stringify({
      manifests: [
        { digest: "sha256:1", platform: { os: "linux", architecture: "arm64" } },
        { digest: "sha256:2", platform: { os: "linux", architecture: "amd64" } },
        { digest: "sha256:3", platform: { os: "unknown", architecture: "unknown" } },
      ],
    });
    const docker: Answers = {
      "buildx\\ create*": "echo builder",
      "buildx\\ build*": `while [ "$1" != --metadata-file ]; do shift; done; printf '{"containerimage.digest":"${digest}"}' >"$2"`,
      "*inspect*": `echo '${index}'`,
      "login*": "cat >/dev/null",
      "compose*\\ ps\\ *": "echo 'install exited '; echo 'web running healthy'",
    };
    const curl: Answers = {
      "*/login/index.php": `echo '<link href="http://127.0.0.1:8080/theme/styles.php/boost/1/all"><input name="logintoken">'`,
    };
    const aws = (counts: string, signed: string): Answers => ({
      "*get-login-password*": "echo password",
      "*findings*": `echo 'COMPLETE 2026-11-23T06:00:00Z ${counts}'`,
      "*signing-status*": `echo ${signed}`,
      "*describe-images*": "exit 254",
    });

    it("builds for both architectures, with a bill of materials, and gives the digest", () => {
      use({ docker, curl, aws: aws('{"HIGH": 2}', "COMPLETE") });
      const { status, stdout, stderr, asked } = bench.run("image", [url]);
      assert.equal(status, 0, stderr);
      assert.equal(stdout.trimEnd().split("\n").at(-1), `${url}@${digest}`);
      const marked = asked.findIndex((line) => /imagetools create --tag \S+:source-[0-9a-f]{40}-php8\.4 /.test(line));
      const signed = asked.findLastIndex((line) => line.includes("signing-status"));
      const tried = asked.findIndex(
        (line) => line.startsWith("curl") && line.includes("/theme/styles.php/boost/1/all"),
      );
      assert.ok(marked > tried && tried > signed && signed > 0, "marked once all checks have passed");
      const compose = asked.filter((line) => line.startsWith("docker compose"));
      assert.match(compose.at(0) ?? "", / up --detach --no-build web$/);
      assert.match(compose.at(-1) ?? "", / down --volumes/);
      const build = asked.find((line) => line.includes("buildx build")) ?? "";
      for (const part of [
        "--platform linux/arm64,linux/amd64",
        "--sbom=true",
        "--provenance=mode=max",
        "push-by-digest=true",
        "MOODLE_URL=https://packaging.moodle.org/stable501/moodle-",
        "MOODLE_SHA256=27",
        "DEBIAN_IMAGE=docker.io/library/debian:trixie-slim@sha256:",
      ]) {
        assert.ok(build.includes(part), `${part} in ${build}`);
      }
      assert.equal(
        asked.filter((line) => line.includes("describe-image-scan-findings")).length,
        2,
        "attestations are not scanned",
      );
    });

    it("does not push a tag again that is there", () => {
      use({ docker, curl, aws: { ...aws("null", "COMPLETE"), "*describe-images*": "echo '{}'" } });
      const { status, asked } = bench.run("image", [url]);
      assert.equal(status, 0);
      assert.ok(!asked.some((line) => line.includes("imagetools create")));
      bench.remove();
      use({ docker, curl, aws: aws("null", "COMPLETE") });
      const tag = `build-${digest.slice("sha256:".length, 39)}`;
      assert.ok(
        bench
          .run("image", [url])
          .asked.includes(`docker buildx imagetools create --tag ${url}:${tag} ${url}@${digest}`),
      );
    });

    it("fails on too many findings, before it looks at the signature", () => {
      use({ docker, aws: aws('{"CRITICAL": 1}', "COMPLETE") });
      const { status, stderr, asked } = bench.run("image", [url]);
      assert.equal(status, 1);
      assert.match(stderr, /arm64 has 1 CRITICAL findings, and 0 is the most/);
      assert.ok(!asked.some((line) => line.includes("signing-status")));
    });

    it("gives no digest of an image that does not start, has no form or no style sheet", () => {
      const broken: readonly (readonly [RegExp, Answers, Answers])[] = [
        [/ended when it was started/, { ...docker, "compose*\\ ps\\ *": "echo 'web exited '" }, curl],
        [/does not start, or its role install failed/, { ...docker, "compose*\\ up\\ *": "exit 1" }, curl],
        [/has no form/, docker, { "*/login/index.php": "echo 'Site error'" }],
        [/style sheet of the image does not answer/, docker, { ...curl, "*styles.php*": "exit 22" }],
        [/deep health check of the image fails/, docker, { ...curl, "*/healthz/deep": "exit 22" }],
      ];
      for (const [index, [words, engine, answers]] of broken.entries()) {
        if (index > 0) bench.remove();
        use({ docker: engine, curl: answers, aws: aws("null", "COMPLETE") });
        const { status, stdout, stderr, asked } = bench.run("image", [url]);
        assert.equal(status, 1, stdout);
        assert.match(stderr, words);
        assert.ok(!stdout.includes(digest) && !asked.some((line) => /create --tag \S+:source/.test(line)));
        assert.match(asked.filter((line) => line.startsWith("docker compose")).at(-1) ?? "", / down --volumes/);
      }
    });

    it("fails when the image is not signed, and on what is no repository", () => {
      use({ docker, aws: aws("null", "FAILED") });
      assert.match(bench.run("image", [url]).stderr, /the image is not signed \(status: FAILED\)/);
      assert.match(bench.run("image", ["docker.io/moodle"]).stderr, /is no ECR repository/);
    });
  });

  describe("pipelines/rescan", () => {
    const url = "123456789012.dkr.ecr.eu-west-2.amazonaws.com/moodle";
    const manifests = [
      { digest: "sha256:1", platform: { os: "linux", architecture: "arm64" } },
      { digest: "sha256:2", platform: { os: "linux", architecture: "amd64" } },
      { digest: "sha256:3", platform: { os: "unknown", architecture: "unknown" } },
    ];
    const aws = (counts: string, start = ":", tags = "live-now-prod"): Answers => ({
      "*list-images*": `echo ${tags}`,
      "*batch-get-image*": `echo '${JSON.stringify({ manifests })}'`,
      "*start-image-scan*": start,
      "*--query\\ imageScanFindings.imageScanCompletedAt*": "echo 2026-11-22T06:00:00Z",
      "*findings*": `echo 'COMPLETE 2026-11-23T06:00:00Z ${counts}'`,
    });
    const scanned = (asked: readonly string[]) =>
      asked.flatMap((line) => /start-image-scan .*--image-id (\S+)/.exec(line)?.[1] ?? []);

    it("has each architecture of what is in operation scanned again, and judges what is known today", () => {
      use({ aws: aws('{"HIGH": 2}') });
      const good = bench.run("rescan", [url]);
      assert.equal(good.status, 0, good.stderr);
      assert.deepEqual(scanned(good.asked), ["imageDigest=sha256:1", "imageDigest=sha256:2"]);
      const first = (words: string) => good.asked.findIndex((line) => line.includes(words));
      assert.ok(first("start-image-scan") < first("findingSeverityCounts"));
      bench.remove();
      use({ aws: aws('{"CRITICAL": 1}') });
      const { status, stderr, asked } = bench.run("rescan", [url]);
      assert.equal(status, 1);
      assert.match(stderr, /live-now-prod has 1 CRITICAL findings/);
      assert.equal(scanned(asked).length, 2, "the others are scanned all the same");
    });

    it("reads what is known where it was scanned today, or Inspector scans; and fails when ECR refuses", () => {
      for (const error of ["LimitExceededException", "ValidationException"]) {
        use({ aws: aws('{"CRITICAL": 1}', `echo "An error occurred (${error})" >&2; exit 254`) });
        assert.match(bench.run("rescan", [url]).stderr, /has 1 CRITICAL findings/);
        bench.remove();
      }
      use({ aws: aws("null", "echo AccessDeniedException >&2; exit 254") });
      const { status, stderr } = bench.run("rescan", [url]);
      assert.deepEqual([status, /ECR does not scan live-now-prod: AccessDenied/.test(stderr)], [1, true], stderr);
    });

    // Answers that public reports show: https://github.com/aws/aws-sdk/issues/288 and 289.
    const answers = (...lines: readonly string[]): Answers => ({
      ...aws("null"),
      "*findings*": `n=$(($(cat "$0.n" 2>/dev/null || echo 0) + 1)); echo $n >"$0.n"; case $n in ${lines
        .map((line, index) => `${index + 1}) ${line} ;;`)
        .join(" ")} *) ${lines.at(-1)} ;; esac`,
    });

    it("waits for the findings: of Inspector, whose scan never ends, and of ECR, whose status is early", () => {
      const pending = [
        "echo ScanNotFoundException >&2; exit 254",
        "echo 'PENDING None null'",
        "echo 'IN_PROGRESS 2026-11-22T06:00:00Z {}'",
        "echo 'ACTIVE None null'",
        "echo 'COMPLETE None null'",
        // Those of the scan before.
        `echo 'COMPLETE 2026-11-22T06:00:00Z {"HIGH": 1}'`,
      ];
      for (const status of ["ACTIVE", "COMPLETE"]) {
        use({
          aws: answers(...pending, `echo '${status} 2026-11-23T06:00:00Z {"CRITICAL": 1}'`),
          sleep: { "*": ":" },
        });
        const { stderr, asked } = bench.run("rescan", [url]);
        assert.match(stderr, /has 1 CRITICAL findings/);
        assert.equal(asked.filter((line) => line === "sleep 5").length, pending.length);
        bench.remove();
      }
      use({});
    });

    it("takes the findings of the scan before where no new one was begun", () => {
      const refusal = `echo "An error occurred (LimitExceededException)" >&2; exit 254`;
      const before = `echo 'COMPLETE 2026-11-22T06:00:00Z {"CRITICAL": 1}'`;
      use({ aws: { ...aws("null", refusal), "*findings*": before }, sleep: { "*": ":" } });
      assert.match(bench.run("rescan", [url]).stderr, /has 1 CRITICAL findings/);
    });

    it("fails when there is no scan, and when ECR does not say", () => {
      const cases = [
        ["echo 'FAILED None null'", /its status is FAILED/],
        ["echo 'UNSUPPORTED_IMAGE None null'", /its status is UNSUPPORTED_IMAGE/],
        ["echo 'AccessDeniedException' >&2; exit 254", /does not give the findings: AccessDenied/],
        ["echo ScanNotFoundException >&2; exit 254", /not scanned the image within five minutes/],
      ] as const;
      for (const [answer, message] of cases) {
        use({ aws: answers(answer), sleep: { "*": ":" } });
        const { status, stderr } = bench.run("rescan", [url]);
        assert.deepEqual([status, message.test(stderr)], [1, true], stderr);
        bench.remove();
      }
      use({});
    });

    it("says so when nothing is in operation yet", () => {
      use({ aws: aws("null", ":", "None") });
      const { status, stdout } = bench.run("rescan", [url]);
      assert.deepEqual([status, stdout], [0, "No release has marked an image yet: nothing is in operation.\n"]);
    });
  });

  describe("pipelines/propose-image", () => {
    const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
    /** A repository whose stack files name an image, with what the script needs, and an origin to push to. */
    function repository(text: string): { readonly work: string; readonly env: Readonly<Record<string, string>> } {
      const work = join(bench.folder, "work");
      const git = (...args: readonly string[]) =>
        execFileSync("git", ["-C", work, "-c", "user.name=a", "-c", "user.email=a@example.org", ...args]).toString();
      mkdirSync(join(work, "pipelines"), { recursive: true });
      for (const name of ["lib.sh", "propose-image"]) {
        copyFileSync(join(__dirname, name), join(work, "pipelines", name));
      }
      writeFileSync(join(work, "Pulumi.prod.yaml"), text);
      writeFileSync(join(work, "digest.txt"), `${digest("b")}\n`);
      git("init", "--quiet", "--initial-branch=main");
      git("add", "--all");
      git("commit", "--quiet", "--no-gpg-sign", "--message", "a");
      execFileSync("git", ["clone", "--quiet", "--bare", work, join(bench.folder, "origin.git")]);
      git("remote", "add", "origin", join(bench.folder, "origin.git"));
      return { work, env: { GH_TOKEN: "t" } };
    }
    const stack = (more: string) =>
      `config:\n  moodle:image:\n    kind: digest\n    digest: ${digest("a")} # of June\n  moodle:other:\n    digest: ${digest("c")}\n${more}`;

    it("puts the digest below moodle:image alone, on a branch, and opens one pull request", () => {
      use({ gh: {} });
      const { work, env } = repository(stack(""));
      const script = join(work, "pipelines/propose-image");
      const { status, stderr, asked } = bench.run(script, ["digest.txt"], env);
      assert.equal(status, 0, stderr);
      const pushed = execFileSync("git", ["-C", work, "show", "origin/updates/image:Pulumi.prod.yaml"]).toString();
      assert.equal(pushed, stack("").replace(digest("a"), digest("b")));
      assert.ok(asked.some((line) => line.startsWith("gh pr create --head updates/image --base main")));
      bench.remove();
      use({ gh: { "pr\\ list*": "echo 12" } });
      const again = repository(stack(""));
      const second = bench.run(join(again.work, "pipelines/propose-image"), ["digest.txt"], again.env);
      assert.ok(second.status === 0 && !second.asked.some((line) => line.includes("pr create")), second.stderr);
      const renewed = second.asked.find((line) => line.startsWith("gh pr edit 12 "));
      assert.ok(renewed?.includes(digest("b")), "its text names the new digest");
    });

    it("proposes nothing where no stack names a digest, and takes no other text for one", () => {
      use({ gh: {} });
      const { work, env } = repository("config:\n  moodle:image:\n    kind: build\n");
      const script = join(work, "pipelines/propose-image");
      assert.match(bench.run(script, ["digest.txt"], env).stdout, /nothing to propose/);
      writeFileSync(join(work, "digest.txt"), "sha256:1; id");
      assert.match(bench.run(script, ["digest.txt"], env).stderr, /is no digest/);
    });
  });

  describe("pipelines/moodle-source", () => {
    const lock = JSON.parse(readFileSync(join(__dirname, "../moodle-image/moodle.lock.json"), "utf8")) as {
      readonly moodle: Readonly<Record<"version" | "url" | "sha256", string>>;
    };
    /** A checkout whose lock file names an archive with one file. */
    function checkout(sha256?: string): string {
      const work = join(bench.folder, "work");
      mkdirSync(join(work, "pipelines"), { recursive: true });
      mkdirSync(join(work, "moodle-image"));
      mkdirSync(join(work, "moodle-5.1"));
      for (const name of ["lib.sh", "moodle-source"]) {
        copyFileSync(join(__dirname, name), join(work, "pipelines", name));
      }
      writeFileSync(join(work, "moodle-5.1/version.php"), "<?php");
      execFileSync("tar", ["-C", work, "-czf", join(bench.folder, "moodle.tgz"), "moodle-5.1"]);
      const own = execFileSync("sha256sum", [join(bench.folder, "moodle.tgz")])
        .toString()
        .slice(0, 64);
      const moodle = { ...lock.moodle, sha256: sha256 ?? own };
      writeFileSync(join(work, "moodle-image/moodle.lock.json"), JSON.stringify({ moodle }));
      return work;
    }
    const curl = { "*": 'while [ "$1" != --output ]; do shift; done; cp "$(dirname "$0")/../moodle.tgz" "$2"' };

    it("unpacks the archive of the lock file once, and says where", () => {
      use({ curl });
      const script = join(checkout(), "pipelines/moodle-source");
      const { status, stdout, stderr, asked } = bench.run(script, []);
      assert.equal(status, 0, stderr);
      assert.equal(readFileSync(join(stdout.trim(), "version.php"), "utf8"), "<?php");
      assert.ok(asked[0]!.endsWith(` ${lock.moodle.url}`), asked[0]);
      const again = bench.run(script, []);
      assert.deepEqual([again.stdout, again.asked.filter((line) => line !== "")], [stdout, []]);
    });

    it("refuses an archive with another checksum, and leaves nothing", () => {
      use({ curl });
      const work = checkout("0".repeat(64));
      const { status, stdout, stderr } = bench.run(join(work, "pipelines/moodle-source"), []);
      assert.deepEqual([status, stdout], [1, ""]);
      assert.match(stderr, /does not have the checksum of moodle-image\/moodle\.lock\.json/);
      assert.deepEqual(readdirSync(join(work, ".offline")), []);
    });
  });

  describe("pipelines/restore-drill", () => {
    const env = { PULUMI_BACKEND_URL: "s3://state", PULUMI: "pulumi" };
    const hourAgo = new Date(Date.now() - 3_600_000).toISOString();
    const aws = (version: string, taken = hourAgo): Answers => ({
      "*describe-db-cluster-snapshots*": `echo rds:prod-2026 ${taken}`,
      "*MasterUserSecret*": "echo arn:drill arn:secret",
      "*mdl_config*": `echo ${version}`,
      "*mdl_user*": "echo 43000",
      "*mdl_files*": "echo 1000000",
      "*describe-db-clusters*": "echo value",
    });
    const pulumi: Answers = { "*databaseEndpoint*": "echo prod-database.cluster-x.eu-west-2.rds.amazonaws.com" };
    const deleted = (asked: readonly string[]) =>
      asked.filter((line) => / delete-db-(instance|cluster) /.test(line)).length;

    it("restores, reads and deletes", () => {
      use({ pulumi, aws: aws("2025100600.00") });
      const { status, stdout, stderr, asked } = bench.run("restore-drill", ["prod"], env);
      assert.equal(status, 0, stderr);
      assert.match(stdout, /Moodle 2025100600\.00, 43000 users, 1000000 files/);
      // The one measure there is of how long a restore of the database takes.
      assert.match(stdout, /A database that can be asked took \d+ minutes/);
      assert.equal(deleted(asked), 2);
      assert.ok(
        asked.some((line) => /restore-db-cluster-from-snapshot --db-cluster-identifier drill-prod-/.test(line)),
      );
    });

    it("deletes what it made when what it reads is no Moodle, and fails", () => {
      use({ pulumi, aws: aws("") });
      const { status, stderr, asked } = bench.run("restore-drill", ["prod"], env);
      assert.equal(status, 1);
      assert.match(stderr, /no version of Moodle/);
      assert.equal(deleted(asked), 2);
    });

    it("fails before it restores when the newest snapshot is old", () => {
      use({ pulumi, aws: aws("", "2026-01-01T00:00:00Z") });
      const { status, stderr, asked } = bench.run("restore-drill", ["prod"], env);
      assert.equal(status, 1);
      assert.match(stderr, /are backups running\?/);
      assert.ok(!asked.some((line) => line.includes("restore-db-cluster")));
    });
  });
});
