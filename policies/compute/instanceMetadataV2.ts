import { stackRule } from "../lib/rule";
import { templateOf } from "../lib/launchTemplates";
import type { Resource } from "../lib/resource";
import { expect, pass, undecided, type Verdict } from "../lib/verdict";
import { isUnknown } from "../lib/view";

/** https://www.pulumi.com/registry/packages/aws/api-docs/ec2/instancemetadatadefaults/ */
const metadataDefaults = "aws:ec2/instanceMetadataDefaults:InstanceMetadataDefaults";

const notebook = "aws:sagemaker/notebookInstance:NotebookInstance";

export const instanceMetadataV2 = stackRule({
  id: "instance-metadata-v2",
  group: "compute",
  severity: "high",
  title: "Instances answer metadata requests only with a session token (IMDSv2).",
  why: "With version 1, one request that the application can be talked into making hands out the instance's credentials.",
  fix: 'Set metadataOptions: { httpTokens: "required" }, with httpPutResponseHopLimit 1 where containers do not need it.',
  serves: ["CIS AWS 3.0 5.6", "Security Hub EC2.8", "Security Hub EC2.170"],
  example: `new aws.ec2.LaunchTemplate("cluster", { metadataOptions: { httpTokens: "required", httpPutResponseHopLimit: 1 }, ... });`,
  types: [
    "aws:ec2/instance:Instance",
    "aws:ec2/launchTemplate:LaunchTemplate",
    "aws:ec2/launchConfiguration:LaunchConfiguration",
    notebook,
  ],
  limits: {},
  check: (resource, stack) => {
    if (resource.type === notebook) {
      const path = "instanceMetadataServiceConfiguration.minimumInstanceMetadataServiceVersion";
      return expect(resource.props.scalar(path), (version) => version !== "1", `${path} is 1`, `Set ${path}: "2".`);
    }
    if (resource.props.has("metadataOptions")) {
      return ofOptions(resource);
    }
    const template = templateOf(stack, resource);
    if (isUnknown(template)) {
      return undecided(template);
    }
    // The template is judged where it is written.
    if (template?.props.has("metadataOptions") === true) {
      return ofOptions(template);
    }
    // What the account asks for holds for every instance that says nothing.
    const defaults = stack.ofType(metadataDefaults).map(({ props }) => props.text("httpTokens"));
    return defaults.includes("required") ? pass : ofOptions(resource);
  },
});

function ofOptions({ props }: Resource): Verdict | undefined {
  return props.text("metadataOptions.httpEndpoint") === "disabled"
    ? undefined
    : expect(
        props.text("metadataOptions.httpTokens"),
        (value) => value === "required",
        'metadataOptions.httpTokens is not "required"',
      );
}
