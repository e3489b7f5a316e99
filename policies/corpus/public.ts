import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Entry } from "./corpus";

const rule = "resource-policies-not-public";
const doc = (...Statement: readonly object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const allow = (more: object) =>
  doc({ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::files/*", ...more });

/** A bucket's policy for everyone, on a condition. */
const bucketFor = (Condition: object | undefined) => () => {
  const bucket = new aws.s3.Bucket("files", { bucket: "files" });
  new aws.s3.BucketPolicy("files", {
    bucket: bucket.bucket,
    policy: allow(Condition === undefined ? {} : { Condition }),
  });
};
const mounts =
  (Condition: object, Principal: unknown = { AWS: "*" }) =>
  () => {
    const files = new aws.efs.FileSystem("files", { encrypted: true });
    new aws.efs.FileSystemPolicy("files", {
      fileSystemId: files.id,
      policy: doc({
        Effect: "Allow",
        Principal,
        Action: [
          "elasticfilesystem:ClientMount",
          "elasticfilesystem:ClientWrite",
          "elasticfilesystem:ClientRootAccess",
        ],
        Condition,
      }),
    });
  };

const open: Readonly<Record<string, object | undefined>> = {
  "no condition": undefined,
  TLS: { Bool: { "aws:SecureTransport": "true" } },
  "every address": { IpAddress: { "aws:SourceIp": "0.0.0.0/0" } },
  "every address in halves": { IpAddress: { "aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"] } },
  "every IPv6 address beside a network": { IpAddress: { "aws:SourceIp": ["203.0.113.0/24", "::/0"] } },
  "all but one address": { NotIpAddress: { "aws:SourceIp": "192.0.2.1/32" } },
  "any account": { StringLike: { "aws:SourceAccount": "*" } },
  "a header": { StringLike: { "aws:Referer": "https://moodle.example.org/*" } },
  "a browser": { StringEquals: { "aws:UserAgent": "secret" } },
  "any role": { ArnLike: { "aws:PrincipalArn": "*" } },
  "a role of any account": { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/app" } },
  "an organisation if there is one": { StringEqualsIfExists: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } },
  "all values of none": { "ForAllValues:StringEquals": { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } },
  "a tag of the caller": { StringEquals: { "aws:PrincipalTag/team": "web" } },
  "a second factor": { Bool: { "aws:MultiFactorAuthPresent": "true" } },
  "not another organisation": { StringNotEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } },
  "an organisation or any": { StringLike: { "aws:PrincipalOrgID": ["o-a1b2c3d4e5", "o-*"] } },
  "a date": { DateLessThan: { "aws:CurrentTime": "2030-01-01T00:00:00Z" } },
};
const closed: Readonly<Record<string, object>> = {
  "an organisation": { StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } },
  "a unit of it": { "ForAnyValue:StringLike": { "aws:PrincipalOrgPaths": ["o-a1b2c3d4e5/r-ab12/ou-ab12-1/*"] } },
  "an account": { StringEquals: { "aws:SourceAccount": "111122223333" } },
  "an ARN of an account": { ArnLike: { "aws:SourceArn": "arn:aws:cloudfront::111122223333:distribution/*" } },
  "a bucket that sends events": { ArnLike: { "aws:SourceArn": "arn:aws:s3:::uploads" } },
  "a VPC endpoint": {
    StringEquals: { "aws:SourceVpce": "vpce-0123456789abcdef0" },
    Bool: { "aws:SecureTransport": "true" },
  },
  "a campus network": { IpAddress: { "aws:SourceIp": ["192.0.2.0/24", "2001:db8::/32"] } },
  "one's own organisation, by a variable": { StringEquals: { "aws:ResourceOrgID": "${aws:PrincipalOrgID}" } },
};

const tls = {
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: "*",
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};
const role = (statement: object) => () =>
  void new aws.iam.Role("deploy", {
    assumeRolePolicy: doc({ Effect: "Allow", Action: "sts:AssumeRoleWithWebIdentity", ...statement }),
  });
const github = { Federated: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" };
const subject = (operator: string, sub: string) =>
  role({
    Principal: github,
    Condition: {
      StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" },
      [operator]: { "token.actions.githubusercontent.com:sub": sub },
    },
  });
const directory = "arn:aws:iam::111122223333:saml-provider/sso";
const signIn = { StringEquals: { "SAML:aud": "https://signin.aws.amazon.com/saml" } };
const eks = "oidc.eks.us-east-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B716D3041E";
const cluster = `arn:aws:iam::111122223333:oidc-provider/${eks}`;
const workload = (sub: string) => ({ StringLike: { [`${eks}:sub`]: sub } });
const subjectIs = (sub: string) => ({ StringLike: { "token.actions.githubusercontent.com:sub": sub } });
const may = (statement: object) => () =>
  void new aws.iam.RolePolicy("app", { role: "app", policy: doc({ Effect: "Allow", Resource: "*", ...statement }) });

export const publicEntries: readonly Entry[] = [
  ...Object.entries(open).map(([what, condition]): Entry => ({
    name: `a bucket for everyone, on the condition of ${what}`,
    style: "terraform",
    program: bucketFor(condition),
    about: [rule],
    faults: [`${rule}: files`],
  })),
  ...Object.entries(closed).map(([what, condition]): Entry => ({
    name: `a bucket for ${what}`,
    style: "terraform",
    program: bucketFor(condition),
    about: [rule],
  })),
  {
    name: "files for whoever reaches a mount target",
    style: "terraform",
    program: mounts({ Bool: { "elasticfilesystem:AccessedViaMountTarget": "true" } }),
    about: [rule],
    faults: [`${rule}: files`],
  },
  {
    name: "files through an access point",
    style: "terraform",
    program: mounts({
      StringEquals: {
        "elasticfilesystem:AccessPointArn": "arn:aws:elasticfilesystem:us-east-1:111122223333:access-point/fsap-1",
      },
    }),
    about: [rule],
  },
  {
    name: "everybody but one user",
    style: "tutorial",
    program: () => {
      new aws.s3.BucketPolicy("files", {
        bucket: "files",
        policy: doc({
          Effect: "Allow",
          NotPrincipal: { AWS: "arn:aws:iam::111122223333:user/old" },
          Action: "s3:*",
          Resource: "*",
        }),
      });
      const files = new aws.efs.FileSystem("files");
      new aws.efs.FileSystemPolicy("mounts", {
        fileSystemId: files.id,
        policy: doc({ Effect: "Allow", NotPrincipal: { AWS: "arn:aws:iam::111122223333:root" }, Action: "*" }),
      });
    },
    about: [rule],
    faults: [`${rule}: files`, `${rule}: mounts`],
  },
  {
    name: "policies written on the queue, the topic and the secret themselves",
    style: "pulumi/examples",
    program: () => {
      const anyone = (action: string) =>
        doc({ Effect: "Allow", Principal: { AWS: "*" }, Action: action, Resource: "*" });
      new aws.sqs.Queue("jobs", { policy: anyone("sqs:SendMessage") });
      new aws.sns.Topic("news", { policy: anyone("sns:Publish") });
      new aws.secretsmanager.Secret("key", { policy: anyone("secretsmanager:GetSecretValue") });
      new aws.kms.Key("data", {
        policy: doc({
          Effect: "Allow",
          Principal: "*",
          Action: "kms:*",
          Resource: "*",
          Condition: { StringLike: { "aws:PrincipalArn": "*" } },
        }),
      });
    },
    about: [rule],
    faults: [`${rule}: jobs`, `${rule}: news`, `${rule}: key`, `${rule}: data`],
  },
  {
    name: "separate policies of other services",
    style: "terraform",
    program: () => {
      const anyone = doc({ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" });
      new aws.opensearch.DomainPolicy("search", { domainName: "search", accessPolicies: anyone });
      new aws.backup.VaultPolicy("vault", { backupVaultName: "vault", policy: anyone });
      new aws.cloudwatch.EventBusPolicy("bus", { policy: anyone });
      new aws.dynamodb.ResourcePolicy("table", {
        resourceArn: "arn:aws:dynamodb:us-east-1:111122223333:table/t",
        policy: anyone,
      });
      new aws.codeartifact.RepositoryPermissionsPolicy("packages", {
        domain: "d",
        repository: "r",
        policyDocument: anyone,
      });
    },
    about: [rule],
    faults: ["search", "vault", "bus", "table", "packages"].map((name) => `${rule}: ${name}`),
  },
  {
    name: "a function for everyone, in four ways",
    style: "tutorial",
    program: () => {
      new aws.lambda.FunctionUrl("url", { functionName: "f", authorizationType: "NONE" });
      new aws.lambda.Permission("all", { action: "lambda:InvokeFunction", function: "f", principal: "*" });
      new aws.lambda.Permission("all-arns", {
        action: "lambda:InvokeFunction",
        function: "f",
        principal: "*",
        sourceArn: "*",
      });
      new aws.lambda.Permission("topic", {
        action: "lambda:InvokeFunction",
        function: "f",
        principal: "sns.amazonaws.com",
      });
      new aws.lambda.Permission("account", {
        action: "lambda:InvokeFunction",
        function: "f",
        principal: "*",
        sourceAccount: "111122223333",
      });
    },
    about: [rule],
    faults: ["url", "all", "all-arns", "topic"].map((name) => `${rule}: ${name}`),
  },
  {
    name: "an open policy that a denial closes, and one that it does not",
    style: "terraform",
    program: () => {
      const anyone = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "arn:aws:s3:::files/*" };
      const deny = (Condition: object, more: object = {}) => ({
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: "*",
        Condition,
        ...more,
      });
      new aws.s3.BucketPolicy("closed", {
        bucket: "files",
        policy: doc(anyone, tls, deny({ StringNotEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } })),
      });
      new aws.s3.BucketPolicy("open", { bucket: "files", policy: doc(anyone, tls) });
      new aws.s3.BucketPolicy("writes-only", {
        bucket: "files",
        policy: doc(
          anyone,
          deny({ StringNotEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } }, { Action: "s3:PutObject" }),
        ),
      });
    },
    about: [rule],
    faults: [`${rule}: open`, `${rule}: writes-only`],
  },
  {
    name: "a policy of a data source, and one with a bucket's ARN in it",
    style: "terraform",
    program: () => {
      const document = aws.iam.getPolicyDocumentOutput({
        statements: [{ principals: [{ type: "*", identifiers: ["*"] }], actions: ["s3:GetObject"], resources: ["*"] }],
      });
      new aws.s3.BucketPolicy("looked-up", { bucket: "files", policy: document.json });
      const bucket = new aws.s3.Bucket("site");
      new aws.s3.BucketPolicy("site", {
        bucket: bucket.id,
        policy: bucket.arn.apply((arn) =>
          doc({ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: `${arn}/*` }),
        ),
      });
    },
    about: [rule],
    faults: [`${rule}: looked-up`],
    open: [`${rule}: site`],
    later: [`${rule}: site`],
  },
  {
    name: "plain HTTP denied for one role and one action only",
    style: "terraform",
    program: () => {
      const bucket = (name: string, denial: object) => {
        const one = new aws.s3.Bucket(name, { bucket: name });
        new aws.s3.BucketPolicy(name, { bucket: one.id, policy: doc({ ...tls, ...denial }) });
      };
      bucket("one-role", { Principal: { AWS: "arn:aws:iam::111122223333:role/app" } });
      bucket("one-action", { Action: "s3:DeleteObject" });
      bucket("with-more", {
        Condition: { Bool: { "aws:SecureTransport": "false" }, StringEquals: { "aws:SourceAccount": "111122223333" } },
      });
      bucket("all", {});
    },
    about: ["bucket-tls-only"],
    faults: ["one-role", "one-action", "with-more"].map((name) => `bucket-tls-only: ${name}`),
  },
  {
    name: "trust in owners that anyone may register",
    style: "pulumi/examples",
    program: subject("StringLike", "repo:my*"),
    about: ["trust-pinned"],
    faults: ["trust-pinned: deploy"],
  },
  {
    name: "trust in an audience only",
    style: "tutorial",
    program: role({
      Principal: github,
      Condition: { StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" } },
    }),
    about: ["trust-pinned"],
    faults: ["trust-pinned: deploy"],
  },
  {
    name: "trust in a repository, if the token has one",
    style: "tutorial",
    program: subject("StringLikeIfExists", "repo:example/moodle:*"),
    about: ["trust-pinned"],
    faults: ["trust-pinned: deploy"],
  },
  ...["repo:example/moodle:ref:refs/heads/main", "repo:example/*", "repo:example/moodle:*"].map((sub): Entry => ({
    name: `trust in ${sub}`,
    style: "pulumi/examples",
    program: subject("StringLike", sub),
    about: ["trust-pinned"],
  })),
  {
    name: "a trust of every account, narrowed by nothing that narrows",
    style: "tutorial",
    program: role({
      Action: "sts:AssumeRole",
      Principal: { AWS: "*" },
      Condition: { StringEquals: { "sts:ExternalId": "moodle" } },
    }),
    about: ["trust-pinned"],
    faults: ["trust-pinned: deploy"],
  },
  ...(
    [
      ["a directory beside every account", { Principal: { Federated: directory, AWS: "*" }, Condition: signIn }],
      [
        "a repository beside every account",
        { Principal: { ...github, AWS: ["*"] }, Condition: subjectIs("repo:example/moodle:*") },
      ],
      ["a directory for any audience", { Principal: { Federated: directory } }],
      [
        "a directory for any audience, by a pattern",
        { Principal: { Federated: directory }, Condition: { StringLike: { "SAML:aud": "https://*" } } },
      ],
      [
        "every workload of a cluster",
        { Principal: { Federated: cluster }, Condition: workload("system:serviceaccount:*:*") },
      ],
      [
        "one name in every namespace",
        { Principal: { Federated: cluster }, Condition: workload("system:serviceaccount:*:moodle") },
      ],
      [
        "namespaces by their first letters",
        { Principal: { Federated: cluster }, Condition: workload("system:serviceaccount:moodle*:web") },
      ],
      [
        "every repository beside an identity pool",
        {
          Principal: { Federated: ["cognito-identity.amazonaws.com", github.Federated] },
          Condition: { StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" } },
        },
      ],
    ] as const
  ).map(([what, statement]): Entry => ({
    name: `trust in ${what}`,
    style: "tutorial",
    program: role(statement),
    about: ["trust-pinned"],
    faults: ["trust-pinned: deploy"],
  })),
  ...(
    [
      ["a directory", { Principal: { Federated: directory }, Condition: signIn }],
      [
        "a directory in every region",
        {
          Principal: { Federated: directory },
          Condition: { StringLike: { "SAML:aud": "https://*.signin.aws.amazon.com/saml" } },
        },
      ],
      [
        "a directory beside an account",
        { Principal: { Federated: directory, AWS: "111122223333" }, Condition: signIn },
      ],
      ["a workload", { Principal: { Federated: cluster }, Condition: workload("system:serviceaccount:moodle:web") }],
      [
        "the workloads of a namespace",
        { Principal: { Federated: cluster }, Condition: workload("system:serviceaccount:moodle:*") },
      ],
    ] as const
  ).map(([what, statement]): Entry => ({
    name: `trust in ${what}, and in no other`,
    style: "tutorial",
    program: role(statement),
    about: ["trust-pinned"],
  })),
  {
    name: "everything but IAM",
    style: "tutorial",
    program: may({ NotAction: "iam:*" }),
    about: ["no-admin-policies"],
    faults: ["no-admin-policies: app"],
  },
  ...(
    [
      ["s3:*", "arn:aws:s3:::*"],
      ["iam:PassRole", "*"],
      ["iam:AttachRolePolicy", "*"],
      ["secretsmanager:GetSecretValue", "*"],
      ["secretsmanager:Get*", "arn:aws:secretsmanager:us-east-1:111122223333:secret:*"],
      ["dynamodb:*", "arn:aws:dynamodb:*:*:table/*"],
      ["sts:AssumeRole", "*"],
    ] as const
  ).map(([Action, Resource]): Entry => ({
    name: `${Action} on ${Resource}`,
    style: "terraform",
    program: may({ Action: [Action], Resource }),
    about: ["least-privilege", "no-admin-policies"],
    faults: ["least-privilege: app"],
  })),
  ...(
    [
      ["s3:*", "arn:aws:s3:::files", undefined],
      ["iam:PassRole", "arn:aws:iam::111122223333:role/task", undefined],
      ["iam:PassRole", "*", { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } }],
      ["ecr:GetAuthorizationToken", "*", undefined],
      ["logs:PutLogEvents", "arn:aws:logs:us-east-1:111122223333:log-group:*", undefined],
      ["secretsmanager:GetSecretValue", "arn:aws:secretsmanager:us-east-1:111122223333:secret:db-*", undefined],
    ] as const
  ).map(([Action, Resource, Condition]): Entry => ({
    name: `${Action} on ${Resource}${Condition === undefined ? "" : ", for one service"}`,
    style: "terraform",
    program: may({ Action: [Action], Resource, ...(Condition === undefined ? {} : { Condition }) }),
    about: ["least-privilege", "no-admin-policies"],
  })),
  ...(
    [
      ["iam:PassRole", { StringLike: { "iam:PassedToService": "*" } }],
      ["iam:PassRole", { StringLike: { "iam:PassedToService": ["ecs-tasks.amazonaws.com", "*.amazonaws.com"] } }],
      ["iam:PassRole", { StringEqualsIfExists: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } }],
      ["iam:PassRole", { "ForAllValues:StringEquals": { "iam:PassedToService": "ecs-tasks.amazonaws.com" } }],
      ["iam:PassRole", { StringEquals: { "iam:PassedToService": [] } }],
      ["iam:AttachRolePolicy", { ArnLike: { "iam:PolicyARN": "arn:aws:iam::*:policy/*" } }],
      ["kms:Decrypt", { StringLike: { "kms:ViaService": "*" } }],
      ["kms:Decrypt", { StringNotEquals: { "kms:ViaService": "s3.us-east-1.amazonaws.com" } }],
      ["kms:CreateGrant", { Bool: { "kms:GrantIsForAWSResource": "false" } }],
      ["secretsmanager:GetSecretValue", { StringEqualsIfExists: { "aws:ResourceTag/app": "moodle" } }],
      ["secretsmanager:GetSecretValue", { StringLike: { "aws:ResourceTag/app": "?*" } }],
      ["secretsmanager:GetSecretValue", { StringEquals: { "aws:ResourceTag/app": "${aws:ResourceTag/app}" } }],
      ["secretsmanager:GetSecretValue", { StringEquals: { "aws:ResourceTag/app": "${aws:RequestTag/app}" } }],
    ] as const
  ).map(([Action, Condition]): Entry => ({
    name: `${Action} on *, narrowed by nothing that narrows: ${JSON.stringify(Condition)}`,
    style: "terraform",
    program: may({ Action, Resource: "*", Condition }),
    about: ["least-privilege"],
    faults: ["least-privilege: app"],
  })),
  ...(
    [
      ["iam:PassRole", { StringLike: { "iam:PassedToService": "ecs*.amazonaws.com" } }],
      [
        "iam:PassRole",
        { StringEquals: { "iam:PassedToService": "ec2.amazonaws.com" }, Null: { "aws:TokenIssueTime": "false" } },
      ],
      ["iam:AttachRolePolicy", { ArnEquals: { "iam:PolicyARN": "arn:aws:iam::111122223333:policy/moodle-*" } }],
      ["kms:Decrypt", { StringLike: { "kms:ViaService": ["s3.*.amazonaws.com", "rds.*.amazonaws.com"] } }],
      ["kms:CreateGrant", { Bool: { "kms:GrantIsForAWSResource": true } }],
      ["secretsmanager:GetSecretValue", { StringLike: { "aws:ResourceTag/app": "moodle*" } }],
      // https://docs.aws.amazon.com/IAM/latest/UserGuide/tutorial_attribute-based-access-control.html
      ["secretsmanager:GetSecretValue", { StringEquals: { "aws:ResourceTag/app": "${aws:PrincipalTag/app}" } }],
      ["s3:GetObject", { StringEquals: { "aws:ResourceOrgID": "${aws:PrincipalOrgID}" } }],
    ] as const
  ).map(([Action, Condition]): Entry => ({
    name: `${Action} on *, narrowed by ${JSON.stringify(Condition)}`,
    style: "terraform",
    program: may({ Action, Resource: "*", Condition }),
    about: ["least-privilege"],
  })),
  {
    name: "a role with what it may do inside",
    style: "pulumi/examples",
    program: () => {
      new aws.iam.Role("app", {
        assumeRolePolicy: doc({
          Effect: "Allow",
          Principal: { Service: "ecs-tasks.amazonaws.com" },
          Action: "sts:AssumeRole",
        }),
        inlinePolicies: [{ name: "s3", policy: doc({ Effect: "Allow", Action: "s3:*", Resource: "*" }) }],
      });
      new aws.iam.RolePolicyAttachment("all-of-dynamo", {
        role: "app",
        policyArn: "arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess",
      });
      new aws.iam.RolePolicyAttachment("power", { role: "app", policyArn: aws.iam.ManagedPolicy.PowerUserAccess });
    },
    about: ["least-privilege", "no-admin-policies", "trust-pinned"],
    faults: ["least-privilege: app", "least-privilege: all-of-dynamo", "no-admin-policies: power"],
  },
  {
    name: "snapshots and images for everyone",
    style: "console",
    program: () => {
      new aws.rds.Snapshot("db", { dbInstanceIdentifier: "db", dbSnapshotIdentifier: "db-1", sharedAccounts: ["all"] });
      new aws.ec2.AmiLaunchPermission("image", { imageId: "ami-1", group: "all" });
      new aws.s3.BucketAcl("files", { bucket: "files", acl: "public-read" });
      new aws.rds.Snapshot("copy", {
        dbInstanceIdentifier: "db",
        dbSnapshotIdentifier: "db-2",
        sharedAccounts: ["111122223333"],
      });
    },
    about: ["nothing-shared-with-everyone"],
    faults: ["db", "image", "files"].map((name) => `nothing-shared-with-everyone: ${name}`),
  },
  {
    name: "a bucket policy of Pulumi YAML",
    style: "pulumi/examples",
    program: `
resources:
  site:
    type: aws:s3:Bucket
  blocks:
    type: aws:s3:BucketPublicAccessBlock
    properties:
      bucket: \${site.id}
      blockPublicAcls: false
  policy:
    type: aws:s3:BucketPolicy
    properties:
      bucket: \${site.id}
      policy:
        fn::toJSON:
          Version: 2012-10-17
          Statement:
            - Effect: Allow
              Principal: "*"
              Action: [s3:GetObject]
              Resource: ["arn:aws:s3:::site/*"]
`,
    about: [rule, "bucket-private"],
    faults: [`${rule}: policy`, "bucket-private: site"],
  },
  {
    name: "a statement whose condition is another resource's",
    style: "component",
    program: () => {
      const distribution = new aws.ec2.VpcEndpoint("s3", { vpcId: "vpc-1", serviceName: "com.amazonaws.us-east-1.s3" });
      new aws.s3.BucketPolicy("files", {
        bucket: "files",
        policy: pulumi.jsonStringify({
          Statement: {
            Effect: "Allow",
            Principal: "*",
            Action: "s3:GetObject",
            Resource: "*",
            Condition: { StringEquals: { "aws:SourceVpce": distribution.id } },
          },
        }),
      });
    },
    about: [rule],
    open: [`${rule}: files`],
  },
];
