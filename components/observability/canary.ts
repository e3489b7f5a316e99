import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createHash } from "node:crypto";
import { generatedSecret } from "../lib/generatedSecret";
import { policyDocument, serviceTrust, type Statement } from "../lib/iam";
import { refuse, type Problem } from "../lib/invalid";
import { retentionProblems } from "../lib/logRetention";
import type { PrivateBucket } from "../storage/bucket";
import { canaryAlarms } from "./canaryAlarms";
import { canaryFiles, canaryHandler, canaryRuntime } from "./canaryFiles";
import type { AlarmDefinition, MetricAlarmDefinition } from "./definition";

/** Folder of the script in the configuration bucket. */
export const scriptFolder = "canary";

export interface CanaryArgs {
  /** Host name of the site: the canary enters through CloudFront, as students do. */
  readonly domain: string;
  /**
   * User name of the test account in Moodle. Its password is made here; docs/observability.md says how Moodle gets it.
   */
  readonly username: string;
  /** The `id` in the address of the course. The account is a student of it. */
  readonly courseId: number;
  /** The `id` in the address of a File resource of the course. */
  readonly fileId: number;
  /** The `id` in the address of a quiz of the course, without a time limit and without a password. */
  readonly quizId: number;
  /**
   * Minutes between two runs, 1 to 60. *Cost*: each run costs about a tenth of a cent, so 10 dollars a month for every
   * 5. @default 5
   */
  readonly everyMinutes?: number;
  /** On while the outage page is shown on purpose. */
  readonly plannedWork: readonly MetricAlarmDefinition[];
  /** Seconds that one page may take, 5 to 50. @default 20 */
  readonly stepSeconds?: number;
  /** Screenshots and traces of the runs, below `canary/`. The bucket's lifecycle removes them. */
  readonly artifacts: Pick<PrivateBucket, "bucketName" | "arn">;
  /** The script, below `canary/`. */
  readonly code: Pick<PrivateBucket, "bucketName">;
  readonly kmsKeyArn: pulumi.Input<string>;
  readonly logRetentionDays: number;
}

/**
 * A synthetic user: signs in every few minutes from outside the network, opens a course, reads a file and starts a
 * quiz. It fails where students would, and names the step. Its steps are in lambda/journey.ts.
 *
 * *Failure.* It watches and changes nothing but its own quiz attempt, which it starts once and then always continues.
 * *Limit.* One account, one course, one region: the one where Moodle is. A failure of that region stops the canary too,
 * and its missing results are a separate alarm.
 */
export class Canary extends pulumi.ComponentResource {
  readonly canaryName: pulumi.Output<string>;
  /** JSON `{username, password}`, for the person who creates the account in Moodle. */
  readonly accountSecretArn: pulumi.Output<string>;
  readonly alarms: readonly AlarmDefinition[];

  constructor(name: string, args: CanaryArgs, opts?: pulumi.ComponentResourceOptions) {
    super("moodle:observability:Canary", name, {}, opts);
    const everyMinutes = args.everyMinutes ?? 5;
    const stepSeconds = args.stepSeconds ?? 20;
    refuse(this, problems({ ...args, everyMinutes, stepSeconds }));
    const child = { parent: this };

    const account = generatedSecret(
      `${name}-account`,
      {
        description: "The synthetic user's account in Moodle",
        kmsKeyArn: args.kmsKeyArn,
        length: 40,
        // Moodle's password policy requires a character that is neither letter nor digit.
        content: (password) => ({ username: args.username, password: pulumi.interpolate`${password}-` }),
      },
      child,
    );
    const role = canaryRole(name, args, account.arn, child);
    const files = canaryFiles();
    // A new script or runtime gets a new key: the provider sends the code only when its place changes, and AWS requires
    // the code with every new runtime (https://github.com/hashicorp/terraform-provider-aws/issues/46792).
    const version = createHash("sha256").update(JSON.stringify(files)).digest("hex").slice(0, 16);
    const script = new aws.s3.BucketObjectv2(
      `${name}-script`,
      {
        bucket: args.code.bucketName,
        key: `${scriptFolder}/${canaryRuntime}-${version}.zip`,
        source: new pulumi.asset.AssetArchive(
          Object.fromEntries(Object.entries(files).map(([file, text]) => [file, new pulumi.asset.StringAsset(text)])),
        ),
      },
      child,
    );
    const canary = new aws.synthetics.Canary(
      `${name}-canary`,
      {
        // Fixed, because the role and the alarms refer to it.
        name,
        runtimeVersion: canaryRuntime,
        handler: canaryHandler,
        s3Bucket: script.bucket,
        s3Key: script.key,
        executionRoleArn: role.arn,
        schedule: { expression: everyMinutes === 1 ? "rate(1 minute)" : `rate(${everyMinutes} minutes)` },
        runConfig: {
          // Seven pages, the start of the browser and its end; no more than AWS takes, nor than there is between two
          // runs.
          timeoutInSeconds: Math.min(9 * stepSeconds, everyMinutes * 60, 840),
          // Chromium needs this much; the minimum is 960
          // (https://docs.aws.amazon.com/AmazonSynthetics/latest/APIReference/API_CanaryRunConfigInput.html).
          memoryInMb: 1536,
          environmentVariables: {
            SITE: `https://${args.domain}`,
            COURSE_ID: String(args.courseId),
            FILE_ID: String(args.fileId),
            QUIZ_ID: String(args.quizId),
            STEP_SECONDS: String(stepSeconds),
            ACCOUNT_SECRET_ARN: account.arn,
          },
        },
        artifactS3Location: pulumi.interpolate`s3://${args.artifacts.bucketName}/canary/`,
        artifactConfig: { s3Encryption: { encryptionMode: "SSE_S3" } },
        successRetentionPeriod: 7,
        failureRetentionPeriod: 31,
        startCanary: true,
        deleteLambda: true,
      },
      { ...child, dependsOn: role.permissions },
    );
    // The role may not create it, so it cannot exist without a retention. arn:aws:lambda:...:function:cwsyn-...:1
    new aws.cloudwatch.LogGroup(
      `${name}-logs`,
      {
        name: canary.engineArn.apply((arn) => `/aws/lambda/${arn.split(":")[6]}`),
        retentionInDays: args.logRetentionDays,
        kmsKeyId: args.kmsKeyArn,
      },
      child,
    );

    this.canaryName = canary.name;
    this.accountSecretArn = account.arn;
    this.alarms = canaryAlarms(canary.name, everyMinutes, args.plannedWork);
    this.registerOutputs({ canaryName: this.canaryName, accountSecretArn: this.accountSecretArn });
  }
}

function canaryRole(
  name: string,
  args: CanaryArgs,
  secretArn: pulumi.Input<string>,
  child: pulumi.CustomResourceOptions,
): { readonly arn: pulumi.Output<string>; readonly permissions: pulumi.Resource } {
  const account = aws.getCallerIdentityOutput({}, child).accountId;
  const { partition } = aws.getPartitionOutput({}, child);
  const { region } = aws.getRegionOutput({}, child);
  const role = new aws.iam.Role(
    `${name}-role`,
    { description: "The synthetic user", assumeRolePolicy: serviceTrust("lambda.amazonaws.com", account) },
    child,
  );
  const logs = pulumi.interpolate`arn:${partition}:logs:${region}:${account}:log-group:/aws/lambda/cwsyn-${name}-*`;
  const permissions = new aws.iam.RolePolicy(
    `${name}-permissions`,
    { role: role.id, policy: policyDocument(statements(args, secretArn, logs)) },
    child,
  );
  return { arn: role.arn, permissions };
}

/**
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Canaries_CanaryPermissions.html
 */
function statements(
  { artifacts, kmsKeyArn }: CanaryArgs,
  secretArn: pulumi.Input<string>,
  logs: pulumi.Input<string>,
): readonly Statement[] {
  return [
    {
      sid: "WriteArtifacts",
      actions: ["s3:PutObject", "s3:GetObject"],
      resources: [pulumi.interpolate`${artifacts.arn}/canary/*`],
    },
    { sid: "FindBucket", actions: ["s3:GetBucketLocation"], resources: [artifacts.arn] },
    // The next two actions have no resource type:
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
    { sid: "ListBuckets", actions: ["s3:ListAllMyBuckets"], resources: ["*"] },
    {
      sid: "PublishResults",
      actions: ["cloudwatch:PutMetricData"],
      resources: ["*"],
      conditions: { StringEquals: { "cloudwatch:namespace": "CloudWatchSynthetics" } },
    },
    { sid: "WriteItsLog", actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: [logs] },
    { sid: "ReadAccount", actions: ["secretsmanager:GetSecretValue"], resources: [secretArn] },
    { sid: "DecryptAccount", actions: ["kms:Decrypt"], resources: [kmsKeyArn] },
  ];
}

function problems(args: CanaryArgs & { readonly everyMinutes: number; readonly stepSeconds: number }): Problem[] {
  const whole = (
    path: "courseId" | "fileId" | "quizId" | "everyMinutes" | "stepSeconds",
    from: number,
    to: number,
    fix: string,
  ) => {
    const given = args[path];
    const right = Number.isInteger(given) && given >= from && given <= to;
    return right ? [] : [{ path, given, allowed: `a whole number from ${from} to ${to}`, fix }];
  };
  const id = "It is the number after ?id= in the page's address.";
  const most = Number.MAX_SAFE_INTEGER;
  return [
    ...whole("courseId", 1, most, id),
    ...whole("fileId", 1, most, id),
    ...whole("quizId", 1, most, id),
    ...whole("everyMinutes", 1, 60, "CloudWatch Synthetics runs at most once a minute."),
    ...whole("stepSeconds", 5, 50, "Leave it out for 20."),
    ...retentionProblems("logRetentionDays", args.logRetentionDays),
  ];
}
