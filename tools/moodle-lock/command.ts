import { declare, needed, optional, start } from "../lib/command";
import { pattern } from "../lib/kinds";
import { raise, type Raised } from "./lock";

const release = pattern(
  /^\d+\.\d+(\.[1-9]\d*)?$/,
  "a release of Moodle such as 5.1.5",
  "Take it from https://download.moodle.org/releases/supported/; the first release of a branch has two numbers.",
);
const checksum = pattern(
  /^[0-9a-f]{64}$/,
  "64 hexadecimal digits, in lower case",
  "Copy it from Moodle's download page.",
);

export const command = declare({
  name: "moodle-lock",
  summary: "Put another release of Moodle into the image's lock file",
  options: {
    VERSION: needed(release, "The release"),
    SHA256: optional(checksum, "The checksum that Moodle's download page shows, which the archive must have"),
  },
  failure: "the archive or a plugin is not in order, and nothing is written",
  run: async ({ VERSION, SHA256 }, { print, at }) => {
    at(`downloading Moodle ${VERSION}`);
    print(report(await raise(VERSION, SHA256), SHA256 !== undefined));
    return 0;
  },
});

/** What was done, and the way to production. */
export function report({ from, to, url, sha256, plugins, patches, branch }: Raised, compared: boolean): string {
  const steps = [
    ...(compared ? [] : [`Compare the checksum with the one of Moodle's download page, over another connection.`]),
    ...(branch === undefined
      ? []
      : [`Set moodle:moodle.version to "${branch}" in every stack file, and phpVersion to one that it allows.`]),
    ...patches,
    `Test: unpack the archive, and MOODLE_SRC=<its folder>${branch === undefined ? "" : " RECORD_SCRIPTS=1"} make test ONLY=moodle-image.`,
    "Commit, and merge: the pipeline builds the image and prints its digest.",
    "Put the digest into staging's stack file, deploy, and make release STACK=staging; then the same for prod.",
  ];
  return [
    from === to ? `Moodle ${to} is in the lock, and its archive is as it was` : `Moodle ${from} -> ${to}`,
    `  ${url}`,
    `  sha256 ${sha256}`,
    `Plugins for it: ${plugins}`,
    ...(from === to
      ? patches
      : [
          "Next (docs/releasing.md, A new version of Moodle):",
          ...steps.map((step, index) => `  ${index + 1}. ${step}`),
        ]),
  ].join("\n");
}

if (require.main === module) {
  start(command);
}
