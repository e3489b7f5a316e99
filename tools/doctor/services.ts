import { DescribeRegionSettingsCommand } from "@aws-sdk/client-backup";
import { GetEbsDefaultKmsKeyIdCommand } from "@aws-sdk/client-ec2";
import { ListAccountSettingsCommand, type Setting } from "@aws-sdk/client-ecs";
import { GetRoleCommand } from "@aws-sdk/client-iam";
import { DescribeKeyCommand, GetKeyPolicyCommand, ListGrantsCommand } from "@aws-sdk/client-kms";
import { advice, type Check, type Line, ok, type World, wrong } from "./check";
import { isMissing } from "../lib/awsCall";

const group = "Services";

/**
 * Without long ARNs ECS refuses tags on tasks and services, and all of the stack's have tags:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-account-settings.html#ecs-resource-ids
 */
const longArns = ["serviceLongArnFormat", "taskLongArnFormat", "containerInstanceLongArnFormat"] as const;

const ecs: Check = {
  group,
  subject: "ECS account settings",
  run: async ({ clients, settings: { region } }) => {
    const found: Setting[] = [];
    for (let nextToken: string | undefined; ;) {
      const page = await clients.ecs.send(new ListAccountSettingsCommand({ effectiveSettings: true, nextToken }));
      found.push(...(page.settings ?? []));
      if (!page.nextToken) {
        break;
      }
      nextToken = page.nextToken;
    }
    const off = longArns.filter((name) => found.find((setting) => setting.name === name)?.value === "disabled");
    return off.length === 0
      ? [ok("ECS account settings", "long ARNs are on, which tags need")]
      : off.map((name) =>
          wrong(
            name,
            "is off, and ECS refuses tags without it",
            `aws ecs put-account-setting-default --region ${region} --name ${name} --value enabled`,
          ),
        );
  },
};

interface LinkedRole {
  readonly role: string;
  readonly service: string;
  readonly wanted: (world: World) => boolean;
}

const always = () => true;

/**
 * Roles that a service makes for itself at its first use. A first use may fail because the role is a few seconds too young,
 * so a new account does well to make them before. Each service's page on service-linked roles names its own.
 */
const linkedRoles: readonly LinkedRole[] = [
  { role: "AWSServiceRoleForECS", service: "ecs.amazonaws.com", wanted: always },
  {
    role: "AWSServiceRoleForApplicationAutoScaling_ECSService",
    service: "ecs.application-autoscaling.amazonaws.com",
    wanted: always,
  },
  { role: "AWSServiceRoleForElasticLoadBalancing", service: "elasticloadbalancing.amazonaws.com", wanted: always },
  { role: "AWSServiceRoleForRDS", service: "rds.amazonaws.com", wanted: always },
  { role: "AWSServiceRoleForElastiCache", service: "elasticache.amazonaws.com", wanted: always },
  {
    role: "AWSServiceRoleForAutoScaling",
    service: "autoscaling.amazonaws.com",
    wanted: ({ settings }) => settings.cluster.kind === "ec2",
  },
  {
    role: "AWSServiceRoleForAmazonElasticFileSystem",
    service: "elasticfilesystem.amazonaws.com",
    wanted: ({ settings }) => settings.storage.kind === "efs",
  },
  {
    role: "AWSServiceRoleForCloudFrontVPCOrigin",
    service: "vpcorigin.cloudfront.amazonaws.com",
    wanted: ({ settings }) => settings.edge.kind === "cloudfront",
  },
];

const roles = linkedRoles.map(({ role, service, wanted }): Check => ({
  group,
  subject: role,
  run: async (world) => {
    if (!wanted(world)) {
      return [];
    }
    try {
      await world.clients.iam.send(new GetRoleCommand({ RoleName: role }));
      return [ok(role, "exists")];
    } catch (error) {
      if (!isMissing(error)) {
        throw error;
      }
      const finding = "does not exist yet; AWS makes it at the first use, which may fail once for that";
      return [advice(role, finding, `aws iam create-service-linked-role --aws-service-name ${service}`)];
    }
  },
}));

/**
 * Instances have encrypted disks with the account's default key. With a customer's key, Auto Scaling starts none before its
 * role may use it: https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html
 */
const diskKey: Check = {
  group,
  subject: "Default key of disks",
  run: async ({ clients, settings, account }): Promise<readonly Line[]> => {
    if (settings.cluster.kind !== "ec2") {
      return [];
    }
    const subject = "Default key of disks";
    const { region } = settings;
    const { KmsKeyId = "" } = await clients.ec2.send(new GetEbsDefaultKmsKeyIdCommand({}));
    const kms = clients.kms(region);
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: KmsKeyId }));
    if (KeyMetadata?.KeyManager === "AWS") {
      return [ok(subject, "AWS's own, which Auto Scaling may use")];
    }
    // These two take no alias.
    const KeyId = KeyMetadata?.Arn ?? KmsKeyId;
    const [{ Policy = "" }, { Grants = [] }] = await Promise.all([
      kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: "default" })),
      kms.send(new ListGrantsCommand({ KeyId })),
    ]);
    const role = "AWSServiceRoleForAutoScaling";
    const may =
      Policy.includes(`:role/aws-service-role/autoscaling.amazonaws.com/${role}`) ||
      Grants.some(({ GranteePrincipal = "" }) => GranteePrincipal.endsWith(role));
    const arn = `arn:aws:iam::${account}:role/aws-service-role/autoscaling.amazonaws.com/${role}`;
    return [
      may
        ? ok(subject, `${KmsKeyId}, which Auto Scaling may use`)
        : wrong(
            subject,
            `${KmsKeyId} is a customer's key that Auto Scaling may not use: no instance would start`,
            `aws kms create-grant --region ${region} --key-id ${KmsKeyId} --grantee-principal ${arn} --operations Encrypt Decrypt ReEncryptFrom ReEncryptTo GenerateDataKey GenerateDataKeyWithoutPlaintext DescribeKey CreateGrant`,
          ),
    ];
  },
};

/**
 * A plan that names an Aurora cluster backs it up only in an account that has opted in. The other types need no opt-in once a plan
 * names them: https://docs.aws.amazon.com/aws-backup/latest/devguide/assigning-resources.html
 */
const backupOptIn: Check = {
  group,
  subject: "Opt-in of AWS Backup",
  run: async ({ clients, settings: { backup, region } }) => {
    if (backup.kind === "none") {
      return [];
    }
    const subject = "Opt-in of AWS Backup";
    const { ResourceTypeOptInPreference = {} } = await clients.backup.send(new DescribeRegionSettingsCommand({}));
    // AWS opts an account in to everything at its first vault or plan, so only a refusal counts.
    return ResourceTypeOptInPreference["Aurora"] === false
      ? [
          advice(
            subject,
            "Aurora is switched off in this region: the plan would succeed, and the database would have no backup",
            `aws backup update-region-settings --region ${region} --resource-type-opt-in-preference Aurora=true`,
          ),
        ]
      : [ok(subject, "Aurora is not switched off")];
  },
};

export const serviceChecks: readonly Check[] = [ecs, ...roles, diskKey, backupOptIn];
