import type { Resource } from "../lib/resource";
import { resourceRule } from "../lib/rule";
import { awsDefaults } from "../lib/awsDefaults";
import { expect, pass, undecided, violation, type Verdict } from "../lib/verdict";
import { isUnknown, type View } from "../lib/view";

/** One switch of an engine: where it is, what it must be, and what it is when nothing is said. */
interface Switch {
  readonly path: string;
  readonly good: (value: string) => boolean;
  /** What AWS does by itself, as text. */
  readonly byItself: string;
  readonly found: string;
  readonly source: string;
  /** Properties with which the switch does not apply. */
  readonly unless?: readonly string[];
  /** A switch without which it does not apply. */
  readonly onlyWith?: string;
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

function notDisabled(path: string, found: string): Switch {
  return {
    ...{ path: `encryptionConfiguration.${path}`, found, source: sdk("glue/securityconfiguration") },
    good: (value) => value !== "DISABLED",
    byItself: "DISABLED",
  };
}

function notTakenBack(path: string): Switch {
  return {
    ...{ path: `${path}.encryptionDisabled`, found: `what it writes is not encrypted (${path})` },
    ...{ good: (value) => value !== "true", byItself: "false", source: sdk("codebuild/project") },
  };
}

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
  "aws:memorydb/cluster:Cluster": [
    on("tlsEnabled", true, "it takes plain text (tlsEnabled)", sdk("memorydb/cluster")),
    {
      path: "aclName",
      good: (value) => value !== "open-access",
      byItself: "",
      found: "anybody who reaches it may do everything (aclName is open-access)",
      source: "https://docs.aws.amazon.com/memorydb/latest/devguide/clusters.acls.html",
    },
  ],
  "aws:mskconnect/connector:Connector": [
    {
      path: "kafkaClusterEncryptionInTransit.encryptionType",
      good: (value) => value === "TLS",
      byItself: awsDefaults.connectorTransit.value,
      found: "it speaks plain text to its cluster (kafkaClusterEncryptionInTransit)",
      source: sdk("mskconnect/connector"),
    },
  ],
  "aws:appsync/apiCache:ApiCache": [
    on("atRestEncryptionEnabled", false, "it is not encrypted at rest", sdk("appsync/apicache")),
    on("transitEncryptionEnabled", false, "it takes plain text", sdk("appsync/apicache")),
  ],
  "aws:datasync/efsLocation:EfsLocation": [
    {
      path: "inTransitEncryption",
      good: (value) => value === "TLS1_2",
      byItself: "NONE",
      found: "it reads the files in plain text (inTransitEncryption)",
      source: "https://docs.aws.amazon.com/datasync/latest/userguide/API_CreateLocationEfs.html",
    },
  ],
  "aws:glue/securityConfiguration:SecurityConfiguration": [
    notDisabled("cloudwatchEncryption.cloudwatchEncryptionMode", "its logs are not encrypted"),
    notDisabled("jobBookmarksEncryption.jobBookmarksEncryptionMode", "its bookmarks are not encrypted"),
    notDisabled("s3Encryption.s3EncryptionMode", "its results are not encrypted"),
  ],
  // Two ways of taking back what is on by itself.
  "aws:codebuild/project:Project": [notTakenBack("artifacts"), notTakenBack("logsConfig.s3Logs")],
  "aws:apigateway/methodSettings:MethodSettings": [
    {
      ...on("settings.cacheDataEncrypted", false, "its cache is not encrypted", sdk("apigateway/methodsettings")),
      onlyWith: "settings.cachingEnabled",
    },
  ],
  "aws:kinesis/stream:Stream": [
    {
      path: "encryptionType",
      good: (value) => value === "KMS",
      byItself: "NONE",
      found: "it is not encrypted at rest (encryptionType)",
      source: sdk("kinesis/stream"),
    },
  ],
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": [
    {
      ...on(
        "serverSideEncryption.enabled",
        false,
        "it is not encrypted at rest (serverSideEncryption)",
        sdk("kinesis/firehosedeliverystream"),
      ),
      // What comes from a stream is kept there: https://docs.aws.amazon.com/firehose/latest/dev/encryption.html
      unless: ["kinesisSourceConfiguration", "mskSourceConfiguration"],
    },
  ],
  "aws:cloudsearch/domain:Domain": [
    on("endpointOptions.enforceHttps", false, "it answers plain HTTP (enforceHttps)", sdk("cloudsearch/domain")),
  ],
  "aws:rds/proxy:Proxy": [on("requireTls", false, "it takes plain text (requireTls)", sdk("rds/proxy"))],
};

/**
 * Parameters that take back TLS, of engines that RDS is not. Without one each engine does as its own group says:
 * https://docs.aws.amazon.com/documentdb/latest/developerguide/security.encryption.ssl.html
 * https://docs.aws.amazon.com/redshift/latest/mgmt/connecting-ssl-support.html
 * https://docs.aws.amazon.com/neptune/latest/userguide/parameters.html
 */
const parameterGroups: Readonly<Record<string, string>> = {
  "aws:docdb/clusterParameterGroup:ClusterParameterGroup": "tls",
  "aws:redshift/parameterGroup:ParameterGroup": "require_ssl",
  "aws:neptune/clusterParameterGroup:ClusterParameterGroup": "neptune_enforce_ssl",
};

const hadoop = "aws:emr/cluster:Cluster";
const hadoopSecurity = "aws:emr/securityConfiguration:SecurityConfiguration";

export const enginesEncrypted = resourceRule({
  id: "engines-encrypted",
  group: "database",
  severity: "high",
  title: "Search, stream, cache, build and proxy engines are encrypted at rest and on the way.",
  why: "An index or a stream holds the same personal data as the database that feeds it, and travels over the same network.",
  fix: "Set the named switch. Most of them can only be chosen when the engine is made.",
  serves: ["Security Hub Opensearch.1", "Security Hub Opensearch.3", "Security Hub MSK.1", "Security Hub RDS.43"],
  example: `new aws.opensearch.Domain("search", { encryptAtRest: { enabled: true }, nodeToNodeEncryption: { enabled: true }, ... });`,
  types: [...Object.keys(engines), ...Object.keys(parameterGroups), hadoop, hadoopSecurity],
  limits: {},
  check: (resource) => {
    if (resource.type === hadoop) {
      return resource.props.has("securityConfiguration")
        ? pass
        : violation(
            "it has no securityConfiguration, so that nothing in it is encrypted",
            "Name an aws.emr.SecurityConfiguration with encryption at rest and in transit.",
          );
    }
    if (resource.type === hadoopSecurity) {
      return ofHadoop(resource);
    }
    const parameter = parameterGroups[resource.type];
    return parameter === undefined
      ? (engines[resource.type] ?? [])
          .filter(({ unless = [] }) => !unless.some((path) => resource.props.has(path)))
          .filter(({ onlyWith }) => onlyWith === undefined || resource.props.flag(onlyWith) === true)
          .map((one) => ofSwitch(resource, one))
      : ofParameters(resource, parameter);
  },
});

/** https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-create-security-configuration.html */
function ofHadoop({ props }: Resource): Verdict | readonly Verdict[] | undefined {
  const document = props.json("configuration");
  return document === undefined
    ? undefined
    : isUnknown(document)
      ? undecided(document)
      : [ofHadoopSwitch(document, "EnableAtRestEncryption"), ofHadoopSwitch(document, "EnableInTransitEncryption")];
}

function ofHadoopSwitch(document: View, name: string): Verdict {
  return expect(
    document.flag(`EncryptionConfiguration.${name}`),
    (on) => on === true,
    `${name} is not true`,
    `Set EncryptionConfiguration.${name}: true.`,
  );
}

function ofParameters({ props }: Resource, name: string): Verdict | readonly Verdict[] {
  const parameters = props.items("parameters");
  return isUnknown(parameters)
    ? undecided(parameters)
    : parameters
        .filter((one) => one.text("name") === name)
        .map((one) =>
          expect(
            one.scalar("value"),
            (value) => !/^(disabled|false|off|0)$/i.test(value ?? ""),
            (value) => `it sets ${name} to ${value}, so that its engine takes plain text`,
          ),
        );
}

function ofSwitch({ props }: Resource, { path, good, byItself, found }: Switch): Verdict {
  return expect(props.scalar(path), (given) => good(given ?? byItself), found);
}
