import { readmeWith, catalogue } from "../../policies/scripts/catalogue";
import { coverage } from "../../policies/scripts/coverage";
import { configSchema } from "../../policies/scripts/schema";
import { saysTheSame } from "../../policies/scripts/writeOrCheck";
import type { Document } from "./document";

const documents: readonly Document[] = [
  { path: "policies/config/schema.json", text: () => `${JSON.stringify(configSchema(), null, 2)}\n` },
  { path: "policies/coverage.md", text: coverage },
  { path: "policies/README.md", text: (current) => readmeWith(current, catalogue()) },
];

/** The pack is a separate package, with its own scripts for these two. */
export const policyDocuments: readonly Document[] = documents.map((document) => ({
  ...document,
  // The formatter has its own line breaks.
  text: async (current) => {
    const text = await document.text(current);
    return saysTheSame(document.path, current, text) ? current : text;
  },
}));
