import * as assert from "node:assert/strict";
import { Printout } from "./printout";

function printed(text: string, chunk = 7): string {
  let result = "";
  const printout = new Printout((line) => (result += line));
  for (let start = 0; start < text.length; start += chunk) {
    printout.take(text.slice(start, start + chunk));
  }
  printout.end();
  return result;
}

const rows = ` +  pulumi:pulumi:Stack moodle-dev create
 +  aws:ec2:Vpc main create
`;

describe("the engine's printout", () => {
  it("passes what is no problem as it comes", () => {
    const text = `Previewing update (dev):\n\n${rows}Resources:\n    + 2 to create\n`;
    assert.equal(printed(text), text);
  });

  it("shows a program's error once, without the frames of packages", () => {
    const text = `${rows} +  pulumi:pulumi:Stack moodle-dev create error: settings are wrong:
 +  pulumi:pulumi:Stack moodle-dev create 2 errors
Diagnostics:
  pulumi:pulumi:Stack (moodle-dev):
    error: Unhandled exception: Error: settings are wrong:
      - a: b
        at program (index.ts:8:32)
        at x (/repo/node_modules/@pulumi/runtime/stack.ts:79:39)
        at process.processTicksAndRejections (node:internal/process/task_queues:104:5)
    error: settings are wrong:
      - a: b

Resources:
    1 errored
`;
    assert.equal(
      printed(text),
      `${rows} +  pulumi:pulumi:Stack moodle-dev create 2 errors
Diagnostics:
  pulumi:pulumi:Stack (moodle-dev):
    error: Unhandled exception: Error: settings are wrong:
      - a: b
        at program (index.ts:8:32)

Resources:
    1 errored
`,
    );
  });

  it("keeps the error beside its resource rather than the stack's copy", () => {
    const text = `Diagnostics:
  pulumi:pulumi:Stack (moodle-dev):
    error: cidr is wrong

  a:b:C (x):
    error: Error: cidr is wrong
        at new C (c.ts:5:94)

`;
    assert.equal(
      printed(text),
      "Diagnostics:\n  a:b:C (x):\n    error: Error: cidr is wrong\n        at new C (c.ts:5:94)\n\n",
    );
  });

  it("drops the closing line that counts errors, unless it is all there is", () => {
    const closing = "    error: One or more errors occurred: in apply\n";
    const header = "Diagnostics:\n  pulumi:pulumi:Stack (moodle-dev):\n";
    assert.equal(
      printed(`${header}    error: Unhandled exception: Error: in apply\n${closing}\n`),
      `${header}    error: Unhandled exception: Error: in apply\n\n`,
    );
    assert.equal(printed(`${header}${closing}\n`), `${header}${closing}\n`);
  });

  it("keeps different problems, blank lines inside one, and colours", () => {
    const text =
      "\u001b[1mDiagnostics:\u001b[0m\n  a:b:C (x):\n    \u001b[31merror: \u001b[0mfirst\n\n    second paragraph\n    error: other\n\n";
    assert.equal(printed(text), text);
  });
});
