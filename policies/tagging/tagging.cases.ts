import { forEach, type RuleCases } from "../testing/cases";
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
      ...forEach(
        [
          ...["aws:rds/cluster:Cluster", "aws:rds/clusterInstance:ClusterInstance", "aws:rds/instance:Instance"],
          ...["aws:cloudfront/distribution:Distribution", "aws:ecs/service:Service", "aws:efs/fileSystem:FileSystem"],
          ...["aws:ec2/natGateway:NatGateway", "aws:elasticache/replicationGroup:ReplicationGroup", "aws:ec2/vpc:Vpc"],
          ...["aws:ec2/instance:Instance", "aws:ecs/cluster:Cluster", "aws:ecr/repository:Repository"],
          ...["aws:kms/key:Key", "aws:secretsmanager/secret:Secret", "aws:sns/topic:Topic", "aws:sqs/queue:Queue"],
          ...["aws:dynamodb/table:Table", "aws:lambda/function:Function", "aws:lb/loadBalancer:LoadBalancer"],
          "aws:fsx/openZfsFileSystem:OpenZfsFileSystem",
        ],
        (type) => [thing(type, "it", {})],
      ),
      ...forEach(Object.keys(tags), (left) => [
        bucket({ tags: Object.fromEntries(Object.entries(tags).filter(([key]) => key !== left)) }),
      ]),
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
