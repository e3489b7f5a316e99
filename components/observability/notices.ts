import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** An event that has no metric: AWS sends it once, and a mail goes out. */
export interface NoticeDefinition {
  readonly id: string;
  readonly component: string;
  readonly summary: string;
  readonly source: string;
  /** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html */
  readonly pattern: Readonly<Record<string, unknown>>;
  readonly runbook: string;
}

export interface NoticedParts {
  readonly clusterArn: pulumi.Input<string>;
  /** Whose objects every container reads when it starts. It must send its events to EventBridge. */
  readonly configurationBucketName: pulumi.Input<string>;
  /** The stack's own: the stack that owns an image reports its holes. */
  readonly repositoryName: pulumi.Input<string>;
}

/**
 * Events that need attention. Where an event does not name its cluster, it covers all of the account.
 */
export function noticeDefinitions({
  clusterArn,
  configurationBucketName,
  repositoryName,
}: NoticedParts): readonly NoticeDefinition[] {
  return [
    {
      id: "deployment-failed",
      component: "moodle",
      summary: "A deployment of an ECS service failed and was rolled back.",
      source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html",
      pattern: {
        source: ["aws.ecs"],
        "detail-type": ["ECS Deployment State Change"],
        detail: { eventName: ["SERVICE_DEPLOYMENT_FAILED"] },
      },
      runbook: "docs/runbooks/deployment-failed.md",
    },
    {
      id: "out-of-memory",
      component: "moodle",
      summary: "A container was stopped because it had no memory left.",
      source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html",
      pattern: {
        source: ["aws.ecs"],
        "detail-type": ["ECS Task State Change"],
        detail: {
          clusterArn: [clusterArn],
          lastStatus: ["STOPPED"],
          containers: { reason: [{ prefix: "OutOfMemoryError" }] },
        },
      },
      runbook: "docs/runbooks/web-capacity.md",
    },
    {
      id: "configuration-changed",
      component: "moodle",
      summary: "A file of the configuration bucket was written or deleted: tasks that start from now on read it.",
      source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html",
      pattern: {
        source: ["aws.s3"],
        "detail-type": ["Object Created", "Object Deleted"],
        detail: { bucket: { name: [configurationBucketName] } },
      },
      runbook: "docs/runbooks/configuration.md",
    },
    {
      id: "image-scanned",
      component: "image",
      summary: "ECR has scanned an image, and knows critical holes in it.",
      source: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html",
      pattern: {
        source: ["aws.ecr"],
        "detail-type": ["ECR Image Scan"],
        detail: {
          "repository-name": [repositoryName],
          "finding-severity-counts": { CRITICAL: [{ numeric: [">", 0] }] },
        },
      },
      runbook: "docs/runbooks/image-holes.md",
    },
    {
      // Where the account has enhanced scanning: a hole that becomes known months after the push.
      id: "image-finding",
      component: "image",
      summary: "Amazon Inspector knows a new critical hole in an image.",
      source: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-enhanced-events.html",
      pattern: {
        source: ["aws.inspector2"],
        "detail-type": ["Inspector2 Finding"],
        detail: {
          severity: ["CRITICAL"],
          status: ["ACTIVE"],
          resources: { details: { awsEcrContainerImage: { repositoryName: [repositoryName] } } },
        },
      },
      runbook: "docs/runbooks/image-holes.md",
    },
  ];
}

export interface NoticesArgs {
  readonly definitions: readonly NoticeDefinition[];
  readonly topicArn: pulumi.Input<string>;
  /** False: the rules exist but are disabled. */
  readonly sends: boolean;
}

/** EventBridge rules that mail events without a metric. *Cost.* None: events of AWS services are free. */
export class Notices extends pulumi.ComponentResource {
  constructor(name: string, args: NoticesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("moodle:observability:Notices", name, {}, opts);
    for (const { id, summary, pattern, runbook } of args.definitions) {
      const rule = new aws.cloudwatch.EventRule(
        `${name}-${id}`,
        {
          description: summary,
          eventPattern: pulumi.jsonStringify(pattern),
          state: args.sends ? "ENABLED" : "DISABLED",
        },
        { parent: this },
      );
      new aws.cloudwatch.EventTarget(
        `${name}-${id}-target`,
        {
          rule: rule.name,
          arn: args.topicArn,
          // The whole event, for the team's channel to write in words (lambda/notice.ts). The variable is EventBridge's own:
          // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
          inputTransformer: {
            inputTemplate: `${JSON.stringify({ notice: id, summary, runbook }).slice(0, -1)},"event":<aws.events.event.json>}`,
          },
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
