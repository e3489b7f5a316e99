import * as pulumi from "@pulumi/pulumi";
import { collector, make, tiers } from "./declare";

/** Engines, fleets and managed services: where they are, how many they are, and what they keep. */
const { entries, bad, good } = collector("terraform");
export const engineEntries = entries;

bad(
  "ec2 fleet in a public subnet",
  { about: ["workloads-in-private-subnets"], faults: ["workloads-in-private-subnets: f"] },
  () => {
    const n = tiers();
    const lt = make("aws:ec2:LaunchTemplate", "lt", { metadataOptions: { httpTokens: "required" } });
    make("aws:ec2:Fleet", "f", {
      targetCapacitySpecification: { defaultTargetCapacityType: "on-demand", totalTargetCapacity: 2 },
      launchTemplateConfigs: [
        {
          launchTemplateSpecification: { launchTemplateId: lt.id, version: "1" },
          overrides: n.pub.map((subnetId) => ({ subnetId })),
        },
      ],
    });
  },
);
good(
  "ec2 fleet in private subnets",
  [
    "compute-spans-zones",
    "no-open-ingress",
    "no-public-addresses",
    "task-without-plain-secrets",
    "workloads-in-private-subnets",
  ],
  () => {
    const n = tiers();
    const lt = make("aws:ec2:LaunchTemplate", "lt", {
      metadataOptions: { httpTokens: "required" },
      blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: { encrypted: "true" } }],
    });
    make("aws:ec2:Fleet", "f", {
      targetCapacitySpecification: { defaultTargetCapacityType: "on-demand", totalTargetCapacity: 3 },
      launchTemplateConfigs: [
        {
          launchTemplateSpecification: { launchTemplateId: lt.id, version: "1" },
          overrides: n.priv.map((subnetId) => ({ subnetId })),
        },
      ],
    });
  },
);
bad("ec2 fleet of one zone", { about: ["compute-spans-zones"], faults: ["compute-spans-zones: f"] }, () => {
  const n = tiers();
  const lt = make("aws:ec2:LaunchTemplate", "lt", { metadataOptions: { httpTokens: "required" } });
  make("aws:ec2:Fleet", "f", {
    targetCapacitySpecification: { defaultTargetCapacityType: "on-demand", totalTargetCapacity: 2 },
    launchTemplateConfigs: [
      { launchTemplateSpecification: { launchTemplateId: lt.id, version: "1" }, overrides: [{ subnetId: n.priv[0] }] },
    ],
  });
});
bad(
  "spot fleet with addresses and user data",
  { about: ["task-without-plain-secrets"], faults: ["task-without-plain-secrets: s"] },
  () =>
    make("aws:ec2:SpotFleetRequest", "s", {
      iamFleetRole: "r",
      targetCapacity: 2,
      launchSpecifications: [
        { ami: "ami-1", instanceType: "m5.large", userData: "#!/bin/sh\nexport DB_PASSWORD=hunter2\n" },
      ],
    }),
);
bad(
  "spot fleet in a public subnet",
  { about: ["workloads-in-private-subnets"], faults: ["workloads-in-private-subnets: s"] },
  () => {
    const n = tiers();
    make("aws:ec2:SpotFleetRequest", "s", {
      iamFleetRole: "r",
      targetCapacity: 2,
      launchSpecifications: [{ ami: "ami-1", instanceType: "m5.large", subnetId: n.pub[0] }],
    });
  },
);
bad(
  "eks nodes reachable by ssh from everywhere",
  { about: ["no-open-ingress"], faults: ["no-open-ingress: n"] },
  () => {
    const n = tiers();
    const c = make("aws:eks:Cluster", "c", {
      roleArn: "r",
      vpcConfig: { subnetIds: n.priv, endpointPublicAccess: false, endpointPrivateAccess: true },
    });
    make("aws:eks:NodeGroup", "n", {
      clusterName: c.name,
      nodeRoleArn: "r",
      subnetIds: n.priv,
      scalingConfig: { desiredSize: 3, minSize: 3, maxSize: 6 },
      remoteAccess: { ec2SshKey: "ops" },
    });
  },
);
good(
  "eks as it should be",
  [
    "compute-spans-zones",
    "endpoints-not-public",
    "group-min-instances",
    "no-open-ingress",
    "no-public-addresses",
    "task-without-plain-secrets",
    "workloads-in-private-subnets",
  ],
  () => {
    const n = tiers();
    const lt = make("aws:ec2:LaunchTemplate", "lt", {
      metadataOptions: { httpTokens: "required" },
      blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: { encrypted: "true" } }],
    });
    const c = make("aws:eks:Cluster", "c", {
      roleArn: "r",
      vpcConfig: { subnetIds: n.priv, endpointPublicAccess: false, endpointPrivateAccess: true },
    });
    make("aws:eks:NodeGroup", "n", {
      clusterName: c.name,
      nodeRoleArn: "r",
      subnetIds: n.priv,
      scalingConfig: { desiredSize: 3, minSize: 3, maxSize: 6 },
      launchTemplate: { id: lt.id, version: "1" },
    });
  },
);
bad("eks node group with one node", { about: ["group-min-instances"], faults: ["group-min-instances: n"] }, () => {
  const n = tiers();
  make("aws:eks:NodeGroup", "n", {
    clusterName: "c",
    nodeRoleArn: "r",
    subnetIds: n.priv,
    scalingConfig: { desiredSize: 1, minSize: 1, maxSize: 1 },
  });
});
bad("eks node group in one zone", { about: ["compute-spans-zones"], faults: ["compute-spans-zones: n"] }, () => {
  const n = tiers();
  make("aws:eks:NodeGroup", "n", {
    clusterName: "c",
    nodeRoleArn: "r",
    subnetIds: [n.priv[0]],
    scalingConfig: { desiredSize: 3, minSize: 3, maxSize: 6 },
  });
});
bad("eks control plane in one zone", { about: ["compute-spans-zones"], faults: ["compute-spans-zones: c"] }, () => {
  const n = tiers();
  make("aws:eks:Cluster", "c", {
    roleArn: "r",
    vpcConfig: { subnetIds: [n.priv[0]], endpointPublicAccess: false, endpointPrivateAccess: true },
  });
});
bad("neptune instance public", { about: ["database-not-public"], faults: ["database-not-public: i"] }, () => {
  const n = tiers();
  const g = make("aws:neptune:SubnetGroup", "g", { subnetIds: n.iso });
  const c = make("aws:neptune:Cluster", "c", {
    neptuneSubnetGroupName: g.name,
    storageEncrypted: true,
    backupRetentionPeriod: 30,
    deletionProtection: true,
  });
  make("aws:neptune:ClusterInstance", "i", {
    clusterIdentifier: c.id,
    instanceClass: "db.r5.large",
    publiclyAccessible: true,
  });
  make("aws:neptune:ClusterInstance", "i2", { clusterIdentifier: c.id, instanceClass: "db.r5.large" });
});
bad(
  "neptune unencrypted with one instance",
  { about: ["database-encrypted", "database-not-public"], faults: ["database-encrypted: c", "database-not-public: i"] },
  () => {
    const n = tiers();
    const g = make("aws:neptune:SubnetGroup", "g", { subnetIds: n.iso });
    const c = make("aws:neptune:Cluster", "c", {
      neptuneSubnetGroupName: g.name,
      backupRetentionPeriod: 30,
      deletionProtection: true,
    });
    make("aws:neptune:ClusterInstance", "i", {
      clusterIdentifier: c.id,
      instanceClass: "db.r5.large",
      publiclyAccessible: true,
    });
  },
);
good(
  "neptune as it should be",
  [
    "data-subnets-isolated",
    "database-backups",
    "database-deletion-protected",
    "database-encrypted",
    "database-not-public",
    "engines-redundant",
    "no-open-ingress",
    "no-public-addresses",
  ],
  () => {
    const n = tiers();
    const g = make("aws:neptune:SubnetGroup", "g", { subnetIds: n.iso });
    const c = make("aws:neptune:Cluster", "c", {
      neptuneSubnetGroupName: g.name,
      storageEncrypted: true,
      backupRetentionPeriod: 30,
      deletionProtection: true,
      finalSnapshotIdentifier: "f",
      iamDatabaseAuthenticationEnabled: true,
    });
    for (const i of [0, 1])
      make("aws:neptune:ClusterInstance", `i${i}`, { clusterIdentifier: c.id, instanceClass: "db.r5.large" });
  },
);
bad("documentdb without encryption", { about: ["database-encrypted"], faults: ["database-encrypted: c"] }, () => {
  const n = tiers();
  const g = make("aws:docdb:SubnetGroup", "g", { subnetIds: n.iso });
  const c = make("aws:docdb:Cluster", "c", {
    dbSubnetGroupName: g.name,
    masterUsername: "app",
    masterPassword: "hunter22",
  });
  make("aws:docdb:ClusterInstance", "i", {
    clusterIdentifier: c.id,
    instanceClass: "db.r5.large",
    autoMinorVersionUpgrade: false,
  });
});
bad("documentdb one instance", { about: ["engines-redundant"], faults: ["engines-redundant: c"] }, () => {
  const n = tiers();
  const g = make("aws:docdb:SubnetGroup", "g", { subnetIds: n.iso });
  const c = make("aws:docdb:Cluster", "c", {
    dbSubnetGroupName: g.name,
    manageMasterUserPassword: true,
    storageEncrypted: true,
    deletionProtection: true,
    backupRetentionPeriod: 30,
  });
  make("aws:docdb:ClusterInstance", "i", { clusterIdentifier: c.id, instanceClass: "db.r5.large" });
});
bad(
  "documentdb unprotected",
  {
    about: ["database-backups", "database-deletion-protected"],
    faults: ["database-backups: d", "database-deletion-protected: c"],
  },
  () => {
    const n = tiers();
    const g = make("aws:docdb:SubnetGroup", "g", { subnetIds: n.iso });
    for (const [k, p] of [
      ["c", { backupRetentionPeriod: 30 }],
      ["d", { deletionProtection: true, backupRetentionPeriod: 1 }],
    ] as const) {
      const c = make("aws:docdb:Cluster", k, {
        dbSubnetGroupName: g.name,
        manageMasterUserPassword: true,
        storageEncrypted: true,
        ...p,
      });
      for (const i of [0, 1])
        make("aws:docdb:ClusterInstance", `${k}${i}`, { clusterIdentifier: c.id, instanceClass: "db.r5.large" });
    }
  },
);
good(
  "documentdb as it should be",
  [
    "data-subnets-isolated",
    "database-backups",
    "database-deletion-protected",
    "database-encrypted",
    "database-not-public",
    "database-password-managed",
    "engines-redundant",
    "no-open-ingress",
    "no-public-addresses",
  ],
  () => {
    const n = tiers();
    const g = make("aws:docdb:SubnetGroup", "g", { subnetIds: n.iso });
    const c = make("aws:docdb:Cluster", "c", {
      dbSubnetGroupName: g.name,
      manageMasterUserPassword: true,
      storageEncrypted: true,
      deletionProtection: true,
      backupRetentionPeriod: 30,
      finalSnapshotIdentifier: "last",
      enabledCloudwatchLogsExports: ["audit", "profiler"],
    });
    for (const i of [0, 1])
      make("aws:docdb:ClusterInstance", `i${i}`, { clusterIdentifier: c.id, instanceClass: "db.r5.large" });
  },
);
bad(
  "redshift public, one node, plain, password given",
  { about: ["database-not-public"], faults: ["database-not-public: w"] },
  () => {
    const n = tiers();
    const g = make("aws:redshift:SubnetGroup", "g", { subnetIds: n.iso });
    make("aws:redshift:Cluster", "w", {
      clusterIdentifier: "w",
      nodeType: "ra3.large",
      clusterSubnetGroupName: g.name,
      publiclyAccessible: true,
      encrypted: "true",
      numberOfNodes: 2,
      multiAz: true,
      manageMasterPassword: true,
    });
  },
);
bad("redshift unencrypted", { about: ["database-encrypted"], faults: ["database-encrypted: w"] }, () => {
  const n = tiers();
  const g = make("aws:redshift:SubnetGroup", "g", { subnetIds: n.iso });
  make("aws:redshift:Cluster", "w", {
    nodeType: "ra3.large",
    clusterSubnetGroupName: g.name,
    publiclyAccessible: false,
    encrypted: "false",
    numberOfNodes: 2,
    manageMasterPassword: true,
    automatedSnapshotRetentionPeriod: 30,
  });
});
bad(
  "redshift given password",
  { about: ["database-password-managed"], faults: ["database-password-managed: w"] },
  () => {
    const n = tiers();
    const g = make("aws:redshift:SubnetGroup", "g", { subnetIds: n.iso });
    make("aws:redshift:Cluster", "w", {
      nodeType: "ra3.large",
      clusterSubnetGroupName: g.name,
      publiclyAccessible: false,
      encrypted: "true",
      numberOfNodes: 2,
      masterUsername: "a",
      masterPassword: "Hunter22",
    });
  },
);
bad("redshift no backups", { about: ["database-backups"], faults: ["database-backups: w"] }, () => {
  const n = tiers();
  const g = make("aws:redshift:SubnetGroup", "g", { subnetIds: n.iso });
  make("aws:redshift:Cluster", "w", {
    nodeType: "ra3.large",
    clusterSubnetGroupName: g.name,
    publiclyAccessible: false,
    encrypted: "true",
    numberOfNodes: 2,
    manageMasterPassword: true,
    automatedSnapshotRetentionPeriod: 0,
  });
});
good(
  "redshift as it should be",
  [
    "data-subnets-isolated",
    "database-backups",
    "database-deletion-protected",
    "database-encrypted",
    "database-not-public",
    "database-password-managed",
    "engines-redundant",
    "no-open-ingress",
    "no-public-addresses",
  ],
  () => {
    const n = tiers();
    const g = make("aws:redshift:SubnetGroup", "g", { subnetIds: n.iso });
    make("aws:redshift:Cluster", "w", {
      nodeType: "ra3.large",
      clusterSubnetGroupName: g.name,
      publiclyAccessible: false,
      encrypted: "true",
      numberOfNodes: 2,
      multiAz: true,
      manageMasterPassword: true,
      automatedSnapshotRetentionPeriod: 30,
      finalSnapshotIdentifier: "last",
      enhancedVpcRouting: true,
    });
  },
);
bad(
  "mq broker public, with a user's password",
  { about: ["database-not-public", "engines-redundant"], faults: ["database-not-public: b", "engines-redundant: b2"] },
  () => {
    const n = tiers();
    make("aws:mq:Broker", "b", {
      brokerName: "b",
      engineType: "RabbitMQ",
      engineVersion: "3.13",
      hostInstanceType: "mq.m5.large",
      deploymentMode: "CLUSTER_MULTI_AZ",
      publiclyAccessible: true,
      users: [{ username: "u", password: pulumi.secret("x") }],
    });
    make("aws:mq:Broker", "b2", {
      brokerName: "b2",
      engineType: "ActiveMQ",
      engineVersion: "5.18",
      hostInstanceType: "mq.m5.large",
      subnetIds: [n.iso[0]],
      users: [{ username: "u", password: pulumi.secret("x") }],
    });
  },
);
bad("msk with public access", { about: ["database-not-public"], faults: ["database-not-public: k"] }, () => {
  const n = tiers();
  make("aws:msk:Cluster", "k", {
    clusterName: "k",
    kafkaVersion: "3.6.0",
    numberOfBrokerNodes: 3,
    brokerNodeGroupInfo: {
      instanceType: "kafka.m5.large",
      clientSubnets: n.iso,
      securityGroups: [],
      connectivityInfo: { publicAccess: { type: "SERVICE_PROVIDED_EIPS" } },
    },
    clientAuthentication: { sasl: { iam: true } },
  });
});
bad(
  "msk without authentication in public subnets",
  { about: ["data-subnets-isolated"], faults: ["data-subnets-isolated: k"] },
  () => {
    const n = tiers();
    make("aws:msk:Cluster", "k", {
      clusterName: "k",
      kafkaVersion: "3.6.0",
      numberOfBrokerNodes: 3,
      brokerNodeGroupInfo: { instanceType: "kafka.m5.large", clientSubnets: n.pub, securityGroups: [] },
    });
  },
);
good(
  "msk as it should be",
  [
    "data-subnets-isolated",
    "database-not-public",
    "engines-encrypted",
    "engines-redundant",
    "no-open-ingress",
    "no-public-addresses",
  ],
  () => {
    const n = tiers();
    make("aws:msk:Cluster", "k", {
      clusterName: "k",
      kafkaVersion: "3.6.0",
      numberOfBrokerNodes: 3,
      brokerNodeGroupInfo: { instanceType: "kafka.m5.large", clientSubnets: n.iso, securityGroups: [] },
      clientAuthentication: { sasl: { iam: true } },
      encryptionInfo: { encryptionInTransit: { clientBroker: "TLS", inCluster: true } },
    });
  },
);
bad(
  "msk serverless in public subnets",
  { about: ["data-subnets-isolated"], faults: ["data-subnets-isolated: k"] },
  () => {
    const n = tiers();
    make("aws:msk:ServerlessCluster", "k", {
      clusterName: "k",
      vpcConfigs: [{ subnetIds: n.pub }],
      clientAuthentication: { sasl: { iam: { enabled: true } } },
    });
  },
);
bad(
  "a kafka connector whose configuration has the password",
  { about: ["task-without-plain-secrets"], faults: ["task-without-plain-secrets: c"] },
  () =>
    make("aws:mskconnect:Connector", "c", {
      name: "debezium",
      connectorConfiguration: {
        "connector.class": "io.debezium.connector.mysql.MySqlConnector",
        "database.hostname": "db",
        "database.user": "cdc",
        "database.password": "hunter2",
      },
    }),
);
bad("a kafka connector in plain text", { about: ["engines-encrypted"], faults: ["engines-encrypted: c"] }, () => {
  make("aws:mskconnect:Connector", "c", {
    name: "debezium",
    connectorConfiguration: { "connector.class": "x" },
    kafkaClusterEncryptionInTransit: { encryptionType: "PLAINTEXT" },
    kafkaClusterClientAuthentication: { authenticationType: "NONE" },
  });
});
good(
  "a kafka connector with a provider of secrets",
  [
    "compute-spans-zones",
    "engines-encrypted",
    "no-open-ingress",
    "no-public-addresses",
    "task-without-plain-secrets",
    "workloads-in-private-subnets",
  ],
  () => {
    const n = tiers();
    make("aws:mskconnect:Connector", "c", {
      name: "debezium",
      kafkaClusterEncryptionInTransit: { encryptionType: "TLS" },
      kafkaClusterClientAuthentication: { authenticationType: "IAM" },
      kafkaCluster: { apacheKafkaCluster: { bootstrapServers: "b", vpc: { subnets: n.priv, securityGroups: [] } } },
      connectorConfiguration: { "connector.class": "x", "database.password": "${secretsmanager:moodle/db:password}" },
    });
  },
);
bad(
  "opensearch in a public subnet and without masters",
  { about: ["data-subnets-isolated"], faults: ["data-subnets-isolated: s"] },
  () => {
    const n = tiers();
    make("aws:opensearch:Domain", "s", {
      domainName: "s",
      clusterConfig: {
        instanceCount: 3,
        zoneAwarenessEnabled: true,
        zoneAwarenessConfig: { availabilityZoneCount: 3 },
        dedicatedMasterEnabled: true,
        dedicatedMasterCount: 3,
      },
      vpcOptions: { subnetIds: n.pub },
      encryptAtRest: { enabled: true },
      nodeToNodeEncryption: { enabled: true },
      domainEndpointOptions: { enforceHttps: true, tlsSecurityPolicy: "Policy-Min-TLS-1-2-2019-07" },
    });
  },
);
bad("opensearch with one dedicated master", { about: ["engines-redundant"], faults: ["engines-redundant: s"] }, () => {
  const n = tiers();
  make("aws:opensearch:Domain", "s", {
    domainName: "s",
    clusterConfig: {
      instanceCount: 3,
      zoneAwarenessEnabled: true,
      dedicatedMasterEnabled: true,
      dedicatedMasterCount: 1,
    },
    vpcOptions: { subnetIds: n.iso },
    encryptAtRest: { enabled: true },
    nodeToNodeEncryption: { enabled: true },
    domainEndpointOptions: { enforceHttps: true, tlsSecurityPolicy: "Policy-Min-TLS-1-2-2019-07" },
  });
});
bad(
  "opensearch with a given password of its master",
  { about: ["database-password-managed"], faults: ["database-password-managed: s"] },
  () => {
    const n = tiers();
    make("aws:opensearch:Domain", "s", {
      domainName: "s",
      clusterConfig: { instanceCount: 3, zoneAwarenessEnabled: true },
      vpcOptions: { subnetIds: n.iso },
      encryptAtRest: { enabled: true },
      nodeToNodeEncryption: { enabled: true },
      domainEndpointOptions: { enforceHttps: true, tlsSecurityPolicy: "Policy-Min-TLS-1-2-2019-07" },
      advancedSecurityOptions: {
        enabled: true,
        internalUserDatabaseEnabled: true,
        masterUserOptions: { masterUserName: "admin", masterUserPassword: "Hunter2!" },
      },
    });
  },
);
good(
  "opensearch as it should be",
  [
    "data-subnets-isolated",
    "database-password-managed",
    "engines-encrypted",
    "engines-redundant",
    "no-open-ingress",
    "no-public-addresses",
  ],
  () => {
    const n = tiers();
    make("aws:opensearch:Domain", "s", {
      domainName: "s",
      clusterConfig: {
        instanceCount: 3,
        zoneAwarenessEnabled: true,
        zoneAwarenessConfig: { availabilityZoneCount: 3 },
        dedicatedMasterEnabled: true,
        dedicatedMasterCount: 3,
      },
      vpcOptions: { subnetIds: n.iso },
      encryptAtRest: { enabled: true },
      nodeToNodeEncryption: { enabled: true },
      domainEndpointOptions: { enforceHttps: true, tlsSecurityPolicy: "Policy-Min-TLS-1-2-2019-07" },
      logPublishingOptions: [{ logType: "AUDIT_LOGS", cloudwatchLogGroupArn: "a" }],
    });
  },
);
bad(
  "memorydb without replicas and with an open access list",
  { about: ["engines-encrypted"], faults: ["engines-encrypted: m"] },
  () => {
    const n = tiers();
    const g = make("aws:memorydb:SubnetGroup", "g", { subnetIds: n.iso });
    make("aws:memorydb:Cluster", "m", {
      aclName: "open-access",
      nodeType: "db.t4g.small",
      subnetGroupName: g.name,
      numReplicasPerShard: 0,
    });
  },
);
bad("memorydb with an open access list", { about: ["engines-encrypted"], faults: ["engines-encrypted: m"] }, () => {
  const n = tiers();
  const g = make("aws:memorydb:SubnetGroup", "g", { subnetIds: n.iso });
  make("aws:memorydb:Cluster", "m", {
    aclName: "open-access",
    nodeType: "db.t4g.small",
    subnetGroupName: g.name,
    numReplicasPerShard: 1,
    snapshotRetentionLimit: 30,
  });
});
bad("memorydb without snapshots", { about: ["database-backups"], faults: ["database-backups: m"] }, () => {
  const n = tiers();
  const g = make("aws:memorydb:SubnetGroup", "g", { subnetIds: n.iso });
  make("aws:memorydb:Cluster", "m", {
    aclName: "app",
    nodeType: "db.t4g.small",
    subnetGroupName: g.name,
    numReplicasPerShard: 1,
  });
});
good(
  "memorydb as it should be",
  [
    "data-subnets-isolated",
    "database-backups",
    "engines-encrypted",
    "engines-redundant",
    "no-open-ingress",
    "no-public-addresses",
  ],
  () => {
    const n = tiers();
    const g = make("aws:memorydb:SubnetGroup", "g", { subnetIds: n.iso });
    make("aws:memorydb:Cluster", "m", {
      aclName: "app",
      nodeType: "db.t4g.small",
      subnetGroupName: g.name,
      numReplicasPerShard: 1,
      snapshotRetentionLimit: 30,
      tlsEnabled: true,
    });
  },
);
bad("dax in one zone", { about: ["engines-redundant"], faults: ["engines-redundant: d"] }, () => {
  const n = tiers();
  const g = make("aws:dax:SubnetGroup", "g", { subnetIds: n.iso });
  make("aws:dax:Cluster", "d", {
    clusterName: "d",
    iamRoleArn: "r",
    nodeType: "dax.r5.large",
    replicationFactor: 3,
    availabilityZones: ["us-east-1a", "us-east-1a", "us-east-1a"],
    subnetGroupName: g.name,
    serverSideEncryption: { enabled: true },
    clusterEndpointEncryptionType: "TLS",
  });
});
good(
  "dax as it should be",
  ["data-subnets-isolated", "engines-encrypted", "engines-redundant", "no-open-ingress", "no-public-addresses"],
  () => {
    const n = tiers();
    const g = make("aws:dax:SubnetGroup", "g", { subnetIds: n.iso });
    make("aws:dax:Cluster", "d", {
      clusterName: "d",
      iamRoleArn: "r",
      nodeType: "dax.r5.large",
      replicationFactor: 3,
      subnetGroupName: g.name,
      serverSideEncryption: { enabled: true },
      clusterEndpointEncryptionType: "TLS",
    });
  },
);
bad("dynamodb without point in time recovery", { about: ["database-backups"], faults: ["database-backups: t"] }, () =>
  make(
    "aws:dynamodb:Table",
    "t",
    {
      billingMode: "PAY_PER_REQUEST",
      hashKey: "id",
      attributes: [{ name: "id", type: "S" }],
      deletionProtectionEnabled: true,
    },
    { protect: true },
  ),
);
good("dynamodb as it should be", ["database-backups", "database-deletion-protected"], () =>
  make(
    "aws:dynamodb:Table",
    "t",
    {
      billingMode: "PAY_PER_REQUEST",
      hashKey: "id",
      attributes: [{ name: "id", type: "S" }],
      deletionProtectionEnabled: true,
      pointInTimeRecovery: { enabled: true },
    },
    { protect: true },
  ),
);
bad("timestream influx public", { about: ["database-not-public"], faults: ["database-not-public: t"] }, () => {
  const n = tiers();
  make("aws:timestreaminfluxdb:DbInstance", "t", {
    dbInstanceType: "db.influx.medium",
    deploymentType: "WITH_MULTIAZ_STANDBY",
    vpcSubnetIds: n.iso,
    vpcSecurityGroupIds: [],
    publiclyAccessible: true,
    allocatedStorage: 20,
    bucket: "b",
    organization: "o",
    username: "u",
    password: pulumi.secret("x"),
  });
});
bad(
  "timestream influx in public subnets",
  { about: ["data-subnets-isolated"], faults: ["data-subnets-isolated: t"] },
  () => {
    const n = tiers();
    make("aws:timestreaminfluxdb:DbInstance", "t", {
      dbInstanceType: "db.influx.medium",
      deploymentType: "WITH_MULTIAZ_STANDBY",
      vpcSubnetIds: n.pub,
      vpcSecurityGroupIds: [],
      allocatedStorage: 20,
      bucket: "b",
      organization: "o",
      username: "u",
    });
  },
);
bad("dms public by default", { about: ["database-not-public"], faults: ["database-not-public: d"] }, () => {
  const n = tiers();
  const g = make("aws:dms:ReplicationSubnetGroup", "g", {
    replicationSubnetGroupId: "g",
    replicationSubnetGroupDescription: "g",
    subnetIds: n.iso,
  });
  make("aws:dms:ReplicationInstance", "d", {
    replicationInstanceId: "d",
    replicationInstanceClass: "dms.t3.medium",
    replicationSubnetGroupId: g.id,
    multiAz: true,
  });
});
bad("dms serverless in one zone", { about: ["engines-redundant"], faults: ["engines-redundant: d"] }, () => {
  const n = tiers();
  const g = make("aws:dms:ReplicationSubnetGroup", "g", {
    replicationSubnetGroupId: "g",
    replicationSubnetGroupDescription: "g",
    subnetIds: n.iso,
  });
  make("aws:dms:ReplicationConfig", "d", {
    replicationConfigIdentifier: "d",
    replicationType: "cdc",
    computeConfig: { replicationSubnetGroupId: g.id, maxCapacityUnits: "2", multiAz: false },
    sourceEndpointArn: "s",
    targetEndpointArn: "t",
    tableMappings: "{}",
  });
});
bad(
  "dms endpoint whose attributes have the password",
  { about: ["task-without-plain-secrets"], faults: ["task-without-plain-secrets: e"] },
  () =>
    make("aws:dms:Endpoint", "e", {
      endpointId: "e",
      endpointType: "source",
      engineName: "oracle",
      sslMode: "verify-ca",
      certificateArn: "c",
      secretsManagerArn: "arn:aws:secretsmanager:us-east-1:111122223333:secret:s",
      secretsManagerAccessRoleArn: "r",
      extraConnectionAttributes: "useLogminerReader=N;asm_user=asm;asmPassword=hunter2;",
    }),
);
bad(
  "emr with one master, unencrypted, kept alive",
  { about: ["engines-encrypted"], faults: ["engines-encrypted: e"] },
  () => {
    const n = tiers();
    make("aws:emr:Cluster", "e", {
      releaseLabel: "emr-7.1.0",
      serviceRole: "r",
      applications: ["Spark"],
      ec2Attributes: { subnetId: n.priv[0], instanceProfile: "p" },
      masterInstanceGroup: { instanceType: "m5.xlarge" },
      coreInstanceGroup: { instanceType: "m5.xlarge", instanceCount: 2 },
    });
  },
);
bad(
  "emr opens the block of public groups",
  { about: ["endpoints-not-public"], faults: ["endpoints-not-public: b"] },
  () => make("aws:emr:BlockPublicAccessConfiguration", "b", { blockPublicSecurityGroupRules: false }),
);
good(
  "emr that ends after its steps, encrypted",
  [
    "endpoints-not-public",
    "engines-encrypted",
    "engines-redundant",
    "no-open-ingress",
    "no-public-addresses",
    "task-without-plain-secrets",
    "workloads-in-private-subnets",
  ],
  () => {
    const n = tiers();
    const s = make("aws:emr:SecurityConfiguration", "s", {
      configuration: JSON.stringify({
        EncryptionConfiguration: {
          EnableAtRestEncryption: true,
          EnableInTransitEncryption: true,
          AtRestEncryptionConfiguration: {},
          InTransitEncryptionConfiguration: {},
        },
      }),
    });
    make("aws:emr:BlockPublicAccessConfiguration", "b", { blockPublicSecurityGroupRules: true });
    make("aws:emr:Cluster", "e", {
      releaseLabel: "emr-7.1.0",
      serviceRole: "r",
      keepJobFlowAliveWhenNoSteps: false,
      securityConfiguration: s.name,
      ec2Attributes: { subnetId: n.priv[0], instanceProfile: "p" },
      masterInstanceGroup: { instanceType: "m5.xlarge" },
      logUri: "s3://b/",
    });
  },
);
bad(
  "emr security configuration without encryption",
  { about: ["engines-encrypted"], faults: ["engines-encrypted: s"] },
  () =>
    make("aws:emr:SecurityConfiguration", "s", {
      configuration: JSON.stringify({
        EncryptionConfiguration: { EnableAtRestEncryption: false, EnableInTransitEncryption: false },
      }),
    }),
);
bad(
  "emr serverless in public subnets",
  { about: ["workloads-in-private-subnets"], faults: ["workloads-in-private-subnets: e"] },
  () => {
    const n = tiers();
    make("aws:emrserverless:Application", "e", {
      releaseLabel: "emr-7.1.0",
      type: "spark",
      networkConfiguration: { subnetIds: n.pub, securityGroupIds: [] },
    });
  },
);
bad("sagemaker endpoint with one instance", { about: ["engines-redundant"], faults: ["engines-redundant: s"] }, () =>
  make("aws:sagemaker:EndpointConfiguration", "s", {
    productionVariants: [{ modelName: "m", initialInstanceCount: 1, instanceType: "ml.m5.large", variantName: "a" }],
    kmsKeyArn: "arn:aws:kms:us-east-1:111122223333:key/1",
  }),
);
good("sagemaker endpoint with two, and a serverless one", ["engines-redundant"], () => {
  make("aws:sagemaker:EndpointConfiguration", "s", {
    productionVariants: [{ modelName: "m", initialInstanceCount: 2, instanceType: "ml.m5.large", variantName: "a" }],
    kmsKeyArn: "arn:aws:kms:us-east-1:111122223333:key/1",
  });
  make("aws:sagemaker:EndpointConfiguration", "t", {
    productionVariants: [
      { modelName: "m", serverlessConfig: { maxConcurrency: 5, memorySizeInMb: 2048 }, variantName: "a" },
    ],
    kmsKeyArn: "arn:aws:kms:us-east-1:111122223333:key/1",
  });
});
bad("sagemaker model without a network", { about: ["endpoints-not-public"], faults: ["endpoints-not-public: m"] }, () =>
  make("aws:sagemaker:Model", "m", { executionRoleArn: "r", primaryContainer: { image: "i" } }),
);
bad(
  "sagemaker model in public subnets",
  { about: ["workloads-in-private-subnets"], faults: ["workloads-in-private-subnets: m"] },
  () => {
    const n = tiers();
    make("aws:sagemaker:Model", "m", {
      executionRoleArn: "r",
      primaryContainer: { image: "i" },
      vpcConfig: { subnets: n.pub, securityGroupIds: [] },
      enableNetworkIsolation: true,
    });
  },
);
bad(
  "sagemaker studio lifecycle with a token",
  { about: ["task-without-plain-secrets"], faults: ["task-without-plain-secrets: l"] },
  () =>
    make("aws:sagemaker:StudioLifecycleConfig", "l", {
      studioLifecycleConfigName: "l",
      studioLifecycleConfigAppType: "JupyterLab",
      studioLifecycleConfigContent: Buffer.from(
        "#!/bin/bash\nexport HF_TOKEN=hf_abcdefghijklmnopqrstuvwxyz1234\n",
      ).toString("base64"),
    }),
);
bad(
  "app runner with a database url",
  { about: ["task-without-plain-secrets"], faults: ["task-without-plain-secrets: a"] },
  () =>
    make("aws:apprunner:Service", "a", {
      serviceName: "a",
      sourceConfiguration: {
        imageRepository: {
          imageIdentifier: "i",
          imageRepositoryType: "ECR",
          imageConfiguration: { runtimeEnvironmentVariables: { DATABASE_URL: "postgres://app:hunter2@db/app" } },
        },
      },
      networkConfiguration: { ingressConfiguration: { isPubliclyAccessible: false } },
    }),
);
bad(
  "app runner connector in public subnets",
  { about: ["workloads-in-private-subnets"], faults: ["workloads-in-private-subnets: v"] },
  () => {
    const n = tiers();
    make("aws:apprunner:VpcConnector", "v", { vpcConnectorName: "v", subnets: n.pub, securityGroups: [] });
  },
);
bad(
  "lightsail container with one node and a password",
  {
    about: ["engines-redundant", "task-without-plain-secrets"],
    faults: ["engines-redundant: c", "task-without-plain-secrets: d"],
  },
  () => {
    make("aws:lightsail:ContainerService", "c", { name: "c", power: "small", scale: 1 });
    make("aws:lightsail:ContainerServiceDeploymentVersion", "d", {
      serviceName: "c",
      containers: [{ containerName: "web", image: "nginx", commands: ["serve", "--db-password=hunter2"] }],
    });
  },
);
bad(
  "lightsail database public without backups",
  { about: ["database-backups", "database-not-public"], faults: ["database-backups: e", "database-not-public: d"] },
  () => {
    make("aws:lightsail:Database", "d", {
      relationalDatabaseName: "d",
      blueprintId: "mysql_8_0",
      bundleId: "medium_ha_2_0",
      masterDatabaseName: "m",
      masterUsername: "u",
      masterPassword: pulumi.secret("x"),
      publiclyAccessible: true,
      backupRetentionEnabled: true,
    });
    make("aws:lightsail:Database", "e", {
      relationalDatabaseName: "d",
      blueprintId: "mysql_8_0",
      bundleId: "medium_ha_2_0",
      masterDatabaseName: "m",
      masterUsername: "u",
      masterPassword: pulumi.secret("x"),
      backupRetentionEnabled: false,
    });
  },
);
bad(
  "batch in public subnets of one zone",
  { about: ["workloads-in-private-subnets"], faults: ["workloads-in-private-subnets: b"] },
  () => {
    const n = tiers();
    make("aws:batch:ComputeEnvironment", "b", {
      type: "MANAGED",
      computeResources: { type: "FARGATE", maxVcpus: 16, subnets: [n.pub[0]], securityGroupIds: [] },
    });
  },
);
bad("batch in one zone", { about: ["compute-spans-zones"], faults: ["compute-spans-zones: b"] }, () => {
  const n = tiers();
  make("aws:batch:ComputeEnvironment", "b", {
    type: "MANAGED",
    computeResources: { type: "FARGATE", maxVcpus: 16, subnets: [n.priv[0]], securityGroupIds: [] },
  });
});
bad(
  "batch job privileged, with a secret, with an address",
  {
    about: ["no-public-addresses", "task-hardened", "task-without-plain-secrets"],
    faults: ["no-public-addresses: k", "task-hardened: j", "task-without-plain-secrets: l"],
  },
  () => {
    make("aws:batch:JobDefinition", "j", {
      name: "j",
      type: "container",
      containerProperties: JSON.stringify({ image: "i", privileged: true, command: ["x"] }),
    });
    make("aws:batch:JobDefinition", "k", {
      name: "k",
      type: "container",
      ecsProperties: JSON.stringify({
        taskProperties: [{ networkConfiguration: { assignPublicIp: "ENABLED" }, containers: [{ image: "i" }] }],
      }),
    });
    make("aws:batch:JobDefinition", "l", {
      name: "l",
      type: "container",
      eksProperties: {
        podProperties: { containers: [{ image: "i", envs: [{ name: "DB_PASSWORD", value: "hunter2" }] }] },
      },
    });
  },
);
bad("lambda in one zone", { about: ["compute-spans-zones"], faults: ["compute-spans-zones: f"] }, () => {
  const n = tiers();
  make("aws:lambda:Function", "f", {
    role: "r",
    handler: "h",
    runtime: "nodejs22.x",
    vpcConfig: { subnetIds: [n.priv[0]], securityGroupIds: [] },
  });
});
good(
  "lambda in three zones, and one without a network",
  [
    "compute-spans-zones",
    "no-open-ingress",
    "no-public-addresses",
    "task-without-plain-secrets",
    "workloads-in-private-subnets",
  ],
  () => {
    const n = tiers();
    make("aws:lambda:Function", "f", {
      role: "r",
      handler: "h",
      runtime: "nodejs22.x",
      vpcConfig: { subnetIds: n.priv, securityGroupIds: [] },
    });
    make("aws:lambda:Function", "g", { role: "r", handler: "h", runtime: "nodejs22.x" });
  },
);
bad(
  "beanstalk with one instance and a database's password",
  {
    about: ["group-min-instances", "task-without-plain-secrets"],
    faults: ["group-min-instances: f", "task-without-plain-secrets: e"],
  },
  () => {
    make("aws:elasticbeanstalk:Environment", "e", {
      application: "a",
      settings: [
        { namespace: "aws:rds:dbinstance", name: "DBPassword", value: "hunter22" },
        { namespace: "aws:autoscaling:asg", name: "MinSize", value: "2" },
      ],
    });
    make("aws:elasticbeanstalk:Environment", "f", {
      application: "a",
      settings: [{ namespace: "aws:elasticbeanstalk:environment", name: "EnvironmentType", value: "SingleInstance" }],
    });
  },
);
bad(
  "elastic file system access by endpoints in one zone",
  { about: ["compute-spans-zones"], faults: ["compute-spans-zones: v"] },
  () => {
    const n = tiers();
    make("aws:ec2:VpcEndpoint", "v", {
      vpcId: n.vpc.id,
      serviceName: "com.amazonaws.us-east-1.secretsmanager",
      vpcEndpointType: "Interface",
      subnetIds: [n.priv[0]],
      privateDnsEnabled: true,
    });
  },
);
bad(
  "fsx single zone and one with no backups",
  { about: ["fsx-resilient"], faults: ["fsx-resilient: o", "fsx-resilient: w"] },
  () => {
    const n = tiers();
    make("aws:fsx:WindowsFileSystem", "w", {
      subnetIds: [n.iso[0]],
      deploymentType: "SINGLE_AZ_2",
      throughputCapacity: 32,
      storageCapacity: 32,
      automaticBackupRetentionDays: 30,
    });
    make("aws:fsx:OntapFileSystem", "o", {
      subnetIds: n.iso.slice(0, 2),
      preferredSubnetId: n.iso[0],
      deploymentType: "MULTI_AZ_1",
      throughputCapacity: 128,
      storageCapacity: 1024,
      fsxAdminPassword: "Hunter22",
      automaticBackupRetentionDays: 0,
    });
  },
);
bad(
  "replication of a transfer server in one zone",
  { about: ["compute-spans-zones"], faults: ["compute-spans-zones: t"] },
  () => {
    const n = tiers();
    make("aws:transfer:Server", "t", {
      endpointType: "VPC",
      endpointDetails: { vpcId: n.vpc.id, subnetIds: [n.priv[0]] },
      protocols: ["SFTP"],
    });
  },
);
bad(
  "transfer server with public addresses in the VPC",
  { about: ["endpoints-not-public"], faults: ["endpoints-not-public: t"] },
  () => {
    const n = tiers();
    make("aws:transfer:Server", "t", {
      endpointType: "VPC",
      endpointDetails: {
        vpcId: n.vpc.id,
        subnetIds: n.pub,
        addressAllocationIds: ["eipalloc-1", "eipalloc-2", "eipalloc-3"],
      },
      protocols: ["SFTP"],
    });
  },
);
bad(
  "default subnets named",
  {
    about: ["data-subnets-isolated", "workloads-in-private-subnets"],
    faults: ["data-subnets-isolated: d", "workloads-in-private-subnets: i"],
  },
  () => {
    const a = make("aws:ec2:DefaultSubnet", "a", { availabilityZone: "us-east-1a" });
    const b = make("aws:ec2:DefaultSubnet", "b", { availabilityZone: "us-east-1b" });
    make("aws:ec2:Instance", "i", {
      ami: "ami-1",
      instanceType: "t3.micro",
      subnetId: a.id,
      metadataOptions: { httpTokens: "required" },
      rootBlockDevice: { encrypted: true },
    });
    const g = make("aws:rds:SubnetGroup", "d", { subnetIds: [a.id, b.id] });
    void g;
  },
);
