import type { Resource } from "../lib/resource";
import { resourceRule } from "../lib/rule";
import { expect, type Verdict } from "../lib/verdict";

/** One switch of an engine: where it is, what it must be, and what it is when nothing is said. */
interface Switch {
  readonly path: string;
  readonly good: (value: string) => boolean;
  /** What AWS does by itself, as text. */
  readonly byItself: string;
  readonly found: string;
  readonly source: string;
}

const on = (path: string, byItself: boolean, found: string, source: string): Switch => ({
  ...{ path, found, source },
  good: (value) => value === "true",
  byItself: String(byItself),
});
const sdk = (path: string): string => `https://www.pulumi.com/registry/packages/aws/api-docs/${path}/`;

const search: readonly Switch[] = [
  on("encryptAtRest.enabled", false, "it is not encrypted at rest (encryptAtRest)", sdk("opensearch/domain")),
  on(
    "nodeToNodeEncryption.enabled",
    false,
    "its nodes speak plain text (nodeToNodeEncryption)",
    sdk("opensearch/domain"),
  ),
  on("domainEndpointOptions.enforceHttps", true, "it answers plain HTTP (enforceHttps)", sdk("opensearch/domain")),
];

const engines: Readonly<Record<string, readonly Switch[]>> = {
  "aws:opensearch/domain:Domain": search,
  "aws:elasticsearch/domain:Domain": search,
  "aws:msk/cluster:Cluster": [
    {
      path: "encryptionInfo.encryptionInTransit.clientBroker",
      good: (value) => value === "TLS",
      byItself: "TLS",
      found: "its brokers take plain text (clientBroker)",
      source: sdk("msk/cluster"),
    },
    on(
      "encryptionInfo.encryptionInTransit.inCluster",
      true,
      "its brokers speak plain text to each other",
      sdk("msk/cluster"),
    ),
    {
      path: "clientAuthentication.unauthenticated",
      good: (value) => value !== "true",
      byItself: "false",
      found: "anybody may sign in (clientAuthentication.unauthenticated)",
      source: sdk("msk/cluster"),
    },
  ],
  "aws:dax/cluster:Cluster": [
    on("serverSideEncryption.enabled", false, "it is not encrypted at rest (serverSideEncryption)", sdk("dax/cluster")),
    {
      path: "clusterEndpointEncryptionType",
      good: (value) => value === "TLS",
      byItself: "NONE",
      found: "its endpoint takes plain text (clusterEndpointEncryptionType)",
      source: sdk("dax/cluster"),
    },
  ],
  "aws:memorydb/cluster:Cluster": [on("tlsEnabled", true, "it takes plain text (tlsEnabled)", sdk("memorydb/cluster"))],
  "aws:kinesis/stream:Stream": [
    {
      path: "encryptionType",
      good: (value) => value === "KMS",
      byItself: "NONE",
      found: "it is not encrypted at rest (encryptionType)",
      source: sdk("kinesis/stream"),
    },
  ],
  "aws:rds/proxy:Proxy": [on("requireTls", false, "it takes plain text (requireTls)", sdk("rds/proxy"))],
};

export const enginesEncrypted = resourceRule({
  id: "engines-encrypted",
  group: "database",
  severity: "high",
  title: "Search, stream, cache and proxy engines are encrypted at rest and on the way.",
  why: "An index or a stream holds the same personal data as the database that feeds it, and travels over the same network.",
  fix: "Set the named switch. Most of them can only be chosen when the engine is made.",
  serves: ["Security Hub Opensearch.1", "Security Hub Opensearch.3", "Security Hub MSK.1", "Security Hub RDS.43"],
  example: `new aws.opensearch.Domain("search", { encryptAtRest: { enabled: true }, nodeToNodeEncryption: { enabled: true }, ... });`,
  types: Object.keys(engines),
  limits: {},
  check: (resource) => (engines[resource.type] ?? []).map((one) => ofSwitch(resource, one)),
});

function ofSwitch({ props }: Resource, { path, good, byItself, found }: Switch): Verdict {
  return expect(props.scalar(path), (given) => good(given ?? byItself), found);
}
