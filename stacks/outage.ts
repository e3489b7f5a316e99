import * as pulumi from "@pulumi/pulumi";

import { Notifications } from "../components/notifications/notifications";
import { OutagePage } from "../components/outage/outagePage";
import { editorFile } from "../components/outage/pages/editorFile";
import { bannerFile, errorPagePath, firstFiles, folder, statusPath, switchKey } from "../components/outage/pages/files";
import { functionCode } from "../components/outage/pages/functionCode";
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
  readonly editor: pulumi.Output<string>;
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
      pages: [...firstFiles(branding), { ...editorFile(), managed: true }],
      embedded: { file: bannerFile, origins: outage.embeddedBy },
      functionCode: functionCode(branding, outage.testers),
      switchKey,
      switchValue: "off",
      signalsTopicArn: signals.topicArn,
      editorArns: outage.editorArns.length > 0 ? outage.editorArns : undefined,
      auditRetentionDays: settings.logs.retentionDays,
      forceDestroy: !safety.deletionProtection,
    },
    global,
  );
  const site = `https://${domain}`;
  const pagesConsole = pulumi.interpolate`https://s3.console.aws.amazon.com/s3/buckets/${page.bucketName}?region=${pagesRegion}&prefix=${folder}/`;
  return {
    page,
    signalsTopicArn: signals.topicArn,
    outputs: {
      statusPage: `${site}${statusPath}`,
      previewUrl: `${site}${errorPagePath}`,
      banner: `${site}/${folder}/${bannerFile}`,
      editor: pulumi.interpolate`${site}/${folder}/editor.html#pages=${pagesConsole.apply(encodeURIComponent)}`,
      editorRoleArn: page.editorRoleArn,
      pagesConsole,
      switchConsole,
      bucket: page.bucketName,
      keyValueStoreArn: page.keyValueStoreArn,
      mailTopicArn: mail.topicArn,
    },
  };
}
