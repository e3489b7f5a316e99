import * as assert from "node:assert/strict";
import { build, type Built, type BuildOptions, isUnknown, settled } from "../../testing/build";
import { Cluster, type ClusterArgs } from "./cluster";
import { amiParameter } from "./instances";

const ec2 = { kind: "ec2", instanceTypes: ["m7g.xlarge"], minInstances: 3, maxInstances: 9 } as const;
const base: ClusterArgs = {
  network: { vpcId: "vpc-1", applicationSubnetIds: ["subnet-1", "subnet-2", "subnet-3"] },
  capacity: ec2,
  kmsKeyArn: "arn:key",
  logRetentionDays: 90,
};
const nfsMount = { host: "files", export: "/moodledata", options: "hard", securityGroupId: "sg-files" };

const make = (changes: Partial<ClusterArgs> = {}, options: BuildOptions = {}): Promise<Built<Cluster>> =>
  build((opts) => new Cluster("cluster", { ...base, ...changes }, opts), {
    outputs: {
      "aws:ec2/launchTemplate:LaunchTemplate": () => ({ latestVersion: 7 }),
      "aws:ecs/cluster:Cluster": () => ({ name: "cluster-a1" }),
      "aws:ecs/capacityProvider:CapacityProvider": () => ({ name: "capacity-b2" }),
    },
    ...options,
  });

const common = [
  "aws:cloudwatch/logGroup:LogGroup::cluster-exec",
  "aws:ecs/cluster:Cluster::cluster-ecs",
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders::cluster-providers",
  "moodle:cluster:Cluster::cluster",
];
const instances = [
  "aws:autoscaling/group:Group::cluster-group",
  "aws:ec2/launchTemplate:LaunchTemplate::cluster-template",
  "aws:ec2/securityGroup:SecurityGroup::cluster-instance-security-group",
  "aws:ecs/capacityProvider:CapacityProvider::cluster-capacity",
  "aws:iam/instanceProfile:InstanceProfile::cluster-instance-profile",
  "aws:iam/role:Role::cluster-instance-role",
  "aws:iam/role:Role::cluster-replacement-role",
  "aws:iam/rolePolicy:RolePolicy::cluster-instance-policy",
  "aws:iam/rolePolicy:RolePolicy::cluster-replacement-policy",
  "aws:scheduler/schedule:Schedule::cluster-replacement",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule::cluster-instance-https",
  "moodle:cluster:Instances::cluster",
];

describe("amiParameter", () => {
  it("is the parameter of each architecture, read at launch", () => {
    const folder = "resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023";
    assert.equal(amiParameter("arm64"), `${folder}/arm64/recommended/image_id`);
    assert.equal(amiParameter("x86_64"), `${folder}/recommended/image_id`);
  });
});

describe("Cluster on EC2", () => {
  let made: Built<Cluster>;
  before(async () => {
    made = await make();
  });

  it("is exactly these resources", () => {
    assert.deepEqual(made.identities, [...common, ...instances].sort());
  });

  it("logs and encrypts exec sessions and has Container Insights", () => {
    const { inputs } = made.get("cluster-ecs");
    assert.deepEqual(inputs["settings"], [{ name: "containerInsights", value: "enhanced" }]);
    const exec = inputs["configuration"].executeCommandConfiguration;
    assert.equal(exec.logging, "OVERRIDE");
    assert.equal(exec.kmsKeyId, "arn:key");
    assert.equal(exec.logConfiguration.cloudWatchEncryptionEnabled, true);
    assert.equal(made.get("cluster-exec").inputs["kmsKeyId"], "arn:key");
    assert.equal(made.get("cluster-exec").inputs["retentionInDays"], 90);
  });

  it("launches closed, encrypted, patched instances", () => {
    const { inputs } = made.get("cluster-template");
    assert.equal(inputs["imageId"], amiParameter("arm64"));
    assert.equal(inputs["instanceType"], "m7g.xlarge");
    assert.deepEqual(inputs["metadataOptions"], {
      httpEndpoint: "enabled",
      httpTokens: "required",
      httpPutResponseHopLimit: 1,
    });
    assert.deepEqual(inputs["monitoring"], { enabled: true });
    assert.equal(inputs["networkInterfaces"][0].associatePublicIpAddress, "false");
    const { ebs } = inputs["blockDeviceMappings"][0];
    assert.deepEqual([ebs.volumeType, ebs.encrypted, ebs.volumeSize], ["gp3", "true", 50]);
    const script = Buffer.from(inputs["userData"], "base64").toString();
    assert.match(script, /^ECS_CLUSTER=cluster-a1$/m);
    assert.doesNotMatch(script, /nfs4/);
  });

  it("spreads a protected group over all subnets and leaves its size to ECS", () => {
    const { inputs, options } = made.get("cluster-group");
    assert.deepEqual(inputs["vpcZoneIdentifiers"], ["subnet-1", "subnet-2", "subnet-3"]);
    assert.equal(inputs["protectFromScaleIn"], true);
    assert.deepEqual(options.ignoreChanges, ["desiredCapacity"]);
    assert.equal("desiredCapacity" in inputs, false);
    assert.deepEqual(inputs["tags"][0], { key: "AmazonECSManaged", value: "true", propagateAtLaunch: true });
    assert.equal(inputs["launchTemplate"].version, "7");
    assert.equal(inputs["instanceRefresh"].preferences.scaleInProtectedInstances, "Refresh");
    assert.ok(inputs["maxInstanceLifetime"] >= 86400);
    // The provider clears scale-in protection at a destroy only with forceDelete off.
    assert.equal(inputs["forceDelete"], undefined);
    assert.equal("warmPool" in inputs, false);
  });

  it("leaves the smallest number of instances to a schedule, when there is one", async () => {
    const built = await make({ capacity: { ...ec2, scheduled: true } });
    const [group] = built.ofType("aws:autoscaling/group:Group");
    assert.deepEqual(group?.options.ignoreChanges, ["desiredCapacity", "minSize"]);
  });

  it("lets ECS scale, drain and protect", () => {
    const provider = made.get("cluster-capacity").inputs["autoScalingGroupProvider"];
    assert.equal(provider.managedDraining, "ENABLED");
    assert.equal(provider.managedTerminationProtection, "ENABLED");
    assert.deepEqual(provider.managedScaling, {
      status: "ENABLED",
      targetCapacity: 80,
      instanceWarmupPeriod: 120,
      minimumScalingStepSize: 2,
      maximumScalingStepSize: 10,
    });
    const { inputs } = made.get("cluster-providers");
    assert.deepEqual(inputs["capacityProviders"], ["capacity-b2"]);
    assert.deepEqual(inputs["defaultCapacityProviderStrategies"], [
      { capacityProvider: "capacity-b2", weight: 1, base: 0 },
    ]);
  });

  it("replaces protected instances every week", () => {
    const { inputs } = made.get("cluster-replacement");
    assert.equal(inputs["scheduleExpression"], "cron(0 3 ? * SUN *)");
    assert.equal(inputs["target"].arn, "arn:aws:scheduler:::aws-sdk:autoscaling:startInstanceRefresh");
    const { Preferences } = JSON.parse(inputs["target"].input);
    assert.deepEqual(Preferences, {
      MinHealthyPercentage: 100,
      MaxHealthyPercentage: 110,
      ScaleInProtectedInstances: "Refresh",
      InstanceWarmup: 120,
    });
    const [statement] = JSON.parse(made.get("cluster-replacement-policy").inputs["policy"]).Statement;
    assert.deepEqual(statement.Action, ["autoscaling:StartInstanceRefresh"]);
    assert.match(statement.Resource[0], /cluster-group$/);
  });

  it("gives the instance no image, log or parameter rights", () => {
    const policy = made.get("cluster-instance-policy").inputs["policy"];
    assert.doesNotMatch(policy, /ecr:|logs:|ssm:Get|s3:|secretsmanager:/);
    const { Statement } = JSON.parse(policy);
    const join = Statement.find((s: any) => s.Sid === "JoinThisCluster");
    assert.match(join.Resource[0], /cluster-ecs$/);
    const orders = Statement.find((s: any) => s.Sid === "TakeOrdersInThisCluster");
    assert.match(orders.Condition.ArnEquals["ecs:cluster"], /cluster-ecs$/);
  });

  it("lets nothing connect to an instance", () => {
    assert.equal(made.ofType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").length, 0);
    const group = made.get("cluster-instance-security-group").inputs;
    assert.equal("ingress" in group || "egress" in group, false);
  });

  it("offers what services need", async () => {
    const { component } = made;
    assert.equal(component.launchKind, "ec2");
    assert.equal(component.architecture, "arm64");
    assert.equal(component.localCacheHostPath, "/var/cache/moodle");
    assert.equal(component.sharedFilesHostPath, undefined);
    assert.equal(await settled(component.capacityProviderName), "capacity-b2");
    assert.equal(await settled(component.instanceSecurityGroupId!), "cluster-instance-security-group-id");
  });

  it("plans the same resources in a preview", async () => {
    const preview = await make({}, { preview: true });
    assert.deepEqual(preview.identities, made.identities);
    assert.ok(isUnknown(preview.get("cluster-template").inputs["userData"]));
    assert.deepEqual(preview.get("cluster-group").inputs["vpcZoneIdentifiers"], ["subnet-1", "subnet-2", "subnet-3"]);
  });
});

describe("Cluster with options", () => {
  it("mounts an export and opens the one path to its server", async () => {
    const { component, get } = await make({ nfsMount });
    const script = Buffer.from(get("cluster-template").inputs["userData"], "base64").toString();
    assert.match(script, /files:\/moodledata \/mnt\/moodledata nfs4 hard,_netdev 0 0/);
    assert.equal(get("cluster-nfs-egress").inputs["referencedSecurityGroupId"], "sg-files");
    assert.equal(get("cluster-nfs-ingress").inputs["toPort"], 2049);
    assert.equal(component.sharedFilesHostPath, "/mnt/moodledata");
  });

  it("reaches a server made elsewhere by port only", async () => {
    const { get } = await make({ nfsMount: { ...nfsMount, securityGroupId: undefined } });
    const { inputs } = get("cluster-nfs");
    assert.deepEqual([inputs["fromPort"], inputs["toPort"], inputs["cidrIpv4"]], [2049, 2049, "0.0.0.0/0"]);
  });

  it("keeps a warm pool of exactly the given size, without reuse", async () => {
    const { get } = await make({ capacity: { ...ec2, warmPool: { size: 2 } } });
    const { inputs } = get("cluster-group");
    // minSize alone is a floor: AWS would then keep as many as are missing to maxSize.
    assert.deepEqual(inputs["warmPool"], { poolState: "Stopped", minSize: 2, maxGroupPreparedCapacity: 2 });
    assert.equal(inputs["forceDeleteWarmPool"], true);
  });

  it("tags instances and volumes", async () => {
    const { get } = await make({ instanceTags: { Owner: "vle" } });
    assert.ok(
      get("cluster-group").inputs["tags"].some((tag: any) => tag.key === "Owner" && tag.propagateAtLaunch === true),
    );
    assert.deepEqual(get("cluster-template").inputs["tagSpecifications"], [
      { resourceType: "volume", tags: { Name: "cluster", Owner: "vle" } },
    ]);
  });

  it("never replaces instances when told so", async () => {
    const { identities } = await make({ capacity: { ...ec2, replacement: "never" } });
    assert.equal(
      identities.some((identity) => identity.includes("replacement")),
      false,
    );
  });

  it("steps by one where one instance is enough", async () => {
    const { get } = await make({ capacity: { ...ec2, instanceTypes: ["t4g.medium"], minInstances: 1 } });
    assert.equal(get("cluster-capacity").inputs["autoScalingGroupProvider"].managedScaling.minimumScalingStepSize, 1);
  });
});

describe("Cluster on Fargate", () => {
  for (const [spot, provider] of [
    [undefined, "FARGATE"],
    [true, "FARGATE_SPOT"],
  ] as const) {
    it(`is exactly these resources with ${provider}`, async () => {
      const { component, get, identities } = await make({ capacity: { kind: "fargate", spot } });
      assert.deepEqual(identities, common);
      assert.deepEqual(get("cluster-providers").inputs["capacityProviders"], [provider]);
      assert.equal(await settled(component.capacityProviderName), provider);
      assert.equal(component.instanceSecurityGroupId, undefined);
      assert.equal(component.localCacheHostPath, undefined);
    });
  }
});

describe("Cluster refuses", () => {
  for (const [what, changes, expected] of [
    [
      "an unknown type",
      { capacity: { ...ec2, instanceTypes: ["m1.small"] } },
      /capacity\.instanceTypes\[0\]: got "m1\.small"/,
    ],
    [
      "a type of another architecture",
      { capacity: { ...ec2, architecture: "x86_64" } },
      /It is arm64 and the cluster is x86_64/,
    ],
    ["a minimum above the maximum", { capacity: { ...ec2, minInstances: 10 } }, /capacity\.minInstances: got 10/],
    ["a disk smaller than the AMI", { capacity: { ...ec2, rootVolumeGib: 20 } }, /capacity\.rootVolumeGib: got 20/],
    [
      "more than full instances",
      { capacity: { ...ec2, targetCapacityPercent: 120 } },
      /targetCapacityPercent: got 120/,
    ],
    ["an empty warm pool", { capacity: { ...ec2, warmPool: { size: 0 } } }, /capacity\.warmPool\.size: got 0/],
    ["NFS on Fargate", { capacity: { kind: "fargate" }, nfsMount }, /nfsMount: .*Fargate/],
    ["an odd retention", { logRetentionDays: 91 }, /logRetentionDays: got 91/],
  ] as const) {
    it(what, async () => {
      await assert.rejects(make(changes as Partial<ClusterArgs>), expected);
    });
  }
});
