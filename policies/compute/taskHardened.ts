import { resourceRule } from "../lib/rule";
import { taskDefinition } from "../lib/types";
import { expect } from "../lib/verdict";
import { eachContainer } from "./containers";

export const taskHardened = resourceRule({
  id: "task-hardened",
  group: "compute",
  severity: "high",
  title: "Containers are not privileged and have a read-only root file system.",
  why: "Someone who gets in through the application then finds nothing to overwrite and no way out to the host. Code that can not change is the code that was reviewed.",
  fix: "Set readonlyRootFilesystem: true, mount volumes for the few folders that are written to, and leave privileged out.",
  serves: ["Security Hub ECS.4", "Security Hub ECS.5", "Well-Architected SEC06-BP02", "Moodle R13", "Moodle R25"],
  example: `containerDefinitions: JSON.stringify([{ name: "web", image, readonlyRootFilesystem: true, mountPoints: [{ sourceVolume: "tmp", containerPath: "/tmp" }] }])`,
  types: [taskDefinition],
  limits: {},
  check: (task) =>
    eachContainer(task, (container, name) => [
      expect(container.flag("privileged"), (on) => on !== true, `container "${name}" is privileged`),
      expect(
        container.flag("readonlyRootFilesystem"),
        (on) => on === true,
        `container "${name}" can write to its root file system`,
      ),
    ]),
});
