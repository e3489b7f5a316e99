/** `run.ts preview|up|destroy <stack>`: what `make preview STACK=...` and the others call. */
import { destroy, preview, type RunResult, up } from "./engine";

const operations = { preview, up, destroy };

async function main(command = "", stack = ""): Promise<boolean> {
  if (!(command in operations) || stack === "") {
    throw new Error(`Say what to do, and with which stack: run.ts ${Object.keys(operations).join("|")} <stack>`);
  }
  console.log("Offline: stand-in providers answer instead of AWS. Nothing is made, and nothing is paid for.");
  const result = await operations[command as keyof typeof operations](stack);
  console.log(summary(command, stack, result));
  return result.ok;
}

function summary(command: string, stack: string, result: RunResult): string {
  const changes = Object.entries(result.changes).map(([operation, count]) => `${count} ${operation}`);
  const mandatory = result.violations.filter((violation) => violation.level === "mandatory").length;
  const advisory = result.violations.length - mandatory;
  const policies = `${mandatory} policy violations${advisory > 0 ? `, ${advisory} advisory` : ""}`;
  const outcome = result.ok ? "done" : "failed";
  return `${command} of ${stack}: ${outcome}; ${changes.join(", ") || "nothing"}; ${policies}; ${result.seconds.toFixed(1)} s.`;
}

main(process.argv[2], process.argv[3]).then(
  (ok) => process.exit(ok ? 0 : 1),
  (error: Error) => {
    console.error(`error: ${error.message}`);
    process.exit(1);
  },
);
