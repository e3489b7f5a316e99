import { settingsTable, stackFileSchema } from "../../stacks/settings/documents";
import type { Document } from "./document";

/** What is made from the schema of the settings. */
export const settingsDocuments: readonly Document[] = [
  { path: "stacks/settings.schema.json", text: stackFileSchema },
  { path: "docs/settings.md", text: settingsTable },
];
