import { awsDefaults } from "../lib/awsDefaults";
import { areOpenCidrs } from "../lib/cidr";
import { shortType, type Resource } from "../lib/resource";
import { allowed, resourceRule } from "../lib/rule";
import { expect, pass, undecided, violation, type Verdict, type Verdicts } from "../lib/verdict";
import { isUnknown } from "../lib/view";

/** Of each managed service that stands outside the VPC unless told otherwise: whether it does. */
const services: Readonly<Record<string, (resource: Resource) => Verdicts>> = {
  "aws:eks/cluster:Cluster": kubernetes,
  "aws:transfer/server:Server": ({ props }) => [
    expect(
      props.text("endpointType"),
      (type) => (type ?? awsDefaults.transferEndpoint.value) !== "PUBLIC",
      "its endpoint is on the internet (endpointType)",
      'Set endpointType: "VPC" with endpointDetails.',
    ),
    props.has("endpointDetails.addressAllocationIds")
      ? violation(
          "its endpoint has addresses on the internet (addressAllocationIds)",
          "Leave endpointDetails.addressAllocationIds out.",
        )
      : pass,
  ],
  "aws:sagemaker/model:Model": ({ props }) =>
    props.has("vpcConfig") || props.flag("enableNetworkIsolation") === true
      ? pass
      : violation(
          "its containers have a way to the internet past the VPC (no vpcConfig, no enableNetworkIsolation)",
          "Set vpcConfig, or enableNetworkIsolation: true.",
        ),
  "aws:emr/blockPublicAccessConfiguration:BlockPublicAccessConfiguration": ({ props }) =>
    expect(
      props.flag("blockPublicSecurityGroupRules"),
      (on) => on !== false,
      "clusters may have security groups for the whole internet (blockPublicSecurityGroupRules)",
      "Set blockPublicSecurityGroupRules: true.",
    ),
  "aws:apprunner/service:Service": ({ props }) =>
    expect(
      props.flag("networkConfiguration.ingressConfiguration.isPubliclyAccessible"),
      (on) => !(on ?? awsDefaults.appRunnerPublic.value),
      "its address is on the internet (isPubliclyAccessible)",
      "Set networkConfiguration.ingressConfiguration.isPubliclyAccessible: false, and add a VpcIngressConnection.",
    ),
  "aws:mwaa/environment:Environment": ({ props }) =>
    expect(
      props.text("webserverAccessMode"),
      (mode) => mode === undefined || mode === "PRIVATE_ONLY",
      (mode) => `its web server is on the internet (webserverAccessMode is ${mode})`,
      'Set webserverAccessMode: "PRIVATE_ONLY", or leave it out.',
    ),
  "aws:sagemaker/notebookInstance:NotebookInstance": ({ props }) =>
    expect(
      props.text("directInternetAccess"),
      (access) => (access ?? awsDefaults.notebookInternet.value) === "Disabled",
      "it has a way to the internet past the VPC (directInternetAccess)",
      'Set directInternetAccess: "Disabled" with subnetId and securityGroups.',
    ),
  "aws:sagemaker/domain:Domain": ({ props }) =>
    expect(
      props.text("appNetworkAccessType"),
      (type) => (type ?? awsDefaults.studioNetwork.value) === "VpcOnly",
      "it has a way to the internet past the VPC (appNetworkAccessType)",
      'Set appNetworkAccessType: "VpcOnly".',
    ),
  "aws:opensearch/serverlessSecurityPolicy:ServerlessSecurityPolicy": collection,
};

export const endpointsNotPublic = resourceRule({
  id: "endpoints-not-public",
  group: "network",
  severity: "high",
  title: "Managed services have no endpoint and no way of their own on the internet.",
  why: "Such an endpoint is past the load balancer, the firewall and the security groups; only its sign-in is then in the way.",
  fix: "Choose the private endpoint in the VPC, or name the few addresses that need the public one.",
  serves: [
    "Security Hub EKS.1",
    "Security Hub SageMaker.1",
    "Security Hub SageMaker.5",
    "Security Hub EMR.2",
    "Well-Architected SEC05-BP01",
    "Moodle R25",
  ],
  example: `new aws.eks.Cluster("apps", { vpcConfig: { subnetIds, endpointPublicAccess: false, endpointPrivateAccess: true }, ... });`,
  types: Object.keys(services),
  limits: {
    publicTypes: allowed([], 'Types that may have a public endpoint, such as "apprunner.Service".'),
  },
  check: (resource, limits) =>
    limits.publicTypes.includes(shortType(resource.type)) ? undefined : services[resource.type]?.(resource),
});

function kubernetes({ props }: Resource): Verdict {
  const isPublic = props.flag("vpcConfig.endpointPublicAccess");
  if (isUnknown(isPublic)) {
    return undecided(isPublic);
  }
  if (!(isPublic ?? awsDefaults.eksPublicEndpoint.value)) {
    return pass;
  }
  const given = props.list("vpcConfig.publicAccessCidrs");
  if (isUnknown(given)) {
    return undecided(given);
  }
  const unknown = given.find(isUnknown);
  return given.length === 0 || areOpenCidrs(given.filter((one) => !isUnknown(one)))
    ? violation(
        "its API takes connections from the whole internet (endpointPublicAccess, publicAccessCidrs)",
        "Set endpointPublicAccess: false and endpointPrivateAccess: true, or name the few networks in publicAccessCidrs.",
      )
    : unknown === undefined
      ? pass
      : undecided(unknown);
}

/** A network policy of OpenSearch Serverless: a list of rules, each for the public or for VPC endpoints. */
function collection({ props }: Resource): Verdict | readonly Verdict[] {
  const document = props.json("policy");
  if (document === undefined || isUnknown(document)) {
    return document === undefined ? pass : undecided(document);
  }
  return document
    .keys()
    .map((key) =>
      expect(
        document.object(key).flag("AllowFromPublic"),
        (on) => on !== true,
        "it opens collections to the internet (AllowFromPublic)",
        "Set AllowFromPublic: false and name the VPC endpoints in SourceVPCEs.",
      ),
    );
}
