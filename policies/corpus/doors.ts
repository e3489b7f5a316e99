import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { collector, make } from "./declare";

/** Secrets by all the doors through which a Describe call shows them, and encryption that is left out or taken back. */
const { entries, bad, good } = collector("terraform");
export const doorEntries = entries;

bad(
  "a whole environment that is a secret",
  { about: ["task-without-plain-secrets"], faults: ["task-without-plain-secrets: f"] },
  () =>
    make("aws:lambda:Function", "f", {
      ...{ role: "r", handler: "h", runtime: "nodejs22.x" },
      environment: pulumi.secret({ variables: { GREETING: "hello" } }),
    }),
);
good("options and files that the SDK makes secret by itself", ["task-without-plain-secrets"], () => {
  new aws.mwaa.Environment("flows", {
    ...{ dagS3Path: "dags/", executionRoleArn: "r", sourceBucketArn: "b" },
    networkConfiguration: { securityGroupIds: [], subnetIds: [] },
    airflowConfigurationOptions: { "core.parallelism": "16" },
  });
  new aws.appconfig.HostedConfigurationVersion("flags", {
    ...{ applicationId: "a", configurationProfileId: "p", contentType: "application/json", content: "{}" },
  });
  make("aws:ecs:TaskDefinition", "t", {
    family: "t",
    containerDefinitions: JSON.stringify([
      { name: "web", image: "i", environment: [{ name: "DB_PASSWORD" }, { name: "REDIS_AUTH", value: 1 }] },
    ]),
  });
});

const base64 = (s: string) => Buffer.from(s).toString("base64");
bad("ssm insecure value", { about: ["task-without-plain-secrets"], faults: ["task-without-plain-secrets: p"] }, () =>
  make("aws:ssm:Parameter", "p", { name: "/app/db/password", type: "String", insecureValue: "hunter2" }),
);
bad(
  "ssm maintenance task parameters",
  { about: ["task-without-plain-secrets"], faults: ["task-without-plain-secrets: t"] },
  () =>
    make("aws:ssm:MaintenanceWindowTask", "t", {
      windowId: "w",
      taskType: "RUN_COMMAND",
      taskArn: "AWS-RunShellScript",
      taskInvocationParameters: {
        runCommandParameters: { parameters: [{ name: "commands", values: ["mysqldump -uroot -phunter2 moodle"] }] },
      },
    }),
);
bad(
  "event connection header that is no secret",
  { about: ["task-without-plain-secrets"], faults: ["task-without-plain-secrets: c"] },
  () =>
    make("aws:cloudwatch:EventConnection", "c", {
      authorizationType: "API_KEY",
      authParameters: {
        apiKey: { key: "x", value: pulumi.secret("v") },
        invocationHttpParameters: { headers: [{ key: "X-Api-Key", value: "s3cr3tvalue", isValueSecret: false }] },
      },
    }),
);
good("event connection whose header is a secret", [], () =>
  make("aws:cloudwatch:EventConnection", "c", {
    authorizationType: "API_KEY",
    authParameters: {
      apiKey: { key: "x", value: pulumi.secret("v") },
      invocationHttpParameters: {
        headers: [
          { key: "X-Api-Key", value: pulumi.secret("s3cr3tvalue"), isValueSecret: true },
          { key: "Content-Type", value: "application/json", isValueSecret: false },
        ],
      },
    },
  }),
);
bad(
  "api destination with a token in its address",
  { about: ["task-without-plain-secrets"], faults: ["task-without-plain-secrets: d"] },
  () =>
    make("aws:cloudwatch:EventApiDestination", "d", {
      connectionArn: "c",
      httpMethod: "POST",
      invocationEndpoint: "https://hooks.example.org/in?token=abc123hunter2",
    }),
);
bad(
  "event target's headers and transformer",
  { about: ["task-without-plain-secrets"], faults: ["task-without-plain-secrets: t", "task-without-plain-secrets: u"] },
  () => {
    make("aws:cloudwatch:EventTarget", "t", {
      rule: "r",
      arn: "a",
      httpTarget: { headerParameters: { "X-Api-Key": "s3cr3tvalue" } },
    });
    make("aws:cloudwatch:EventTarget", "u", {
      rule: "r",
      arn: "a",
      inputTransformer: { inputTemplate: '{"password":"hunter2","id":<id>}' },
    });
  },
);
bad(
  "integration that adds an api key",
  { about: ["task-without-plain-secrets"], faults: ["task-without-plain-secrets: i", "task-without-plain-secrets: j"] },
  () => {
    make("aws:apigateway:Integration", "i", {
      restApi: "x",
      resourceId: "y",
      httpMethod: "GET",
      type: "HTTP_PROXY",
      uri: "https://b.example.org",
      requestParameters: { "integration.request.header.X-Api-Key": "'s3cr3tvalue'" },
    });
    make("aws:apigatewayv2:Integration", "j", {
      apiId: "x",
      integrationType: "HTTP_PROXY",
      integrationUri: "https://b.example.org",
      requestParameters: { "overwrite:header.Authorization": "Bearer s3cr3tvalue123" },
    });
  },
);
good("integration that passes a header on", ["endpoints-tls", "task-without-plain-secrets"], () => {
  make("aws:apigateway:Integration", "i", {
    restApi: "x",
    resourceId: "y",
    httpMethod: "GET",
    type: "HTTP_PROXY",
    uri: "https://b.example.org",
    requestParameters: {
      "integration.request.header.X-Api-Key": "method.request.header.X-Api-Key",
      "integration.request.header.Authorization": "context.authorizer.token",
    },
  });
  make("aws:apigatewayv2:Integration", "j", {
    apiId: "x",
    integrationType: "HTTP_PROXY",
    integrationUri: "https://b.example.org",
    requestParameters: {
      "overwrite:header.Authorization": "$request.header.Authorization",
      "append:header.x-token": "$context.authorizer.token",
    },
  });
});
bad(
  "codebuild source with a token",
  { about: ["task-without-plain-secrets"], faults: ["task-without-plain-secrets: p"] },
  () =>
    make("aws:codebuild:Project", "p", {
      artifacts: { type: "NO_ARTIFACTS" },
      environment: { computeType: "BUILD_GENERAL1_SMALL", image: "i", type: "LINUX_CONTAINER" },
      serviceRole: "r",
      source: {
        type: "GITHUB",
        location: "https://x-access-token:ghp_abcdefghijklmnopqrstuvwxyz0123456789@github.com/o/r.git",
      },
    }),
);
bad(
  "stack instances, provisioned products, serverless apps",
  {
    about: ["task-without-plain-secrets"],
    faults: ["task-without-plain-secrets: a", "task-without-plain-secrets: b", "task-without-plain-secrets: c"],
  },
  () => {
    make("aws:cloudformation:StackSetInstance", "a", {
      stackSetName: "s",
      parameterOverrides: { DBPassword: "hunter2" },
    });
    make("aws:servicecatalog:ProvisionedProduct", "b", {
      productName: "p",
      provisioningParameters: [{ key: "DBPassword", value: "hunter2" }],
    });
    make("aws:serverlessrepository:CloudFormationStack", "c", {
      applicationId: "a",
      capabilities: [],
      parameters: { masterUserPassword: "hunter2" },
    });
  },
);
bad(
  "glue workflow and crawler",
  { about: ["task-without-plain-secrets"], faults: ["task-without-plain-secrets: w"] },
  () => make("aws:glue:Workflow", "w", { defaultRunProperties: { db_password: "hunter2" } }),
);
bad(
  "dockerfile of a container recipe",
  { about: ["task-without-plain-secrets"], faults: ["task-without-plain-secrets: c"] },
  () =>
    make("aws:imagebuilder:ContainerRecipe", "c", {
      name: "c",
      containerType: "DOCKER",
      parentImage: "p",
      version: "1.0.0",
      components: [],
      targetRepository: { repositoryName: "r", service: "ECR" },
      dockerfileTemplateData:
        "FROM {{{ imagebuilder:parentImage }}}\nENV DB_PASSWORD=hunter2\n{{{ imagebuilder:environments }}}\n{{{ imagebuilder:components }}}",
    }),
);
good("a dockerfile without a secret", ["task-without-plain-secrets"], () =>
  make("aws:imagebuilder:ContainerRecipe", "c", {
    name: "c",
    containerType: "DOCKER",
    parentImage: "p",
    version: "1.0.0",
    components: [],
    kmsKeyId: "k",
    targetRepository: { repositoryName: "r", service: "ECR" },
    dockerfileTemplateData:
      "FROM {{{ imagebuilder:parentImage }}}\nENV APP_ENV=prod\n{{{ imagebuilder:environments }}}\n{{{ imagebuilder:components }}}",
  }),
);
bad("eks addon values", { about: ["task-without-plain-secrets"], faults: ["task-without-plain-secrets: a"] }, () =>
  make("aws:eks:Addon", "a", {
    clusterName: "c",
    addonName: "datadog",
    configurationValues: JSON.stringify({ datadog: { apiKey: "0123456789abcdef0123456789abcdef" } }),
  }),
);
bad("pipe headers", { about: ["task-without-plain-secrets"], faults: ["task-without-plain-secrets: p"] }, () =>
  make("aws:pipes:Pipe", "p", {
    roleArn: "r",
    source: "s",
    target: "t",
    targetParameters: { httpParameters: { headerParameters: { "X-Api-Key": "s3cr3tvalue" } } },
  }),
);
bad(
  "pipe enrichment headers",
  { about: ["task-without-plain-secrets"], faults: ["task-without-plain-secrets: p"] },
  () =>
    make("aws:pipes:Pipe", "p", {
      roleArn: "r",
      source: "s",
      target: "t",
      enrichmentParameters: { httpParameters: { headerParameters: { Authorization: "Bearer abcdef0123456789" } } },
    }),
);
bad(
  "a file of text assets",
  { about: ["task-without-plain-secrets"], faults: ["task-without-plain-secrets: o", "task-without-plain-secrets: p"] },
  () => {
    make("aws:s3:BucketObjectv2", "o", {
      bucket: "b",
      key: "env",
      source: new pulumi.asset.StringAsset("DB_PASSWORD=hunter2\n"),
    });
    make("aws:lambda:Function", "p", {
      role: "r",
      handler: "index.h",
      runtime: "nodejs22.x",
      code: new pulumi.asset.AssetArchive({
        "index.js": new pulumi.asset.StringAsset("const password = 'hunter2horse';\nexports.h = async () => password;"),
      }),
    });
  },
);
good("assets without secrets", ["task-without-plain-secrets"], () => {
  make("aws:s3:BucketObjectv2", "o", { bucket: "b", key: "x", source: new pulumi.asset.StringAsset("hello\n") });
  make("aws:lambda:Function", "p", {
    role: "r",
    handler: "index.h",
    runtime: "nodejs22.x",
    code: new pulumi.asset.AssetArchive({
      "index.js": new pulumi.asset.StringAsset("const password = process.env.DB_PASSWORD;\nexports.h = async () => 1;"),
    }),
  });
});
bad(
  "firehose attributes and address",
  { about: ["task-without-plain-secrets"], faults: ["task-without-plain-secrets: f"] },
  () =>
    make("aws:kinesis:FirehoseDeliveryStream", "f", {
      destination: "http_endpoint",
      serverSideEncryption: { enabled: true },
      httpEndpointConfiguration: {
        url: "https://in.example.org",
        name: "x",
        s3Configuration: {},
        requestConfiguration: { commonAttributes: [{ name: "api_key", value: "0123456789abcdef" }] },
      },
    }),
);
bad(
  "sagemaker pipeline, training job",
  { about: ["task-without-plain-secrets"], faults: ["task-without-plain-secrets: p"] },
  () =>
    make("aws:sagemaker:Pipeline", "p", {
      pipelineName: "p",
      pipelineDisplayName: "p",
      roleArn: "r",
      pipelineDefinition: JSON.stringify({
        Version: "2020-12-01",
        Steps: [
          {
            Name: "Train",
            Type: "Training",
            Arguments: { Environment: { WANDB_API_KEY: "0123456789abcdef0123456789abcdef01234567" } },
          },
        ],
      }),
    }),
);
bad(
  "redshift data statement",
  { about: ["task-without-plain-secrets"], faults: ["task-without-plain-secrets: s"] },
  () =>
    make("aws:redshiftdata:Statement", "s", {
      clusterIdentifier: "c",
      database: "d",
      sql: "CREATE USER reporting PASSWORD 'Hunter22'",
    }),
);
bad("dynamodb item", { about: ["task-without-plain-secrets"], faults: ["task-without-plain-secrets: t"] }, () =>
  make("aws:dynamodb:TableItem", "t", {
    tableName: "t",
    hashKey: "id",
    item: JSON.stringify({ id: { S: "db" }, password: { S: "hunter2" } }),
  }),
);
bad(
  "appsync resolver and function code",
  { about: ["task-without-plain-secrets"], faults: ["task-without-plain-secrets: e", "task-without-plain-secrets: f"] },
  () => {
    make("aws:appsync:Function", "f", {
      apiId: "a",
      dataSource: "d",
      name: "f",
      code: "export function request(ctx) { const apiKey = 's3cr3tvalue99'; return { params: { headers: { 'x-api-key': apiKey } } } }",
    });
    make("aws:appsync:Resolver", "e", {
      apiId: "a",
      field: "f",
      type: "Query",
      requestTemplate: '{"version":"2018-05-29","params":{"headers":{"x-api-key":"s3cr3tvalue99"}}}',
    });
  },
);
bad("gamelift parameters", { about: ["task-without-plain-secrets"], faults: ["task-without-plain-secrets: g"] }, () =>
  make("aws:gamelift:Fleet", "g", {
    runtimeConfiguration: {
      serverProcesses: [{ concurrentExecutions: 1, launchPath: "/x", parameters: "--admin-password hunter2" }],
    },
  }),
);
bad(
  "an address with a password in a description",
  { about: ["task-without-plain-secrets"], faults: ["task-without-plain-secrets: l"] },
  () =>
    make("aws:lambda:Function", "l", {
      role: "r",
      handler: "h",
      runtime: "nodejs22.x",
      description: "connects with postgres://app:hunter2@db/app",
    }),
);
bad(
  "ecs container env by hand-off of random password",
  { about: ["task-without-plain-secrets"], faults: ["task-without-plain-secrets: t"] },
  () => {
    const p = make("random:index/randomPassword:RandomPassword", "pw", { length: 24 });
    make("aws:ecs:TaskDefinition", "t", {
      family: "t",
      containerDefinitions: pulumi.secret(
        JSON.stringify([
          { name: "web", image: "i@sha256:" + "a".repeat(64), environment: [{ name: "APP_CONFIG", value: "x" }] },
        ]),
      ),
    });
    void p;
  },
);
bad(
  "quirky names in ecs",
  {
    about: ["task-without-plain-secrets"],
    faults: [
      "task-without-plain-secrets: a",
      "task-without-plain-secrets: b",
      "task-without-plain-secrets: c",
      "task-without-plain-secrets: d",
      "task-without-plain-secrets: e",
      "task-without-plain-secrets: f",
      "task-without-plain-secrets: g",
    ],
  },
  () => {
    const t = (n: string, name: string, value: string) =>
      make("aws:ecs:TaskDefinition", n, {
        family: n,
        containerDefinitions: JSON.stringify([{ name: "web", image: "i", environment: [{ name, value }] }]),
      });
    t("a", "MYSQL_ROOT_PW", "hunter2");
    t("b", "spring.datasource.password", "hunter2");
    t("c", "MOODLE_ADMIN_PASS", "Admin123!");
    t("d", "JWT_SIGNING_KEY", "abc");
    t("e", "RABBITMQ_DEFAULT_PASS", "guest1");
    t("f", "SENTRY_DSN_SECRET", "abc");
    t("g", "SMTP_CREDENTIALS", "user:hunter2");
  },
);
bad(
  "more quirky names",
  {
    about: ["task-without-plain-secrets"],
    faults: [
      "task-without-plain-secrets: a",
      "task-without-plain-secrets: b",
      "task-without-plain-secrets: c",
      "task-without-plain-secrets: d",
      "task-without-plain-secrets: e",
      "task-without-plain-secrets: f",
      "task-without-plain-secrets: g",
    ],
  },
  () => {
    const t = (n: string, name: string, value: string) =>
      make("aws:ecs:TaskDefinition", n, {
        family: n,
        containerDefinitions: JSON.stringify([{ name: "web", image: "i", environment: [{ name, value }] }]),
      });
    t("a", "ENCRYPTION_KEY", "0123456789abcdef0123456789abcdef");
    t("b", "DB_PASSWORD_2", "hunter2");
    t("c", "ConnectionStrings__Default", "Server=db;Database=x;User Id=sa;Password=Hunter22;");
    t("d", "REDIS_URL", "rediss://:hunter2@cache:6379/0");
    t("e", "APP_SECRET_TOKEN", "abc1234");
    t("f", "SQLALCHEMY_DATABASE_URI", "mysql+pymysql://u:hunter2@db/x");
    t("g", "COOKIE_SECRET", "keyboardcat");
  },
);
good("names that mean no secret", ["task-without-plain-secrets"], () => {
  const env = (o: Record<string, string>) =>
    make("aws:lambda:Function", "l", { role: "r", handler: "h", runtime: "nodejs22.x", environment: { variables: o } });
  env({
    TOKEN_URL: "https://idp.example.org/token",
    SECRET_NAME: "moodle/db",
    PASSWORD_POLICY: "strong",
    AUTH_URL: "https://x",
    KEY_ID: "alias/moodle",
    KMS_KEY: "arn:aws:kms:us-east-1:111122223333:key/1",
    PASSPORT_STRATEGY: "saml",
    SESSION_COOKIE_NAME: "sid",
    PRIVATE_SUBNET: "subnet-1",
    SSH_KEY_NAME: "ops",
    PASSWORD_RESET_URL: "https://x/reset",
    TOKEN_TTL: "3600",
    AUTHOR: "me",
    MONKEY: "banana",
    DB_PASSWORD_SECRET_ID: "moodle/db",
    PUBLIC_KEY: "MIIBIjANBgkqhkiG9w0BAQ",
    CACHE_KEY: "users",
    PARTITION_KEY: "id",
    S3_KEY: "a/b.zip",
    PRIMARY_KEY: "id",
    SORT_KEY: "sk",
    TOKENIZER: "bpe",
    API_KEY_HEADER: "x-api-key",
    OAUTH_CLIENT_ID: "abcdef",
    ACCESS_KEY_ROTATION_DAYS: "90",
    LICENSE_KEY_SECRET_ARN: "arn:aws:secretsmanager:us-east-1:111122223333:secret:x",
    GPG_KEY_SERVER: "hkps://keys.openpgp.org",
    MAX_PASSWORD_LENGTH: "64",
    JWT_SECRET_PATH: "/run/secrets/jwt",
    NODE_OPTIONS: "--max-old-space-size=4096",
    PATH: "/usr/bin:/bin",
  });
});
bad(
  "user data of other kinds",
  {
    about: ["task-without-plain-secrets"],
    faults: ["task-without-plain-secrets: i", "task-without-plain-secrets: j", "task-without-plain-secrets: k"],
  },
  () => {
    make("aws:ec2:Instance", "i", {
      ami: "a",
      instanceType: "t3.micro",
      userData: "#cloud-config\nwrite_files:\n- path: /etc/app.env\n  content: |\n    DB_PASSWORD=hunter2\n",
    });
    make("aws:ec2:LaunchTemplate", "j", {
      userData: base64('<powershell>\n$env:DB_PASSWORD = "hunter2"\n</powershell>'),
    });
    make("aws:ec2:LaunchTemplate", "k", {
      userData: base64(
        "#!/bin/bash\necho 'hunter2' | passwd --stdin root\naws configure set aws_secret_access_key wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n",
      ),
    });
  },
);
bad(
  "vpn, directory, smb and others keep none; lightsail user data",
  { about: ["task-without-plain-secrets"], faults: ["task-without-plain-secrets: l"] },
  () =>
    make("aws:lightsail:Instance", "l", {
      availabilityZone: "a",
      blueprintId: "b",
      bundleId: "c",
      userData: "mysql -u root -phunter2 -e 'create database x'",
    }),
);
bad("athena and chatbot", { about: ["task-without-plain-secrets"], faults: ["task-without-plain-secrets: a"] }, () =>
  make("aws:cloudcontrol:Resource", "a", {
    typeName: "AWS::ECS::TaskDefinition",
    desiredState: JSON.stringify({
      ContainerDefinitions: [{ Name: "web", Image: "i", Environment: [{ Name: "DB_PASSWORD", Value: "hunter2" }] }],
    }),
  }),
);
bad("codebuild artifacts unencrypted", { about: ["engines-encrypted"], faults: ["engines-encrypted: p"] }, () =>
  make("aws:codebuild:Project", "p", {
    artifacts: { type: "S3", location: "b", encryptionDisabled: true },
    environment: { computeType: "BUILD_GENERAL1_SMALL", image: "i", type: "LINUX_CONTAINER" },
    serviceRole: "r",
    source: { type: "NO_SOURCE", buildspec: "version: 0.2" },
  }),
);
bad(
  "api cache unencrypted",
  { about: ["engines-encrypted"], faults: ["engines-encrypted: c", "engines-encrypted: m"] },
  () => {
    make("aws:apigateway:MethodSettings", "m", {
      restApi: "a",
      stageName: "s",
      methodPath: "*/*",
      settings: { cachingEnabled: true, cacheDataEncrypted: false },
    });
    make("aws:appsync:ApiCache", "c", {
      apiId: "a",
      apiCachingBehavior: "FULL_REQUEST_CACHING",
      type: "SMALL",
      ttl: 60,
      atRestEncryptionEnabled: false,
      transitEncryptionEnabled: false,
    });
  },
);
bad(
  "copies of snapshots and images unencrypted",
  { about: ["volumes-encrypted"], faults: ["volumes-encrypted: a", "volumes-encrypted: s"] },
  () => {
    make("aws:ebs:SnapshotCopy", "s", { sourceRegion: "us-west-2", sourceSnapshotId: "snap-1" });
    make("aws:ec2:AmiCopy", "a", { sourceAmiId: "ami-1", sourceAmiRegion: "us-west-2", name: "x" });
  },
);
bad("datasync to efs in plain text", { about: ["engines-encrypted"], faults: ["engines-encrypted: e"] }, () =>
  make("aws:datasync:EfsLocation", "e", {
    efsFileSystemArn: "x",
    ec2Config: { subnetArn: "s", securityGroupArns: [] },
    inTransitEncryption: "NONE",
  }),
);
bad("glue security configuration disabled", { about: ["engines-encrypted"], faults: ["engines-encrypted: g"] }, () =>
  make("aws:glue:SecurityConfiguration", "g", {
    encryptionConfiguration: {
      cloudwatchEncryption: { cloudwatchEncryptionMode: "DISABLED" },
      jobBookmarksEncryption: { jobBookmarksEncryptionMode: "DISABLED" },
      s3Encryption: { s3EncryptionMode: "DISABLED" },
    },
  }),
);
bad("workspace volumes unencrypted", { about: ["volumes-encrypted"], faults: ["volumes-encrypted: w"] }, () =>
  make("aws:workspaces:Workspace", "w", {
    bundleId: "b",
    directoryId: "d",
    userName: "u",
    rootVolumeEncryptionEnabled: false,
    userVolumeEncryptionEnabled: false,
  }),
);
bad("lattice listener http", { about: ["endpoints-tls"], faults: ["endpoints-tls: l"] }, () => {
  make("aws:vpclattice:Listener", "l", {
    protocol: "HTTP",
    serviceIdentifier: "s",
    defaultAction: { fixedResponse: { statusCode: 404 } },
  });
});
bad(
  "rds cluster snapshot copy, global cluster unencrypted",
  { about: ["database-encrypted"], faults: ["database-encrypted: g"] },
  () => make("aws:rds:GlobalCluster", "g", { globalClusterIdentifier: "g", engine: "aurora-mysql" }),
);
bad("s3 old style", { about: ["bucket-private"], faults: ["bucket-private: b"] }, () =>
  make("aws:s3:Bucket", "b", { acl: "public-read", website: { indexDocument: "index.html" } }),
);
bad("s3 old style acl", { about: ["bucket-private"], faults: ["bucket-private: b"] }, () => {
  const b = make("aws:s3:Bucket", "b", { acl: "public-read", versioning: { enabled: true } });
  make("aws:s3:BucketPublicAccessBlock", "k", {
    bucket: b.id,
    blockPublicAcls: false,
    blockPublicPolicy: true,
    ignorePublicAcls: false,
    restrictPublicBuckets: true,
  });
});
bad(
  "sqs and sns fifo plain",
  { about: ["messages-encrypted"], faults: ["messages-encrypted: q", "messages-encrypted: t"] },
  () => {
    make("aws:sqs:Queue", "q", { fifoQueue: true, sqsManagedSseEnabled: false });
    make("aws:sns:Topic", "t", { fifoTopic: true });
  },
);
bad(
  "efs unencrypted, ebs volume, fsx",
  {
    about: ["file-system-encrypted", "volumes-encrypted"],
    faults: ["file-system-encrypted: e", "volumes-encrypted: v"],
  },
  () => {
    make("aws:efs:FileSystem", "e", {});
    make("aws:ebs:Volume", "v", { availabilityZone: "us-east-1a", size: 10 });
  },
);
bad("image recipe volumes unencrypted", { about: ["volumes-encrypted"], faults: ["volumes-encrypted: r"] }, () =>
  make("aws:imagebuilder:ImageRecipe", "r", {
    name: "r",
    parentImage: "p",
    version: "1.0.0",
    components: [],
    blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: { encrypted: "false", volumeSize: 10 } }],
  }),
);
