/** Finds or makes a Pulumi CLI, and says nothing when there is one. */
import { resolveCli } from "./resolve";

resolveCli().catch((error: Error) => {
  console.error(`error: ${error.message}`);
  process.exitCode = 1;
});
