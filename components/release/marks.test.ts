import assert from "node:assert/strict";
import fc from "fast-check";
import { World } from "../../testing/release/world";
import { EcrRepository } from "../../testing/ecr";
import { lifecycleRules, movableTags } from "../image/lifecycle";
import type { State } from "./asl";
import { definition } from "./definition";
import { markAtEndStart } from "./marks";

type Data = Record<string, unknown>;
type Choice = Readonly<Record<string, unknown>> & { readonly Next: string };

/** The state that follows the marks of the start. */
const afterStart = "Was anything ever installed?";

/** `$.a.b[0]` of the state's data. */
function at(data: unknown, path: string): unknown {
  return path
    .replace(/^\$\.?/, "")
    .split(/[.[\]]+/)
    .filter((key) => key !== "")
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], data);
}

function holds(rule: Readonly<Record<string, unknown>>, data: Data): boolean {
  if (rule["Not"] !== undefined) {
    return !holds(rule["Not"] as Data, data);
  }
  const value = at(data, rule["Variable"] as string);
  if (rule["IsPresent"] !== undefined) {
    return (value !== undefined) === rule["IsPresent"];
  }
  const path = rule["StringEqualsPath"] as string | undefined;
  return value === (path === undefined ? rule["StringEquals"] : at(data, path));
}

/**
 * Runs the definition's own states from one to another against the repository: only what these need of the language. The whole
 * definition is run by moto's interpreter in testing/release/machine.test.ts.
 *
 * @param broken The call that AWS refuses, by its number in this run.
 */
function run(
  states: Readonly<Record<string, State>>,
  from: string,
  data: Data,
  ecr: EcrRepository,
  broken?: number,
): string {
  let calls = 0;
  let name = from;
  for (;;) {
    const state = states[name];
    const action = /^arn:aws:states:::aws-sdk:ecr:(.*)$/.exec(String(state?.["Resource"]))?.[1];
    if (state?.Type === "Choice" && name !== afterStart) {
      const taken = (state["Choices"] as readonly Choice[]).find((rule) => holds(rule, data));
      name = taken?.Next ?? (state["Default"] as string);
      continue;
    }
    if (state === undefined || action === undefined) {
      return name;
    }
    const given = Object.fromEntries(
      Object.entries(state["Parameters"] as Data).map(([key, value]) =>
        key.endsWith(".$") ? [key.slice(0, -2), at(data, value as string)] : [key, value],
      ),
    );
    try {
      if (calls++ === broken) {
        throw Object.assign(new Error("refused"), { name: "ServerException" });
      }
      if (action === "batchGetImage") {
        const [image] = given["ImageIds"] as readonly Data[];
        const found = ecr.find({
          ...(image!["ImageTag"] !== undefined && { imageTag: image!["ImageTag"] as string }),
          ...(image!["ImageDigest"] !== undefined && { imageDigest: image!["ImageDigest"] as string }),
          ...(image!["ImageDigest.$"] !== undefined && {
            imageDigest: at(data, image!["ImageDigest.$"] as string) as string,
          }),
        });
        data["marked"] = {
          images:
            found === undefined ? [] : [{ ImageId: { ImageDigest: found.digest }, ImageManifest: found.manifest }],
        };
      } else {
        const digest = given["ImageDigest"] as string;
        assert.equal(given["ImageManifest"], ecr.find({ imageDigest: digest })?.manifest);
        ecr.tag(digest, given["ImageTag"] as string);
      }
      name = state["Next"] as string;
    } catch (error) {
      const caught = (
        state["Catch"] as readonly { readonly ErrorEquals: readonly string[]; readonly Next: string }[]
      ).find(({ ErrorEquals: [wanted] }) => wanted === "States.ALL" || wanted === `Ecr.${(error as Error).name}`);
      name = caught!.Next;
    }
  }
}

/** A stack's own idea of what it runs, which no tag decides. */
interface Stack {
  readonly environment: string;
  image?: string;
  before?: string;
}

class History {
  readonly ecr: EcrRepository;
  readonly pushed: string[] = [];
  readonly stacks: readonly Stack[] = [{ environment: "prod" }, { environment: "prod-eu" }];
  released = 0;

  constructor(keepImages: number) {
    this.ecr = new EcrRepository(lifecycleRules(keepImages) as never, movableTags);
  }

  /** An index with two images and two attestations in it, and a signature, as pipelines/image pushes it; or one image. */
  push(pipeline: boolean, again: boolean): void {
    const number = this.pushed.length + 1;
    const digest = `sha256:${number.toString(16).padStart(64, "0")}`;
    const children = pipeline ? ["arm64", "amd64", "sbom-arm64", "sbom-amd64"].map((part) => `${digest}/${part}`) : [];
    children.forEach((child) => this.ecr.push(child));
    this.ecr.push(digest, { children });
    if (pipeline) {
      this.ecr.push(`${digest}/signature`, { subject: digest });
    }
    // `pulumi up` that was interrupted pushes the same context again, under the same tag.
    this.ecr.tag(digest, pipeline ? `build-${number}` : `context-${again ? "same" : number}`);
    this.pushed.push(digest);
  }

  release(stack: Stack, digest: string, fails: boolean, broken: number | undefined): void {
    const { args } = new World("world", { environment: stack.environment, imageDigest: digest });
    const { States } = definition(args);
    const data: Data = { last: stack.image === undefined ? {} : { Item: { image: { S: stack.image } } } };
    const start = "Is anything in operation?";
    const end = run(States, start, data, this.ecr, broken);
    if (end !== afterStart) {
      assert.ok(end === "Restore" || end === "The new image is gone", end);
      return;
    }
    if (!fails) {
      if (stack.image !== undefined && stack.image !== digest) {
        stack.before = stack.image;
      }
      stack.image = digest;
      this.released += 1;
      data["record"] = { Item: { image: { S: digest } } };
      assert.equal(run(States, markAtEndStart, data, this.ecr, broken), "Unlock");
    }
  }

  /** Whole: with all that was pushed with it. */
  kept(digest: string): boolean {
    const image = this.ecr.find({ imageDigest: digest });
    const signed = image?.children.length === 0 || this.ecr.find({ imageDigest: `${digest}/signature` }) !== undefined;
    return image !== undefined && signed && image.children.every((child) => this.ecr.find({ imageDigest: child }));
  }
}

const event = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("push" as const), pipeline: fc.boolean(), again: fc.boolean() }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("release" as const),
      stack: fc.nat(1),
      // Counted from the newest: a roll-back is a release too.
      back: fc.nat(9),
      fails: fc.boolean(),
      broken: fc.option(fc.nat(6), { nil: undefined }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("days" as const), days: fc.integer({ min: 1, max: 9 }) }) },
);

describe("What releases mark, and what the lifecycle policy deletes", () => {
  it("keep what is in operation and what was before, in each of two stacks of one repository", () => {
    let released = 0;
    fc.assert(
      fc.property(fc.array(event, { minLength: 10, maxLength: 120 }), (events) => {
        const history = new History(5);
        history.push(true, false);
        for (const one of events) {
          switch (one.kind) {
            case "push":
              history.push(one.pipeline, one.again);
              break;
            case "days":
              Array.from({ length: one.days }, () => history.ecr.expire());
              break;
            case "release":
              history.release(
                history.stacks[one.stack]!,
                history.pushed.at(-1 - (one.back % history.pushed.length))!,
                one.fails,
                one.broken,
              );
          }
          for (const { environment, image, before } of history.stacks) {
            assert.ok(image === undefined || history.kept(image), `${environment} runs ${image}, which is gone`);
            assert.ok(before === undefined || history.kept(before), `${environment} ran ${before}, which is gone`);
          }
        }
        released += history.released;
      }),
      { numRuns: 200, seed: 10 },
    );
    assert.ok(released > 200, `${released} releases are too few to show anything`);
  });

  it("would lose an image that nothing has marked, and keep the newest", () => {
    const history = new History(5);
    Array.from({ length: 8 }, () => history.push(true, false));
    Array.from({ length: 3 }, () => history.push(false, false));
    history.ecr.expire();
    assert.deepEqual(
      history.pushed.map((digest) => history.kept(digest)),
      [false, false, false, true, true, true, true, true, true, true, true],
    );
  });

  it("would lose it by the policy of before, which counts every artifact", () => {
    const old = new EcrRepository(
      [
        { tagStatus: "untagged", maximumAgeLimit: 7 },
        { tagStatus: "any", maximumNumberOfImages: 5 },
      ],
      [],
    );
    ["a", "b", "c", "d", "e", "f"].forEach((digest) => (old.push(digest), old.tag(digest, `build-${digest}`)));
    old.expire();
    assert.equal(old.find({ imageDigest: "a" }), undefined);
  });
});
