import { configProblems, phpProblems } from "../../../components/moodle/ownSettings";
import type { Rule } from "./rule";

/** Which values of Moodle and PHP are a stack file's to give. */
export const moodleRules: readonly Rule[] = [
  ({ moodle }) => configProblems("moodle:moodle.config", moodle.config),
  ({ moodle }) => phpProblems("moodle:moodle.php", moodle.php),
];
