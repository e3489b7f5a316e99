import { atLeast, stackRule } from "../lib/rule";
import { fileSystem, mountTarget, subnets } from "../lib/types";
import { undecided } from "../lib/verdict";
import { Unknown } from "../lib/view";
import { floor, zoneOf } from "../lib/zones";

export const mountTargetsSpanZones = stackRule({
  id: "mount-targets-span-zones",
  group: "storage",
  severity: "high",
  title: "An EFS file system has a mount target in enough availability zones.",
  why: "A task mounts through the target of its own zone; without one it either fails to mount or depends on another zone, which adds a failure and costs data transfer.",
  fix: "Make one aws.efs.MountTarget per zone in which tasks run, each in that zone's data subnet.",
  serves: ["Well-Architected REL10-BP01", "Moodle R14"],
  example: `dataSubnets.map((subnet, i) => new aws.efs.MountTarget(\`files-\${i}\`, { fileSystemId: files.id, subnetId: subnet.id }));`,
  types: [fileSystem],
  limits: { minZones: atLeast(3, "The fewest availability zones with a mount target.") },
  check: (resource, stack, limits) => {
    const targets = stack.referring(mountTarget, "fileSystemId", resource);
    if (targets.exact.length === 0 && targets.possible.length > 0) {
      return undecided(`which of ${targets.possible.length} mount targets belong to it`);
    }
    const zones = targets.exact.map((target) => {
      const [subnet] = stack.references(target, "subnetId", subnets).exact;
      return subnet === undefined ? undefined : zoneOf(subnet);
    });
    const names = [...new Set(zones.filter((zone) => zone !== undefined))].sort();
    const zoneless = zones.filter((zone) => zone === undefined).length;
    return floor(
      {
        atLeast: names.length,
        atMost: names.length + zoneless + targets.possible.length,
        names,
        ...(zoneless > 0 ? { unknown: new Unknown("zones of the mount targets' subnets") } : {}),
      },
      limits.minZones,
      "it has mount targets in",
    );
  },
});
