import { cacheCases } from "../cache/cache.cases";
import { computeCases } from "../compute/compute.cases";
import { costCases } from "../cost/cost.cases";
import { databaseCases } from "../database/database.cases";
import { edgeCases } from "../edge/edge.cases";
import { identityCases } from "../identity/identity.cases";
import { networkCases } from "../network/network.cases";
import { observabilityCases } from "../observability/observability.cases";
import { storageCases } from "../storage/storage.cases";
import { taggingCases } from "../tagging/tagging.cases";
import type { RuleCases } from "./cases";

export const allCases: readonly RuleCases[] = [
  ...networkCases,
  ...computeCases,
  ...databaseCases,
  ...cacheCases,
  ...storageCases,
  ...edgeCases,
  ...identityCases,
  ...observabilityCases,
  ...taggingCases,
  ...costCases,
];
