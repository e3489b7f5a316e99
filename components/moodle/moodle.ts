import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { generatedSecret } from "../lib/generatedSecret";
import { refuse } from "../lib/invalid";
import { type MoodleArgs, moodleProblems } from "./arguments";
import { configurationVersion, renderConfiguration } from "./configuration";
import { configurationPrefix, uploadConfiguration } from "./configurationObjects";
import type { SecretArns } from "./environment";
import { limitChain } from "./limits";
import { objectFilesLines } from "./objectFiles";
import { permissions } from "./permissions";
import type { ScalableService } from "./scaling";
import { byRole, registerTasks } from "./registerTasks";
import { services } from "./services";
import { type Role, roles } from "./taskDefinition";
import { taskNetwork } from "./taskNetwork";

/** Name of the account that the image's `install` makes. */
export const administratorName = "admin";

/**
 * Moodle itself: task definitions, services, configuration, roles, logs and scaling.
 *
 * Web tasks run nginx and php-fpm and no cron; one cron task runs the scheduled tasks; workers run the ad-hoc ones.
 * `install` and `upgrade` are task definitions only: a release runs them once, in order, from the new image. Until
 * `install` has run, the health check still answers 200 because it asks nginx and php-fpm only, so the first deployment
 * becomes steady.
 *
 * *Cost.* The tasks, and the logs by volume. *Failure.* A configuration file that breaks Moodle stops the deployment,
 * and the old tasks stay. Each version of the generated files has a folder of its own in the bucket, and a task starts with
 * no others: not with those of another version, and not with what somebody has changed there.
 */
export class Moodle extends pulumi.ComponentResource {
  readonly webServiceName: pulumi.Output<string>;
  readonly cronServiceName: pulumi.Output<string>;
  readonly adhocServiceName: pulumi.Output<string>;
  /** For a schedule: services with a variable number of tasks. */
  readonly scalable: { readonly [role in "web" | "cron" | "adhoc"]: ScalableService | undefined };
  /** For the pipeline: by role, the ARN with the revision. */
  readonly taskDefinitionArns: Readonly<Record<Role, pulumi.Output<string>>>;
  /** Task definitions' families: the same without the revision. */
  readonly taskFamilies: Readonly<Record<Role, pulumi.Output<string>>>;
  readonly logGroupNames: Readonly<Record<Role, pulumi.Output<string>>>;
  readonly taskRoleArn: pulumi.Output<string>;
  /** Roles that ECS itself starts tasks with: the everyday ones, and that of `install`. */
  readonly executionRoleArns: readonly pulumi.Output<string>[];
  /** Security group of all tasks; a one-off task is run with it. */
  readonly securityGroupId: pulumi.Output<string>;
  /** JSON `{username, password}` of the first administrator, until the first sign-in: Moodle then asks for another password. */
  readonly administratorSecretArn: pulumi.Output<string>;
  /** Part of every task definition: a change makes new ones, which the next release puts into operation. */
  readonly configurationVersion: string;

  constructor(name: string, args: MoodleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("moodle:moodle:Moodle", name, {}, opts);
    refuse(this, moodleProblems(args));
    const child = { parent: this };
    const exec = args.exec ?? false;
    const mount = args.sharedFiles.mount;

    const objectFiles = args.signedFiles ?? args.objectFiles;
    const files = renderConfiguration({
      limits: limitChain(args.limits),
      adhocConcurrency: args.adhoc.concurrency * args.adhoc.maxTasks,
      moodle: args.settings,
      php: args.php,
      moodleLines: objectFiles && objectFilesLines(objectFiles),
    });
    const version = configurationVersion(files);
    const objects = uploadConfiguration(name, args.configurationBucket.bucketName, { files, version }, child);

    const logGroups = byRole(
      (role) =>
        new aws.cloudwatch.LogGroup(
          `${name}-${role}-logs`,
          { retentionInDays: args.logRetentionDays, kmsKeyId: args.kmsKeyArn },
          child,
        ),
    );
    // Not protected, since nothing needs it after the first sign-in: `pulumi up --replace` makes another password,
    // which `install --reset-administrator` of the image puts into Moodle (docs/first-sign-in.md).
    const administrator = generatedSecret(
      `${name}-administrator`,
      {
        description: "Moodle's first administrator, until the first sign-in",
        kmsKeyArn: args.kmsKeyArn,
        // Typed or pasted once: more than 140 bits.
        length: 24,
        // Moodle's password policy requires a character that is neither letter nor digit.
        content: (password) => ({ username: administratorName, password: pulumi.interpolate`${password}-` }),
      },
      child,
    );
    const secrets: SecretArns = {
      application: args.database.applicationSecretArn,
      master: args.database.masterSecretArn,
      administrator: administrator.arn,
      sessions: args.sessions.authSecretArn,
      cache: args.cache.authSecretArn,
      ...(args.signedFiles && { fileSigning: args.signedFiles.privateKeySecretArn }),
      ...(args.mail.kind === "smtp" && args.mail.secretArn !== undefined && { mail: args.mail.secretArn }),
    };
    const access = permissions(
      name,
      {
        region: args.region,
        pullArns: args.image.pullArns,
        logGroupArns: roles.map((role) => logGroups[role].arn),
        secrets,
        ...(args.signedFiles?.formerPrivateKeySecretArn !== undefined && {
          formerSecretArns: [args.signedFiles.formerPrivateKeySecretArn],
        }),
        clusterArn: args.cluster.clusterArn,
        kmsKeyArn: args.kmsKeyArn,
        mail: args.mail,
        configurationBucketArn: args.configurationBucket.arn,
        configurationPrefix,
        objectsBucketArn: args.objectsBucket.arn,
        fileSystem:
          mount.kind === "efs" ? { arn: mount.fileSystemArn, accessPointArn: mount.accessPointArn } : undefined,
        execLogGroupArn: exec ? args.cluster.execLogGroupArn : undefined,
      },
      child,
    );
    const securityGroupId = taskNetwork(
      name,
      {
        vpcId: args.network.vpcId,
        loadBalancerSecurityGroupId: args.loadBalancer.securityGroupId,
        databaseSecurityGroupId: args.database.securityGroupId,
        sessionsSecurityGroupId: args.sessions.securityGroupId,
        cacheSecurityGroupId: args.cache.securityGroupId,
        fileSystemSecurityGroupId: mount.kind === "efs" ? args.sharedFiles.securityGroupId : undefined,
        internetPorts: args.internetPorts ?? [443],
        outbound: args.outbound ?? [],
        mailServer: args.mail.kind === "smtp" ? args.mail : undefined,
      },
      child,
    );

    const taskDefinitions = registerTasks(
      name,
      args,
      { access, logGroups, secrets, configurationVersion: version },
      child,
    );
    const { web, cron, adhoc } = services(
      name,
      args,
      { taskDefinitions, securityGroupId, configuration: objects },
      child,
    );

    this.webServiceName = web.serviceName;
    this.cronServiceName = cron.serviceName;
    this.adhocServiceName = adhoc.serviceName;
    this.scalable = { web: web.scalable, cron: cron.scalable, adhoc: adhoc.scalable };
    this.taskDefinitionArns = byRole((role) => taskDefinitions[role].arn);
    this.taskFamilies = byRole((role) => taskDefinitions[role].family);
    this.logGroupNames = byRole((role) => logGroups[role].name);
    this.taskRoleArn = access.taskRoleArn;
    this.executionRoleArns = [access.executionRoleArn, access.installExecutionRoleArn];
    this.securityGroupId = securityGroupId;
    this.administratorSecretArn = administrator.arn;
    this.configurationVersion = version;
    this.registerOutputs({
      webServiceName: this.webServiceName,
      cronServiceName: this.cronServiceName,
      adhocServiceName: this.adhocServiceName,
      taskDefinitionArns: this.taskDefinitionArns,
      taskFamilies: this.taskFamilies,
      logGroupNames: this.logGroupNames,
      taskRoleArn: this.taskRoleArn,
      executionRoleArns: this.executionRoleArns,
      securityGroupId: this.securityGroupId,
      administratorSecretArn: this.administratorSecretArn,
      configurationVersion: this.configurationVersion,
    });
  }
}
