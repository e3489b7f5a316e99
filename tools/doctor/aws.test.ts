// cspell:ignore smtq NOTTHERE
import { ACMClient, ImportCertificateCommand, RequestCertificateCommand } from "@aws-sdk/client-acm";
import { CloudFrontClient, CreateDistributionWithTagsCommand } from "@aws-sdk/client-cloudfront";
import { AllocateAddressCommand, CreateVpcCommand, EC2Client, RunInstancesCommand } from "@aws-sdk/client-ec2";
import { ECRClient, CreateRepositoryCommand, PutImageCommand } from "@aws-sdk/client-ecr";
import { ECSClient, PutAccountSettingCommand } from "@aws-sdk/client-ecs";
import { CreateServiceLinkedRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import {
  CreateAliasCommand,
  CreateGrantCommand,
  CreateKeyCommand,
  DisableKeyCommand,
  KMSClient,
} from "@aws-sdk/client-kms";
import {
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  type ResourceRecordSet,
  Route53Client,
} from "@aws-sdk/client-route-53";
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateSecretCommand, DeleteSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { exampleSettings } from "../../testing/examples/calendar";
import type { Settings } from "../../stacks/settings/settings";
import type { Line } from "./check";
import { covers } from "./certificates";
import { examine, exitCode, type Options } from "./command";
import { type Answering, enterAws, json, leaveAws, StandInAws, xml } from "./test/aws";
import { computer, lacking, orderable, ownValues, patient, reservations } from "./test/world";

const region = "eu-west-2";
const own = [
  { Key: "Project", Value: "moodle" },
  { Key: "Environment", Value: "example" },
];
const database = [
  {
    type: "aws:rds/cluster:Cluster",
    name: "db",
    inputs: { engine: "aurora-mysql", engineVersion: "8.0.mysql_aurora.3.10.5" },
  },
  { type: "aws:rds/clusterInstance:ClusterInstance", name: "db-1", inputs: { instanceClass: "db.r7g.2xlarge" } },
];

describe("make doctor, against moto", () => {
  let aws: StandInAws;
  let zoneId: string;
  const at = () => ({ region, endpoint: aws.address });

  before(async function () {
    aws = await StandInAws.start(this);
    enterAws(aws.address);
  });
  after(() => {
    leaveAws();
    aws?.stop();
  });
  beforeEach(async () => {
    await aws.reset();
    aws.answering = (asked) => lacking(asked);
    zoneId = await hostedZone("uni.ac.uk");
  });

  const route53 = () => new Route53Client(at());
  async function hostedZone(name: string, PrivateZone = false): Promise<string> {
    const vpc = PrivateZone ? { VPC: { VPCRegion: region as "eu-west-2", VPCId: "vpc-12345678" } } : {};
    const made = await route53().send(
      new CreateHostedZoneCommand({ Name: name, CallerReference: name, HostedZoneConfig: { PrivateZone }, ...vpc }),
    );
    return made.HostedZone!.Id!.replace("/hostedzone/", "");
  }
  const record = (ResourceRecordSet: ResourceRecordSet) =>
    route53().send(
      new ChangeResourceRecordSetsCommand({
        HostedZoneId: zoneId,
        ChangeBatch: { Changes: [{ Action: "CREATE", ResourceRecordSet: { TTL: 300, ...ResourceRecordSet } }] },
      }),
    );
  // Ids of zones in moto are no Route 53 ids, which begin with Z and which the settings want.
  const settings = ({ dns, ...changes }: Readonly<Record<string, unknown>> = {}): Settings => {
    const given = (dns ?? {}) as {
      readonly kind?: string;
      readonly hostedZoneId?: string;
      readonly roleArn?: string;
      readonly redirectHosts?: readonly string[];
    };
    const hostedZoneId = given.hostedZoneId ?? zoneId;
    return given.kind === "external"
      ? exampleSettings("prod", { ...ownValues, ...changes, dns })
      : {
          ...exampleSettings("prod", { ...ownValues, ...changes }),
          dns: {
            kind: "route53",
            hostedZoneId,
            redirectHosts: given.redirectHosts ?? [],
            ...(given.roleArn !== undefined && { roleArn: given.roleArn }),
          },
        };
  };
  async function linesOf(changes: Readonly<Record<string, unknown>> = {}, options: Partial<Options> = {}) {
    const found = await examine({
      ...patient,
      settings: settings(changes),
      machine: computer(),
      nameServers: () => Promise.resolve(["NS-1.AWSDNS-00.com"]),
      makePlan: () => Promise.resolve(database),
      stackFile: { secretsProvider: `awskms://alias/pulumi?region=${region}` },
      ...options,
    });
    return found.flatMap(({ lines }) => lines);
  }
  /** The lines of one subject, which must be there. */
  function of(lines: readonly Line[], subject: string): Line {
    const found = lines.filter((line) => line.subject === subject);
    assert.equal(found.length, 1, `${subject}: ${JSON.stringify(lines, undefined, 1)}`);
    return found[0]!;
  }
  const instead =
    (operation: string, answer: ReturnType<Answering>): Answering =>
    (asked) =>
      `${asked.service}:${asked.operation}` === operation ? answer : lacking(asked);

  describe("account", () => {
    it("says whose it is, that the region is enabled, and that root is not for this", async () => {
      const lines = await linesOf();
      assert.match(of(lines, "Credentials").finding, /^account 123456789012 as arn:aws:/);
      assert.equal(of(lines, "Region").verdict, "ok");
      aws.answering = instead("sts:GetCallerIdentity", identity("arn:aws:iam::123456789012:root"));
      assert.equal(of(await linesOf(), "Root user").verdict, "advice");
    });

    it("refuses credentials of another partition", async () => {
      aws.answering = instead(
        "sts:GetCallerIdentity",
        identity("arn:aws-us-gov:iam::123456789012:user/platform-admin"),
      );
      assert.deepEqual(of(await linesOf(), "Partition").verdict, "wrong");
    });

    it("refuses a region that is not enabled, and one that there is not", async () => {
      const regions = (name: string, status: string) =>
        xml(
          `<DescribeRegionsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><regionInfo><item><regionName>${name}</regionName><optInStatus>${status}</optInStatus></item></regionInfo></DescribeRegionsResponse>`,
        );
      aws.answering = instead("ec2:DescribeRegions", regions(region, "not-opted-in"));
      const line = of(await linesOf(), "Region");
      assert.deepEqual(
        [line.verdict, line.fix],
        ["wrong", `aws account enable-region --region-name ${region}, which takes minutes to hours`],
      );
      aws.answering = instead("ec2:DescribeRegions", regions("eu-west-1", "opt-in-not-required"));
      assert.equal(of(await linesOf(), "Region").verdict, "wrong");
    });
  });

  const identity = (arn: string) =>
    xml(
      `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>${arn}</Arn><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
    );

  describe("state", () => {
    const s3 = () => new S3Client({ ...at(), forcePathStyle: true });
    const kms = () => new KMSClient(at());

    it("wants a bucket that keeps old versions", async () => {
      assert.match(
        of(await linesOf(), "State bucket").fix!,
        /^aws s3 mb s3:\/\/state-bucket --region eu-west-2 && aws s3api put-bucket-versioning/,
      );
      await s3().send(
        new CreateBucketCommand({ Bucket: "state-bucket", CreateBucketConfiguration: { LocationConstraint: region } }),
      );
      assert.equal(of(await linesOf(), "State bucket").verdict, "advice");
      await s3().send(
        new PutBucketVersioningCommand({ Bucket: "state-bucket", VersioningConfiguration: { Status: "Enabled" } }),
      );
      assert.equal(of(await linesOf(), "State bucket").verdict, "ok");
    });

    it("knows other backends, and that nobody is logged in", async () => {
      const whoami = "pulumi whoami --json --non-interactive";
      const backend = async (answer: Parameters<typeof computer>[0], variables = {}) =>
        of(await linesOf({}, { machine: computer(answer, { variables }) }), "State backend");
      assert.equal(
        (await backend({ [whoami]: '{"user":"platform-admin","url":"https://app.pulumi.com/platform-admin"}' }))
          .finding,
        "https://app.pulumi.com/platform-admin as platform-admin",
      );
      assert.equal((await backend({ [whoami]: '{"user":"platform-admin","url":"file://~"}' })).verdict, "advice");
      const none = await backend({ [whoami]: { kind: "failed", why: "error: PULUMI_ACCESS_TOKEN must be set" } });
      assert.deepEqual([none.verdict, none.fix], ["wrong", "pulumi login 's3://<bucket>?region=eu-west-2'"]);
      assert.equal(
        (await backend({ [whoami]: { kind: "missing" } }, { PULUMI_BACKEND_URL: "s3://else" })).finding,
        "s3://else",
      );
    });

    it("wants the key of the secrets, before and after the stack is there", async () => {
      const missing = of(await linesOf(), "Secrets key");
      assert.equal(missing.verdict, "wrong");
      assert.match(
        missing.fix!,
        /^aws kms create-alias .*--alias-name alias\/pulumi --target-key-id \$\(aws kms create-key/,
      );
      const before = of(await linesOf({}, { stackFile: {} }), "Secrets key");
      assert.equal(before.verdict, "advice");
      assert.match(
        before.fix!,
        /\npulumi stack init example --secrets-provider "awskms:\/\/alias\/pulumi\?region=eu-west-2"$/,
      );

      const { KeyMetadata } = await kms().send(new CreateKeyCommand({ KeyUsage: "ENCRYPT_DECRYPT" }));
      const TargetKeyId = KeyMetadata!.KeyId!;
      await kms().send(new CreateAliasCommand({ AliasName: "alias/pulumi", TargetKeyId }));
      assert.equal(of(await linesOf(), "Secrets key").verdict, "ok");
      assert.equal(of(await linesOf({}, { stackFile: {} }), "Secrets key").verdict, "advice");
      const arn = `awskms:///${KeyMetadata!.Arn}`;
      assert.equal(of(await linesOf({}, { stackFile: { secretsProvider: arn } }), "Secrets key").verdict, "ok");
      await kms().send(new DisableKeyCommand({ KeyId: TargetKeyId }));
      assert.match(of(await linesOf(), "Secrets key").finding, /is not enabled: Disabled$/);

      const sign = await kms().send(new CreateKeyCommand({ KeyUsage: "SIGN_VERIFY", KeySpec: "ECC_NIST_P256" }));
      const signing = { secretsProvider: `awskms://${sign.KeyMetadata!.KeyId}?region=${region}` };
      assert.match(of(await linesOf({}, { stackFile: signing }), "Secrets key").finding, /is for SIGN_VERIFY/);
      assert.equal(of(await linesOf({}, { stackFile: { encryptionSalt: "v1:" } }), "Secrets key").verdict, "advice");
      assert.equal(
        of(await linesOf({}, { stackFile: { secretsProvider: "gcpkms://x" } }), "Secrets key").verdict,
        "unchecked",
      );
    });
  });

  describe("zones", () => {
    const zones = (list: readonly (readonly [name: string, id: string])[]) =>
      xml(
        `<DescribeAvailabilityZonesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><availabilityZoneInfo>${list
          .map(
            ([name, id]) =>
              `<item><zoneName>${name}</zoneName><zoneId>${id}</zoneId><zoneState>available</zoneState></item>`,
          )
          .join("")}</availabilityZoneInfo></DescribeAvailabilityZonesResponse>`,
      );

    it("are there, with instances, databases and caches", async () => {
      const lines = await linesOf();
      for (const subject of ["eu-west-2a", "eu-west-2b", "eu-west-2c", "Instance type", "Database class"]) {
        assert.equal(of(lines, subject).verdict, "ok", subject);
      }
      assert.equal(lines.filter(({ subject, verdict }) => subject === "Cache node type" && verdict === "ok").length, 2);
    });

    it("are refused where there is none of that name, and where CloudFront has no VPC origins", async () => {
      aws.answering = instead(
        "ec2:DescribeAvailabilityZones",
        zones([
          ["eu-west-2a", "euw2-az2"],
          ["eu-west-2b", "use1-az3"],
        ]),
      );
      const lines = await linesOf();
      assert.equal(of(lines, "eu-west-2a").verdict, "ok");
      assert.match(of(lines, "eu-west-2b").finding, /is use1-az3, where CloudFront has no VPC origins/);
      assert.match(of(lines, "eu-west-2c").fix!, /to be chosen from eu-west-2a, eu-west-2b/);
      const external = await linesOf({ edge: { kind: "external", allowedCidrs: ["192.0.2.0/24"] } });
      assert.equal(of(external, "eu-west-2b").verdict, "ok");
    });

    it("are refused without the types that the stack is made of", async () => {
      const offerings = xml(
        '<DescribeInstanceTypeOfferingsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><instanceTypeOfferingSet><item><instanceType>m7g.large</instanceType><location>eu-west-2a</location></item></instanceTypeOfferingSet></DescribeInstanceTypeOfferingsResponse>',
      );
      aws.answering = instead("ec2:DescribeInstanceTypeOfferings", offerings);
      assert.equal(of(await linesOf(), "Instance type").finding, "m7g.large is not offered in eu-west-2b, eu-west-2c");
      aws.answering = instead("rds:DescribeOrderableDBInstanceOptions", orderable("db.r7g.2xlarge", []));
      assert.match(of(await linesOf(), "Database class").fix!, /it is offered in no zone of eu-west-2$/);
      aws.answering = instead("elasticache:DescribeReservedCacheNodesOfferings", reservations([]));
      assert.equal(
        (await linesOf()).filter(({ subject, verdict }) => subject === "Cache node type" && verdict === "advice")
          .length,
        2,
      );
    });
  });

  describe("DNS", () => {
    it("has a public zone that owns the domain", async () => {
      const lines = await linesOf();
      assert.equal(of(lines, "Hosted zone").finding, `${zoneId} is uni.ac.uk and owns moodle.uni.ac.uk`);
      assert.equal(of(lines, "Records of moodle.uni.ac.uk").verdict, "ok");
    });

    it("leaves a zone of another account to the preview", async () => {
      const roleArn = "arn:aws:iam::210987654321:role/moodle-dns";
      const { verdict, finding } = of(await linesOf({ dns: { roleArn } }), "Hosted zone");
      assert.deepEqual([verdict, finding.includes(`only ${roleArn} reads it`)], ["unchecked", true]);
    });

    it("refuses a zone that is not there, is private, or is another domain's", async () => {
      assert.match(
        of(await linesOf({ dns: { hostedZoneId: "Z00NOTTHERE" } }), "Hosted zone").finding,
        /does not exist/,
      );
      const other = await hostedZone("college.ac.uk");
      assert.match(
        of(await linesOf({ dns: { hostedZoneId: other } }), "Hosted zone").finding,
        /is college\.ac\.uk, and moodle\.uni\.ac\.uk is not in it/,
      );
      const lookalike = await hostedZone("dle.uni.ac.uk");
      assert.equal(of(await linesOf({ dns: { hostedZoneId: lookalike } }), "Hosted zone").verdict, "wrong");
      const inside = await hostedZone("moodle.uni.ac.uk", true);
      assert.match(of(await linesOf({ dns: { hostedZoneId: inside } }), "Hosted zone").finding, /is private/);
    });

    it("has no record in the way, but for the stack's own", async () => {
      await record({ Name: "moodle.uni.ac.uk", Type: "A", ResourceRecords: [{ Value: "192.0.2.7" }] });
      await record({ Name: "x.moodle.uni.ac.uk", Type: "CNAME", ResourceRecords: [{ Value: "elsewhere.org" }] });
      const line = of(await linesOf(), "Records of moodle.uni.ac.uk");
      assert.deepEqual(
        [line.verdict, line.finding],
        ["wrong", "in the way, and not made by this stack: A to 192.0.2.7"],
      );
      const external = await linesOf({ edge: { kind: "external", allowedCidrs: ["192.0.2.0/24"] } });
      assert.equal(
        external.some(({ subject }) => subject.startsWith("Records of")),
        false,
      );
      await distribution([]);
      assert.match(
        of(await linesOf(), "Records of moodle.uni.ac.uk").finding,
        /^the CloudFront distribution \w+ has this name already$/,
      );
    });

    it("has none at the old names that redirect either", async () => {
      await record({ Name: "vle.uni.ac.uk", Type: "CNAME", ResourceRecords: [{ Value: "old.uni.ac.uk" }] });
      const line = of(await linesOf({ dns: { redirectHosts: ["vle.uni.ac.uk"] } }), "Records of vle.uni.ac.uk");
      assert.equal(line.finding, "in the way, and not made by this stack: CNAME to old.uni.ac.uk");
    });

    it("knows its own distribution", async () => {
      await record({ Name: "moodle.uni.ac.uk", Type: "A", ResourceRecords: [{ Value: "192.0.2.7" }] });
      await distribution(own);
      assert.equal(of(await linesOf(), "Records of moodle.uni.ac.uk").finding, "made by this stack");
    });

    const distribution = (Items: { Key: string; Value: string }[]) =>
      new CloudFrontClient({ ...at(), region: "us-east-1" }).send(
        new CreateDistributionWithTagsCommand({
          DistributionConfigWithTags: {
            Tags: { Items },
            DistributionConfig: {
              CallerReference: "1",
              Comment: "",
              Enabled: true,
              Aliases: { Quantity: 1, Items: ["moodle.uni.ac.uk"] },
              Origins: {
                Quantity: 1,
                Items: [
                  { Id: "o", DomainName: "bucket.s3.amazonaws.com", S3OriginConfig: { OriginAccessIdentity: "" } },
                ],
              },
              DefaultCacheBehavior: {
                TargetOriginId: "o",
                ViewerProtocolPolicy: "https-only",
                MinTTL: 0,
                ForwardedValues: { QueryString: false, Cookies: { Forward: "none" } },
              },
            },
          },
        }),
      );

    it("lets Amazon issue certificates", async () => {
      await record({ Name: "uni.ac.uk", Type: "CAA", ResourceRecords: [{ Value: '0 issue "letsencrypt.org"' }] });
      assert.equal(of(await linesOf(), "CAA").verdict, "wrong");
      await record({ Name: "moodle.uni.ac.uk", Type: "CAA", ResourceRecords: [{ Value: '0 issue "amazon.com"' }] });
      assert.equal(of(await linesOf(), "CAA").verdict, "ok");
    });

    it("is the zone that the internet asks", async () => {
      const delegated = async (nameServers: () => Promise<string[]>) =>
        of(await linesOf({}, { nameServers }), "Delegation");
      const { fix } = await delegated(() => Promise.resolve(["ns1.elsewhere.org"]));
      const servers = fix!.split("set NS to ")[1]!.split(", ");
      assert.equal((await delegated(() => Promise.resolve([`${servers[0]!.toUpperCase()}.`]))).verdict, "ok");
      const failing = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));
      assert.match((await delegated(failing("ENOTFOUND"))).finding, /^the internet asks nobody for uni\.ac\.uk/);
      assert.equal((await delegated(failing("ETIMEOUT"))).verdict, "unchecked");
    });
  });

  describe("certificates made by hand", () => {
    const hosts = { edge: { ...ownValues.edge } };
    const given = (arn: string, viewer = arn.replace(region, "us-east-1")) => ({
      ...hosts,
      dns: { kind: "external", loadBalancerCertificateArn: arn, viewerCertificateArn: viewer },
    });
    const subject = "moodle:dns.loadBalancerCertificateArn";

    it("are ISSUED and cover the domain", async () => {
      const { CertificateArn } = await new ACMClient(at()).send(
        new RequestCertificateCommand({ DomainName: "*.uni.ac.uk" }),
      );
      const pending = await linesOf(given(CertificateArn!));
      assert.match(of(pending, subject).finding, /^is PENDING_VALIDATION, expected ISSUED$/);
      assert.match(of(pending, "moodle:dns.viewerCertificateArn").finding, /^does not exist$/);
      assert.equal(of(pending, "DNS").verdict, "advice");
      const other = await new ACMClient(at()).send(new RequestCertificateCommand({ DomainName: "uni.ac.uk" }));
      assert.match(
        of(await linesOf(given(other.CertificateArn!)), subject).finding,
        /^is for uni\.ac\.uk, and not for moodle/,
      );
    });

    it("are in the account, and last", async () => {
      const foreign = await linesOf(
        given(`arn:aws:acm:${region}:999999999999:certificate/${"0".repeat(8)}-0000-0000-0000-${"0".repeat(12)}`),
      );
      assert.match(
        of(foreign, subject).finding,
        /of account 999999999999, expected eu-west-2 of account 123456789012$/,
      );
      const script = `
import sys, datetime
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
key = ec.generate_private_key(ec.SECP256R1()); name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "moodle.uni.ac.uk")])
day = datetime.timedelta(days=1); start = datetime.datetime.now(datetime.timezone.utc)
made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1).not_valid_before(start - day).not_valid_after(start + 100 * day).add_extension(x509.SubjectAlternativeName([x509.DNSName("moodle.uni.ac.uk")]), critical=False).sign(key, hashes.SHA256())
sys.stdout.write(made.public_bytes(serialization.Encoding.PEM).decode() + "|" + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()).decode())`;
      const [certificate, key] = execFileSync(".offline/moto/bin/python", ["-c", script]).toString().split("|");
      const { CertificateArn } = await new ACMClient(at()).send(
        new ImportCertificateCommand({ Certificate: Buffer.from(certificate!), PrivateKey: Buffer.from(key!) }),
      );
      const inDays = async (days: number) => {
        const now = new Date(Date.now() + days * 86_400_000);
        return of(await linesOf(given(CertificateArn!), { now }), subject);
      };
      assert.match((await inDays(0)).finding, /^is ISSUED, covers moodle\.uni\.ac\.uk, \d+ days left$/);
      assert.equal((await inDays(80)).verdict, "advice");
      assert.equal((await inDays(120)).verdict, "wrong");
    });

    it("cover by a star one label and no more", () => {
      assert.ok(covers("*.uni.ac.uk", "moodle.uni.ac.uk"));
      assert.ok(!covers("*.uni.ac.uk", "a.moodle.uni.ac.uk"));
      assert.ok(!covers("*.uni.ac.uk", "uni.ac.uk"));
    });
  });

  describe("image by digest", () => {
    const digest = `sha256:${"a".repeat(64)}`;
    const index = (architecture: string) =>
      JSON.stringify({
        schemaVersion: 2,
        mediaType: "application/vnd.oci.image.index.v1+json",
        manifests: [
          {
            digest,
            size: 1,
            mediaType: "application/vnd.oci.image.manifest.v1+json",
            platform: { os: "linux", architecture },
          },
        ],
      });
    const line = async (given = digest) => of(await linesOf({ image: { kind: "digest", digest: given } }), "Image");
    const manifest = (text: string) =>
      instead(
        "ecr:BatchGetImage",
        json({ images: [{ imageManifest: text, imageId: { imageDigest: digest } }], failures: [] }),
      );

    it("is not needed where pulumi up builds it", async () => {
      assert.equal(of(await linesOf(), "Image").finding, "pulumi up builds and pushes it");
    });

    it("needs a repository, and must be in it", async () => {
      assert.match((await line()).finding, /which does not exist yet$/);
      const ecr = new ECRClient(at());
      const repositoryName = "example-image-repository-1a2b3c4";
      await ecr.send(new CreateRepositoryCommand({ repositoryName }));
      assert.match((await line()).finding, /is not in example-image-repository-1a2b3c4$/);
      const image = JSON.stringify({
        schemaVersion: 2,
        mediaType: "application/vnd.oci.image.manifest.v1+json",
        config: { digest, size: 1, mediaType: "application/vnd.oci.image.config.v1+json" },
        layers: [],
      });
      const pushed = await ecr.send(new PutImageCommand({ repositoryName, imageManifest: image, imageTag: "one" }));
      assert.equal((await line(pushed.image!.imageId!.imageDigest)).verdict, "unchecked");
    });

    it("must be for the cluster's processors", async () => {
      await new ECRClient(at()).send(
        new CreateRepositoryCommand({ repositoryName: "example-image-repository-1a2b3c4" }),
      );
      aws.answering = manifest(index("arm64"));
      assert.match((await line()).finding, /is there for linux\/arm64$/);
      aws.answering = manifest(index("amd64"));
      assert.match((await line()).finding, /is for linux\/amd64, and the cluster is linux\/arm64$/);
    });
  });

  describe("services", () => {
    it("have long ARNs", async () => {
      assert.equal(of(await linesOf(), "ECS account settings").verdict, "ok");
      await new ECSClient(at()).send(new PutAccountSettingCommand({ name: "taskLongArnFormat", value: "disabled" }));
      assert.equal(of(await linesOf(), "taskLongArnFormat").verdict, "wrong");
    });

    it("have their roles, or are told how to get them", async () => {
      const missing = of(await linesOf(), "AWSServiceRoleForAutoScaling");
      assert.deepEqual(
        [missing.verdict, missing.fix],
        ["advice", "aws iam create-service-linked-role --aws-service-name autoscaling.amazonaws.com"],
      );
      await new IAMClient({ ...at(), region: "us-east-1" }).send(
        new CreateServiceLinkedRoleCommand({ AWSServiceName: "autoscaling.amazonaws.com" }),
      );
      assert.equal(of(await linesOf(), "AWSServiceRoleForAutoScaling").verdict, "ok");
      assert.equal((await linesOf()).filter(({ subject }) => subject === "AWSServiceRoleForAutoScaling").length, 1);
      assert.equal(
        (await linesOf({ profile: "dev" })).filter(({ subject }) => subject === "AWSServiceRoleForAutoScaling").length,
        0,
      );
    });

    it("may use the key of the disks", async () => {
      assert.equal(of(await linesOf(), "Default key of disks").verdict, "ok");
      const kms = new KMSClient(at());
      const { KeyMetadata } = await kms.send(new CreateKeyCommand({ KeyUsage: "ENCRYPT_DECRYPT" }));
      const KeyId = KeyMetadata!.Arn!;
      aws.answering = instead(
        "ec2:GetEbsDefaultKmsKeyId",
        xml(
          `<GetEbsDefaultKmsKeyIdResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><kmsKeyId>${KeyId}</kmsKeyId></GetEbsDefaultKmsKeyIdResponse>`,
        ),
      );
      const line = of(await linesOf(), "Default key of disks");
      assert.deepEqual([line.verdict, /^aws kms create-grant/.test(line.fix!)], ["wrong", true]);
      const GranteePrincipal =
        "arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling";
      await kms.send(new CreateGrantCommand({ KeyId, GranteePrincipal, Operations: ["Decrypt"] }));
      assert.equal(of(await linesOf(), "Default key of disks").verdict, "ok");
    });

    it("back up Aurora, which an account may have switched off", async () => {
      const subject = "Opt-in of AWS Backup";
      assert.equal(of(await linesOf(), subject).verdict, "ok");
      const preference = (answer: object) =>
        instead("backup:GET /account-settings", json({ ResourceTypeOptInPreference: answer }));
      aws.answering = preference({ Aurora: false, EFS: false });
      const line = of(await linesOf(), subject);
      assert.equal(line.verdict, "advice");
      assert.match(line.fix!, /^aws backup update-region-settings --region eu-west-2 .* Aurora=true$/);
      aws.answering = preference({});
      assert.equal(of(await linesOf(), subject).verdict, "ok");
      assert.equal((await linesOf({ profile: "dev" })).filter((one) => one.subject === subject).length, 0);
    });
  });

  describe("mail", () => {
    const ses = { mail: { kind: "ses" } };
    const account = (answer: object) =>
      instead("ses:GET /v2/email/account", json({ ProductionAccessEnabled: true, SendingEnabled: true, ...answer }));
    const path = "ses:GET /v2/email/identities/moodle.uni.ac.uk";
    const identityOf = (answer: object) => instead(path, json(answer));

    it("by SES goes to everybody, or says that it does not", async () => {
      assert.equal(of(await linesOf(ses), "SES").verdict, "ok");
      aws.answering = account({ ProductionAccessEnabled: false });
      assert.match(
        of(await linesOf(ses), "SES sandbox").fix!,
        /^aws sesv2 put-account-details --region eu-west-2 --prod/,
      );
      aws.answering = account({ SendingEnabled: false, EnforcementStatus: "SHUTDOWN" });
      assert.equal(of(await linesOf(ses), "SES sending").verdict, "advice");
    });

    it("by SES has an identity of its own", async () => {
      aws.answering = instead(path, json({ __type: "NotFoundException", message: "none" }, 404));
      assert.match(of(await linesOf(ses), "SES identity").finding, /will be made by pulumi up$/);
      aws.answering = identityOf({ VerifiedForSendingStatus: true, DkimAttributes: { Status: "SUCCESS" }, Tags: [] });
      assert.equal(of(await linesOf(ses), "SES identity").verdict, "wrong");
      aws.answering = identityOf({ VerifiedForSendingStatus: false, DkimAttributes: { Status: "PENDING" }, Tags: own });
      assert.equal(of(await linesOf(ses), "SES identity").verdict, "advice");
      aws.answering = identityOf({ VerifiedForSendingStatus: true, DkimAttributes: { Status: "SUCCESS" }, Tags: own });
      assert.equal(of(await linesOf(ses), "SES identity").verdict, "ok");
    });

    it("by a server needs its secret; without one there is none", async () => {
      assert.equal(of(await linesOf({ mail: { kind: "none" } }), "Mail").verdict, "advice");
      assert.equal(of(await linesOf({ profile: "dev", mail: { kind: "none" } }), "Mail").verdict, "ok");
      const made = await new SecretsManagerClient(at()).send(
        new CreateSecretCommand({ Name: "smtp", SecretString: "{}" }),
      );
      const smtp = (secretArn: string, more = {}) => ({
        mail: { kind: "smtp", host: "smtp.uni.ac.uk", secretArn, ...more },
      });
      const lines = await linesOf(smtp(made.ARN!));
      assert.deepEqual([of(lines, "Mail").verdict, of(lines, "moodle:mail.secretArn").verdict], ["ok", "ok"]);
      const other = made.ARN!.replace(/smtp-\w{6}$/, "smtq-aB3dE6");
      assert.equal(of(await linesOf(smtp(other)), "moodle:mail.secretArn").finding, "does not exist");
      await new SecretsManagerClient(at()).send(new DeleteSecretCommand({ SecretId: made.ARN }));
      assert.equal(of(await linesOf(smtp(made.ARN!)), "moodle:mail.secretArn").finding, "is being deleted");
    });
  });

  describe("quotas", () => {
    const plan = [
      ...database,
      { type: "aws:ec2/vpc:Vpc", name: "vpc", inputs: {} },
      ...["a", "b", "c"].map((name) => ({ type: "aws:ec2/eip:Eip", name, inputs: {} })),
      { type: "aws:ec2/launchTemplate:LaunchTemplate", name: "t", inputs: { instanceType: "m7g.large" } },
      {
        type: "aws:autoscaling/group:Group",
        name: "g",
        inputs: {
          minSize: 3,
          maxSize: 48,
          warmPool: { minSize: 4 },
          instanceMaintenancePolicy: { maxHealthyPercentage: 110 },
        },
      },
      { type: "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy", name: "h", inputs: {} },
      { type: "aws:cloudfront/function:Function", name: "f", inputs: {} },
    ];
    const with_ = (values: Readonly<Record<string, number>>) => {
      aws.answering = (asked) => lacking(asked, values);
      return linesOf({}, { makePlan: () => Promise.resolve(plan) });
    };
    const vcpus = "vCPUs of On-Demand Standard instances";

    it("are enough, or say by how much and with which command they are not", async () => {
      assert.equal(
        of(await with_({ "L-1216C47A": 200 }), vcpus).finding,
        "needs 114 at the largest (14 at first) of 200",
      );
      const largest = of(await with_({ "L-1216C47A": 96 }), vcpus);
      assert.equal(largest.verdict, "advice");
      const first = of(await with_({ "L-1216C47A": 5 }), vcpus);
      assert.deepEqual(
        [first.verdict, first.fix],
        [
          "wrong",
          "aws service-quotas request-service-quota-increase --region eu-west-2 --service-code ec2 --quota-code L-1216C47A --desired-value 114",
        ],
      );
    });

    it("count what others in the account have, and not what the stack has", async () => {
      const ec2 = new EC2Client(at());
      const tagged = (ResourceType: "elastic-ip" | "vpc" | "instance", Tags = own) => ({
        TagSpecifications: [{ ResourceType, Tags }],
      });
      for (const tags of [own, own, own, [], []]) {
        await ec2.send(
          new AllocateAddressCommand({ Domain: "vpc", ...(tags.length > 0 && tagged("elastic-ip", tags)) }),
        );
      }
      const enough = of(await with_({ "L-0263D0A3": 5 }), "Elastic IP addresses");
      assert.deepEqual([enough.verdict, enough.finding], ["ok", "needs 3 beside 2 in use by others of 5"]);
      await ec2.send(new AllocateAddressCommand({ Domain: "vpc" }));
      const full = of(await with_({ "L-0263D0A3": 5 }), "Elastic IP addresses");
      assert.deepEqual([full.verdict, /--quota-code L-0263D0A3 --desired-value 6$/.test(full.fix!)], ["wrong", true]);

      await ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16", ...tagged("vpc") }));
      // moto's accounts have a default VPC, as AWS's have.
      assert.equal(
        of(await with_({ "L-F678F1CE": 5 }), "VPCs in a region").finding,
        "needs 1 beside 1 in use by others of 5",
      );

      const machines = (Tags?: typeof own) =>
        ec2.send(
          new RunInstancesCommand({
            ImageId: "ami-12c6146b",
            InstanceType: "m5.large",
            MinCount: 1,
            MaxCount: 1,
            ...(Tags && tagged("instance", Tags)),
          }),
        );
      await machines(own);
      const alone = of(await with_({ "L-1216C47A": 200 }), vcpus).finding;
      assert.doesNotMatch(alone, /in use by others/);
      await machines();
      assert.match(of(await with_({ "L-1216C47A": 200 }), vcpus).finding, /beside \d+ in use by others of 200$/);
    });

    it("are documented ones where Service Quotas has none", async () => {
      assert.equal(of(await with_({}), "CloudFront functions").finding, "needs 1 of 100 by the documentation");
    });

    it("fall back to AWS's default, and are not guessed where there is neither", async () => {
      const answers =
        (defaults: Answering): Answering =>
        (asked) =>
          asked.operation === "GetServiceQuota"
            ? json({ __type: "NoSuchResourceException", Message: "none" }, 400)
            : asked.operation === "GetAWSDefaultServiceQuota"
              ? defaults(asked)
              : lacking(asked);
      const eip = async (defaults: Answering) => {
        aws.answering = answers(defaults);
        return of(await linesOf({}, { makePlan: () => Promise.resolve(plan) }), "Elastic IP addresses");
      };
      assert.equal((await eip((asked) => lacking(asked, { "L-0263D0A3": 5 }))).finding, "needs 3 of 5");
      assert.equal(
        (await eip(() => json({ __type: "NoSuchResourceException", Message: "none" }, 400))).verdict,
        "unchecked",
      );
      const renamed = await eip(() =>
        json({ Quota: { QuotaCode: "L-0263D0A3", QuotaName: "Something else", Value: 1 } }),
      );
      assert.deepEqual(
        [renamed.verdict, renamed.finding],
        ["unchecked", 'not checked: L-0263D0A3 is now "Something else"'],
      );
    });

    it("of moto itself, which has those of VPCs", async () => {
      aws.answering = (asked) =>
        asked.service === "servicequotas" && asked.body.includes('"vpc"') ? "moto" : lacking(asked);
      const line = of(await linesOf({}, { makePlan: () => Promise.resolve(plan) }), "VPCs in a region");
      assert.match(line.finding, /of 5$/);
    });
  });

  it("finds nothing wrong where all is there", async () => {
    await new S3Client({ ...at(), forcePathStyle: true }).send(
      new CreateBucketCommand({ Bucket: "state-bucket", CreateBucketConfiguration: { LocationConstraint: region } }),
    );
    const { KeyMetadata } = await new KMSClient(at()).send(new CreateKeyCommand({ KeyUsage: "ENCRYPT_DECRYPT" }));
    await new KMSClient(at()).send(
      new CreateAliasCommand({ AliasName: "alias/pulumi", TargetKeyId: KeyMetadata!.KeyId! }),
    );
    const nameServers = async () => {
      const { fix = "" } = of(await linesOf(), "Delegation");
      return fix.split("set NS to ")[1]?.split(", ") ?? [];
    };
    const servers = await nameServers();
    const found = await examine({
      ...patient,
      settings: settings(),
      machine: computer(),
      makePlan: () => Promise.resolve(database),
      stackFile: { secretsProvider: `awskms://alias/pulumi?region=${region}` },
      nameServers: () => Promise.resolve(servers),
    });
    const bad = found
      .flatMap(({ lines }) => lines)
      .filter(({ verdict }) => verdict === "wrong" || verdict === "unchecked");
    assert.deepEqual(bad, []);
    assert.equal(exitCode(found), 0);
  });
});
