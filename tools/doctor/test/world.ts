import type { Machine, Ran } from "../machine";
import { type Answer, type Asked, json, xml } from "./aws";
import { quotas } from "../quotaTable";

/** A computer on which everything is there, with changes by command. Not this one: its answers are the test's. */
export function computer(changes: Readonly<Record<string, Ran | string>> = {}, rest: Partial<Machine> = {}): Machine {
  const answers: Readonly<Record<string, Ran | string>> = {
    "node --version": "v24.21.0",
    "pulumi version": "v3.250.0",
    "aws --version": "aws-cli/2.31.0 Python/3.13.7 Linux/6.1",
    "docker version --format {{.Server.Version}} {{.Server.Arch}}": "28.5.1 amd64",
    "docker buildx inspect": "Name: default\nDriver: docker\nPlatforms: linux/amd64, linux/amd64/v2, linux/arm64",
    "pulumi whoami --json --non-interactive": '{"user":"platform-admin","url":"s3://state-bucket?region=eu-west-2"}',
    ...changes,
  };
  return {
    run: (program, args) => {
      const answer = answers[[program, ...args].join(" ")] ?? { kind: "missing" };
      return Promise.resolve(typeof answer === "string" ? { kind: "ran", output: answer } : answer);
    },
    exists: () => false,
    platform: "linux",
    variables: {},
    ...rest,
  };
}

/** Settings of a stack that a university might have. */
export const ownValues = {
  domain: "moodle.uni.ac.uk",
  alertEmail: "moodle-alerts@uni.ac.uk",
  owner: "E-learning",
  costCentre: "IT-4711",
  edge: { outage: { organisation: "University", contact: "it@uni.ac.uk" } },
} as const;

/** Answers that moto lacks. Shapes are those of the SDK's models, values those of an account that is large enough. */
export function lacking(asked: Asked, values: Readonly<Record<string, number>> = {}): Answer | "moto" {
  const { service, operation, body } = asked;
  switch (`${service}:${operation}`) {
    case "servicequotas:GetServiceQuota":
    case "servicequotas:GetAWSDefaultServiceQuota":
      return quota(body, values);
    case "rds:DescribeOrderableDBInstanceOptions":
      return orderable(new URLSearchParams(body).get("DBInstanceClass") ?? "", [
        "eu-west-2a",
        "eu-west-2b",
        "eu-west-2c",
      ]);
    case "elasticache:DescribeReservedCacheNodesOfferings":
      return reservations(["offering"]);
    case "ec2:GetEbsDefaultKmsKeyId":
      return xml(
        '<GetEbsDefaultKmsKeyIdResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><kmsKeyId>alias/aws/ebs</kmsKeyId></GetEbsDefaultKmsKeyIdResponse>',
      );
    case "kms:DescribeKey":
      // moto has no keys of AWS.
      return body.includes('"alias/aws/ebs"')
        ? json({ KeyMetadata: { KeyId: "ebs", KeyManager: "AWS", KeyState: "Enabled" } })
        : "moto";
    case "backup:GET /account-settings":
      return json({ ResourceTypeOptInPreference: { Aurora: true, EFS: true, S3: true } });
    case "cloudfront:GET /2020-05-31/cache-policy":
      return xml("<CachePolicyList><MaxItems>100</MaxItems><Quantity>0</Quantity></CachePolicyList>");
    case "cloudfront:GET /2020-05-31/response-headers-policy":
      return xml(
        "<ResponseHeadersPolicyList><MaxItems>100</MaxItems><Quantity>0</Quantity></ResponseHeadersPolicyList>",
      );
    case "cloudfront:GET /2020-05-31/vpc-origin":
      return xml(
        "<VpcOriginList><MaxItems>100</MaxItems><Quantity>0</Quantity><IsTruncated>false</IsTruncated></VpcOriginList>",
      );
    case "ses:GET /v2/email/account":
      return json({ ProductionAccessEnabled: true, SendingEnabled: true, EnforcementStatus: "HEALTHY" });
  }
  return "moto";
}

/** Names as a published listing of Service Quotas' answers has them. */
const quotaNames: Readonly<Record<string, string>> = {
  "L-1216C47A": "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances",
  "L-3032A538": "Fargate On-Demand vCPU resource count",
  "L-36FBB829": "Fargate Spot vCPU resource count",
  "L-0263D0A3": "EC2-VPC Elastic IPs",
  "L-F678F1CE": "VPCs per Region",
  "L-FE5A380F": "NAT gateways per Availability Zone",
  "L-0EA8095F": "Inbound or outbound rules per security group",
  "L-29B6F2EB": "Interface VPC endpoints per VPC",
  "L-1B52E74A": "Gateway VPC endpoints per Region",
  "L-53DA6B97": "Application Load Balancers per Region",
  "L-CDE20ADC": "Auto Scaling groups per region",
  "L-952B80B8": "DB clusters",
  "L-9B510759": "Manual DB cluster snapshots",
  "L-7B6409FD": "DB instances",
  "L-A59F4C87": "Event subscriptions",
  "L-DFE45DF3": "Nodes per Region",
  "L-848C634D": "File systems per account",
  "L-59D0763F": "OpenZFS file systems",
  "L-B99A9384": "Concurrent executions",
  "L-244521F2": "Number of rules",
  "L-F141DD1D": "ACM certificates",
  "L-FE177D64": "Roles per account",
  "L-24B04930": "Web distributions per AWS account",
  "L-7D134442": "Cache policies per AWS account",
  "L-CF0D4FC5": "Response headers policies per AWS account",
};

function quota(body: string, values: Readonly<Record<string, number>>): Answer {
  const { ServiceCode, QuotaCode } = JSON.parse(body) as { ServiceCode: string; QuotaCode: string };
  const known = quotas.find(({ code }) => code?.quota === QuotaCode && code.service === ServiceCode);
  return known === undefined
    ? json({ __type: "NoSuchResourceException", Message: "no such quota" }, 400)
    : json({ Quota: { ServiceCode, QuotaCode, QuotaName: quotaNames[QuotaCode], Value: values[QuotaCode] ?? 1000 } });
}

export function orderable(instanceClass: string, zones: readonly string[]): Answer {
  const at = zones.map((zone) => `<AvailabilityZone><Name>${zone}</Name></AvailabilityZone>`).join("");
  const option = `<OrderableDBInstanceOption><Engine>aurora-mysql</Engine><DBInstanceClass>${instanceClass}</DBInstanceClass><AvailabilityZones>${at}</AvailabilityZones></OrderableDBInstanceOption>`;
  const list = zones.length === 0 ? "" : option;
  return xml(
    `<DescribeOrderableDBInstanceOptionsResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><DescribeOrderableDBInstanceOptionsResult><OrderableDBInstanceOptions>${list}</OrderableDBInstanceOptions></DescribeOrderableDBInstanceOptionsResult></DescribeOrderableDBInstanceOptionsResponse>`,
  );
}

export function reservations(ids: readonly string[]): Answer {
  const list = ids.map(
    (id) =>
      `<ReservedCacheNodesOffering><ReservedCacheNodesOfferingId>${id}</ReservedCacheNodesOfferingId></ReservedCacheNodesOffering>`,
  );
  return xml(
    `<DescribeReservedCacheNodesOfferingsResponse xmlns="http://elasticache.amazonaws.com/doc/2015-02-02/"><DescribeReservedCacheNodesOfferingsResult><ReservedCacheNodesOfferings>${list.join("")}</ReservedCacheNodesOfferings></DescribeReservedCacheNodesOfferingsResult></DescribeReservedCacheNodesOfferingsResponse>`,
  );
}

/** moto has one thread, and the machine may be busy. */
export const patient = {
  limits: { connectMilliseconds: 30_000, answerMilliseconds: 60_000 },
  deadline: 80_000,
} as const;
