/**
 * `make release STACK=... IMAGE=sha256:...`: starts the release's state machine and follows it to its end. Says each step as it
 * begins, and how long the one before took. It may be stopped and started again: the release itself goes on in AWS.
 *
 * Exit code: 0 released, 1 failed, 2 not started.
 */
import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import { describeProblem } from "../../components/lib/invalid";
import { executionPrefix, stepState } from "../../components/release/arguments";
import { pagesCheck } from "../../components/release/names";
import { overrideVariable } from "../../stacks/calendar/freeze";
import { signInLines } from "../lib/signIn";
import { awsMachine, type Described, type Machine, type ReleaseOutput, releaseOutput } from "./aws";
import { type Given, readRequest, type Request } from "./request";

/** What the program needs of the world; a test brings its own. */
export interface Surroundings {
  readonly given: Given;
  readonly stacks: readonly string[];
  readonly now: () => number;
  readonly pause: () => Promise<void>;
  readonly say: (line: string) => void;
}

/** @returns the exit code. */
export async function release(where: Surroundings): Promise<number> {
  const { say } = where;
  const request = readRequest(where.given, where.stacks, overrideVariable);
  if (!("stack" in request)) {
    request.forEach((problem) => say(`error: ${describeProblem(problem)}`));
    return 2;
  }
  const output = releaseOutput(request.stack);
  const other = otherImage(request, output);
  if (other !== undefined) {
    say(`error: ${other}`);
    return 2;
  }
  const machine = awsMachine(output);
  const running = (await machine.running()).filter(({ name }) => name.startsWith(executionPrefix));
  const same = running.find(({ image }) => image === request.image);
  if (running.length > 0 && same === undefined) {
    say(
      `error: ${running[0]!.name} is under way, with ${running[0]!.image ?? "another image"}: one at a time. ` +
        `Follow it: make release STACK=${request.stack} IMAGE=${running[0]!.image ?? "..."}`,
    );
    return 2;
  }
  const arn = same?.arn ?? (await start(machine, request, where));
  say(same === undefined ? `Started ${arn}` : `Already under way: following ${arn}`);
  say("To stop looking, press Ctrl-C: the release goes on. The same command looks again.");
  const ended = await follow(machine, arn, where);
  return conclude(ended, request, output, say);
}

function otherImage({ image, stack }: Request, { imageUri }: ReleaseOutput): string | undefined {
  const deployed = imageUri.slice(imageUri.indexOf("@") + 1);
  if (deployed === image) {
    return undefined;
  }
  return describeProblem({
    path: "IMAGE",
    given: image,
    allowed: `${deployed}, which the task definitions of stack ${stack} name`,
    fix: `Register those of the other image first: ${register(stack, image)}. No running task changes by that.`,
  });
}

/** Right for a stack that builds its image too: a digest alone belongs to `kind: digest`. */
function register(stack: string, image: string): string {
  const set = ["kind=digest", `digest=${image}`].map((value) => `--plaintext moodle:image.${value}`).join(" ");
  return `pulumi config set-all --stack ${stack} --path ${set} && pulumi up --stack ${stack}`;
}

function repositoryOf(imageUri: string): string {
  return imageUri.slice(imageUri.indexOf("/") + 1).split("@")[0]!;
}

function start(machine: Machine, { image, overrideFreeze }: Request, { now }: Surroundings): Promise<string> {
  const time = new Date(now()).toISOString().slice(0, 19).replaceAll(/[-:]/g, "");
  const name = `${executionPrefix}${time.toLowerCase()}-${image.slice("sha256:".length, "sha256:".length + 12)}`;
  return machine.start(name, { image, ...(overrideFreeze !== undefined && { overrideFreeze }) });
}

/** How a release ended, and whether it was the first. */
interface Ended extends Described {
  readonly installed: boolean;
}

const step = /^(?:Step (\d\d): (.*)|(Restore|A person is needed))$/;

async function follow(machine: Machine, arn: string, { say, pause }: Surroundings): Promise<Ended> {
  let seen = 0;
  let installed = false;
  let began: number | undefined;
  for (;;) {
    // Asked before the history, so that nothing is missed at the end.
    const described = await machine.describe(arn);
    for (const { id, state, at } of await machine.entered(arn, seen)) {
      seen = id;
      installed ||= state === stepState("first installation");
      const [, number, name, back] = step.exec(state) ?? [];
      if (number === undefined && back === undefined) {
        continue;
      }
      if (began !== undefined) {
        say(`        took ${duration(at - began)}`);
      }
      began = at;
      const clock = new Date(at).toISOString().slice(11, 19);
      say(
        number === undefined
          ? `${clock} ${back === "Restore" ? "Going back to what was before" : back}`
          : `${clock} ${number} ${name}`,
      );
    }
    if (described.status !== "RUNNING") {
      return { ...described, installed };
    }
    await pause();
  }
}

function duration(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** The reason, and what to do next. */
function conclude(
  { status, error = status, cause = "", installed }: Ended,
  { stack, image }: Request,
  { region, upgradeLogGroup, webLogGroup, imageUri, signIn }: ReleaseOutput,
  say: (line: string) => void,
): number {
  if (status === "SUCCEEDED") {
    say(`Released: ${image} is in operation in ${stack}.`);
    if (installed) {
      say("Moodle was installed. Where its tables were there already, nothing of them was changed, passwords neither.");
      signInLines(signIn).forEach(say);
    } else {
      say(`Sign in: ${signIn.address}`);
    }
    return 0;
  }
  const again = `make release STACK=${stack} IMAGE=${image}`;
  const next: Readonly<Record<string, string>> = {
    OtherImage: register(stack, image),
    ImageMissing: `make the image again, or release one that is there: aws ecr describe-images --region ${region} --repository-name ${repositoryOf(imageUri)}`,
    ExamFreeze: `make calendar STACK=${stack}, which shows when it ends. If it cannot wait, tell it twice: moodle:calendar.overrideFreeze and pulumi up, then ${overrideVariable}=<exam> ${again}`,
    ReleaseUnderWay: `${again}, when the other one has ended`,
    RestoreIncomplete: `read docs/releasing.md, "When a person is needed"; the clean-up tries again by itself`,
    ABORTED: `wait for the clean-up, which EventBridge has started, then ${again}`,
    TIMED_OUT: `wait for the clean-up, which EventBridge has started, then ${again}`,
  };
  say(`error: ${error}: ${cause}`);
  if (next[error] === undefined) {
    say(
      "The image of before is in operation, cron is on, the page is as it was. The mail says whether the database was changed.",
    );
  }
  const lines =
    error === pagesCheck
      ? `${webLogGroup} --region ${region} --since 2h --filter-pattern '{ $.role = "smoke" }'`
      : `${upgradeLogGroup} --region ${region} --since 2h`;
  say(
    `Next: ${next[error] ?? `aws logs tail ${lines}; fix it, then ${again}. If the mail says that the database was changed: docs/releasing.md, "After a failed upgrade"`}`,
  );
  return 1;
}

function stacksIn(path: string): string[] {
  return readdirSync(path).flatMap((name) => /^Pulumi\.([a-z0-9-]+)\.yaml$/.exec(name)?.[1] ?? []);
}

if (require.main === module) {
  const pause = () => new Promise<void>((done) => setTimeout(done, 5000));
  release({
    given: process.env,
    stacks: stacksIn(resolve(__dirname, "../..")),
    now: Date.now,
    pause,
    say: (line) => console.log(line),
  }).then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      console.error(`error: ${(error as Error).message}`);
      process.exitCode = 1;
    },
  );
}
