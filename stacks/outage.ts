import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { Notifications } from "../components/notifications/notifications";
import type { IdentityProvider } from "../components/outage/editorSignIn";
import { StatusEditor } from "../components/outage/statusEditor";
import { StatusWebhooks } from "../components/outage/statusWebhooks";
import { OutagePage } from "../components/outage/outagePage";
import { bannerFile, errorPagePath, firstFiles, folder, statusPath, switchKey } from "../components/outage/pages/files";
import { functionCode } from "../components/outage/pages/functionCode";
import { moodleClients } from "../components/outage/pages/moodleClients";
import { journal, pageKey, toldMarks } from "../components/outage/publishing/journal";
import { alertAddresses } from "./settings/observability";
import type { Providers } from "./providers";
import { outageBranding, type OutageSettings } from "./settings/outage";
import type { Settings } from "./settings/settings";

/** Outputs for editors and `make outage`. */
export interface OutageOutputs {
  readonly statusPage: string;
  /** The page shown when Moodle fails, at any time. */
  readonly previewUrl: string;
  /** For an iframe of Moodle's own pages, and of those in moodle:edge.outage.embeddedBy. */
  readonly banner: string;
  /** Page of the status editor, and what the university's identity provider must know of it. Undefined without one. */
  readonly editor?: {
    readonly url: pulumi.Output<string>;
    readonly signInAddress: pulumi.Output<string>;
    readonly userPoolId: pulumi.Output<string>;
  };
  readonly editorRoleArn: pulumi.Output<string>;
  readonly pagesConsole: pulumi.Output<string>;
  readonly switchConsole: string;
  readonly bucket: pulumi.Output<string>;
  readonly keyValueStoreArn: pulumi.Output<string>;
  readonly mailTopicArn: pulumi.Output<string>;
}

export interface Outage {
  readonly page: OutagePage;
  readonly outputs: OutageOutputs;
  /** Undefined without one. */
  readonly editor: Pick<StatusEditor, "apiId" | "logGroupName"> | undefined;
  /** Undefined without one. */
  readonly webhooks: Pick<StatusWebhooks, "failedQueueName" | "failedQueueArn" | "logGroupName"> | undefined;
  /** Topic for alarms and events of us-east-1: stacks/channel.ts brings them to people. */
  readonly signalsTopicArn: pulumi.Output<string>;
}

const pagesRegion = "us-east-1";

/** Where the CloudFront console lists functions and, on a tab beside them, key value stores. */
const switchConsole = "https://console.aws.amazon.com/cloudfront/v4/home#/functions";

/**
 * The outage pages, with their own topic in us-east-1: an outage must not stop its own report.
 *
 * @param kmsKeyArn Key in us-east-1.
 */
export function buildOutage(
  settings: Settings,
  outage: OutageSettings,
  providers: Providers,
  kmsKeyArn: pulumi.Input<string>,
): Outage {
  const { environment, domain, safety } = settings;
  const global = { provider: providers.edge };
  if (settings.region === pagesRegion) {
    void pulumi.log.warn(
      `The outage pages are in ${pagesRegion}, as Moodle is. Should that region fail as a whole, the switch still ` +
        `works, but the page for unannounced failures does not: docs/outage.md.`,
    );
  }
  const branding = outageBranding(settings, outage);
  const [email, ...furtherEmails] = alertAddresses(settings);
  const mail = new Notifications(
    `${environment}-edge-mail`,
    { email, furtherEmails, kmsKeyArn },
    { ...global, aliases: [{ name: `${environment}-edge-alerts` }] },
  );
  const signals = new Notifications(`${environment}-edge-signals`, { kmsKeyArn }, global);
  const page = new OutagePage(
    `${environment}-outage`,
    {
      folder,
      pages: firstFiles(branding),
      journal,
      embedded: { file: bannerFile, origins: outage.embeddedBy },
      functionCode: functionCode(branding, outage.testers, moodleClients),
      switchKey,
      switchValue: "off",
      signalsTopicArn: signals.topicArn,
      editorArns: outage.editorArns.length > 0 ? outage.editorArns : undefined,
      auditRetentionDays: settings.logs.retentionDays,
      forceDestroy: !safety.deletionProtection,
    },
    global,
  );
  const editor =
    outage.editor &&
    new StatusEditor(
      `${environment}-status-editor`,
      {
        bucket: { bucketName: page.bucketName, arn: page.bucketArn },
        published: page.published,
        keyValueStoreArn: page.keyValueStoreArn,
        editors: outage.editor.editors,
        identityProvider: identityProviderOf(outage.editor, global),
        signalsTopicArn: signals.topicArn,
        kmsKeyArn,
        logRetentionDays: settings.logs.retentionDays,
        keepAccounts: safety.protect,
      },
      global,
    );
  const webhooks =
    outage.webhooks.length === 0
      ? undefined
      : new StatusWebhooks(
          `${environment}-status-webhooks`,
          {
            bucket: { bucketName: page.bucketName, arn: page.bucketArn },
            statusKey: pageKey("status.json"),
            marks: toldMarks,
            webhooks: outage.webhooks,
            kmsKeyArn,
            logRetentionDays: settings.logs.retentionDays,
          },
          global,
        );
  const site = `https://${domain}`;
  const pagesConsole = pulumi.interpolate`https://s3.console.aws.amazon.com/s3/buckets/${page.bucketName}?region=${pagesRegion}&prefix=${folder}/`;
  return {
    page,
    editor,
    webhooks,
    signalsTopicArn: signals.topicArn,
    outputs: {
      statusPage: `${site}${statusPath}`,
      previewUrl: `${site}${errorPagePath}`,
      banner: `${site}/${folder}/${bannerFile}`,
      ...(editor && {
        editor: { url: editor.url, signInAddress: editor.signInAddress, userPoolId: editor.userPoolId },
      }),
      editorRoleArn: page.editorRoleArn,
      pagesConsole,
      switchConsole,
      bucket: page.bucketName,
      keyValueStoreArn: page.keyValueStoreArn,
      mailTopicArn: mail.topicArn,
    },
  };
}

function identityProviderOf(
  editor: NonNullable<OutageSettings["editor"]>,
  opts: pulumi.InvokeOptions,
): IdentityProvider | undefined {
  if (editor.kind !== "oidc") {
    return editor.kind === "invited" ? undefined : editor;
  }
  const secret = aws.secretsmanager.getSecretVersionOutput({ secretId: editor.clientSecretArn }, opts);
  return { ...editor, clientSecret: pulumi.secret(secret.secretString) };
}
