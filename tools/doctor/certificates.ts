import { type CertificateDetail, DescribeCertificateCommand } from "@aws-sdk/client-acm";
import { advice, type Check, type Line, ok, type World, wrong } from "./check";
import { edgeRegion } from "./clients";
import { isMissing } from "../lib/awsCall";

interface Given {
  /** The setting that names it. */
  readonly setting: string;
  readonly arn: string;
  readonly region: string;
  readonly host: string;
}

/** Certificates from outside the program. The stack makes the others. */
function given({ settings: { dns, edge, domain, region } }: World): readonly Given[] {
  const files = edge.kind === "cloudfront" ? edge.signedFiles : undefined;
  const all = [
    {
      setting: "moodle:dns.loadBalancerCertificateArn",
      arn: dns.kind === "external" ? dns.loadBalancerCertificateArn : undefined,
      region,
      host: domain,
    },
    {
      setting: "moodle:dns.viewerCertificateArn",
      arn: dns.kind === "external" && edge.kind === "cloudfront" ? dns.viewerCertificateArn : undefined,
      region: edgeRegion,
      host: domain,
    },
    {
      setting: "moodle:edge.signedFiles.certificateArn",
      arn: files?.certificateArn,
      region: edgeRegion,
      host: files?.domain ?? domain,
    },
  ];
  const redirects = dns.redirectHosts.map((host) => ({
    setting: "moodle:dns.redirectCertificateArn",
    arn: dns.kind === "external" ? dns.redirectCertificateArn : undefined,
    region: edgeRegion,
    host,
  }));
  return [...all, ...redirects].flatMap(({ arn, ...rest }) => (arn === undefined ? [] : [{ arn, ...rest }]));
}

/** As browsers match: a star stands for one label. https://www.rfc-editor.org/rfc/rfc6125 */
export function covers(name: string, host: string): boolean {
  return name === host || (name.startsWith("*.") && host.slice(host.indexOf(".")) === name.slice(1));
}

const soon = 30;

const certificates: Check = {
  group: "DNS and certificates",
  subject: "Certificates",
  run: (world) => Promise.all(given(world).map((one) => certificate(world, one))),
};

async function certificate({ clients, account, now }: World, { setting, arn, region, host }: Given): Promise<Line> {
  const [, , , at = "", owner = ""] = arn.split(":");
  const request = `aws acm request-certificate --region ${region} --domain-name ${host} --validation-method DNS`;
  if (at !== region || owner !== account) {
    return wrong(setting, `is in ${at} of account ${owner}, expected ${region} of account ${account}`, request);
  }
  let found: CertificateDetail | undefined;
  try {
    const client = region === edgeRegion ? clients.edgeAcm : clients.acm;
    ({ Certificate: found } = await client.send(new DescribeCertificateCommand({ CertificateArn: arn })));
  } catch (error) {
    if (isMissing(error)) {
      return wrong(setting, "does not exist", request);
    }
    throw error;
  }
  const names = found?.SubjectAlternativeNames ?? [found?.DomainName ?? ""];
  if (!names.some((name) => covers(name, host))) {
    return wrong(setting, `is for ${names.join(", ")}, and not for ${host}`, request);
  }
  if (found?.Status !== "ISSUED") {
    const show = `aws acm describe-certificate --region ${region} --certificate-arn ${arn} --query Certificate.DomainValidationOptions`;
    return wrong(setting, `is ${found?.Status}, expected ISSUED`, `make the CNAME records that this shows: ${show}`);
  }
  const days = Math.floor(((found.NotAfter?.getTime() ?? Infinity) - now.getTime()) / 86_400_000);
  if (days < 0) {
    return wrong(setting, `expired ${-days} days ago`, request);
  }
  return days < soon && found.Type === "IMPORTED"
    ? advice(
        setting,
        `expires in ${days} days, and AWS does not renew an imported one`,
        `import the new one: aws acm import-certificate --region ${region} --certificate-arn ${arn} ...`,
      )
    : ok(setting, `is ISSUED, covers ${host}${Number.isFinite(days) ? `, ${days} days left` : ""}`);
}

export const certificateChecks: readonly Check[] = [certificates];
