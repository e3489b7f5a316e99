import { z } from "zod";
import { defaultPath } from "../iamRules";
import { arns } from "./arns";
import { text } from "./fields";

/** What a tag's value may hold: https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html. */
export const furtherTagValue = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}$/u;
export const furtherTagKey = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}$/u;
const tagWords = "up to 256 letters, digits, spaces and _ . : / = + - @";

/** What an organisation's rules ask for on every resource. Keys are judged by a rule, which can say more. */
export const tags = z
  .record(z.string(), z.string().meta({ allowed: tagWords }))
  .meta({
    description: "Further tags on every resource that takes tags, beside the program's own.",
    allowed: "keys with values in quotes, such as DataClass: confidential",
  })
  .default({});

/** What an account asks of each role that is made in it: docs/landing-zone.md. */
export const iam = z.strictObject({
  permissionsBoundaryArn: text(
    arns.policy,
    "the ARN of a managed policy",
    "Permissions boundary of every role and user. Left out, none.",
  ).optional(),
  path: text(
    // https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html: 512 characters, with a slash at both ends.
    /^\/$|^(?=.{3,512}$)\/([\w+=,.@-]+\/)+$/,
    "a path with a slash at both ends, such as /learning/moodle/",
    "Path of roles, policies and instance profiles. A change replaces them.",
  ).default(defaultPath),
});
