import type { Entry } from "./corpus";
import { networkEntries } from "./network";
import { operationEntries } from "./operation";
import { pairEntries } from "./pairs";
import { publicEntries } from "./public";
import { secretEntries } from "./secrets";
import { serviceEntries } from "./services";

export const entries: readonly Entry[] = [
  ...publicEntries,
  ...networkEntries,
  ...operationEntries,
  ...secretEntries,
  ...serviceEntries,
  ...pairEntries,
];
