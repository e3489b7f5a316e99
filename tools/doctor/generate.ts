/** Generated parts of docs/quotas.md and docs/doctor.md. The example comes from moto, so it is the same everywhere. */
import { format } from "prettier";
import { between, type Document } from "../generate/document";
import { type Plans, shippedPlan, shippedPlans, stacks } from "../lib/shippedPlans";
import { policy } from "./permissions";
import { notChecked, type Quota, quotas } from "./quotaTable";
import type { Plan } from "./quotaNeeds";
import { exampleOutput } from "./test/example";

function needs({ need, first }: Quota, plan: Plan): string {
  const all = need(plan);
  const begin = first?.(plan) ?? all;
  return all === 0 ? "" : begin < all ? `${all} (${begin} at first)` : String(all);
}

/** docs/quotas.md. */
export function quotasDocument(plans: Plans): Promise<string> {
  const rows = quotas.map((quota) => {
    const { title, code, documented, source, region, use } = quota;
    const where = code === undefined ? "no code" : `\`${code.service}\` \`${code.quota}\``;
    const cells = [`[${title}](${source})`, where, documented, ...stacks.map((stack) => needs(quota, plans[stack]))];
    return `| ${[...cells, region === "edge" ? "us-east-1" : "the stack's", use === undefined ? "" : "yes"].join(" | ")} |`;
  });
  return format(
    `# Quotas

What each stack needs of AWS's quotas at its largest, so that you can ask for more before the first day.

A new account has few of the first four. AWS answers a request in minutes or in days, so ask early. \`make doctor STACK=prod\`
compares your account with this table and prints the command for each quota that is too small: [doctor.md](doctor.md).

This page is generated from the plans of the three stack files by \`make generate\`. Your own sizes change the numbers, and
\`make doctor\` takes yours. "New account" is the documented default, and an account may have less. "Others counted" says whether
\`make doctor\` adds what the account has beside the stack.

| Quota | Service and code | New account | prod | staging | dev | Region | Others counted |
| --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join("\n")}

Codes are those of a
[published listing of Service Quotas' answers](https://github.com/gruntwork-io/terraform-aws-utilities/blob/04f5883/docs/quotas.md)
or of the page that the first column links to. \`make doctor\` also compares the name that Service Quotas answers.

Not checked:

${notChecked.map((one) => `- ${one}.`).join("\n")}
`,
    { parser: "markdown", printWidth: 120 },
  );
}

const part = (text: string, name: string, inside: string): string =>
  between(text, [`<!-- ${name} -->`, `<!-- end of ${name} -->`], `\n\n${inside}\n\n`);

/** docs/doctor.md with its generated parts. */
export async function doctorDocument(text: string, example: string): Promise<string> {
  const withExample = part(text, "example", `\`\`\`text\n${example}\n\`\`\``);
  const document = part(withExample, "policy", `\`\`\`json\n${JSON.stringify(policy(), undefined, 2)}\n\`\`\``);
  return format(document, { parser: "markdown", printWidth: 120 });
}

/** Both take a plan of each stack, and the example of docs/doctor.md starts moto. */
export const doctorDocuments: readonly Document[] = [
  { path: "docs/quotas.md", text: async () => quotasDocument(await shippedPlans()) },
  {
    path: "docs/doctor.md",
    text: async (current) => doctorDocument(current, await exampleOutput(await shippedPlan("prod"))),
  },
];
