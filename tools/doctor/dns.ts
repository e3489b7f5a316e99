// cspell:ignore awstrust
import { ListDistributionsCommand, ListTagsForResourceCommand } from "@aws-sdk/client-cloudfront";
import {
  GetHostedZoneCommand,
  type GetHostedZoneResponse,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
} from "@aws-sdk/client-route-53";
import { advice, type Check, type Line, ok, unchecked, type World, wrong } from "./check";
import { isMissing } from "../lib/awsCall";
import { explain } from "./explain";

const group = "DNS and certificates";

/** Names as Route 53 keeps them: in lower case, without the dot at the end. */
const plain = (name = ""): string => name.toLowerCase().replace(/\.$/, "");
const isWithin = (name: string, zone: string): boolean => name === zone || name.endsWith(`.${zone}`);

/** Every host name that the stack serves. */
export function hostNames({ settings: { domain, dns, edge } }: World): readonly string[] {
  const files = edge.kind === "cloudfront" ? edge.signedFiles.domain : undefined;
  return [domain, ...dns.redirectHosts, ...(files === undefined ? [] : [files])];
}

const zone: Check = {
  group,
  subject: "Hosted zone",
  run: async (world) => {
    const { clients, settings } = world;
    const { dns, environment, domain } = settings;
    if (dns.kind !== "route53") {
      return [];
    }
    if (dns.roleArn !== undefined) {
      const finding = `not checked: ${dns.hostedZoneId} is in another account, and only ${dns.roleArn} reads it`;
      return [unchecked("Hosted zone", finding, "pulumi preview takes the role, and reads the zone")];
    }
    const set = `pulumi config set --stack ${environment} --path 'moodle:dns.hostedZoneId' <id>`;
    let found: GetHostedZoneResponse;
    try {
      found = await clients.route53.send(new GetHostedZoneCommand({ Id: dns.hostedZoneId }));
    } catch (error) {
      if (!isMissing(error)) {
        throw error;
      }
      const fix = `aws route53 list-hosted-zones --query 'HostedZones[].[Name,Id]', then ${set}`;
      return [wrong("Hosted zone", `${dns.hostedZoneId} does not exist in this account`, fix)];
    }
    const name = plain(found.HostedZone?.Name);
    if (found.HostedZone?.Config?.PrivateZone === true) {
      return [
        wrong("Hosted zone", `${dns.hostedZoneId} (${name}) is private: nobody outside would find the site`, set),
      ];
    }
    const outside = hostNames(world).filter((host) => !isWithin(host, name));
    if (outside.length > 0) {
      const fix = `${set}, of a zone that ${outside[0]} is in`;
      return [wrong("Hosted zone", `${dns.hostedZoneId} is ${name}, and ${outside.join(", ")} is not in it`, fix)];
    }
    return [
      ok("Hosted zone", `${dns.hostedZoneId} is ${name} and owns ${domain}`),
      ...(await recordLines(world, dns.hostedZoneId, name)),
      await delegation(world, name, found.DelegationSet?.NameServers ?? []),
    ];
  },
};

/** Records at exactly this name. */
async function recordsAt({ clients }: World, zoneId: string, name: string): Promise<readonly ResourceRecordSet[]> {
  const command = new ListResourceRecordSetsCommand({ HostedZoneId: zoneId, StartRecordName: name, MaxItems: 20 });
  const { ResourceRecordSets = [] } = await clients.route53.send(command);
  return ResourceRecordSets.filter((record) => plain(record.Name) === name);
}

async function recordLines(world: World, zoneId: string, zoneName: string): Promise<readonly Line[]> {
  const lines = await Promise.all(
    hostNames(world).map(async (host) => {
      const inTheWay = (await recordsAt(world, zoneId, host)).filter(({ Type = "" }) =>
        /^(A|AAAA|CNAME|HTTPS)$/.test(Type),
      );
      return world.settings.edge.kind === "external" ? [] : [await conflict(world, zoneId, host, inTheWay)];
    }),
  );
  return [...lines.flat(), ...(await authorities(world, zoneId, zoneName))];
}

/** A record that this stack did not make stops `up` when its network is built already. */
async function conflict(
  world: World,
  zoneId: string,
  host: string,
  records: readonly ResourceRecordSet[],
): Promise<Line> {
  const subject = `Records of ${host}`;
  const owner = await distributionOf(world, host);
  if (owner === "ours") {
    return ok(subject, "made by this stack");
  }
  const list = `aws route53 list-resource-record-sets --hosted-zone-id ${zoneId} --query "ResourceRecordSets[?Name=='${host}.']"`;
  if (owner !== undefined) {
    return wrong(
      subject,
      `the CloudFront distribution ${owner} has this name already`,
      `remove the alternate domain name from ${owner}, then its records: ${list}`,
    );
  }
  if (records.length === 0) {
    return ok(subject, "none is in the way");
  }
  const what = records.map(({ Type, AliasTarget, ResourceRecords }) => {
    const to = AliasTarget?.DNSName ?? ResourceRecords?.map(({ Value }) => Value).join(", ");
    return `${Type} to ${to}`;
  });
  return wrong(
    subject,
    `in the way, and not made by this stack: ${what.join("; ")}`,
    `lower its TTL, and delete it at the hour of the move: ${list}`,
  );
}

/** Result for the distribution that serves a name in this account: "ours", its id, or undefined when there is none. */
async function distributionOf({ clients, settings }: World, host: string): Promise<string | undefined> {
  for (let Marker: string | undefined; ;) {
    const { DistributionList } = await clients.cloudFront.send(new ListDistributionsCommand({ Marker, MaxItems: 100 }));
    const found = DistributionList?.Items?.find(({ Aliases }) => Aliases?.Items?.includes(host));
    if (found !== undefined) {
      const { Tags } = await clients.cloudFront.send(new ListTagsForResourceCommand({ Resource: found.ARN }));
      const tag = (key: string) => Tags?.Items?.find(({ Key }) => Key === key)?.Value;
      return tag("Project") === "moodle" && tag("Environment") === settings.environment ? "ours" : found.Id;
    }
    Marker = DistributionList?.NextMarker;
    if (!Marker) {
      return undefined;
    }
  }
}

/**
 * A CAA record at the name or above it that leaves Amazon out stops the certificate:
 * https://docs.aws.amazon.com/acm/latest/userguide/setup-caa.html
 */
async function authorities(world: World, zoneId: string, zoneName: string): Promise<readonly Line[]> {
  const { domain } = world.settings;
  const parts = domain.split(".");
  const above = parts.map((_, index) => parts.slice(index).join(".")).filter((name) => isWithin(name, zoneName));
  for (const name of above) {
    const record = (await recordsAt(world, zoneId, name)).find(({ Type }) => Type === "CAA");
    if (record === undefined) {
      continue;
    }
    const issuers = (record.ResourceRecords ?? [])
      .map(({ Value = "" }) => Value)
      .filter((value) => / issue /.test(value));
    // The nearest one counts, and those of the parents do not.
    return issuers.length === 0 ||
      issuers.some((value) => /amazon(trust)?\.com|awstrust\.com|amazonaws\.com/.test(value))
      ? [ok("CAA", `the record of ${name} allows Amazon's certificates`)]
      : [
          wrong(
            "CAA",
            `the record of ${name} allows ${issuers.join(", ")} and not Amazon: no certificate would be issued`,
            `add 0 issue "amazon.com" to it`,
          ),
        ];
  }
  return [];
}

/**
 * Whether the internet asks the name servers of this zone: otherwise no certificate is ever validated, and the site
 * cannot be found.
 */
async function delegation({ nameServers, clients: _ }: World, zoneName: string, own: readonly string[]): Promise<Line> {
  const subject = "Delegation";
  const expected = own.map(plain).sort();
  let got: readonly string[];
  try {
    got = (await nameServers(zoneName)).map(plain).sort();
  } catch (error) {
    const { code = "" } = error as { code?: string };
    if (code !== "ENOTFOUND" && code !== "ENODATA") {
      return unchecked(
        subject,
        `not checked: this computer's DNS does not say who serves ${zoneName} (${code || explain(error).finding})`,
      );
    }
    got = [];
  }
  if (expected.some((server) => got.includes(server))) {
    return ok(subject, `the internet asks this zone for ${zoneName}`);
  }
  const now = got.length === 0 ? "nobody" : got.join(", ");
  return wrong(
    subject,
    `the internet asks ${now} for ${zoneName}, and not this zone`,
    `at the registrar or in the zone above ${zoneName}, set NS to ${expected.join(", ")}`,
  );
}

const external: Check = {
  group,
  subject: "DNS",
  run: ({ settings: { dns, domain } }) =>
    dns.kind === "route53"
      ? []
      : [
          advice(
            "DNS",
            `${domain} is hosted by somebody else`,
            "after pulumi up, point it to the output domainTarget by a CNAME: pulumi stack output domainTarget",
          ),
        ],
};

export const dnsChecks: readonly Check[] = [zone, external];
