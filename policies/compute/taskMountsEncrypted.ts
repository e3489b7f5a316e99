import { awsDefaults } from "../lib/awsDefaults";
import { resourceRule } from "../lib/rule";
import { taskDefinition } from "../lib/types";
import { expect, undecided } from "../lib/verdict";
import { isUnknown } from "../lib/view";

export const taskMountsEncrypted = resourceRule({
  id: "task-mounts-encrypted",
  group: "compute",
  severity: "medium",
  title: "Tasks mount file systems over TLS.",
  why: "NFS sends what users upload as it is; AWS leaves TLS off unless the task definition asks for it.",
  fix: 'Set efsVolumeConfiguration.transitEncryption: "ENABLED" in each volume.',
  serves: ["Well-Architected SEC09-BP02", "Moodle R14"],
  example: `volumes: [{ name: "files", efsVolumeConfiguration: { fileSystemId: files.id, transitEncryption: "ENABLED" } }]`,
  types: [taskDefinition],
  limits: {},
  check: ({ props }) => {
    const volumes = props.items("volumes");
    if (isUnknown(volumes)) {
      return undecided(volumes);
    }
    const mounted = volumes.filter((volume) => volume.has("efsVolumeConfiguration"));
    return mounted.length === 0
      ? undefined
      : mounted.map((volume) =>
          expect(
            volume.text("efsVolumeConfiguration.transitEncryption"),
            (value) => (value ?? awsDefaults.mountTransitEncryption.value) === "ENABLED",
            `the volume ${String(volume.at("name") ?? "")} has no transitEncryption`,
          ),
        );
  },
});
