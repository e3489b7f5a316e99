import type { RuleCases } from "../testing/cases";
import { thing, unknown, type Thing } from "../testing/harness";
import { requiredTags } from "./requiredTags";

const tags = { Project: "p", Environment: "e", Owner: "o", CostCentre: "c" };
const bucket = (props: Thing["props"], provider: Thing["provider"] = {}) =>
  thing("aws:s3/bucket:Bucket", "bucket", props, { provider });

export const taggingCases: readonly RuleCases[] = [
  {
    rule: requiredTags,
    pass: {
      "tags of its own": [bucket({ tags })],
      "tags of the provider": [bucket({}, { defaultTags: JSON.stringify({ tags }) })],
      "some of each": [
        bucket(
          { tags: { Project: unknown, Owner: "o" } },
          { defaultTags: JSON.stringify({ tags: { ...tags, Owner: undefined } }) },
        ),
      ],
      "tags of the provider and unknown ones": [bucket({ tags: unknown }, { defaultTags: JSON.stringify({ tags }) })],
    },
    fail: {
      none: [bucket({})],
      "one missing": [bucket({ tags: { ...tags, Owner: undefined } }, { defaultTags: "{}" })].map((one) => ({
        ...one,
        props: { tags: { Project: "p", Environment: "e", CostCentre: "c" } },
      })),
    },
    unknown: {
      "tags that are not known": [bucket({ tags: unknown })],
      "tags of the provider that are not known": [bucket({}, { defaultTags: unknown })],
    },
    notApplicable: { "a resource without a bill": [thing("aws:iam/role:Role", "r", {})] },
  },
];
