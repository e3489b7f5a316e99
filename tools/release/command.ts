import { executionPrefix, stepState } from "../../components/release/arguments";
import { pagesCheck, siteClosed } from "../../components/release/names";
import { overrideVariable } from "../../stacks/calendar/freeze";
import { troubleOf } from "../lib/awsCall";
import { declare, needed, optional, Refused, start, type Values, type Where } from "../lib/command";
import { anyText, stackName } from "../lib/kinds";
import { pulumiUp } from "../lib/pulumiUp";
import { signInLines } from "../lib/signIn";
import { awsMachine, type Described, type Machine, type ReleaseOutput, releaseOutput } from "./aws";

const digest = /^(?:[a-z0-9][a-z0-9./:_-]*@)?(sha256:[0-9a-f]{64})$/;

const options = {
  STACK: needed(stackName, "The stack"),
  IMAGE: needed(
    {
      shape: "sha256:...",
      expected: "sha256: and 64 hexadecimal digits, with or without a repository and @ before it",
      fix: "Take the digest that the pipeline printed; a tag can be moved, and so is not enough.",
      read: (text: string) => digest.exec(text)?.[1],
    },
    "The image that the stack's new task definitions name",
  ),
  // The second confirmation, by the same variable as that of `pulumi up`.
  [overrideVariable]: optional(
    anyText("the name of an exam", "make calendar shows the exams."),
    "The exam whose freeze does not count, when the setting moodle:calendar.overrideFreeze names it too",
  ),
};
type Request = Values<typeof options>;

/** Clock and pause that the program uses; a test brings its own. */
export interface Surroundings {
  readonly now: () => number;
  readonly pause: () => Promise<void>;
}

/**
 * Starts the release's state machine and follows it to its end. Says each step as it begins, and how long the one before took. It may be
 * stopped and started again: the release itself goes on in AWS.
 */
export const release = (world: Surroundings) =>
  declare({
    name: "release",
    summary: "Put the stack's new task definitions into operation, and follow it",
    failure: "the release failed",
    options,
    run: async (request, where) => {
      const output = releaseOutput(request.STACK);
      refuseOther(request, output);
      const machine = awsMachine(output);
      const running = (await machine.running()).filter(({ name }) => name.startsWith(executionPrefix));
      const same = running.find(({ image }) => image === request.IMAGE);
      if (running.length > 0 && same === undefined) {
        const [{ name, image = "..." } = { name: "" }] = running;
        const fix = `Follow it: make release STACK=${request.STACK} IMAGE=${image}`;
        const allowed = `that of ${name}, which is under way: one at a time`;
        throw new Refused([{ path: "IMAGE", given: request.IMAGE, allowed, fix }]);
      }
      const arn = same?.arn ?? (await startRelease(machine, request, world));
      where.print(same === undefined ? `Started ${arn}` : `Already under way: following ${arn}`);
      where.print("To stop looking, press Ctrl-C: the release goes on. The same command looks again.");
      const ended = await follow(machine, arn, world, where).catch((error: unknown) => {
        if (troubleOf((error as Error).cause) !== "credentials") {
          throw error;
        }
        const again = `make release STACK=${request.STACK} IMAGE=${request.IMAGE}`;
        where.complain(`error: ${(error as Error).message}`);
        where.complain(
          `The release goes on in AWS, and mail reports its end. Next: sign in, then look again: ${again}`,
        );
        return undefined;
      });
      return ended === undefined ? 1 : conclude(ended, request, output, where);
    },
  });

/** @throws Refused when the task definitions name another image. */
function refuseOther({ IMAGE: given, STACK: stack }: Request, { imageUri }: ReleaseOutput): void {
  const deployed = imageUri.slice(imageUri.indexOf("@") + 1);
  if (deployed !== given) {
    const allowed = `${deployed}, which the task definitions of stack ${stack} name`;
    const fix = `Register those of the other image first: ${register(stack, given)}. No running task changes by that.`;
    throw new Refused([{ path: "IMAGE", given, allowed, fix }]);
  }
}

/** Right for a stack that builds its image too: a digest alone belongs to `kind: digest`. */
function register(stack: string, image: string): string {
  const set = ["kind=digest", `digest=${image}`].map((value) => `--plaintext moodle:image.${value}`).join(" ");
  return `pulumi config set-all --stack ${stack} --path ${set} && ${pulumiUp(stack)}`;
}

function repositoryOf(imageUri: string): string {
  return imageUri.slice(imageUri.indexOf("/") + 1).split("@")[0]!;
}

function startRelease(machine: Machine, request: Request, { now }: Surroundings): Promise<string> {
  const { IMAGE: image, [overrideVariable]: overrideFreeze } = request;
  const time = new Date(now()).toISOString().slice(0, 19).replaceAll(/[-:]/g, "");
  const name = `${executionPrefix}${time.toLowerCase()}-${image.slice("sha256:".length, "sha256:".length + 12)}`;
  return machine.start(name, { image, ...(overrideFreeze !== undefined && { overrideFreeze }) });
}

/** Result of a release, and whether it was the first. */
interface Ended extends Described {
  readonly installed: boolean;
}

const step = /^(?:Step (\d\d): (.*)|(Restore|A person is needed))$/;

async function follow(machine: Machine, arn: string, { pause }: Surroundings, { print, at }: Where): Promise<Ended> {
  let seen = 0;
  let installed = false;
  let began: number | undefined;
  for (;;) {
    // Asked before the history, so that nothing is missed at the end.
    const described = await machine.describe(arn);
    for (const { id, state, at: entered } of await machine.entered(arn, seen)) {
      seen = id;
      installed ||= state === stepState("first installation");
      const [, number, name, back] = step.exec(state) ?? [];
      if (number === undefined && back === undefined) {
        continue;
      }
      if (began !== undefined) {
        print(`        took ${duration(entered - began)}`);
      }
      began = entered;
      const clock = new Date(entered).toISOString().slice(11, 19);
      const what =
        number === undefined ? (back === "Restore" ? "Going back to what was before" : back) : `${number} ${name}`;
      print(`${clock} ${what}`);
      at(what ?? "");
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
  { STACK: stack, IMAGE: image }: Request,
  { region, upgradeLogGroup, webLogGroup, imageUri, signIn }: ReleaseOutput,
  { print, complain }: Where,
): number {
  if (status === "SUCCEEDED") {
    print(`Released: ${image} is in operation in ${stack}.`);
    if (installed) {
      print(
        "Moodle was installed. Where its tables were there already, nothing of them was changed, passwords neither.",
      );
      signInLines(signIn).forEach(print);
    } else {
      print(`Sign in: ${signIn.address}`);
    }
    return 0;
  }
  const again = `make release STACK=${stack} IMAGE=${image}`;
  const next: Readonly<Record<string, string>> = {
    OtherImage: register(stack, image),
    ImageMissing: `make the image again, or release one that is there: aws ecr describe-images --region ${region} --repository-name ${repositoryOf(imageUri)}`,
    ExamFreeze: `make calendar STACK=${stack}, which shows when it ends. If it cannot wait, tell it twice: moodle:calendar.overrideFreeze and pulumi up, then ${overrideVariable}=<exam> ${again}`,
    ReleaseUnderWay: `${again}, when the other one has ended`,
    FinishIncomplete: `wait for the clean-up, which EventBridge has started; then look whether the outage page is off: make outage STACK=${stack}`,
    RestoreIncomplete: `make runbook NAME=release STACK=${stack}, "When a person is needed"; the clean-up tries again by itself`,
    ABORTED: `wait for the clean-up, which EventBridge has started, then ${again}`,
    TIMED_OUT: `wait for the clean-up, which EventBridge has started, then ${again}`,
  };
  complain(`error: ${error}: ${cause}`);
  if (error === siteClosed) {
    complain("The outage page is on, and stays on until a release ends well. The mail says what the database is.");
  } else if (next[error] === undefined) {
    complain(
      "The image of before is in operation, cron is on, the page is as it was. The mail says whether the database was changed.",
    );
  }
  const wrongPages = error === pagesCheck || (error === siteClosed && cause.startsWith(pagesCheck));
  const lines = wrongPages
    ? `${webLogGroup} --region ${region} --since 2h --filter-pattern '{ $.role = "smoke" }'`
    : `${upgradeLogGroup} --region ${region} --since 2h`;
  const back = error === siteClosed ? "To go back instead" : "If the mail says that the database was changed";
  complain(
    `Next: ${next[error] ?? `aws logs tail ${lines}; fix it, then ${again}. ${back}: make runbook NAME=release STACK=${stack}, "After a failed upgrade"`}`,
  );
  return 1;
}

export const command = release({ now: Date.now, pause: () => new Promise((done) => setTimeout(done, 5000)) });

if (require.main === module) {
  start(command);
}
