import { declare, start } from "../lib/command";
import { compare, options } from "./compare";

export const command = declare({
  name: "report",
  summary: "What this tree would change in a stack, against another commit; Markdown, a page and a picture",
  options,
  run: async (values, where) => {
    (await compare(values, where)).forEach((fault) => where.complain(`gate: ${fault}`));
    return 0;
  },
});

if (require.main === module) {
  start(command);
}
