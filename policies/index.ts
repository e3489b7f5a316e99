import * as fs from "node:fs";
import * as path from "node:path";
import { PolicyPack } from "@pulumi/policy";
import { shownTypes } from "./compute/shownFields";
import { parseExemptions } from "./lib/exemptions";
import { policiesOf } from "./lib/pack";
import { refuseUnknownNames } from "./lib/receivedConfig";
import { noteSecrets } from "./lib/receivedSecrets";
import { rules } from "./rules";

const exemptions = parseExemptions(fs.readFileSync(path.join(__dirname, "exemptions.json"), "utf8"));

const received = refuseUnknownNames(rules);
noteSecrets(new Set(shownTypes));

new PolicyPack("moodle-on-aws", {
  description: "Highly available, private and encrypted AWS stacks, judged by walking the resources.",
  enforcementLevel: "mandatory",
  policies: policiesOf(rules, exemptions, undefined, received),
});
