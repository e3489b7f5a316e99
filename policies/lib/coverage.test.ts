import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { rules } from "../rules";
import { run, thing } from "../testing/harness";
import { isJudged, judged, unjudged } from "./coverage";
import { undecidedReport } from "./reports";

/** Properties that are a sign of data, of connections from outside, or of sharing. */
const property = new RegExp(
  `^(${[
    "publiclyAccessible|publicEndpoint|publicConnectivity|endpointType|authType|authenticationType",
    "subnet(Id|Arn)?s?|vpcSubnetIds|clientSubnets|vpcConfig\\w*|vpcOptions|vpcSettings|(vpcSecurityGroup|securityGroup)(Id|Arn)?s?",
    "kms\\w*Key\\w*|kmsArn|awsKmsKeyArn|\\w*KmsKeyId|(storageEncrypted|kmsEncrypted)|(serverSideEncrypt|encrypt)\\w*|customerEncryptionKey\\w*|dataEncryptionMetadata|defaultEncryptionKey",
    "masterPassword|adminUserPassword|finalSnapshotIdentifier|allocatedStorage|storageCapacity",
    "sharedAccounts|accountIds|acl|cannedAclForObjects|principals?|principalArn|allowedPrincipals|sharePrincipals|granteePrincipal",
  ].join("|")})$`,
);
/** Names of types that are one, where the properties are in a block. */
const named =
  /(Cluster|Instance|Domain|Database|Server|Fleet|Portal|WebApp|Repository|Table|Bucket|FileSystem|Cache|Snapshot|SnapshotCopy|Store|Share|Api|Workspace|Ledger|Graph|Collection|Stream|Queue|Topic|Vault|Volume|Image|Ami|Notebook|Archive|Tracker)$/;

/** Types with a sign that are neither judged nor reported, and why. */
const harmless: readonly (readonly [types: RegExp, why: string])[] = [
  [
    /^(lambda\/(permission|layerVersionPermission)|cloudwatch\/eventPermission)$/,
    "is a policy of a resource and nothing else: resource-policies-not-public judges it",
  ],
  [
    /^(lightsail\/containerServiceDeploymentVersion|imagebuilder\/component|sfn\/stateMachine)$/,
    "runs within what is listed",
  ],
  [
    /^(ec2\/(defaultNetworkAcl|flowLog|networkAcl|networkAclAssociation|networkInterfaceSecurityGroupAttachment|routeTableAssociation|securityGroupAssociation|subnetCidrReservation|vpcEndpointSubnetAssociation|vpcSecurityGroupRulesExclusive|defaultRouteTable|localGatewayRouteTable|routeTable))$/,
    "parts of a network: nothing is reached by them alone, and the graph reads them",
  ],
  [
    /^(vpc\/(securityGroupEgressRule|securityGroupVpcAssociation|routeServerEndpoint|routeServer))$/,
    "parts of a network, too",
  ],
  [
    /^((ec2transitgateway\/(multicast\w*|policyTable|routeTable|transitGateway|vpcAttachment)|networkmanager\/vpcAttachment|ec2clientvpn\/networkAssociation|vpclattice\/serviceNetworkVpcAssociation))$/,
    "ways between networks: what they lead to is judged where it is",
  ],
  [/^networkfirewall\/\w+$/, "stops traffic"],
  [
    /^((route53\/(cidrCollection|trafficPolicyInstance)|route53domains\/\w+|route53recoverycontrol\/cluster|cognito\/userPoolDomain|lightsail\/domain|workmail\/(default)?[dD]omain))$/,
    "names, and where they lead",
  ],
  [
    /^((acmpca\/permission|appstream\/user|appstream\/userStackAssociation|codebuild\/sourceCredential|iot\/thingPrincipalAttachment|ecr\/pullTimeUpdateExclusion|signer\/signingProfilePermission|licensemanager\/licenseGrant|inspector2\/enabler|lakeformation\/optIn|ram\/resourceShareAssociationsExclusive|servicecatalog\/principalPortfolioAssociation|datazone\/policyGrant))$/,
    "names who may use something else, one by one",
  ],
  [
    /^((appconfig\/\w+|glue\/securityConfiguration|ecr\/repositoryCreationTemplate|imagebuilder\/(workflow|containerRecipe|infrastructureConfiguration)|iot\/domainConfiguration|sagemaker\/(endpointConfiguration|codeRepository)|resiliencehub\/\w+|cloudfront\/(fieldLevelEncryptionProfile|trustStore)|lb\/trustStore|workspacesweb\/(networkSettings|trustStore)|observabilityadmin\/s3TableIntegration|auditmanager\/accountRegistration|cleanrooms\/(collaboration|configuredTable)|directoryservice\/serviceRegion|directconnect\/connection|redshift\/snapshotCopyGrant|cognito\/resourceServer|rds\/reservedInstance|neptune\/clusterEndpoint|memorydb\/\w+Group))$/,
    "settings of something else, which is judged or listed by itself",
  ],
  [/^((batch|connect|gamelift|mediaconvert)\/\w*[qQ]ueue)$/, "an order of work, without its content"],
  [
    /^((cloudformation\/stackSetInstance|servicediscovery\/instance|swf\/domain|detective\/graph|devopsguru\/resourceCollection|emr\/instanceFleet|ses\/identityNotificationTopic|cloudwatch\/(logStream|metricStream|logAnomalyDetector)|codegurureviewer\/\w+|codestarconnections\/host|codeconnections\/host|guardduty\/publishingDestination|securityhub\/connectorV2|sfn\/activity|lambda\/eventSourceMapping|timestreamquery\/scheduledQuery|emrcontainers\/\w+))$/,
    "watches, names or carries what is somewhere else",
  ],
  [/^((datasync|appfabric|appintegrations)\/\w+)$/, "a way to data that is somewhere else"],
  [
    /^((apigatewayv2\/vpcLink|apprunner\/vpcConnector|quicksight\/vpcConnection|msk\/vpcConnection|vpclattice\/resourceGateway|globalaccelerator\/crossAccountAttachment|(elasticsearch|opensearch)\/vpcEndpoint|opensearch\/serverlessVpcEndpoint|opensearchingest\/pipelineEndpoint|neptunegraph\/privateGraphEndpoint|s3outposts\/endpoint))$/,
    "a private way from the network to something else",
  ],
];

/** Every type of the installed @pulumi/aws, with the properties that it takes. */
function typesOfSdk(): readonly { readonly type: string; readonly given: readonly string[] }[] {
  const folder = path.dirname(require.resolve("@pulumi/aws/package.json"));
  return fs.globSync("*/*.js", { cwd: folder }).flatMap((file) => {
    const [, type] = /__pulumiType = '([^']+)'/.exec(fs.readFileSync(path.join(folder, file), "utf8")) ?? [];
    if (type === undefined) {
      return [];
    }
    const text = fs.readFileSync(path.join(folder, file.replace(/js$/, "d.ts")), "utf8");
    const given = text.slice(text.lastIndexOf("export interface")).matchAll(/^ {4}(\w+)\??: pulumi\.Input/gm);
    return [{ type, given: [...given].map(([, name]) => name!) }];
  });
}

const reportOf = async (type: string): Promise<string> =>
  (await run(rules, [thing(type, "one", {})])).find(({ policy }) => policy === undecidedReport)?.message ?? "";

describe("What no rule looks at", () => {
  it("is reported, when it is sensitive", async () => {
    for (const type of unjudged(rules)) {
      assert.match(await reportOf(type), /no rule looks at:\n {2}\S+ "one"/, type);
    }
    assert.match(await reportOf("aws-native:rds:DbInstance"), /no rule looks at:\n.*"one" \(of another provider/);
  });

  it("is not reported, when a rule does, or when it is harmless", async () => {
    for (const type of [
      "aws:rds/instance:Instance",
      "aws:ecs/cluster:Cluster",
      "aws:route53/record:Record",
      "aws-native:logs:LogGroup",
    ]) {
      assert.doesNotMatch(await reportOf(type), /no rule looks at/, type);
    }
  });

  it("is every type of @pulumi/aws that has a sign of data, connections or sharing, but for harmless ones", () => {
    const signed = typesOfSdk()
      .filter(({ type, given }) => named.test(type) || given.some((name) => property.test(name)))
      .map(({ type }) => type);
    assert.ok(signed.length > 350, `${signed.length} types`);
    const listed = new Set(unjudged(rules));
    const others = signed
      .filter((type) => !listed.has(type) && !isJudged(rules, type))
      .map((type) => /^aws:([^:]+)/.exec(type)![1]!);
    assert.deepEqual(
      others.filter((type) => !harmless.some(([types]) => types.test(type))),
      [],
      "Fix: judge it, or add it to lib/coverage.ts, or say in this test why it is harmless.",
    );
    assert.deepEqual(
      harmless.filter(([types]) => !others.some((type) => types.test(type))),
      [],
    );
  });

  it("is of types that @pulumi/aws has, like all that is judged", () => {
    const all = new Set(typesOfSdk().map(({ type }) => type));
    // Types of older versions, other names of load balancers, which programs still use, and images that are built beside AWS.
    const old =
      /^docker(-build)?:|^aws:(elasticloadbalancingv2|applicationloadbalancing|ec2\/launchConfiguration|qldb|timestreamwrite|alb|elb|lb)/;
    assert.deepEqual(
      [...unjudged(rules), ...judged(rules).keys()].filter((type) => !all.has(type) && !old.test(type)),
      [],
    );
  });
});
