import type * as pulumi from "@pulumi/pulumi";
import { viewerAddressHeader } from "../lib/viewerAddress";
import type { RequestLimits } from "./limits";

/** The front of the load balancer: CloudFront or an external CDN. */
export type Edge = { readonly kind: "cloudfront" } | { readonly kind: "cidrs"; readonly cidrs: readonly string[] };

/** How nginx learns the viewer's address. */
export interface ViewerAddress {
  /** Header with the address. */
  readonly header: string;
  /** Address ranges whose header is trusted. In a list of addresses they are proxies, never the viewer. */
  readonly trustedProxies: readonly string[];
}

/**
 * Source of the viewer's address, by what is in front of the load balancer.
 *
 * - CloudFront: from the header that our function on viewer requests writes (`viewerAddressHeader`).
 * - An external CDN: from `X-Forwarded-For`, whose last entry that is in none of that network's ranges
 *  and not in the VPC is the viewer. Entries that the viewer wrote are to the left of it.
 *
 * nginx believes either from the VPC's range alone, since its peer is the load balancer. Nothing else in the VPC can
 * forge it: the tasks' security group admits the load balancer only, and the load balancer passes on nothing without
 * the origin's secret. Its own health checks carry no such header and count as coming from it.
 */
export function viewerAddress(edge: Edge, vpcCidr: string): ViewerAddress {
  return edge.kind === "cloudfront"
    ? { header: viewerAddressHeader, trustedProxies: [vpcCidr] }
    : { header: "X-Forwarded-For", trustedProxies: [vpcCidr, ...edge.cidrs] };
}

export interface EnvironmentArgs {
  readonly environment: string;
  readonly domain: string;
  readonly region: string;
  readonly database: {
    readonly endpoint: pulumi.Input<string>;
    readonly readerEndpoint?: pulumi.Input<string>;
    readonly databaseName: pulumi.Input<string>;
  };
  readonly sessionsEndpoint: pulumi.Input<string>;
  readonly cacheEndpoint: pulumi.Input<string>;
  readonly configurationBucket: pulumi.Input<string>;
  readonly configurationPrefix: string;
  readonly configurationVersion: string;
  readonly objectsBucket: pulumi.Input<string>;
  readonly viewerAddress: ViewerAddress;
  readonly phpMaxChildren: number;
  readonly limits: RequestLimits;
  /** Name of the IANA database. */
  readonly timeZone: string;
  readonly mail: MailSettings;
}

/** How mail leaves Moodle. */
export type MailSettings =
  | { readonly kind: "none" }
  | (Mailing & {
      readonly kind: "smtp";
      readonly host: string;
      readonly port: number;
      /** As Moodle's smtpsecure: `tls` is STARTTLS, `ssl` is TLS from the first byte. */
      readonly security: "none" | "ssl" | "tls";
      /** IPv4 blocks that the port is opened to. */
      readonly cidrs: readonly string[];
      /** ARN of a JSON secret with `user` and `password`. Undefined for a relay without sign-in. */
      readonly secretArn?: string | undefined;
      /** Key of that secret, where it is not the one of Secrets Manager itself. */
      readonly secretKeyArn?: string | undefined;
    })
  | (Mailing & {
      readonly kind: "ses";
      readonly configurationSetName: pulumi.Input<string>;
      readonly configurationSetArn: pulumi.Input<string>;
      /** `arn:...:identity/*` of the account and region. */
      readonly identityArns: pulumi.Input<string>;
    });

interface Mailing {
  /** `$CFG->noreplyaddress`. */
  readonly sender: string;
  /** Address that gets all mail instead: for environments that hold real addresses and must not write to them. */
  readonly divertTo?: string | undefined;
  /** Addresses that still get their mails, as regular expressions. */
  readonly divertExcept?: readonly string[] | undefined;
}

function mailVariables(mail: MailSettings): Readonly<Record<string, pulumi.Input<string>>> {
  if (mail.kind === "none") {
    return { MOODLE_MAIL_OFF: "1" };
  }
  const { divertTo, divertExcept = [] } = mail;
  return {
    MOODLE_MAIL_SENDER: mail.sender,
    ...(mail.kind === "smtp"
      ? { MOODLE_SMTP_HOST: `${mail.host}:${mail.port}`, MOODLE_SMTP_SECURITY: mail.security }
      : { MOODLE_SES_CONFIGURATION_SET: mail.configurationSetName }),
    ...(divertTo !== undefined && { MOODLE_MAIL_DIVERT_TO: divertTo }),
    ...(divertTo !== undefined && divertExcept.length > 0 && { MOODLE_MAIL_DIVERT_EXCEPT: divertExcept.join(",") }),
  };
}

/**
 * Plain environment of every container, by the image's contract; the image refuses an unknown name. It never contains a
 * secret.
 */
export function environment(args: EnvironmentArgs): Readonly<Record<string, pulumi.Input<string>>> {
  const { readerEndpoint } = args.database;
  return {
    AWS_REGION: args.region,
    MOODLE_ENVIRONMENT: args.environment,
    MOODLE_WWWROOT: `https://${args.domain}`,
    // Aurora has its own driver: Moodle 5 asks plain MySQL for 8.4 and Aurora for 8.0.
    MOODLE_DB_TYPE: "auroramysql",
    MOODLE_DB_HOST: args.database.endpoint,
    ...(readerEndpoint !== undefined && { MOODLE_DB_READER_HOST: readerEndpoint }),
    MOODLE_DB_NAME: args.database.databaseName,
    MOODLE_SESSION_REDIS_HOST: args.sessionsEndpoint,
    MOODLE_SESSION_REDIS_PORT: "6379",
    MOODLE_CACHE_REDIS_HOST: args.cacheEndpoint,
    MOODLE_CACHE_REDIS_PORT: "6379",
    MOODLE_REDIS_TLS: "1",
    MOODLE_CONFIG_BUCKET: args.configurationBucket,
    MOODLE_CONFIG_PREFIX: args.configurationPrefix,
    MOODLE_CONFIG_VERSION: args.configurationVersion,
    MOODLE_TRUSTED_PROXIES: args.viewerAddress.trustedProxies.join(","),
    MOODLE_VIEWER_ADDRESS_HEADER: args.viewerAddress.header,
    MOODLE_OBJECTS_BUCKET: args.objectsBucket,
    MOODLE_PHP_MAX_CHILDREN: String(args.phpMaxChildren),
    MOODLE_UPLOAD_MAX_MB: String(args.limits.uploadMaxMb),
    MOODLE_REQUEST_TIMEOUT_SECONDS: String(args.limits.requestTimeoutSeconds),
    MOODLE_TIME_ZONE: args.timeZone,
    ...mailVariables(args.mail),
  };
}

/** ARNs of the Secrets Manager secrets that Moodle reads. */
export interface SecretArns {
  /** JSON with `username` and `password`. */
  readonly application: pulumi.Input<string>;
  /** JSON with `username` and `password`; for the `install` role only. */
  readonly master: pulumi.Input<string>;
  /** JSON with `username` and `password` of the first administrator; for the `install` role only. */
  readonly administrator: pulumi.Input<string>;
  /** JSON with `token`. */
  readonly sessions: pulumi.Input<string>;
  readonly cache: pulumi.Input<string>;
  /** A plain PEM, not JSON: the key that signs addresses of files. */
  readonly fileSigning?: pulumi.Input<string>;
  /** JSON with `user` and `password`: the sign-in at the mail server. */
  readonly mail?: pulumi.Input<string>;
}

/**
 * A key of a secret that ECS puts into the container: the name of the secret and the JSON key; without a key, the whole
 * secret.
 */
export interface SecretKey {
  readonly secret: keyof SecretArns;
  readonly key?: string;
}

/** Secrets of every role that runs PHP. */
export const applicationSecrets: Readonly<Record<string, SecretKey>> = {
  MOODLE_DB_USER: { secret: "application", key: "username" },
  MOODLE_DB_PASSWORD: { secret: "application", key: "password" },
  MOODLE_SESSION_REDIS_AUTH: { secret: "sessions", key: "token" },
  MOODLE_CACHE_REDIS_AUTH: { secret: "cache", key: "token" },
};

/** Further secrets of every role that runs PHP, for a mail server that asks for a sign-in. */
export const mailSecrets: Readonly<Record<string, SecretKey>> = {
  MOODLE_SMTP_USER: { secret: "mail", key: "user" },
  MOODLE_SMTP_PASSWORD: { secret: "mail", key: "password" },
};

/**
 * Secrets of the first installation: it also creates the application's database user and Moodle's first administrator.
 */
export const installSecrets: Readonly<Record<string, SecretKey>> = {
  ...applicationSecrets,
  MOODLE_DB_MASTER_USER: { secret: "master", key: "username" },
  MOODLE_DB_MASTER_PASSWORD: { secret: "master", key: "password" },
  MOODLE_ADMIN_PASSWORD: { secret: "administrator", key: "password" },
};
