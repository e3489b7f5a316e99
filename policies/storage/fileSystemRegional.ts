import { resourceRule } from "../lib/rule";
import { fileSystem } from "../lib/types";
import { pass, violation } from "../lib/verdict";

export const fileSystemRegional = resourceRule({
  id: "file-system-regional",
  group: "storage",
  severity: "high",
  title: "EFS file systems are stored in all availability zones.",
  why: "A one-zone file system is gone for as long as its zone is, and with it every upload; it can not be changed later.",
  fix: "Leave availabilityZoneName out. On an existing one: make a new file system and copy.",
  serves: ["Well-Architected REL10-BP01", "Moodle R14", "Moodle R25"],
  example: `new aws.efs.FileSystem("files", { encrypted: true, throughputMode: "elastic" });`,
  types: [fileSystem],
  limits: {},
  check: ({ props }) =>
    props.has("availabilityZoneName") ? violation("availabilityZoneName makes it a one-zone file system") : pass,
});
