import { resourceRule } from "../lib/rule";
import { pass, undecided, violation } from "../lib/verdict";
import { isUnknown } from "../lib/view";
import { isForAnyone, statementsOf } from "./statements";

const lambdaPermission = "aws:lambda/permission:Permission";

export const resourcePoliciesNotPublic = resourceRule({
  id: "resource-policies-not-public",
  group: "identity",
  severity: "critical",
  title: "No resource policy lets everyone in.",
  why: 'A policy for principal "*" without a condition is public to every AWS account, also of those who are only looking.',
  fix: "Name the account, role or service in Principal, or add a condition on aws:SourceAccount, aws:SourceArn or aws:PrincipalOrgID.",
  serves: ["Security Hub S3.2", "Security Hub SNS.4", "Security Hub SQS.3", "Well-Architected SEC03-BP07"],
  example: `{ Effect: "Allow", Principal: { Service: "cloudwatch.amazonaws.com" }, Action: "sns:Publish", Resource: topic.arn, Condition: { StringEquals: { "aws:SourceAccount": accountId } } }`,
  types: [
    "aws:s3/bucketPolicy:BucketPolicy",
    "aws:sns/topicPolicy:TopicPolicy",
    "aws:sqs/queuePolicy:QueuePolicy",
    "aws:ecr/repositoryPolicy:RepositoryPolicy",
    "aws:secretsmanager/secretPolicy:SecretPolicy",
    "aws:kms/key:Key",
    "aws:kms/keyPolicy:KeyPolicy",
    "aws:efs/fileSystemPolicy:FileSystemPolicy",
    lambdaPermission,
  ],
  limits: {},
  check: ({ type, props }) => {
    if (type === lambdaPermission) {
      const conditions = ["sourceAccount", "sourceArn", "principalOrgId"];
      return props.text("principal") === "*" && !conditions.some((name) => props.has(name))
        ? violation("everyone may call the function")
        : pass;
    }
    const statements = statementsOf(props, "policy");
    return isUnknown(statements)
      ? undecided(statements)
      : statements.map((one) =>
          isForAnyone(one) ? violation("a statement allows everyone, without a condition") : pass,
        );
  },
});
