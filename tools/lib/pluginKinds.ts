/** Options of the tools for plugins of the image. */
import { componentName, releases } from "../../moodle-image/plugins/lock";
import { type Kind, oneOf, pattern } from "./kinds";

export const pluginName = pattern(componentName, "a component name", "Write it like mod_attendance.");

export const pluginAddress = pattern(
  /^(https|file):/,
  "an https address of a .zip or .tar.gz archive",
  "Take it from the plugin's page in Moodle's plugins directory, or from its releases on GitHub.",
);

const versions = releases.map(({ moodle }) => moodle);

export const moodleVersion = oneOf(versions);

/** Several, with commas between them. */
export const moodleVersions: Kind<readonly string[]> = {
  shape: "5.0,5.1",
  expected: `one or more of ${versions.join(", ")}`,
  fix: "Write them with commas, such as 5.0,5.1.",
  read: (text) => {
    const all = text.split(",").map((one) => one.trim());
    return all.every((one) => versions.includes(one)) ? all : undefined;
  },
};
