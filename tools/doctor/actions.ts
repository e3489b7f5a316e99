/**
 * IAM's prefix of each service, by the name of its client in the SDK:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export const actionPrefixes: Readonly<Record<string, string>> = {
  ACM: "acm",
  Backup: "backup",
  CloudFront: "cloudfront",
  EC2: "ec2",
  ECR: "ecr",
  ECS: "ecs",
  ElastiCache: "elasticache",
  IAM: "iam",
  KMS: "kms",
  RDS: "rds",
  Route53: "route53",
  S3: "s3",
  SecretsManager: "secretsmanager",
  SESv2: "ses",
  ServiceQuotas: "servicequotas",
  STS: "sts",
};

/**
 * The IAM action that a command of the SDK needs, which has the name of the API's operation.
 *
 * @param client Name of the client's class, such as `EC2Client`.
 * @param command Name of the command's class, such as `DescribeRegionsCommand`.
 * @throws Error for a client that is not in {@link actionPrefixes}.
 */
export function iamAction(client: string, command: string): string {
  const service = client.replace(/Client$/, "");
  const prefix = actionPrefixes[service];
  if (prefix === undefined) {
    throw new Error(`tools/doctor/actions.ts has no IAM prefix for ${client}: look it up and add it.`);
  }
  return `${prefix}:${command.replace(/Command$/, "")}`;
}
