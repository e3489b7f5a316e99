import { buildPlatform } from "./stacks/platform";
import { makeProviders } from "./stacks/providers";
import { readSettings } from "./stacks/settings/read";

const settings = readSettings();
const platform = buildPlatform(settings, makeProviders(settings));

export const {
  siteUrl,
  distributionId,
  domainTarget,
  outage,
  clusterName,
  serviceNames,
  repositoryUrl,
  imageUri,
  databaseEndpoint,
  configurationBucket,
  objectsBucket,
  alertTopicArn,
  originSecretsArn,
  natPublicIps,
  installCommand,
} = platform;
