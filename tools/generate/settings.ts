import { settingsTable, stackFileSchema } from "../../stacks/settings/documents";
import type { Document } from "./document";

/** Documents from the schema of the settings. */
export const settingsDocuments: readonly Document[] = [
  { path: "stacks/settings.schema.json", text: stackFileSchema },
  { path: "docs/settings.md", text: settingsTable },
];
