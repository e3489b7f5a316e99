import { collector, doc, make, tiers } from "./declare";

/** Who is let in: resource policies with odd conditions, shares, federations; and what stands in one zone. */
const { entries, bad, good } = collector("terraform");
export const callerEntries = entries;

const A = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::b/*" };
const bucketPolicy = (n: string, ...s: object[]) => make("aws:s3:BucketPolicy", n, { bucket: "b", policy: doc(...s) });
bad(
  "odd conditions of bucket policies",
  {
    about: ["resource-policies-not-public"],
    faults: [
      "resource-policies-not-public: a",
      "resource-policies-not-public: b",
      "resource-policies-not-public: c",
      "resource-policies-not-public: d",
      "resource-policies-not-public: e",
      "resource-policies-not-public: f",
      "resource-policies-not-public: g",
      "resource-policies-not-public: h",
      "resource-policies-not-public: i",
      "resource-policies-not-public: j",
      "resource-policies-not-public: k",
      "resource-policies-not-public: l",
      "resource-policies-not-public: m",
    ],
  },
  () => {
    bucketPolicy("a", { ...A, Principal: "*", Condition: { Null: { "aws:PrincipalOrgID": "false" } } });
    bucketPolicy("b", {
      ...A,
      Principal: "*",
      Condition: { StringNotEquals: { "aws:PrincipalAccount": "444455556666" } },
    });
    bucketPolicy("c", {
      ...A,
      Principal: { AWS: "*" },
      Condition: { StringEquals: { "aws:PrincipalType": "AssumedRole" } },
    });
    bucketPolicy("d", {
      ...A,
      Principal: { AWS: ["arn:aws:iam::111122223333:root", "*"] },
      Condition: { DateLessThan: { "aws:CurrentTime": "2027-01-01T00:00:00Z" } },
    });
    bucketPolicy("e", { ...A, Principal: "*", Condition: { IpAddress: { "aws:VpcSourceIp": "10.0.0.0/8" } } });
    bucketPolicy("f", { ...A, Principal: "*", Condition: { StringLike: { "aws:PrincipalOrgID": "o-*" } } });
    bucketPolicy("g", {
      ...A,
      Principal: "*",
      Condition: { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/admin" } },
    });
    bucketPolicy("h", {
      ...A,
      Principal: "*",
      Condition: { StringEqualsIfExists: { "aws:SourceVpce": "vpce-1a2b3c" } },
    });
    bucketPolicy("i", {
      ...A,
      Principal: "*",
      Condition: { "ForAllValues:StringEquals": { "aws:PrincipalOrgPaths": ["o-abc/r-1/*"] } },
    });
    bucketPolicy("j", {
      ...A,
      Principal: "*",
      Condition: { IpAddress: { "aws:SourceIp": ["192.0.2.0/24", "0.0.0.0/0"] } },
    });
    bucketPolicy("k", { ...A, Principal: "*", Condition: { StringLike: { "aws:UserAgent": "Moodle*" } } });
    bucketPolicy("l", { ...A, NotPrincipal: { AWS: "arn:aws:iam::111122223333:root" } });
    bucketPolicy("m", { ...A, Principal: { AWS: "arn:aws:iam::*:root" } });
  },
);
bad(
  "more odd conditions",
  {
    about: ["resource-policies-not-public"],
    faults: [
      "resource-policies-not-public: a",
      "resource-policies-not-public: b",
      "resource-policies-not-public: c",
      "resource-policies-not-public: d",
      "resource-policies-not-public: e",
      "resource-policies-not-public: f",
      "resource-policies-not-public: g",
      "resource-policies-not-public: h",
    ],
  },
  () => {
    bucketPolicy("a", { ...A, Principal: "*", Condition: { StringLike: { "aws:SourceVpc": "vpc-*" } } });
    bucketPolicy("b", { ...A, Principal: "*", Condition: { StringEquals: { "aws:RequestedRegion": "us-east-1" } } });
    bucketPolicy("c", { ...A, Principal: "*", Condition: { NumericLessThan: { "s3:max-keys": "10" } } });
    bucketPolicy("d", { ...A, Principal: "*", Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } } });
    bucketPolicy("e", { ...A, Principal: "*", Condition: { StringEquals: { "aws:PrincipalTag/team": "moodle" } } });
    bucketPolicy("f", { ...A, Principal: "*", Condition: { StringEquals: { "s3:ExistingObjectTag/public": "yes" } } });
    bucketPolicy("g", {
      ...A,
      Principal: "*",
      Condition: { IpAddress: { "aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"] } },
    });
    bucketPolicy("h", { ...A, Principal: "*", Condition: { StringNotLike: { "aws:PrincipalOrgID": "o-other" } } });
  },
);
good("conditions that do say who", ["resource-policies-not-public"], () => {
  bucketPolicy("a", { ...A, Principal: "*", Condition: { StringEquals: { "aws:PrincipalOrgID": ["o-abcd123456"] } } });
  bucketPolicy("b", {
    ...A,
    Principal: "*",
    Condition: { "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": ["o-abcd123456/r-1/ou-1/*"] } },
  });
  bucketPolicy("c", {
    ...A,
    Principal: "*",
    Condition: { StringEquals: { "aws:SourceVpce": "vpce-1a2b3c4d" }, Bool: { "aws:SecureTransport": "true" } },
  });
  bucketPolicy("d", {
    ...A,
    Principal: "*",
    Condition: { IpAddress: { "aws:SourceIp": ["192.0.2.0/24", "2001:db8::/32"] } },
  });
  bucketPolicy("e", {
    ...A,
    Principal: { Service: "cloudfront.amazonaws.com" },
    Condition: { StringEquals: { "AWS:SourceArn": "arn:aws:cloudfront::111122223333:distribution/E1" } },
  });
  bucketPolicy("f", { ...A, Principal: { AWS: "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1" } });
  bucketPolicy("g", {
    ...A,
    Principal: { CanonicalUser: "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be" },
  });
  bucketPolicy("h", {
    ...A,
    Principal: "*",
    Condition: { ArnEquals: { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/reader" } },
  });
  bucketPolicy("i", {
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: "*",
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  });
  bucketPolicy("j", {
    Effect: "Deny",
    NotPrincipal: { AWS: "arn:aws:iam::111122223333:root" },
    Action: "s3:*",
    Resource: "*",
  });
});
bad(
  "resource policies of other services",
  {
    about: ["resource-policies-not-public"],
    faults: [
      "resource-policies-not-public: a",
      "resource-policies-not-public: b",
      "resource-policies-not-public: c",
      "resource-policies-not-public: d",
      "resource-policies-not-public: e",
      "resource-policies-not-public: f",
      "resource-policies-not-public: g",
      "resource-policies-not-public: i",
      "resource-policies-not-public: j",
    ],
  },
  () => {
    const S = (Action: string) => doc({ Effect: "Allow", Principal: "*", Action, Resource: "*" });
    make("aws:kms:Key", "a", {
      policy: doc({
        Effect: "Allow",
        Principal: "*",
        Action: "kms:*",
        Resource: "*",
        Condition: { StringEquals: { "kms:ViaService": "s3.us-east-1.amazonaws.com" } },
      }),
      enableKeyRotation: true,
    });
    make("aws:lambda:Permission", "b", {
      function: "f",
      action: "lambda:InvokeFunctionUrl",
      principal: "*",
      functionUrlAuthType: "NONE",
    });
    make("aws:ecr:RepositoryPolicy", "c", { repository: "r", policy: S("ecr:BatchGetImage") });
    make("aws:secretsmanager:SecretPolicy", "d", {
      secretArn: "s",
      policy: doc({
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: "secretsmanager:GetSecretValue",
        Resource: "*",
        Condition: { StringEquals: { "secretsmanager:VersionStage": "AWSCURRENT" } },
      }),
    });
    make("aws:glue:ResourcePolicy", "e", { policy: S("glue:GetTable") });
    make("aws:cloudwatch:EventBusPolicy", "f", { policy: S("events:PutEvents") });
    make("aws:backup:VaultPolicy", "g", { backupVaultName: "v", policy: S("backup:CopyIntoBackupVault") });
    make("aws:sqs:QueuePolicy", "i", {
      queueUrl: "q",
      policy: doc({
        Effect: "Allow",
        Principal: "*",
        Action: "sqs:SendMessage",
        Resource: "*",
        Condition: { ArnLike: { "aws:SourceArn": "arn:aws:s3:*:*:*" } },
      }),
    });
    make("aws:opensearch:DomainPolicy", "j", { domainName: "d", accessPolicies: S("es:ESHttp*") });
  },
);
bad(
  "opensearch serverless data for everybody",
  { about: ["nothing-shared-with-everyone"], faults: ["nothing-shared-with-everyone: p"] },
  () =>
    make("aws:opensearch:ServerlessAccessPolicy", "p", {
      name: "p",
      type: "data",
      policy: JSON.stringify([
        { Rules: [{ ResourceType: "index", Resource: ["index/*/*"], Permission: ["aoss:*"] }], Principal: ["*"] },
      ]),
    }),
);
bad("ram share outside", { about: ["nothing-shared-with-everyone"], faults: ["nothing-shared-with-everyone: s"] }, () =>
  make("aws:ram:ResourceShare", "s", { name: "s", allowExternalPrincipals: true }),
);
good("ram share inside", ["nothing-shared-with-everyone"], () =>
  make("aws:ram:ResourceShare", "s", { name: "s", allowExternalPrincipals: false }),
);
bad(
  "snapshots and images",
  {
    about: ["nothing-shared-with-everyone"],
    faults: [
      "nothing-shared-with-everyone: a",
      "nothing-shared-with-everyone: b",
      "nothing-shared-with-everyone: c",
      "nothing-shared-with-everyone: d",
      "nothing-shared-with-everyone: e",
    ],
  },
  () => {
    make("aws:ec2:AmiLaunchPermission", "a", { imageId: "ami-1", group: "all" });
    make("aws:ec2:SnapshotCreateVolumePermission", "b", { snapshotId: "s", accountId: "all" });
    make("aws:rds:Snapshot", "c", { dbInstanceIdentifier: "d", dbSnapshotIdentifier: "s", sharedAccounts: ["all"] });
    make("aws:ssm:Document", "d", {
      content: "{}",
      documentType: "Command",
      permissions: { type: "Share", account_ids: "All" },
    });
    make("aws:rds:ClusterSnapshotCopy", "e", {
      sharedAccounts: ["111122223333", "all"],
      sourceDbClusterSnapshotIdentifier: "s",
      targetDbClusterSnapshotIdentifier: "t",
    });
  },
);
good("shared with accounts", ["nothing-shared-with-everyone"], () => {
  make("aws:ec2:AmiLaunchPermission", "a", { imageId: "ami-1", accountId: "111122223333" });
  make("aws:rds:Snapshot", "c", {
    dbInstanceIdentifier: "d",
    dbSnapshotIdentifier: "s",
    sharedAccounts: ["111122223333"],
  });
});
// identity
bad(
  "admin by all doors",
  {
    about: ["no-admin-policies"],
    faults: [
      "no-admin-policies: a",
      "no-admin-policies: b",
      "no-admin-policies: c",
      "no-admin-policies: d",
      "no-admin-policies: e",
    ],
  },
  () => {
    make("aws:iam:RolePolicyAttachment", "a", { role: "r", policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" });
    make("aws:iam:Role", "b", {
      assumeRolePolicy: doc({
        Effect: "Allow",
        Principal: { Service: "ecs-tasks.amazonaws.com" },
        Action: "sts:AssumeRole",
      }),
      managedPolicyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"],
    });
    make("aws:iam:GroupPolicy", "c", { group: "g", policy: doc({ Effect: "Allow", Action: "*:*", Resource: "*" }) });
    make("aws:iam:PolicyAttachment", "d", {
      name: "x",
      roles: ["r"],
      policyArn: "arn:aws:iam::aws:policy/IAMFullAccess",
    });
    make("aws:ssoadmin:PermissionSetInlinePolicy", "e", {
      instanceArn: "i",
      permissionSetArn: "p",
      inlinePolicy: doc({ Effect: "Allow", Action: "*", Resource: "*" }),
    });
  },
);
bad(
  "keys by other doors",
  {
    about: ["no-long-lived-keys"],
    faults: ["no-long-lived-keys: a", "no-long-lived-keys: b", "no-long-lived-keys: c"],
  },
  () => {
    make("aws:iam:ServiceSpecificCredential", "a", { userName: "u", serviceName: "codecommit.amazonaws.com" });
    make("aws:iam:UserLoginProfile", "b", { user: "u" });
    make("aws:iam:AccessKey", "c", { user: "u" });
  },
);
bad("weak passwords of the account", { about: ["user-pools-hardened"], faults: ["user-pools-hardened: a"] }, () =>
  make("aws:iam:AccountPasswordPolicy", "a", { minimumPasswordLength: 6 }),
);
good("federations of Google, Facebook, Amazon and Cognito", ["trust-pinned"], () => {
  const t = (n: string, p: string, k: string) =>
    make("aws:iam:Role", n, {
      assumeRolePolicy: doc({
        Effect: "Allow",
        Principal: { Federated: p },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: { StringEquals: { [k]: "1234567890.apps" } },
      }),
    });
  t("a", "accounts.google.com", "accounts.google.com:aud");
  t("b", "graph.facebook.com", "graph.facebook.com:app_id");
  t("c", "www.amazon.com", "www.amazon.com:app_id");
  t("d", "cognito-identity.amazonaws.com", "cognito-identity.amazonaws.com:aud");
});
bad(
  "federations pinned by nothing",
  {
    about: ["trust-pinned"],
    faults: [
      "trust-pinned: a",
      "trust-pinned: b",
      "trust-pinned: c",
      "trust-pinned: d",
      "trust-pinned: e",
      "trust-pinned: f",
    ],
  },
  () => {
    const t = (n: string, p: string, c?: object) =>
      make("aws:iam:Role", n, {
        assumeRolePolicy: doc({
          Effect: "Allow",
          Principal: { Federated: p },
          Action: "sts:AssumeRoleWithWebIdentity",
          ...(c ? { Condition: c } : {}),
        }),
      });
    t("a", "accounts.google.com");
    t("b", "graph.facebook.com", { StringLike: { "graph.facebook.com:app_id": "*" } });
    t("c", "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com", {
      StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" },
    });
    t("d", "arn:aws:iam::111122223333:oidc-provider/gitlab.com", {
      StringLike: { "gitlab.com:sub": "project_path:*" },
    });
    t("e", "arn:aws:iam::111122223333:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/ABC", {
      StringLike: { "oidc.eks.us-east-1.amazonaws.com/id/ABC:sub": "system:serviceaccount:*:*" },
    });
    t("f", "arn:aws:iam::111122223333:oidc-provider/app.terraform.io", {
      StringLike: { "app.terraform.io:sub": "organization:*:project:*" },
    });
  },
);
good("trust that is pinned", ["trust-pinned"], () => {
  const t = (n: string, p: string, c: object) =>
    make("aws:iam:Role", n, {
      assumeRolePolicy: doc({
        Effect: "Allow",
        Principal: { Federated: p },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: c,
      }),
    });
  t("a", "arn:aws:iam::111122223333:oidc-provider/gitlab.com", {
    StringLike: { "gitlab.com:sub": "project_path:acme/infra:ref_type:branch:ref:*" },
  });
  t("b", "arn:aws:iam::111122223333:oidc-provider/app.terraform.io", {
    StringLike: { "app.terraform.io:sub": "organization:acme:project:*:workspace:*:run_phase:*" },
  });
  t("c", "arn:aws:iam::111122223333:oidc-provider/oidc.circleci.com/org/abc", {
    StringLike: { "oidc.circleci.com/org/abc:sub": "org/abc/project/def/user/*" },
  });
  t("d", "arn:aws:iam::111122223333:oidc-provider/api.pulumi.com/oidc", {
    StringLike: { "api.pulumi.com/oidc:sub": "pulumi:deploy:org:acme:project:moodle:*" },
  });
  t(
    "e",
    "arn:aws:iam::111122223333:oidc-provider/api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc",
    { StringLike: { "api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc:sub": "{repo-uuid}:*" } },
  );
  t("f", "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com", {
    StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" },
    "ForAnyValue:StringLike": { "token.actions.githubusercontent.com:sub": ["repo:acme/moodle:*"] },
  });
  t("g", "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com", {
    StringEquals: {
      "token.actions.githubusercontent.com:repository_owner_id": "12345",
      "token.actions.githubusercontent.com:sub": "repo:acme/x:ref:refs/heads/main",
    },
  });
});
bad(
  "multi-az cluster is fine, one az instance is not",
  { about: ["database-instance-multi-az"], faults: ["database-instance-multi-az: d"] },
  () => {
    const n = tiers();
    const g = make("aws:rds:SubnetGroup", "g", { subnetIds: n.iso });
    make("aws:rds:Instance", "d", {
      engine: "postgres",
      engineVersion: "16.3",
      instanceClass: "db.m6g.large",
      dbSubnetGroupName: g.name,
      manageMasterUserPassword: true,
      storageEncrypted: true,
      backupRetentionPeriod: 30,
      deletionProtection: true,
      finalSnapshotIdentifier: "x",
    });
  },
);
good("multi-az db cluster of three", ["nat-gateways-span-zones", "no-open-ingress", "no-public-addresses"], () => {
  const n = tiers();
  const g = make("aws:rds:SubnetGroup", "g", { subnetIds: n.iso });
  make("aws:rds:Cluster", "c", {
    engine: "postgres",
    engineVersion: "16.3",
    dbClusterInstanceClass: "db.m6gd.large",
    storageType: "gp3",
    allocatedStorage: 100,
    dbSubnetGroupName: g.name,
    manageMasterUserPassword: true,
    masterUsername: "app",
    storageEncrypted: true,
    backupRetentionPeriod: 30,
    deletionProtection: true,
    finalSnapshotIdentifier: "x",
  });
});
good("serverless v2 with a reader", ["nat-gateways-span-zones", "no-open-ingress", "no-public-addresses"], () => {
  const n = tiers();
  const g = make("aws:rds:SubnetGroup", "g", { subnetIds: n.iso });
  const p = make("aws:rds:ClusterParameterGroup", "p", {
    family: "aurora-mysql8.0",
    parameters: [{ name: "require_secure_transport", value: "ON" }],
  });
  const c = make("aws:rds:Cluster", "c", {
    engine: "aurora-mysql",
    engineMode: "provisioned",
    engineVersion: "8.0.mysql_aurora.3.08.0",
    dbClusterParameterGroupName: p.name,
    dbSubnetGroupName: g.name,
    manageMasterUserPassword: true,
    masterUsername: "app",
    storageEncrypted: true,
    backupRetentionPeriod: 30,
    deletionProtection: true,
    finalSnapshotIdentifier: "x",
    serverlessv2ScalingConfiguration: { minCapacity: 1, maxCapacity: 8 },
    enabledCloudwatchLogsExports: ["error", "slowquery"],
  });
  for (const i of [0, 1])
    make("aws:rds:ClusterInstance", `i${i}`, {
      clusterIdentifier: c.id,
      engine: "aurora-mysql",
      instanceClass: "db.serverless",
      promotionTier: i,
    });
});
bad("fargate in one subnet, one task", { about: ["compute-spans-zones"], faults: ["compute-spans-zones: s"] }, () => {
  const n = tiers();
  make("aws:ecs:Service", "s", {
    cluster: "c",
    taskDefinition: "t",
    launchType: "FARGATE",
    desiredCount: 1,
    networkConfiguration: { subnets: [n.priv[0]], securityGroups: [] },
  });
});
bad("fargate in one subnet", { about: ["compute-spans-zones"], faults: ["compute-spans-zones: s"] }, () => {
  const n = tiers();
  make("aws:ecs:Service", "s", {
    cluster: "c",
    taskDefinition: "t",
    launchType: "FARGATE",
    desiredCount: 4,
    networkConfiguration: { subnets: [n.priv[0]], securityGroups: [] },
  });
});
bad("asg of one zone", { about: ["compute-spans-zones"], faults: ["compute-spans-zones: a"] }, () => {
  const n = tiers();
  const lt = make("aws:ec2:LaunchTemplate", "lt", { metadataOptions: { httpTokens: "required" } });
  make("aws:autoscaling:Group", "a", {
    minSize: 2,
    maxSize: 4,
    vpcZoneIdentifiers: [n.priv[0]],
    launchTemplate: { id: lt.id },
  });
  make("aws:autoscaling:Group", "b", {
    minSize: 1,
    maxSize: 1,
    vpcZoneIdentifiers: n.priv,
    launchTemplate: { id: lt.id },
  });
});
bad(
  "nat per zone missing",
  { about: ["nat-gateways-span-zones"], faults: ["nat-gateways-span-zones: vpc"] },
  () => void tiers(3, 1),
);
bad(
  "load balancer in one zone",
  { about: ["load-balancers-span-zones"], faults: ["load-balancers-span-zones: l"] },
  () => {
    const n = tiers();
    make("aws:lb:LoadBalancer", "l", {
      loadBalancerType: "network",
      subnets: [n.pub[0]],
      enableDeletionProtection: true,
    });
  },
);
bad(
  "load balancer in one zone by mappings",
  { about: ["load-balancers-span-zones"], faults: ["load-balancers-span-zones: l"] },
  () => {
    const n = tiers();
    make("aws:lb:LoadBalancer", "l", {
      loadBalancerType: "network",
      subnetMappings: [{ subnetId: n.pub[0], allocationId: "e" }],
      enableDeletionProtection: true,
    });
  },
);
bad(
  "resolver with one address, directory single",
  { about: ["compute-spans-zones"], faults: [], open: ["compute-spans-zones: e"], later: ["compute-spans-zones: e"] },
  () => {
    const n = tiers();
    make("aws:route53:ResolverEndpoint", "e", {
      direction: "INBOUND",
      securityGroupIds: [],
      ipAddresses: [{ subnetId: n.priv[0] }, { subnetId: n.priv[0] }],
    });
  },
);
bad("kendra developer edition", { about: ["engines-redundant"], faults: ["engines-redundant: k"] }, () =>
  make("aws:kendra:Index", "k", { name: "k", roleArn: "r", edition: "DEVELOPER_EDITION" }),
);
bad("hsm of one", { about: ["engines-redundant"], faults: ["engines-redundant: h"] }, () => {
  const n = tiers();
  const h = make("aws:cloudhsmv2:Cluster", "h", { hsmType: "hsm2m.medium", subnetIds: n.iso });
  make("aws:cloudhsmv2:Hsm", "x", { clusterId: h.id, subnetId: n.iso[0] });
});
bad("elasticache: one node, redis", { about: ["cache-failover"], faults: ["cache-failover: c"] }, () => {
  const n = tiers();
  const g = make("aws:elasticache:SubnetGroup", "g", { subnetIds: n.iso });
  make("aws:elasticache:Cluster", "c", {
    engine: "redis",
    nodeType: "cache.t4g.small",
    numCacheNodes: 1,
    subnetGroupName: g.name,
  });
});
bad(
  "api fargate scheduled task with an address",
  { about: ["no-public-addresses"], faults: ["no-public-addresses: s"] },
  () => {
    const n = tiers();
    make("aws:scheduler:Schedule", "s", {
      scheduleExpression: "rate(1 hour)",
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: "a",
        roleArn: "r",
        ecsParameters: {
          taskDefinitionArn: "t",
          launchType: "FARGATE",
          networkConfiguration: { assignPublicIp: true, subnets: n.pub },
        },
      },
    });
  },
);
bad(
  "mixed instances policy whose template gives addresses",
  { about: ["no-public-addresses"], faults: ["no-public-addresses: lt"] },
  () => {
    const n = tiers();
    const lt = make("aws:ec2:LaunchTemplate", "lt", {
      networkInterfaces: [{ associatePublicIpAddress: "true" }],
      metadataOptions: { httpTokens: "required" },
    });
    make("aws:autoscaling:Group", "a", {
      minSize: 3,
      maxSize: 6,
      vpcZoneIdentifiers: n.priv,
      mixedInstancesPolicy: { launchTemplate: { launchTemplateSpecification: { launchTemplateId: lt.id } } },
    });
  },
);
bad(
  "security groups by all doors",
  {
    about: ["no-open-ingress"],
    faults: [
      "no-open-ingress: a",
      "no-open-ingress: b",
      "no-open-ingress: c",
      "no-open-ingress: d",
      "no-open-ingress: e",
    ],
  },
  () => {
    const n = tiers();
    const g = make("aws:ec2:SecurityGroup", "a", {
      vpcId: n.vpc.id,
      ingress: [{ protocol: "tcp", fromPort: 0, toPort: 65535, cidrBlocks: ["0.0.0.0/0"] }],
    });
    make("aws:vpc:SecurityGroupIngressRule", "b", { securityGroupId: g.id, ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" });
    make("aws:ec2:SecurityGroupRule", "c", {
      securityGroupId: g.id,
      type: "ingress",
      protocol: "tcp",
      fromPort: 3306,
      toPort: 3306,
      ipv6CidrBlocks: ["::/0"],
    });
    make("aws:ec2:SecurityGroup", "d", {
      vpcId: n.vpc.id,
      ingress: [{ protocol: "tcp", fromPort: 5432, toPort: 5432, cidrBlocks: ["0.0.0.0/1", "128.0.0.0/1"] }],
    });
    make("aws:ec2:DefaultSecurityGroup", "e", {
      vpcId: n.vpc.id,
      ingress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }],
    });
  },
);
bad("network ACL wide open for ssh", { about: ["no-open-ingress"], faults: ["no-open-ingress: a"] }, () => {
  const n = tiers();
  make("aws:ec2:NetworkAcl", "a", {
    vpcId: n.vpc.id,
    ingress: [{ protocol: "tcp", ruleNo: 100, action: "allow", cidrBlock: "0.0.0.0/0", fromPort: 22, toPort: 22 }],
  });
});
bad(
  "notebook with old metadata service",
  { about: ["instance-metadata-v2"], faults: ["instance-metadata-v2: n"] },
  () => {
    const n = tiers();
    make("aws:sagemaker:NotebookInstance", "n", {
      instanceType: "ml.t3.medium",
      roleArn: "r",
      subnetId: n.priv[0],
      securityGroups: [],
      directInternetAccess: "Disabled",
      instanceMetadataServiceConfiguration: { minimumInstanceMetadataServiceVersion: "1" },
    });
  },
);
