import { callerEntries } from "./callers";
import type { Entry } from "./corpus";
import { doorEntries } from "./doors";
import { engineEntries } from "./engines";
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
  ...engineEntries,
  ...doorEntries,
  ...callerEntries,
];
