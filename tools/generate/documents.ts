import { evidence, page as evidencePage } from "../../testing/evidence/evidence";
import { identityDocuments } from "../../testing/platform/identities";
import { decisions, page } from "../../testing/security/decisions";
import { alarmsDocument } from "../alarms/catalogue";
import { blipsDocument } from "../blips/corpus/score";
import { doctorDocuments } from "../doctor/generate";
import { incidentsDocument } from "../replay/report";
import { architectureDocument } from "../report/picture/document";
import { wafDocument } from "../waf/document";
import { commandsDocument, makefileDocument } from "./commands";
import type { Document } from "./document";
import { edgeDocument } from "./edgeDocument";
import { nginxPathClasses } from "./nginxPathClasses";
import { policyDocuments } from "./policies";
import { settingsDocuments } from "./settings";

/** Documents that `make check` compares: made in seconds, from this repository alone. */
export const quickDocuments: readonly Document[] = [
  ...settingsDocuments,
  nginxPathClasses,
  ...policyDocuments,
  { path: "docs/security-decisions.md", text: () => page(decisions()) },
  {
    path: "docs/evidence.md",
    text: async () => {
      const { format } = await import("prettier");
      return format(evidencePage(evidence()), { parser: "markdown" });
    },
  },
  edgeDocument,
  alarmsDocument,
  commandsDocument,
  makefileDocument,
];

/** Documents that `make test` compares: these run the engine, servers or simulations. */
export const slowDocuments: readonly Document[] = [
  incidentsDocument,
  blipsDocument,
  wafDocument,
  ...doctorDocuments,
  architectureDocument,
  ...identityDocuments,
];
