/** `make alarms`: prints the catalogue of a stack's alarms, and keeps docs/alarms.md, which is the one of prod. */
import { writeFileSync } from "node:fs";
import { run } from "../lib/text";
import { stackSettings } from "../lib/stackFile";
import { catalogue, cataloguePath } from "./catalogue";

run(() => {
  const stack = process.env["STACK"] || "prod";
  const text = catalogue(stackSettings(stack));
  console.log(text);
  if (stack === "prod") {
    writeFileSync(cataloguePath, text);
  }
  return 0;
});
