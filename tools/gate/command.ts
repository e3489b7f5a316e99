import { declare, start } from "../lib/command";
import { compare, options } from "../report/compare";

export const command = declare({
  name: "gate",
  summary: "What make report says, and fails when data would be lost without an acknowledgement, or a policy is broken",
  failure: "failed, or the change must not be merged as it is",
  options,
  run: async (values, where) => {
    const faults = await compare(values, where);
    faults.forEach((fault) => where.complain(`gate: ${fault}`));
    return faults.length === 0 ? 0 : 1;
  },
});

if (require.main === module) {
  start(command);
}
