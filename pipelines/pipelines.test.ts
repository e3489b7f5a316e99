import * as assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { load } from "js-yaml";
import { sessionHours } from "../components/pipeline-access/pipelineAccess";
import { longUpgradeWarning, minutesBesideUpgrade } from "../stacks/pipeline";
import { loadSettings } from "../stacks/settings/load";
import type { Settings } from "../stacks/settings/settings";
import { exampleConfig } from "../testing/examples/settings";
import { needPython } from "../testing/leftOut";

const root = resolve(__dirname, "..");
const home = join(root, ".offline", "pipelines");
const workflows = join(root, ".github", "workflows");
const files = readdirSync(workflows).map((name) => join(workflows, name));
const jenkinsfile = join(root, "Jenkinsfile");

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly if?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly "timeout-minutes"?: number;
  readonly steps?: readonly Step[];
}
interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

type Vars = Readonly<Record<string, string>>;
interface Context {
  readonly vars: Vars;
  readonly matrix?: Vars;
  readonly needs: Readonly<Record<string, { readonly result: string }>>;
}

/**
 * Whether a condition holds: of GitHub's expressions only what the workflows have, which is JavaScript but for hyphens in names and
 * variables that are not there. https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
 *
 * @param success What `success()` says, which is put before a condition without a function of its kind.
 */
function holds(condition: string | undefined, { vars, matrix = {}, needs }: Context, success: boolean): boolean {
  const given = (condition ?? "true").replace(/^\$\{\{(.*)\}\}$/s, "$1").replace(/needs\.([\w-]+)\./g, 'needs["$1"].');
  const whole = /\b(success|always|cancelled|failure)\(/.test(given) ? given : `success() && (${given})`;
  assert.match(whole, /^[\w\s."'[\]()=!&|-]+$/);
  const all = new Proxy(vars, { get: (target, name) => target[String(name)] ?? "" });
  const evaluate = new Function("vars", "matrix", "needs", "success", "cancelled", `return ${whole};`) as (
    ...values: readonly unknown[]
  ) => boolean;
  return evaluate(
    all,
    matrix,
    needs,
    () => success,
    () => false,
  );
}

/**
 * Result of each job. `success()` checks all jobs before this one, not only those that it names: one that was skipped
 * far ahead skips it. https://github.com/actions/runner/issues/491
 */
function runJobs({ jobs }: Workflow, vars: Vars, failing: readonly string[]): Readonly<Record<string, string>> {
  const results: Record<string, string> = {};
  const before = (name: string): readonly string[] =>
    [jobs[name]!.needs ?? []].flat().flatMap((need) => [need, ...before(need)]);
  for (const [name, job] of Object.entries(jobs)) {
    const needs = Object.fromEntries([job.needs ?? []].flat().map((need) => [need, { result: results[need]! }]));
    const success = before(name).every((need) => results[need] === "success");
    results[name] = !holds(job.if, { vars, needs }, success)
      ? "skipped"
      : failing.includes(name)
        ? "failure"
        : "success";
  }
  return results;
}

const workflow = (file: string) => load(readFileSync(file, "utf8")) as Workflow;
const named = (name: string) => workflow(join(workflows, `${name}.yml`));
const steps = (one: Workflow) => Object.values(one.jobs).flatMap((job) => job.steps ?? []);

describe("The pipelines", () => {
  before(() => {
    execFileSync(join(__dirname, "test", "setup"), { stdio: "inherit" });
  });

  describe("The workflows", () => {
    it("pin every action by its whole commit, with the version beside it", () => {
      for (const file of files) {
        for (const [, use] of readFileSync(file, "utf8").matchAll(/uses: (.+)$/gm)) {
          assert.match(
            use!,
            /^(\.\/\.github\/workflows\/[a-z-]+\.yml|[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$/,
            file,
          );
        }
      }
    });

    it("keep no credentials in the checkout, and give a write token to nobody but the comment", () => {
      for (const file of files) {
        const one = workflow(file);
        assert.deepEqual(
          Object.values(one.permissions ?? { all: "write" }).filter((right) => right !== "read"),
          [],
          file,
        );
        for (const step of steps(one).filter(({ uses }) => uses?.startsWith("actions/checkout@"))) {
          assert.equal(step.with?.["persist-credentials"], false, file);
        }
        for (const [name, { permissions = {} }] of Object.entries(one.jobs)) {
          const writes = Object.keys(permissions).filter((key) => permissions[key] === "write");
          assert.deepEqual(
            writes,
            name === "comment" ? ["pull-requests"] : writes.includes("id-token") ? ["id-token"] : [],
            name,
          );
        }
      }
    });

    it("give a pull request no secret, no variable and no identity", () => {
      const text =
        readFileSync(join(workflows, "pull-request.yml"), "utf8") + readFileSync(join(workflows, "test.yml"), "utf8");
      assert.doesNotMatch(text, /secrets\.|vars\.|id-token|pull_request_target/);
    });

    it("comment without the pull request's code, and take nothing it wrote into a shell", () => {
      const comment = named("comment");
      assert.deepEqual(Object.keys(comment.on), ["workflow_run"]);
      const checkout = steps(comment).find(({ uses }) => uses?.startsWith("actions/checkout@"));
      assert.equal(checkout?.with?.["ref"], undefined);
      for (const file of files) {
        for (const { run } of steps(workflow(file))) {
          assert.doesNotMatch(run ?? "", /\$\{\{/, `${file}: by env instead`);
        }
      }
    });

    it("deploy prod with and without staging, and never after a staging that failed", () => {
      const vars = { PROD_PREVIEW_ROLE_ARN: "arn", PROD_DEPLOY_ROLE_ARN: "arn" };
      const staged = { ...vars, STAGING_DEPLOY_ROLE_ARN: "arn" };
      const main = named("main");
      const ran = (given: Vars, failing: readonly string[] = []) => {
        const results = runJobs(main, given, failing);
        return Object.keys(results).filter((job) => results[job] !== "skipped");
      };
      assert.deepEqual(ran(staged), ["test", "image", "staging", "prod-preview", "prod"]);
      assert.deepEqual(ran(vars), ["test", "image", "prod-preview", "prod"]);
      assert.deepEqual(ran({}), ["test", "image"]);
      assert.deepEqual(ran({ STAGING_DEPLOY_ROLE_ARN: "arn" }), ["test", "image", "staging"]);
      assert.deepEqual(ran({ PROD_PREVIEW_ROLE_ARN: "arn" }), ["test", "image", "prod-preview"]);
      for (const [failing, last] of [
        ["test", "test"],
        ["image", "image"],
        ["staging", "staging"],
        ["prod-preview", "prod-preview"],
      ] as const) {
        assert.equal(ran(staged, [failing]).at(-1), last, `${failing} failed`);
      }
    });

    it("look for drift each night in the stacks that have a role, and fail for none that has not", () => {
      const nightly = named("nightly");
      const drift = nightly.jobs["drift"]!;
      const guarded = drift.steps!.filter(({ uses, run }) => uses?.startsWith("aws-actions/") || run !== undefined);
      assert.equal(guarded.length, 2);
      for (const [vars, cells] of [
        [{ PROD_PREVIEW_ROLE_ARN: "arn" }, ["PROD_PREVIEW_ROLE_ARN"]],
        [{ STAGING_PREVIEW_ROLE_ARN: "arn" }, ["STAGING_PREVIEW_ROLE_ARN"]],
        [{}, []],
      ] as const) {
        const roles = ["PROD_PREVIEW_ROLE_ARN", "STAGING_PREVIEW_ROLE_ARN"];
        const runs = runJobs(nightly, vars, [])["drift"] === "success" ? roles : [];
        assert.deepEqual(
          runs.filter((role) => guarded.every((step) => holds(step.if, { vars, matrix: { role }, needs: {} }, true))),
          cells,
        );
      }
    });

    it("let every job that asks git about its checkout do so, in a container of another user", () => {
      for (const file of files) {
        for (const [name, job] of Object.entries(workflow(file).jobs)) {
          if ("container" in job) {
            const runs = (job.steps ?? []).map(({ run = "" }) => run);
            const allowed = runs.findIndex((run) => run.includes('safe.directory "$GITHUB_WORKSPACE"'));
            const asks = runs.findIndex((run) => /tools\/run|\.ci\/run|pipelines\//.test(run));
            assert.ok(allowed >= 0 && allowed < asks, `${file}: ${name}`);
          }
        }
      }
    });

    it("build an image by what the repository has, not by what one push changed", () => {
      const text = readFileSync(join(workflows, "main.yml"), "utf8") + readFileSync(jenkinsfile, "utf8");
      assert.doesNotMatch(text, /github\.event\.before|changeset/);
      assert.equal([...text.matchAll(/pipelines\/changed "\$REPOSITORY_URL"/g)].length, 2);
    });

    it("can build for another architecture wherever they deploy", () => {
      for (const job of Object.values(named("main").jobs)) {
        const runs = (job.steps ?? []).map(({ run }) => run ?? "");
        const deploys = runs.findIndex((run) => /pipelines\/(deploy|image) /.test(run));
        const prepared = runs.slice(0, deploys + 1).some((run) => run.includes("qemu-user-static binfmt-support"));
        assert.equal(prepared, deploys >= 0, runs.join("; "));
      }
    });

    it("build, scan and propose the image each week, though nothing has changed", () => {
      const weekly = named("weekly");
      assert.match(JSON.stringify(weekly.on["schedule"]), /"cron":"\d+ \d+ \* \* \d"/);
      const runs = (job: string) => (weekly.jobs[job]?.steps ?? []).map(({ run }) => run ?? "").join("\n");
      assert.match(runs("image"), /pipelines\/image "\$REPOSITORY_URL" digest\.txt/);
      assert.match(runs("image"), /pipelines\/rescan "\$REPOSITORY_URL"/);
      assert.doesNotMatch(runs("image"), /pipelines\/changed/);
      assert.match(runs("propose"), /pipelines\/propose-image digest\.txt/);
      assert.match(runs("updates"), /pipelines\/update "\$GITHUB_REPOSITORY"/);
      const jenkins = readFileSync(jenkinsfile, "utf8").split(/(?=\n {4}stage\()/);
      for (const script of ["image", "rescan", "propose-image", "update"]) {
        const weeklyStage = jenkins.find((part) => part.includes(`pipelines/${script} `) && part.includes("day == 1"));
        assert.match(weeklyStage ?? "", /branch 'main'[\s\S]*triggeredBy 'TimerTrigger'/, script);
      }
    });

    it("say each week what is open after incidents, and fail for what is overdue", () => {
      const [step] = (named("weekly").jobs["actions"]?.steps ?? []).filter(({ run }) => run !== undefined);
      // Without a shell's name GitHub sets no pipefail, and tee would hide the failure.
      assert.deepEqual([step?.run, step?.shell], ['tools/run actions | tee -a "$GITHUB_STEP_SUMMARY"', "bash"]);
      const stages = readFileSync(jenkinsfile, "utf8").split(/(?=\n {4}stage\()/);
      const weekly = stages.find((part) => part.includes("tools/run actions"));
      assert.match(weekly ?? "", /triggeredBy 'TimerTrigger'[^]*day == 1/);
    });

    it("propose the new image also when the one in operation has holes, and leave out what is not set up", () => {
      const weekly = named("weekly");
      const ran = (vars: Vars, failing: readonly string[] = []) => {
        const results = runJobs(weekly, vars, failing);
        return Object.keys(results).filter((job) => results[job] !== "skipped");
      };
      const all = { UPDATES: "on", IMAGE_ROLE_ARN: "arn" };
      assert.deepEqual(ran(all), ["updates", "actions", "image", "propose", "real-moodle"]);
      assert.deepEqual(ran(all, ["image", "updates"]), ["updates", "actions", "image", "propose", "real-moodle"]);
      assert.deepEqual(ran({ UPDATES: "on" }), ["updates", "actions", "real-moodle"]);
      assert.deepEqual(ran({ IMAGE_ROLE_ARN: "arn" }), ["actions", "image", "real-moodle"]);
    });

    it("keep the token that opens pull requests out of the job that has a role on AWS", () => {
      for (const file of files) {
        for (const [name, job] of Object.entries(workflow(file).jobs)) {
          if (JSON.stringify(job).includes("secrets.")) {
            assert.equal(job.environment, "updates", name);
            assert.equal(job.permissions?.["id-token"], undefined, name);
          }
        }
      }
    });

    it("have credentials as long as their job may take, and no longer than the role allows", () => {
      // Default of the action: https://github.com/aws-actions/configure-aws-credentials, role-duration-seconds.
      const unsaid = 3600;
      const taken: string[] = [];
      for (const file of files) {
        for (const [name, job] of Object.entries(workflow(file).jobs)) {
          for (const { with: given = {} } of job.steps ?? []) {
            const variable = given["role-to-assume"] as string | undefined;
            if (variable === undefined) {
              continue;
            }
            // The nightly job names its role in a matrix of preview roles.
            const role = (/\b(?:\w+_)?(DEPLOY|IMAGE|DRILL)_ROLE_ARN/.exec(variable) ?? [])[1];
            const hours = sessionHours[(role?.toLowerCase() ?? "preview") as keyof typeof sessionHours];
            const seconds = (given["role-duration-seconds"] as number | undefined) ?? unsaid;
            assert.ok(job["timeout-minutes"] !== undefined, `${file}: ${name} has no time-out`);
            assert.ok(
              seconds >= job["timeout-minutes"] * 60,
              `${file}: ${name} outlives its credentials of ${seconds} s`,
            );
            assert.ok(seconds <= hours * 3600, `${file}: ${name} asks for ${seconds} s, the role allows ${hours} h`);
            taken.push(name);
          }
        }
      }
      assert.ok(
        ["image", "staging", "prod-preview", "prod"].every((name) => taken.includes(name)),
        taken.join(),
      );
    });

    it("deploy for as long as an upgrade may take by the settings, or the preview warns that they do not", () => {
      const { jobs } = named("main");
      const withPipeline = (upgradeMinutes: number, kind: "github" | "none" = "github") =>
        longUpgradeWarning({ pipeline: { kind }, maintenance: { upgradeMinutes } } as unknown as Settings);
      for (const name of ["staging", "prod"]) {
        const most = jobs[name]!["timeout-minutes"]! - minutesBesideUpgrade;
        assert.equal(withPipeline(most), undefined);
        assert.match(withPipeline(most + 1)!, new RegExp(`more than ${most} minutes turns the job red and goes on`));
      }
      assert.equal(withPipeline(720, "none"), undefined);
      // The most that the settings take, as Jenkins' agents have no such limit.
      const jenkins = readFileSync(jenkinsfile, "utf8");
      const hours = [...jenkins.matchAll(/timeout\(time: (\d+), unit: 'HOURS'\) \{ sh 'pipelines\/deploy/g)].map(
        ([, n]) => Number(n),
      );
      assert.deepEqual(hours, [(720 + minutesBesideUpgrade) / 60, (720 + minutesBesideUpgrade) / 60]);
      assert.throws(
        () => loadSettings(exampleConfig({ maintenance: { upgradeMinutes: 721 } }), "prod"),
        /upgradeMinutes/,
      );
    });

    it("deploy prod only from its environment, which asks for approval", () => {
      const { jobs } = named("main");
      const deploying = Object.entries(jobs).filter(([, job]) =>
        job.steps?.some(({ run }) => run?.includes("pipelines/deploy")),
      );
      assert.deepEqual(
        deploying.map(([name, { environment }]) => [name, environment]),
        [
          ["staging", "staging"],
          ["prod", "prod"],
        ],
      );
    });
  });

  interface Call {
    readonly name: string;
    readonly calls: readonly Call[];
  }

  /** The sections that a declarative pipeline may have: https://www.jenkins.io/doc/book/pipeline/syntax/ */
  const sections: Readonly<Record<string, readonly string[]>> = {
    pipeline: ["agent", "options", "triggers", "environment", "stages", "post", "parameters", "tools", "libraries"],
    stages: ["stage"],
    stage: [
      "agent",
      "options",
      "environment",
      "when",
      "input",
      "steps",
      "stages",
      "parallel",
      "matrix",
      "post",
      "tools",
    ],
    matrix: ["axes", "excludes", "stages", "agent", "post", "when", "options", "environment", "tools"],
    axes: ["axis"],
    axis: ["name", "values"],
    post: [
      "always",
      "changed",
      "failure",
      "success",
      "unstable",
      "aborted",
      "cleanup",
      "fixed",
      "regression",
      "unsuccessful",
    ],
    input: ["message", "id", "ok", "submitter", "submitterParameter", "parameters"],
    when: [
      "allOf",
      "anyOf",
      "not",
      "branch",
      "changeRequest",
      "changeset",
      "triggeredBy",
      "expression",
      "beforeInput",
      "beforeAgent",
    ],
  };

  /**
   * Faults that a Groovy parser and the list of sections can show: in syntax, and in the place of a block. Only
   * Jenkins' own linter shows whether it has the plug-ins, agents and names that the steps need.
   */
  function structureFaults(calls: readonly Call[]): readonly string[] {
    return calls.flatMap(({ name, calls: inner }) => {
      const allowed = sections[name];
      const wrong = allowed === undefined ? [] : inner.filter((call) => !allowed.includes(call.name));
      const empty =
        name === "stage" && !inner.some((call) => ["steps", "stages", "parallel", "matrix"].includes(call.name));
      return [
        ...wrong.map((call) => `${call.name} in ${name}`),
        ...(empty ? ["a stage without steps"] : []),
        ...structureFaults(inner),
      ];
    });
  }

  function readJenkinsfile(file: string): { readonly calls?: readonly Call[]; readonly error: string } {
    const { status, stdout, stderr } = spawnSync(
      join(home, "bin", "python"),
      [join(__dirname, "test", "jenkinsfile.py"), file],
      {
        encoding: "utf8",
      },
    );
    return status === 0 ? { calls: JSON.parse(stdout) as Call[], error: "" } : { error: stderr };
  }

  describe("The Jenkinsfile", () => {
    // The parser takes its time.
    let read: ReturnType<typeof readJenkinsfile> = { error: "" };
    before(function () {
      needPython(this, "pipelines");
      read = readJenkinsfile(jenkinsfile);
    });

    it("is Groovy, and a declarative pipeline", () => {
      const { calls = [], error } = read;
      assert.equal(error, "");
      assert.deepEqual(
        calls.map(({ name }) => name),
        ["pipeline"],
      );
      assert.deepEqual(structureFaults(calls), []);
    });

    it("would be found wrong", () => {
      const folder = mkdtempSync(join(tmpdir(), "jenkinsfile-"));
      const text = "pipeline { stages { stage('x') { step { sh 'make test' } } } }";
      try {
        writeFileSync(join(folder, "a"), text);
        assert.deepEqual(structureFaults(readJenkinsfile(join(folder, "a")).calls ?? []), [
          "step in stage",
          "a stage without steps",
        ]);
        writeFileSync(join(folder, "b"), text.slice(0, -2));
        assert.match(readJenkinsfile(join(folder, "b")).error, /end-of-input/i);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });

    it("asks before it deploys prod, and never does either on a pull request", () => {
      const text = readFileSync(jenkinsfile, "utf8");
      const stages = text
        .split(/(?=\n {4}stage\()/)
        .filter((part) => /pipelines\/(deploy|image|drift|restore-drill)/.test(part));
      assert.ok(stages.length >= 4);
      for (const stage of stages) {
        assert.match(stage, /branch 'main'/);
      }
      const at = (words: string) => text.indexOf(words);
      assert.ok(
        at("pipelines/preview prod") < at("input message:") && at("input message:") < at("pipelines/deploy prod"),
      );
    });

    /** The stages, each with its own lines. */
    const stagesOf = (text: string) => text.split(/(?=\n {4}stage\()/).slice(1);

    it("runs a pull request's code on agents that nothing else runs on", () => {
      const text = readFileSync(jenkinsfile, "utf8");
      assert.match(text, /^ {2}agent none$/m);
      for (const stage of stagesOf(text)) {
        const label = /agent \{ label (.+?) \}/.exec(stage)?.[1];
        if (!/\bsh '/.test(stage)) {
          assert.equal(label, undefined, stage);
        } else if (/branch 'main'/.test(stage)) {
          // A token that writes to the repository and a role on AWS never meet.
          const holdsToken = stage.includes("withCredentials");
          assert.equal(label, holdsToken ? "'moodle-updates'" : "'moodle-pipeline'", stage);
          assert.equal(/environment \{|credentials\(/.test(stage), false, stage);
        } else if (/changeRequest\(\)/.test(stage)) {
          assert.equal(label, "'moodle-pull-request'", stage);
        } else {
          assert.equal(label, "env.BRANCH_NAME == 'main' ? 'moodle-pipeline' : 'moodle-pull-request'", stage);
        }
        // Or the agent is taken before it is known whether the stage runs at all.
        assert.equal(/agent \{/.test(stage), /beforeAgent true/.test(stage), stage);
      }
    });

    /** Shell steps of a stage outside of catchError: each ends the stages after it. */
    const ending = (calls: readonly Call[]): readonly string[] =>
      calls.flatMap(({ name, calls: inner }) =>
        name === "catchError" ? [] : ["sh", "unstash", "stash"].includes(name) ? [name] : ending(inner),
      );

    it("does all that is due in a night, whatever fails of it", () => {
      const stages = (read.calls ?? []).flatMap(({ calls }) => calls).find(({ name }) => name === "stages")!.calls;
      const isOfNights = ({ calls }: Call) =>
        calls.some((part) => part.name === "when" && part.calls.some(({ name }) => name === "triggeredBy"));
      const nights = stages.filter(isOfNights);
      assert.ok(nights.length >= 6);
      assert.deepEqual(
        nights.flatMap(({ calls }) => ending(calls)),
        [],
      );
      const planted = { name: "steps", calls: [{ name: "timeout", calls: [{ name: "sh", calls: [] }] }] };
      assert.deepEqual(ending([planted]), ["sh"], "a planted step is found");
    });

    it("is main's for every job: a pull request brings its code, and not how it is built", () => {
      const text = readFileSync(join(__dirname, "jenkins", "jobs.groovy"), "utf8");
      assert.equal(readJenkinsfile(join(__dirname, "jenkins", "jobs.groovy")).error, "");
      assert.equal(readJenkinsfile(join(__dirname, "jenkins", "agents.groovy")).error, "");
      const jobs = text.split(/(?=multibranchPipelineJob\()/).slice(1);
      const named = (name: string) => jobs.find((job) => job.startsWith(`multibranchPipelineJob('${name}')`)) ?? "";
      assert.equal(jobs.length, 2);
      const deploy = named("moodle/deploy");
      assert.match(deploy, /includes\('main'\)/);
      assert.match(deploy, /workflowBranchProjectFactory \{ scriptPath\('Jenkinsfile'\) \}/);
      assert.doesNotMatch(deploy, /PullRequest|Fork|remoteJenkinsFile/);
      const test = named("moodle-pull-requests/test");
      assert.match(test, /trust \{ gitHubTrustNobody\(\) \}/);
      assert.match(test, /remoteJenkinsFile\('Jenkinsfile'\)/);
      assert.match(test, /matchBranches\(false\)/);
      assert.match(test, /branchSpec \{ name\('main'\) \}/);
      assert.doesNotMatch(test, /BranchDiscovery|scriptPath/);
      // Two folders, and agents that know them apart.
      const agents = readFileSync(join(__dirname, "jenkins", "agents.groovy"), "utf8");
      const [, pattern] = /ofMain = '(.+)'/.exec(agents) ?? [];
      const takes = (job: string) => new RegExp(`^(?:${pattern})$`).test(job);
      assert.deepEqual(
        ["moodle/deploy/main", "moodle-pull-requests/test/PR-7", "moodle-pull-requests/test/main", "main"].map(takes),
        [true, false, false, false],
      );
      const labels = new Set(readFileSync(jenkinsfile, "utf8").match(/'moodle-(pipeline|updates)'/g));
      for (const label of labels) {
        assert.ok(agents.includes(label), label);
      }
    });

    it("runs nothing in parallel in one workspace", () => {
      assert.doesNotMatch(readFileSync(jenkinsfile, "utf8"), /\b(matrix|parallel)\b/);
    });

    it("counts no waiting into the time of a deployment, and holds no agent for it", () => {
      const text = readFileSync(jenkinsfile, "utf8");
      assert.doesNotMatch(text.slice(0, text.indexOf("stages {")), /timeout\(/);
      for (const stage of stagesOf(text)) {
        assert.match(stage, /steps \{\s*timeout\(time: \d+, unit: '\w+'\) \{/, stage);
      }
      const asks = stagesOf(text).filter((stage) => /\binput /.test(stage));
      assert.equal(asks.length, 1);
      assert.doesNotMatch(asks[0]!, /agent|\bsh\b/);
    });
  });

  describe("What the pipelines call", () => {
    const scripts = ["deploy", "drift", "image", "preview", "restore-drill", "comment", "changed", "signing"];
    const callers = [...files, jenkinsfile, ...scripts.map((name) => join(__dirname, name)), join(__dirname, "lib.sh")];

    it("exists: every make target, every tool and every script", () => {
      const makefile = readFileSync(join(root, "Makefile"), "utf8");
      let found = 0;
      for (const file of callers) {
        const code = readFileSync(file, "utf8").replace(/^\s*(#|\/\/).*$/gm, "");
        for (const [, target] of code.matchAll(/\bmake (?:--[\w-]+ )*([a-z][a-z-]*)\b/g)) {
          found += 1;
          assert.match(makefile, new RegExp(`^${target}:`, "m"), `${file} calls make ${target}`);
        }
        for (const [, tool] of code.matchAll(/\btools\/run ([a-z-]+)/g)) {
          found += 1;
          assert.ok(existsSync(join(root, "tools", tool!, "command.ts")), `${file} calls tools/run ${tool}`);
        }
        for (const [path] of code.matchAll(
          /(?<![\w/])(pipelines\/[a-z-]+(\.cjs)?|\.ci\/run|moodle-image\/test\/setup)(?![\w-])/g,
        )) {
          found += 1;
          assert.ok(statSync(join(root, path)).mode & 0o100 || path.endsWith(".cjs"), `${file} calls ${path}`);
        }
      }
      assert.ok(found >= 15, String(found));
    });

    it("has no make around a tool whose exit status says something: make turns every failure into 2", () => {
      for (const file of callers) {
        const code = readFileSync(file, "utf8").replace(/^\s*(#|\/\/).*$/gm, "");
        for (const [, target] of code.matchAll(/\bmake (?:--[\w-]+ )*([a-z][a-z-]*)\b/g)) {
          assert.ok(!existsSync(join(root, "tools", target!, "command.ts")), `${file}: tools/run ${target}`);
        }
      }
    });
  });
});
