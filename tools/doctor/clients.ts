import { ACMClient } from "@aws-sdk/client-acm";
import { BackupClient } from "@aws-sdk/client-backup";
import { CloudFrontClient } from "@aws-sdk/client-cloudfront";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ECRClient } from "@aws-sdk/client-ecr";
import { ECSClient } from "@aws-sdk/client-ecs";
import { ElastiCacheClient } from "@aws-sdk/client-elasticache";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { RDSClient } from "@aws-sdk/client-rds";
import { Route53Client } from "@aws-sdk/client-route-53";
import { S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { SESv2Client } from "@aws-sdk/client-sesv2";
import { STSClient } from "@aws-sdk/client-sts";
import { iamAction } from "./actions";

/** Region for requests about CloudFront, its certificates and the global quotas. */
export const edgeRegion = "us-east-1";

export type Clients = ReturnType<typeof makeClients>;

export interface CallLimits {
  readonly connectMilliseconds: number;
  readonly answerMilliseconds: number;
}

/** Two attempts of each call stay within the 30 seconds that the whole may take. */
export const callLimits: CallLimits = { connectMilliseconds: 3000, answerMilliseconds: 6000 };

/** One client for each service. Credentials and end points come from the environment and `~/.aws`, as for every tool of AWS. */
export function makeClients(region: string, { connectMilliseconds, answerMilliseconds }: CallLimits = callLimits) {
  const common = {
    maxAttempts: 2,
    requestHandler: {
      connectionTimeout: connectMilliseconds,
      requestTimeout: answerMilliseconds,
      // Without it the handler only logs a warning.
      throwOnRequestTimeout: true,
    },
  };
  const here = { ...common, region };
  const edge = { ...common, region: edgeRegion };
  return {
    acm: named(new ACMClient(here)),
    edgeAcm: named(new ACMClient(edge)),
    backup: named(new BackupClient(here)),
    cloudFront: named(new CloudFrontClient(edge)),
    ec2: named(new EC2Client(here)),
    // A region that is not enabled refuses the account's credentials, so another one is asked for it.
    edgeEc2: named(new EC2Client(edge)),
    ecr: named(new ECRClient(here)),
    ecs: named(new ECSClient(here)),
    elastiCache: named(new ElastiCacheClient(here)),
    iam: named(new IAMClient(edge)),
    kms: (of: string) => named(new KMSClient({ ...common, region: of })),
    rds: named(new RDSClient(here)),
    route53: named(new Route53Client(edge)),
    // By path, because the certificate for virtual hosts does not cover names with dots.
    s3: (of: string) => named(new S3Client({ ...common, region: of, forcePathStyle: true })),
    quotas: named(new ServiceQuotasClient(here)),
    edgeQuotas: named(new ServiceQuotasClient(edge)),
    secrets: named(new SecretsManagerClient(here)),
    ses: named(new SESv2Client(here)),
    sts: named(new STSClient(edge)),
  };
}

/** The shape of the SDK's middleware that is used here; its own types differ for each client. */
interface Naming {
  add(
    middleware: (
      next: (args: never) => Promise<never>,
      context: { readonly clientName?: string; readonly commandName?: string },
    ) => (args: never) => Promise<never>,
    options: { readonly step: "initialize"; readonly name: string },
  ): void;
}

/** Lets each error say which IAM action it was refused or missed: see `explain`. */
function named<T extends { readonly middlewareStack: unknown }>(client: T): T {
  (client.middlewareStack as Naming).add(
    (next, { clientName = "", commandName = "" }) =>
      (args) =>
        next(args).catch((error: unknown) => {
          if (error instanceof Error) {
            Object.assign(error, { action: iamAction(clientName, commandName) });
          }
          throw error;
        }),
    { step: "initialize", name: "nameAction" },
  );
  return client;
}
