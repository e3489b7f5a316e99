/**
 * Where Amazon SES sends mail: https://docs.aws.amazon.com/general/latest/gr/ses.html, as botocore's endpoints.json lists it.
 * Its SMTP interface is in fewer (not in af-south-1), which is one reason for the API.
 */
export const sesRegions: readonly string[] = [
  "af-south-1",
  "ap-east-2",
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-northeast-3",
  "ap-south-1",
  "ap-south-2",
  "ap-southeast-1",
  "ap-southeast-2",
  "ap-southeast-3",
  "ap-southeast-4",
  "ap-southeast-5",
  "ap-southeast-6",
  "ap-southeast-7",
  "ca-central-1",
  "ca-west-1",
  "eu-central-1",
  "eu-central-2",
  "eu-north-1",
  "eu-south-1",
  "eu-south-2",
  "eu-west-1",
  "eu-west-2",
  "eu-west-3",
  "il-central-1",
  "me-central-1",
  "me-south-1",
  "mx-central-1",
  "sa-east-1",
  "us-east-1",
  "us-east-2",
  "us-gov-east-1",
  "us-gov-west-1",
  "us-west-1",
  "us-west-2",
];

/**
 * Regions whose Easy DKIM keys have their own domain; all others are in dkim.amazonses.com
 * (https://docs.aws.amazon.com/general/latest/gr/ses.html#ses_dkim_domains).
 */
const ownDkimDomain: readonly string[] = [
  "af-south-1",
  "ap-northeast-3",
  "ap-south-2",
  "ap-southeast-3",
  "ap-southeast-5",
  "ca-west-1",
  "eu-central-2",
  "eu-south-1",
  "il-central-1",
  "me-central-1",
  "us-gov-east-1",
];

/** Domain that the CNAME records of Easy DKIM point into. */
export function dkimDomain(region: string): string {
  return ownDkimDomain.includes(region) ? `dkim.${region}.amazonses.com` : "dkim.amazonses.com";
}
