import * as aws from "@pulumi/aws";
import { createDistribution } from "../../components/cdn/distribution";
import { cachePolicies, originRequestPolicies } from "../../components/cdn/managedPolicies";
import { WebAcl } from "../../components/cdn/webAcl";
import { Certificate } from "../../components/certificate/certificate";
import { EncryptionKey } from "../../components/encryption/encryptionKey";
import { Notifications } from "../../components/notifications/notifications";
import { OutagePage } from "../../components/outage/outagePage";
import { bannerFile, firstFiles, folder, switchKey } from "../../components/outage/pages/files";
import { functionCode } from "../../components/outage/pages/functionCode";
import { servicesPage } from "../../components/outage/pages/services";
import { journal } from "../../components/outage/publishing/journal";
import { PrivateBucket } from "../../components/storage/bucket";
import { cloudFrontLogStatements } from "../../components/storage/logDelivery";

const tags = { Project: "catalogue", Environment: "prod", Owner: "Library", CostCentre: "LB-0004" };
// CloudFront, its certificate and its firewall are in us-east-1, and so are the pages.
const edge = { provider: new aws.Provider("edge", { region: "us-east-1", defaultTags: { tags } }) };

/** A catalogue that a supplier hosts: nothing of it is on AWS but its edge. */
const domain = "catalogue.example.ac.uk";
const supplier = "example-university.supplier.example.org";
const hostedZoneId = "Z0123456789EXAMPLE00";
const status = {
  organisation: "University of Example",
  service: "The library catalogue",
  address: `https://${domain}`,
  contact: "library@example.ac.uk",
  timeZone: "Europe/London",
};

const key = new EncryptionKey("key", {}, { ...edge, protect: true });
const signals = new Notifications("signals", { email: "library@example.ac.uk", kmsKeyArn: key.arn }, edge);
const page = new OutagePage(
  "outage",
  {
    folder,
    pages: [
      ...firstFiles(status),
      {
        name: "services.html",
        contentType: "text/html; charset=utf-8",
        // Moodle must name this site in moodle:edge.outage.embeddedBy.
        content: servicesPage(status, [
          { name: "Library catalogue", banner: `https://${domain}/${folder}/${bannerFile}` },
          { name: "Moodle", banner: `https://moodle.example.ac.uk/${folder}/${bannerFile}` },
        ]),
        managed: true,
      },
    ],
    journal,
    embedded: { file: bannerFile, origins: ["https://www.example.ac.uk"] },
    framedOrigins: ["https://moodle.example.ac.uk"],
    functionCode: functionCode(status, [], { openPaths: ["/api/"], jsonPaths: [], fields: {} }),
    switchKey,
    switchValue: "off",
    signalsTopicArn: signals.topicArn,
  },
  edge,
);

const account = aws.getCallerIdentityOutput({}, edge).accountId;
const partition = aws.getPartitionOutput({}, edge).partition;
const logs = new PrivateBucket(
  "logs",
  { expireAfterDays: 90, policyStatements: (arn) => cloudFrontLogStatements(arn, { account, partition }) },
  edge,
);
const distribution = createDistribution(
  "site",
  {
    domain,
    hostedZoneId,
    certificateArn: new Certificate("certificate", { domain, hostedZoneId }, edge).arn,
    webAclArn: new WebAcl("firewall", { kmsKeyArn: key.arn }, edge).arn,
    accessLogsBucketArn: logs.arn,
  },
  {
    priceClass: "PriceClass_100",
    errorPages: [...page.errorResponses],
    origins: [
      page.origin,
      {
        originId: "supplier",
        domainName: supplier,
        customOriginConfig: {
          httpPort: 80,
          httpsPort: 443,
          originProtocolPolicy: "https-only",
          originSslProtocols: ["TLSv1.2"],
        },
      },
    ],
    orderedCacheBehaviors: [...page.behaviours],
    defaultCacheBehavior: {
      targetOriginId: "supplier",
      viewerProtocolPolicy: "redirect-to-https",
      allowedMethods: ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"],
      cachedMethods: ["GET", "HEAD"],
      cachePolicyId: cachePolicies.cachingDisabled,
      originRequestPolicyId: originRequestPolicies.allViewer,
      compress: true,
      functionAssociations: [{ eventType: "viewer-request", functionArn: page.functionArn }],
    },
  },
  edge,
);

export const bucket = page.bucketName;
export const distributionDomainName = distribution.domainName;
