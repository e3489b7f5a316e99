/** `make alarms`: prints the catalogue of a stack's alarms. docs/alarms.md is the one of prod: `make generate`. */
import { stackSettings } from "../lib/stackFile";
import { run } from "../lib/text";
import { catalogue } from "./catalogue";

run(() => {
  console.log(catalogue(stackSettings(process.env["STACK"] || "prod")));
  return 0;
});
