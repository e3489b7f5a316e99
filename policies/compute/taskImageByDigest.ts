import { resourceRule } from "../lib/rule";
import { taskDefinition } from "../lib/types";
import { expect } from "../lib/verdict";
import { eachContainer } from "./containers";

export const taskImageByDigest = resourceRule({
  id: "task-image-by-digest",
  group: "compute",
  severity: "high",
  title: "Containers name their image by digest.",
  why: "A tag can be moved: two tasks of one revision can then run different code, and a roll-back brings back whatever the tag names today.",
  fix: "Name the image as <repository>@sha256:<digest>; the build prints it, and docker.Image has it as repoDigest.",
  serves: ["Well-Architected REL08-BP04", "Moodle R18"],
  example: `containerDefinitions: JSON.stringify([{ name: "web", image: "123456789012.dkr.ecr.eu-west-2.amazonaws.com/moodle@sha256:0f1e..." }])`,
  types: [taskDefinition],
  limits: {},
  check: (task) =>
    eachContainer(task, (container, name) =>
      expect(
        container.text("image"),
        (image) => image !== undefined && /@sha256:[0-9a-f]{64}$/.test(image),
        (image) => `container "${name}" has the image ${image ?? "(none)"}, by tag`,
      ),
    ),
});
