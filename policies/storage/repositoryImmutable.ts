import { resourceRule } from "../lib/rule";
import { expect } from "../lib/verdict";

export const repositoryImmutable = resourceRule({
  id: "repository-immutable",
  group: "storage",
  severity: "medium",
  title: "Image repositories have immutable tags and scan what is pushed.",
  why: "A tag that can be moved can be moved to anything, also by whoever steals a pipeline's credentials.",
  mend: 'Set imageTagMutability: "IMMUTABLE" and imageScanningConfiguration: { scanOnPush: true }.',
  serves: ["Security Hub ECR.1", "Security Hub ECR.2", "Moodle R25"],
  example: `new aws.ecr.Repository("moodle", { imageTagMutability: "IMMUTABLE", imageScanningConfiguration: { scanOnPush: true } });`,
  types: ["aws:ecr/repository:Repository"],
  limits: {},
  check: ({ props }) => [
    expect(
      props.text("imageTagMutability"),
      (value) => value !== undefined && value.startsWith("IMMUTABLE"),
      (value) => `imageTagMutability is ${value ?? "MUTABLE"}`,
    ),
    expect(props.flag("imageScanningConfiguration.scanOnPush"), (on) => on === true, "scanOnPush is not true"),
  ],
});
