import { atLeast, stackRule } from "../lib/rule";
import { autoScalingGroup, ecsService, subnets } from "../lib/types";
import { expect } from "../lib/verdict";
import { isUnknown } from "../lib/view";
import { floor, zonesOf } from "../lib/zones";

/**
 * What AWS itself moves to another zone, so that two are enough, with the property that names its subnets. An endpoint of a gateway has none, and
 * one of a gateway load balancer takes exactly one (https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-load-balancer-endpoints.html).
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
 */
const inTwo: Readonly<Record<string, string>> = {
  "aws:lambda/function:Function": "vpcConfig.subnetIds",
  "aws:rds/proxy:Proxy": "vpcSubnetIds",
  "aws:ec2/vpcEndpoint:VpcEndpoint": "subnetIds",
  "aws:batch/computeEnvironment:ComputeEnvironment": "computeResources.subnets",
  "aws:eks/cluster:Cluster": "vpcConfig.subnetIds",
  "aws:eks/fargateProfile:FargateProfile": "subnetIds",
  "aws:ec2/fleet:Fleet": "launchTemplateConfigs.*.overrides.*.subnetId",
  "aws:ec2/spotFleetRequest:SpotFleetRequest": "launchSpecifications.*.subnetId",
  "aws:emrserverless/application:Application": "networkConfiguration.subnetIds",
  "aws:sagemaker/model:Model": "vpcConfig.subnets",
  "aws:apprunner/vpcConnector:VpcConnector": "subnets",
  "aws:mskconnect/connector:Connector": "kafkaCluster.apacheKafkaCluster.vpc.subnets",
  "aws:kinesisanalyticsv2/application:Application": "applicationConfiguration.vpcConfiguration.subnetIds",
  "aws:transfer/server:Server": "endpointDetails.subnetIds",
  "aws:route53/resolverEndpoint:ResolverEndpoint": "ipAddresses.*.subnetId",
  "aws:elasticache/serverlessCache:ServerlessCache": "subnetIds",
  "aws:msk/serverlessCluster:ServerlessCluster": "vpcConfigs.*.subnetIds",
  "aws:docdb/elasticCluster:ElasticCluster": "subnetIds",
};
const nodeGroup = "aws:eks/nodeGroup:NodeGroup";

export const computeSpansZones = stackRule({
  id: "compute-spans-zones",
  group: "network",
  severity: "high",
  title: "Machines, tasks, functions and the endpoints that they call span enough availability zones.",
  why: "What runs in one zone stops with it; the load balancer can only send requests to zones that have a machine.",
  fix: "Give vpcZoneIdentifiers (Auto Scaling group) or networkConfiguration.subnets (service) one private subnet per zone.",
  serves: ["Well-Architected REL10-BP01", "Security Hub AutoScaling.2", "Security Hub Lambda.5", "Moodle R20"],
  example: `new aws.autoscaling.Group("cluster", { vpcZoneIdentifiers: [appA.id, appB.id, appC.id] });`,
  types: [autoScalingGroup, ecsService, nodeGroup, ...Object.keys(inTwo)],
  limits: { minZones: atLeast(3, "The fewest availability zones of a group or service.") },
  check: (resource, stack, limits) => {
    if (resource.type === ecsService) {
      // Without awsvpc networking a service has no subnets of its own: it runs where its instances are.
      return resource.props.has("networkConfiguration")
        ? floor(zonesOf(stack, resource, "networkConfiguration.subnets"), limits.minZones, "its subnets are in")
        : undefined;
    }
    if (resource.props.text("vpcEndpointType") === "GatewayLoadBalancer") {
      return undefined;
    }
    const two = inTwo[resource.type];
    if (two !== undefined) {
      // AWS gives a gateway's endpoint an empty list.
      return stack.references(resource, two, subnets).count === 0
        ? undefined
        : floor(zonesOf(stack, resource, two), 2, "its subnets are in");
    }
    if (resource.type === nodeGroup) {
      return floor(zonesOf(stack, resource, "subnetIds"), limits.minZones, "its subnets are in");
    }
    if (!resource.props.has("vpcZoneIdentifiers") && resource.props.has("availabilityZones")) {
      const zones = resource.props.list("availabilityZones");
      return expect(
        isUnknown(zones) ? zones : new Set(zones).size,
        (count) => (count ?? 0) >= limits.minZones,
        (count) => `it is in ${count} availability zones, not ${limits.minZones}`,
      );
    }
    return floor(zonesOf(stack, resource, "vpcZoneIdentifiers"), limits.minZones, "its subnets are in");
  },
});
