import { resourceRule } from "../lib/rule";
import { expect } from "../lib/verdict";

export const instanceMetadataV2 = resourceRule({
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
  ],
  limits: {},
  check: ({ props }) =>
    props.text("metadataOptions.httpEndpoint") === "disabled"
      ? undefined
      : expect(
          props.text("metadataOptions.httpTokens"),
          (value) => value === "required",
          'metadataOptions.httpTokens is not "required"',
        ),
});
