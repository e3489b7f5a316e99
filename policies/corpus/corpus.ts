/** How people write it: whose style a program is in. */
export type Style = "pulumi/examples" | "awsx" | "terraform" | "tutorial" | "console" | "component";

/** A small program with the verdicts that it must get. */
export interface Entry {
  readonly name: string;
  readonly style: Style;
  /** Declares resources with the SDK, as a program does; or is a program of Pulumi YAML. */
  readonly program: (() => unknown) | string;
  /** Thresholds other than production's, by rule, as `--policy-pack-config` gives them. */
  readonly config?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** The rules that this program is about: it gets exactly these verdicts of them, and no others. */
  readonly about: readonly string[];
  /** Violations, as "rule: resource's name". A good program has none. */
  readonly faults?: readonly string[];
  /** What a preview cannot know, in the same form. After an update all but `outside` is known, and `faults` holds. */
  readonly open?: readonly string[];
  /** What stays open, because it is in another stack. */
  readonly outside?: readonly string[];
  /** Faults that a preview leaves open and that are found once ids are known. */
  readonly later?: readonly string[];
}
