import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, serviceTrust, type Statement } from "../lib/iam";

export interface SmallFunctionArgs {
  readonly description: string;
  /** By name in the archive; `index.js` has the handler. */
  readonly files: Readonly<Record<string, string>>;
  /** What it may do beside writing its log. */
  readonly statements: readonly Statement[];
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  readonly timeoutSeconds: number;
  /** Where an event goes that failed three times: a topic, which the statements let it write to. */
  readonly onFailureArn: pulumi.Input<string>;
  readonly kmsKeyArn: pulumi.Input<string>;
  readonly logRetentionDays: number;
}

/**
 * Lambda's own runtimes, with the AWS SDK in them: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
 */
const runtime = "nodejs24.x";

/**
 * A function of one file or two, with a role and a log of its own. What it cannot do in three attempts somebody is
 * told.
 */
export function smallFunction(
  name: string,
  args: SmallFunctionArgs,
  child: pulumi.CustomResourceOptions,
): aws.lambda.Function {
  const account = aws.getCallerIdentityOutput({}, child).accountId;
  const logs = new aws.cloudwatch.LogGroup(
    `${name}-logs`,
    { retentionInDays: args.logRetentionDays, kmsKeyId: args.kmsKeyArn },
    child,
  );
  const role = new aws.iam.Role(
    `${name}-role`,
    { description: args.description, assumeRolePolicy: serviceTrust("lambda.amazonaws.com", account) },
    child,
  );
  const permissions = new aws.iam.RolePolicy(
    `${name}-permissions`,
    {
      role: role.id,
      policy: policyDocument([
        {
          sid: "WriteItsLog",
          actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
          resources: [pulumi.interpolate`${logs.arn}:*`],
        },
        ...args.statements,
      ]),
    },
    child,
  );
  const { StringAsset } = pulumi.asset;
  const made = new aws.lambda.Function(
    `${name}-function`,
    {
      description: args.description,
      runtime,
      architectures: ["arm64"],
      handler: "index.handler",
      // By its text and not by its path: the state must not name a folder of this machine.
      code: new pulumi.asset.AssetArchive(
        Object.fromEntries(Object.entries(args.files).map(([file, text]) => [file, new StringAsset(text)])),
      ),
      role: role.arn,
      memorySize: 128,
      timeout: args.timeoutSeconds,
      loggingConfig: { logFormat: "Text", logGroup: logs.name },
      environment: { variables: args.environment },
    },
    { ...child, dependsOn: permissions },
  );
  new aws.lambda.FunctionEventInvokeConfig(
    `${name}-retries`,
    {
      functionName: made.name,
      maximumRetryAttempts: 2,
      maximumEventAgeInSeconds: 3600,
      destinationConfig: { onFailure: { destination: args.onFailureArn } },
    },
    child,
  );
  return made;
}

/** To write to encrypted topics: https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html */
export function publishStatements(
  topicArns: readonly pulumi.Input<string>[],
  kmsKeyArn: pulumi.Input<string>,
): readonly Statement[] {
  return [
    { sid: "Publish", actions: ["sns:Publish"], resources: topicArns },
    { sid: "EncryptMessages", actions: ["kms:GenerateDataKey*", "kms:Decrypt"], resources: [kmsKeyArn] },
  ];
}
