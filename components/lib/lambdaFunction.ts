import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { bundle } from "./bundle";
import { policyDocument, serviceTrust, type Statement } from "./iam";

export interface LambdaFunctionArgs {
  readonly description: string;
  /** Absolute path of the TypeScript module that exports `handler`. It is bundled with what it imports. */
  readonly entry: string;
  /** End of the function's logical name. @default "function" */
  readonly suffix?: string;
  /** Permissions besides writing its log. */
  readonly statements: readonly Statement[];
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  readonly timeoutSeconds: number;
  /** Its share of a CPU follows from it: 1,769 MB are one. @default 128 */
  readonly memoryMegabytes?: number;
  /** Packages that the runtime brings and the bundle leaves out. @default the whole SDK */
  readonly external?: readonly string[];
  /** Further files beside the code, by their names: the folder is in the variable LAMBDA_TASK_ROOT. @default none */
  readonly files?: Readonly<Record<string, string>>;
  /**
   * Topic for an event that failed three times; the statements must let the function write to it. @default none: its
   * errors are a metric only
   */
  readonly onFailureArn?: pulumi.Input<string>;
  readonly kmsKeyArn: pulumi.Input<string>;
  readonly logRetentionDays: number;
}

/**
 * Major version of Node.js in Lambda's own runtime, which brings the AWS SDK:
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
 */
const nodeVersion = 24;

/** The code that Lambda gets: `index.js`, whose `handler` it calls. For the parameters see LambdaFunctionArgs. */
export function lambdaCode(entry: string, external?: readonly string[]): string {
  return bundle(entry, nodeVersion, external);
}

export interface LambdaFunction {
  readonly lambda: aws.lambda.Function;
  readonly logGroupName: pulumi.Output<string>;
}

/** A function of one file, with its own role and log. It tries an event three times, for an hour at most. */
export function lambdaFunction(
  name: string,
  args: LambdaFunctionArgs,
  child: pulumi.CustomResourceOptions,
): LambdaFunction {
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
  const lambda = new aws.lambda.Function(
    `${name}-${args.suffix ?? "function"}`,
    {
      description: args.description,
      runtime: `nodejs${nodeVersion}.x`,
      architectures: ["arm64"],
      handler: "index.handler",
      // The code's text, not its path: the state must not name a folder of this machine.
      code: new pulumi.asset.AssetArchive({
        "index.js": new pulumi.asset.StringAsset(lambdaCode(args.entry, args.external)),
        ...Object.fromEntries(
          Object.entries(args.files ?? {}).map(([file, text]) => [file, new pulumi.asset.StringAsset(text)]),
        ),
      }),
      role: role.arn,
      memorySize: args.memoryMegabytes ?? 128,
      timeout: args.timeoutSeconds,
      loggingConfig: { logFormat: "Text", logGroup: logs.name },
      environment: { variables: args.environment },
    },
    { ...child, dependsOn: permissions },
  );
  new aws.lambda.FunctionEventInvokeConfig(
    `${name}-retries`,
    {
      functionName: lambda.name,
      maximumRetryAttempts: 2,
      maximumEventAgeInSeconds: 3600,
      ...(args.onFailureArn !== undefined && { destinationConfig: { onFailure: { destination: args.onFailureArn } } }),
    },
    child,
  );
  return { lambda, logGroupName: logs.name };
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
