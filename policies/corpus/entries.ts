import type { Entry } from "./corpus";
import { publicEntries } from "./public";

export const entries: readonly Entry[] = [...publicEntries];
