import type { Problem } from "../../components/lib/invalid";

export type Given = Readonly<Record<string, string | undefined>>;

/** What a person asks for. */
export interface Request {
  readonly stack: string;
  readonly image: string;
  /** Name of the exam whose freeze does not count: the second confirmation, by the same variable as `pulumi up`'s. */
  readonly overrideFreeze: string | undefined;
}

const digest = /^(?:[a-z0-9][a-z0-9./:_-]*@)?(sha256:[0-9a-f]{64})$/;

/** Everything that is wrong with what was given, or the request. Pure. */
export function readRequest(
  given: Given,
  stacks: readonly string[],
  overrideVariable: string,
): Request | readonly Problem[] {
  const { STACK: stack = "", IMAGE: image = "" } = given;
  const problems: Problem[] = [];
  if (!stacks.includes(stack)) {
    problems.push({
      path: "STACK",
      given: stack === "" ? undefined : stack,
      allowed: stacks.join(", "),
      fix: "Name the stack: make release STACK=prod IMAGE=sha256:...",
    });
  }
  const found = digest.exec(image)?.[1];
  if (found === undefined) {
    problems.push({
      path: "IMAGE",
      given: image === "" ? undefined : image,
      allowed: "sha256: and 64 hexadecimal digits, with or without <repository>@ before it",
      fix: "Take the digest that the pipeline printed; a tag can be moved, and so is not enough.",
    });
  }
  if (found === undefined || problems.length > 0) {
    return problems;
  }
  const override = given[overrideVariable];
  return { stack, image: found, overrideFreeze: override === "" ? undefined : override };
}
