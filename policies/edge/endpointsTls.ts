import type { Resource } from "../lib/resource";
import { resourceRule } from "../lib/rule";
import { expect, pass, undecided, violation, type Verdict, type Verdicts } from "../lib/verdict";
import { isUnknown, type View } from "../lib/view";

/** Engines to which DMS speaks a database's own protocol: the others have HTTPS of AWS. */
const databases =
  /^(mysql|mariadb|aurora|aurora-postgresql|postgres|oracle|sqlserver|sybase|db2|mongodb|docdb|redshift)/;

const kinds: Readonly<Record<string, (resource: Resource) => Verdicts | undefined>> = {
  "aws:apigateway/domainName:DomainName": ({ props }) => ofPolicy(props, "securityPolicy", /^TLS_1_0$/),
  "aws:opensearch/domain:Domain": ofSearch,
  "aws:elasticsearch/domain:Domain": ofSearch,
  "aws:vpclattice/listener:Listener": ({ props }) =>
    expect(props.text("protocol"), (protocol) => protocol !== "HTTP", "it takes plain HTTP", 'Set protocol: "HTTPS".'),
  "aws:lightsail/lb:Lb": ({ props }) => ofPolicy(props, "tlsPolicyName", /^TLS-2016-08$/),
  "aws:transfer/server:Server": ({ props }) => {
    const protocols = props.list("protocols");
    return isUnknown(protocols)
      ? undecided(protocols)
      : protocols.includes("FTP")
        ? violation("it speaks FTP, which is plain text (protocols)", "Use SFTP or FTPS.")
        : pass;
  },
  "aws:sns/topicSubscription:TopicSubscription": ({ props }) =>
    expect(
      props.text("protocol"),
      (protocol) => protocol !== "http",
      "its messages travel over plain HTTP (protocol)",
      'Set protocol: "https".',
    ),
  "aws:dms/endpoint:Endpoint": ({ props }) => {
    const engine = props.text("engineName");
    return typeof engine === "string" && !databases.test(engine)
      ? undefined
      : expect(
          props.text("sslMode"),
          (mode) => mode !== undefined && mode !== "none",
          "it speaks plain text to the database (sslMode)",
          'Set sslMode: "verify-full", or what the engine has ("require").',
        );
  },
  "aws:apigateway/integration:Integration": ({ props }) => ofBackend(props, "type", "uri"),
  "aws:apigatewayv2/integration:Integration": ({ props }) => ofBackend(props, "integrationType", "integrationUri"),
};

export const endpointsTls = resourceRule({
  id: "endpoints-tls",
  group: "edge",
  severity: "medium",
  title: "Endpoints of managed services, and what they call, speak TLS 1.2 or later.",
  why: "What a load balancer's listener refuses, plain text and broken versions of TLS, is as readable on the way to an API, a file server or a webhook.",
  fix: "Set the named property to the version or protocol that is asked for.",
  serves: ["Security Hub Transfer.2", "Security Hub DMS.9", "Security Hub Opensearch.8", "Well-Architected SEC09-BP02"],
  example: `new aws.apigateway.DomainName("api", { domainName, regionalCertificateArn, securityPolicy: "TLS_1_2", ... });`,
  types: Object.keys(kinds),
  limits: {},
  check: (resource) => kinds[resource.type]?.(resource),
});

function ofPolicy(props: View, path: string, old: RegExp): Verdict {
  return expect(
    props.text(path),
    (name) => !old.test(name ?? ""),
    (name) => `${path.split(".").pop()} is ${name}, which admits TLS 1.0`,
  );
}

function ofSearch({ props }: Resource): Verdict {
  return ofPolicy(props, "domainEndpointOptions.tlsSecurityPolicy", /^Policy-Min-TLS-1-0/);
}

/** A backend on the internet. One behind a VPC link is inside the network, and a function has no address. */
function ofBackend(props: View, kind: string, path: string): Verdict | undefined {
  return props.text("connectionType") === "VPC_LINK" || !String(props.text(kind)).startsWith("HTTP")
    ? undefined
    : expect(
        props.text(path),
        (address) => !/^http:/i.test(address ?? ""),
        (address) => `it calls ${address} over plain HTTP`,
        "Use an address with https, or a VPC link.",
      );
}
