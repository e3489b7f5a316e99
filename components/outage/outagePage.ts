import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type Problem, refuse } from "../lib/invalid";
import { policyDocument } from "../lib/iam";
import { PrivateBucket } from "../storage/bucket";
import { announceChanges, recordChanges } from "./audit";
import {
  behaviours,
  type Embedded,
  errorResponses,
  type OutageBehaviour,
  type OutageErrorResponse,
} from "./behaviours";
import { originForm, originWords } from "./origins";
import { editorStatements, editorTrust, pagesReadable } from "./permissions";

export interface OutageFile {
  readonly name: string;
  readonly contentType: string;
  readonly content: string;
  /**
   * Every deployment writes it as given, and people do not edit it. @default false: written once, then left to its
   * editors
   */
  readonly managed?: boolean;
  /** Written by each publish, which has a message of its own: a change of it is no message. @default false */
  readonly derived?: boolean;
}

export interface OutagePageArgs {
  /** Folder of the pages, on the site and in the bucket. No slashes. @example "outage" */
  readonly folder: string;
  /** Folder of the history in the bucket, beside the pages' own: it names people, and no visitor can read it. @example "journal" */
  readonly journal: string;
  /** Files that the folder starts with. */
  readonly pages: readonly OutageFile[];
  /** One of the files, which other pages may show in an iframe. @default none */
  readonly embedded?: Embedded;
  /** Origins of other services whose banners the pages may show. @default none @example ["https://moodle.example.ac.uk"] */
  readonly framedOrigins?: readonly string[];
  /** A CloudFront Function for runtime cloudfront-js-2.0, which reads the key from its store. At most 10 KB. */
  readonly functionCode: string;
  /** The one key in the store, and its first value. */
  readonly switchKey: string;
  readonly switchValue: string;
  /** Gets a message at every change. In us-east-1, and open to EventBridge. */
  readonly signalsTopicArn: pulumi.Input<string>;
  /**
   * ARNs of roles or users that may take the editor's role. @default the account, where IAM decides: an identity centre
   * permission set that may call sts:AssumeRole on the role is enough.
   */
  readonly editorArns?: readonly string[];
  /** Days that the record of changes is kept. @default 365 */
  readonly auditRetentionDays?: number;
  /** Let a destroy delete the bucket with all pages. @default false */
  readonly forceDestroy?: boolean;
}

/**
 * Pages for times when a service is down, and the switch that shows them. Give it a provider for us-east-1.
 *
 * No part of it runs where the service does, or needs the service: the switch and its page are a CloudFront Function with a key
 * value store, copied to every edge location. The bucket is in us-east-1 since CloudFront writes its log of changes to
 * the switch only there, and one region for both needs only one topic. A service in us-east-1 shares that region: if it
 * fails as a whole, the switch still works, but the page for unannounced failures does not.
 *
 * - The bucket is versioned and private; CloudFront reads it by origin access control.
 * - A store holds one key, so that "may write to the store" means "may turn the switch": IAM knows stores, not keys
 *   (https://docs.aws.amazon.com/service-authorization/latest/reference/list_cloudfront-keyvaluestore.html).
 * - A trail records who changed the switch or a page. EventBridge tells the topic.
 *
 * Pass `origin`, `behaviours`, `errorResponses` and `functionArn` to the distribution.
 *
 * *Cost*: by requests: the function runs on each one (USD 0.10 a million), data events of the trail are few. *Failure*:
 * CloudFront caches a page only for a second, so while the bucket is out of reach, users see CloudFront's own plain
 * error page.
 */
export class OutagePage extends pulumi.ComponentResource {
  readonly functionArn: pulumi.Output<string>;
  readonly keyValueStoreArn: pulumi.Output<string>;
  readonly bucketName: pulumi.Output<string>;
  readonly bucketArn: pulumi.Output<string>;
  /** What a publish writes into the bucket, as IAM and EventBridge have it: files, their versions and the history. */
  readonly published: readonly string[];
  /** Bucket with the record of changes. */
  readonly auditBucketName: pulumi.Output<string>;
  readonly editorRoleArn: pulumi.Output<string>;
  readonly origin: aws.types.input.cloudfront.DistributionOrigin;
  readonly behaviours: readonly OutageBehaviour[];
  readonly errorResponses: readonly OutageErrorResponse[];

  constructor(name: string, args: OutagePageArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("moodle:outage:OutagePage", name, {}, opts);
    refuse(this, problemsOf(args));
    const child = { parent: this };
    const account = aws.getCallerIdentityOutput({}, child).accountId;
    const partition = aws.getPartitionOutput({}, child).partition;

    const store = new aws.cloudfront.KeyValueStore(`${name}-store`, { comment: "The outage switch" }, child);
    const key = new aws.cloudfront.KeyvaluestoreKey(
      `${name}-switch`,
      { keyValueStoreArn: store.arn, key: args.switchKey, value: args.switchValue },
      // People set it. A deployment during an outage must not reset it.
      { ...child, ignoreChanges: ["value"] },
    );
    const edgeFunction = new aws.cloudfront.Function(
      `${name}-function`,
      {
        comment: "Answers instead of the site while the switch says so",
        runtime: "cloudfront-js-2.0",
        code: args.functionCode,
        keyValueStoreAssociations: [store.arn],
        publish: true,
      },
      // Without its key the function would admit everybody, and log a line for each request.
      { ...child, dependsOn: [key] },
    );

    const bucket = new PrivateBucket(
      `${name}-pages`,
      {
        // S3's own keys: public pages need no other, and CloudFront then needs no permission for one.
        noncurrentExpireAfterDays: args.auditRetentionDays ?? 365,
        policyStatements: (arn) => [pagesReadable(arn, args.folder, account, partition)],
        forceDestroy: args.forceDestroy,
      },
      child,
    );
    for (const page of args.pages) {
      new aws.s3.BucketObjectv2(
        `${name}-${page.name.replaceAll(".", "-")}`,
        {
          bucket: bucket.bucketName,
          key: `${args.folder}/${page.name}`,
          content: page.content,
          contentType: page.contentType,
          cacheControl: "no-cache",
        },
        { ...child, ignoreChanges: page.managed === true ? [] : edited },
      );
    }
    const access = new aws.cloudfront.OriginAccessControl(
      `${name}-access`,
      { originAccessControlOriginType: "s3", signingBehavior: "always", signingProtocol: "sigv4" },
      child,
    );

    const editor = new aws.iam.Role(
      `${name}-editor`,
      {
        description: "Edits the outage and status pages, and turns the outage switch",
        assumeRolePolicy: editorTrust(args.editorArns, account, partition),
        // A long evening: an editor should not have to sign in again during an outage.
        maxSessionDuration: 4 * 60 * 60,
      },
      child,
    );
    new aws.iam.RolePolicy(
      `${name}-editor-policy`,
      { role: editor.id, policy: policyDocument(editorStatements(bucket.arn, [args.folder, args.journal], store.arn)) },
      child,
    );

    const audit = recordChanges(
      name,
      { bucket, folder: args.folder, journal: args.journal, storeArn: store.arn, account, partition, args },
      child,
    );
    const derived = args.pages.filter((page) => page.derived).map((page) => `${args.folder}/${page.name}`);
    this.published = [...derived, `${args.folder}/v/*`, `${args.journal}/*`];
    announceChanges(
      name,
      { bucket, published: this.published, storeArn: store.arn, topicArn: args.signalsTopicArn },
      child,
    );

    this.functionArn = edgeFunction.arn;
    this.keyValueStoreArn = store.arn;
    this.bucketName = bucket.bucketName;
    this.bucketArn = bucket.arn;
    this.auditBucketName = audit.bucketName;
    this.editorRoleArn = editor.arn;
    const originId = `${name}-pages`;
    this.origin = {
      originId,
      domainName: bucket.bucketRegionalDomainName,
      originAccessControlId: access.id,
    };
    this.behaviours = behaviours(name, args.folder, originId, args, edgeFunction.arn, child);
    this.errorResponses = errorResponses(args.folder);
    this.registerOutputs({
      functionArn: this.functionArn,
      keyValueStoreArn: this.keyValueStoreArn,
      bucketName: this.bucketName,
      bucketArn: this.bucketArn,
      auditBucketName: this.auditBucketName,
      editorRoleArn: this.editorRoleArn,
    });
  }
}

/** Everything that an editor may change in an object. */
const edited = ["content", "contentType", "cacheControl", "metadata", "etag", "tags"];

function problemsOf(args: OutagePageArgs): readonly Problem[] {
  const problems: Problem[] = [];
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(args.folder)) {
    const fix = 'Give one name without slashes, such as "outage".';
    problems.push({ path: "folder", given: args.folder, allowed: "small letters, digits and hyphens", fix });
  }
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(args.journal) || args.journal === args.folder) {
    const fix = 'Give one name without slashes, such as "journal".';
    problems.push({ path: "journal", given: args.journal, allowed: "a folder beside the pages", fix });
  }
  if (!args.pages.some(({ name }) => name === "index.html")) {
    const given = args.pages.map(({ name }) => name);
    problems.push({ path: "pages", given, allowed: "files with index.html among them", fix: "Add index.html." });
  }
  const { embedded } = args;
  if (embedded !== undefined && !args.pages.some(({ name }) => name === embedded.file)) {
    const allowed = `one of ${args.pages.map(({ name }) => name).join(", ")}`;
    problems.push({ path: "embedded.file", given: embedded.file, allowed, fix: "Name one of the pages." });
  }
  for (const [path, origins] of [
    ["embedded.origins", embedded?.origins],
    ["framedOrigins", args.framedOrigins],
  ] as const) {
    for (const [index, given] of (origins ?? []).entries()) {
      if (!originForm.test(given)) {
        const fix = 'Write it like "https://www.example.ac.uk", without a path.';
        problems.push({ path: `${path}[${index}]`, given, allowed: originWords, fix });
      }
    }
  }
  // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-functions
  const size = Buffer.byteLength(args.functionCode);
  if (size > 10_240) {
    const fix = "Make it smaller: a shorter page, or a smaller logo.";
    problems.push({ path: "functionCode", given: `${size} bytes`, allowed: "10 KB at most", fix });
  }
  for (const [index, given] of (args.editorArns ?? []).entries()) {
    if (!/^arn:[a-z-]+:(iam|sts)::\d{12}:\S+$/.test(given)) {
      const fix = "Give the ARN of a role or a user.";
      problems.push({ path: `editorArns[${index}]`, given, allowed: "an IAM ARN of one account", fix });
    }
  }
  return problems;
}
