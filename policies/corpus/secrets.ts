import * as aws from "@pulumi/aws";
import * as docker from "@pulumi/docker";
import * as dockerBuild from "@pulumi/docker-build";
import * as pulumi from "@pulumi/pulumi";
import { gzipSync } from "node:zlib";
import type { Entry } from "./corpus";

const rule = "task-without-plain-secrets";
const task = (container: object) => () =>
  void new aws.ecs.TaskDefinition("web", {
    family: "web",
    containerDefinitions: JSON.stringify([{ name: "web", image: "moodle", ...container }]),
  });
const variables = (all: Record<string, string>) =>
  task({ environment: Object.entries(all).map(([name, value]) => ({ name, value })) });
const encoded = (text: string) => Buffer.from(text).toString("base64");
const machine = (userData: string) => () => void new aws.ec2.Instance("web", { ami: "ami-1", userData });
const build = (buildspec: string) => () =>
  void new aws.codebuild.Project("web", {
    ...{ artifacts: { type: "NO_ARTIFACTS" }, serviceRole: "r", source: { type: "NO_SOURCE", buildspec } },
    environment: { computeType: "BUILD_GENERAL1_SMALL", image: "aws/codebuild/standard:7.0", type: "LINUX_CONTAINER" },
  });
const states = (Parameters: object) => () =>
  void new aws.sfn.StateMachine("web", {
    roleArn: "r",
    definition: JSON.stringify({
      StartAt: "Run",
      States: { Run: { Type: "Task", Resource: "arn:aws:states:::ecs:runTask.sync", Parameters, End: true } },
    }),
  });
const pipeline = (configuration: Record<string, string>) => () =>
  void new aws.codepipeline.Pipeline("web", {
    ...{ roleArn: "r", artifactStores: [{ location: "artifacts", type: "S3" }] },
    stages: [
      {
        name: "Source",
        actions: [
          { name: "Source", category: "Source", owner: "ThirdParty", provider: "GitHub", version: "1", configuration },
        ],
      },
    ],
  });

const webhook = (endpoint: string) => () =>
  void new aws.sns.TopicSubscription("web", { topic: "alarms", protocol: "https", endpoint });
const file = (content: string) => () => void new aws.s3.BucketObjectv2("web", { bucket: "files", content });
const edge = (code: string) => () => void new aws.cloudfront.Function("web", { runtime: "cloudfront-js-2.0", code });
const stack = (template: object) => () =>
  void new aws.cloudformation.Stack("web", { templateBody: JSON.stringify(template) });

const bad: Readonly<Record<string, () => unknown>> = {
  "a variable DB_PASSWORD": variables({ DB_PASSWORD: "hunter2" }),
  "an argument of a shell's command": task({
    command: ["/bin/sh", "-c", "/opt/entrypoint.sh", "--db-password 'hunter2'"],
  }),
  "an argument of the entry point": task({ entryPoint: ["php", "install.php", "--dbpass=hunter2"] }),
  "an address with user and password": variables({ DATABASE_URL: "mysql://moodle:hunter2@db.internal/moodle" }),
  "an address without a user": variables({ REDIS_URL: "rediss://:hunter2@cache.internal:6379/0" }),
  MOODLE_DBPASS: variables({ MOODLE_DBPASS: "hunter2" }),
  SMTP_PWD: variables({ SMTP_PWD: "hunter2" }),
  DB_PASS: variables({ DB_PASS: "hunter2" }),
  MYSQL_PWD: variables({ MYSQL_PWD: "hunter2" }),
  "a key of Amazon under a harmless name": variables({ BACKUP_USER: "AKIAIOSFODNN7EXAMPLE" }),
  "a private key under a harmless name": variables({ SIGNER: "-----BEGIN RSA PRIVATE KEY-----\nMIIE" }),
  "a generated text under a harmless name": variables({ APP_SEED: "k7Qm2Xz9Lp4Tb8Rw1Yc6Vn3Hd5Jf0Gs" }),
  "a connection text": variables({ CONNECTION: "Server=db.internal;Database=moodle;Uid=app;Pwd=hunter2" }),
  "Go's form of a data source": variables({ DSN: "moodle:hunter2@tcp(db.internal:3306)/moodle" }),
  "a password in a health check": task({ healthCheck: { command: ["CMD-SHELL", "mysqladmin ping -uroot -phunter2"] } }),
  "a password of redis-cli": task({ healthCheck: { command: ["CMD-SHELL", "redis-cli -a hunter2 ping"] } }),
  "a header of curl": task({
    command: ["curl", "-H", "Authorization: Bearer abcdef123456", "https://api.example.org"],
  }),
  "a token of a log driver": task({
    logConfiguration: { logDriver: "splunk", options: { "splunk-token": "2f1e9a77" } },
  }),
  "a label": task({ dockerLabels: { "traefik.auth.password": "hunter2" } }),
  "user data of a launch template": () =>
    void new aws.ec2.LaunchTemplate("web", {
      userData: encoded("#!/bin/bash\nexport DB_PASSWORD=hunter2\n/opt/start\n"),
    }),
  "user data of an instance": () =>
    void new aws.ec2.Instance("web", { ami: "ami-1", userData: "#!/bin/bash\nmysql -u root -phunter2 < dump.sql\n" }),
  "a variable of a function": () =>
    void new aws.lambda.Function("web", {
      role: "arn:aws:iam::1:role/r",
      environment: { variables: { apiKey: "abc" } },
    }),
  "an address in a function": () =>
    void new aws.lambda.Function("web", {
      role: "r",
      environment: { variables: { MONGO: "mongodb+srv://app:hunter2@cluster0.example.net" } },
    }),
  "a parameter that everybody reads": () =>
    void new aws.ssm.Parameter("web", { name: "/moodle/db/password", type: "String", value: "hunter2" }),
  "an address in a parameter": () =>
    void new aws.ssm.Parameter("web", {
      name: "/moodle/db/url",
      type: "String",
      value: "postgres://app:hunter2@db/moodle",
    }),
  "a variable of a build": () =>
    void new aws.codebuild.Project("web", {
      ...{
        artifacts: { type: "NO_ARTIFACTS" },
        serviceRole: "r",
        source: { type: "NO_SOURCE", buildspec: "version: 0.2" },
      },
      environment: {
        ...{ computeType: "BUILD_GENERAL1_SMALL", image: "aws/codebuild/standard:7.0", type: "LINUX_CONTAINER" },
        environmentVariables: [{ name: "DOCKERHUB_TOKEN", value: "dckr_pat_abc" }],
      },
    }),
  "an override of a scheduled task": () =>
    void new aws.cloudwatch.EventTarget("web", {
      ...{ rule: "nightly", arn: "arn:aws:ecs:us-east-1:111122223333:cluster/c" },
      input: JSON.stringify({
        containerOverrides: [{ name: "cron", command: ["php", "cron.php", "--token=abc123def"] }],
      }),
    }),
  "a value that the program marks as a secret": () =>
    void new aws.lambda.Function("web", {
      role: "r",
      environment: { variables: { GREETING: pulumi.secret("hello") } },
    }),
  "containers with a secret of the program in them": () =>
    void new aws.ecs.TaskDefinition("web", {
      family: "web",
      containerDefinitions: pulumi.jsonStringify([
        { name: "web", environment: [{ name: "X", value: pulumi.secret("hello") }] },
      ]),
    }),
  "a command with a secret of the program in it": () =>
    void new aws.ecs.TaskDefinition("web", {
      family: "web",
      containerDefinitions: pulumi.jsonStringify([{ name: "web", command: ["serve", pulumi.secret("hello")] }]),
    }),
  "a health check with a secret of the program in it": () =>
    void new aws.ecs.TaskDefinition("web", {
      family: "web",
      containerDefinitions: pulumi.jsonStringify([
        {
          name: "web",
          healthCheck: { command: ["CMD", "curl", pulumi.interpolate`http://localhost/?k=${pulumi.secret("hello")}`] },
        },
      ]),
    }),
  "user data with a secret of the program in it": () =>
    void new aws.ec2.LaunchTemplate("web", {
      userData: pulumi.secret("hunter2").apply((text) => encoded(`start ${text}`)),
    }),
  "a job's command": () =>
    void new aws.batch.JobDefinition("web", {
      type: "container",
      containerProperties: JSON.stringify({ image: "i", command: ["run", "--api-key=abcdef"] }),
    }),
  "a flag after one that takes no value": task({ command: ["serve", "--verbose", "--admin-password=hunter2"] }),
  "a property of a Java program": variables({ JAVA_OPTS: "-Xmx1g -Dspring.datasource.password=hunter2" }),
  "a document of JSON in a variable": variables({ APP_CONFIG: '{"db":{"host":"db","password":"hunter2"}}' }),
  "a document of YAML in a variable": variables({ APP_CONFIG: "db:\n  host: db\n  password: hunter2\n" }),
  "an address of Oracle": variables({ JDBC_URL: "jdbc:oracle:thin:app/hunter2@//db.internal:1521/app" }),
  "a statement of SQL": task({ command: ["mysql", "-e", "CREATE USER app IDENTIFIED BY 'hunter2'"] }),
  "a sign-in to a registry": machine("#!/bin/bash\ndocker login -u app -p hunter2 registry.example.org\n"),
  "a password for chpasswd": machine("#!/bin/bash\necho 'ubuntu:hunter2' | sudo chpasswd\n"),
  "cloud-init": machine("#cloud-config\npassword: hunter2\nchpasswd: { expire: false }\n"),
  "a file of cloud-init": machine(
    "#cloud-config\nwrite_files:\n  - path: /etc/app.env\n    content: |\n      DB_PASSWORD=hunter2\n",
  ),
  "an encoded file of cloud-init": machine(
    `#cloud-config\nwrite_files:\n  - path: /etc/app.env\n    encoding: b64\n    content: ${encoded("DB_PASSWORD=hunter2\n")}\n`,
  ),
  "packed user data": () =>
    void new aws.ec2.Instance("web", {
      ami: "ami-1",
      userDataBase64: gzipSync("#!/bin/sh\nexport DB_PASSWORD=hunter2\n").toString("base64"),
    }),
  "a machine of Lightsail": () =>
    void new aws.lightsail.Instance("web", {
      ...{ availabilityZone: "us-east-1a", blueprintId: "debian_12", bundleId: "micro_3_0" },
      userData: "export DB_PASSWORD=hunter2",
    }),
  "a build specification": build("version: 0.2\nenv:\n  variables:\n    NPM_TOKEN: abcdef123\nphases: {}\n"),
  "an action of a pipeline": pipeline({ Owner: "example", Repo: "site", OAuthToken: "0123456789abcdef" }),
  "an override of a task in a state machine": states({
    Overrides: { ContainerOverrides: [{ Name: "web", Environment: [{ Name: "DB_PASSWORD", Value: "hunter2" }] }] },
  }),
  "what a state machine hands to a function": states({ Payload: { apiKey: "abcdef123" } }),
  "a variable of a scheduled task": () =>
    void new aws.cloudwatch.EventTarget("web", {
      ...{ rule: "nightly", arn: "arn:aws:ecs:us-east-1:111122223333:cluster/c" },
      input: JSON.stringify({
        containerOverrides: [{ name: "cron", environment: [{ name: "DB_PASSWORD", value: "hunter2" }] }],
      }),
    }),
  "a connection of Glue": () =>
    void new aws.glue.Connection("web", {
      connectionProperties: { JDBC_CONNECTION_URL: "jdbc:mysql://db/app", USERNAME: "app", PASSWORD: "hunter2" },
    }),
  "a step of EMR": () =>
    void new aws.emr.Cluster("web", {
      ...{ releaseLabel: "emr-7.5.0", serviceRole: "r" },
      steps: [
        {
          ...{ name: "load", actionOnFailure: "CONTINUE" },
          hadoopJarStep: { jar: "command-runner.jar", args: ["spark-submit", "--db-password=hunter2"] },
        },
      ],
    }),
  ...Object.fromEntries(
    ["DB_PW", "BIND_PW", "ADMINPW", "MOODLE_SMTPPASS", "LDAP_BIND_CRED", "DEPLOY_KEY", "HMAC", "RESET_TOKEN"].map(
      (name) => [name, variables({ [name]: "hunter2" })],
    ),
  ),
  "a quoted password of mysqldump": task({ command: ["sh", "-c", 'mysqldump -u app -p"hunter2" moodle'] }),
  "a token in an address": task({
    healthCheck: { command: ["CMD-SHELL", "curl http://localhost/cron?token=hunter2"] },
  }),
  "a header with a key": task({ command: ["curl", "-H", "X-Api-Key: hunter2", "https://api.example.org"] }),
  "a tag": () => void new aws.lambda.Function("web", { role: "r", tags: { dbPassword: "hunter2" } }),
  "a webhook with a password": webhook("https://app:hunter2@hooks.example.org/alarm"),
  "a webhook with a token": webhook("https://hooks.example.org/alarm?token=hunter2"),
  "a file in a bucket": file("$CFG->dbtype = 'mysqli';\n$CFG->dbpass = 'hunter2';\n"),
  "variables in a bucket": file("DB_HOST=db\nDB_PASSWORD=hunter2\n"),
  "a function at the edge": edge('const token = "hunter2";\nfunction handler(event) { return event.request; }'),
  "a template of CloudFormation": stack({ Resources: { User: { Properties: { Password: "hunter2" } } } }),
  "an argument of a build by Docker": () =>
    void new docker.Image("web", { imageName: "web", build: { context: ".", args: { NPM_TOKEN: "hunter2" } } }),
  "an argument of a build by BuildKit": () =>
    void new dockerBuild.Image("web", { push: false, buildArgs: { NPM_TOKEN: "hunter2" } }),
  "a host of a container": task({ extraHosts: [{ hostname: "https://app:hunter2@db", ipAddress: "192.0.2.1" }] }),
  "a proxy of a task": () =>
    void new aws.ecs.TaskDefinition("web", {
      ...{ family: "web", containerDefinitions: "[]" },
      proxyConfiguration: { containerName: "envoy", properties: { ControlToken: "hunter2" } },
    }),
  "a list of keys in a parameter": () =>
    void new aws.ssm.Parameter("web", { name: "/app/api-keys", type: "StringList", value: "abc,def" }),
  "a share with a password as a volume": () =>
    void new aws.ecs.TaskDefinition("web", {
      family: "web",
      containerDefinitions: "[]",
      volumes: [
        {
          name: "share",
          dockerVolumeConfiguration: { driverOpts: { type: "cifs", o: "username=app,password=hunter2" } },
        },
      ],
    }),
};

const good: Readonly<Record<string, () => unknown>> = {
  "tags, a webhook without a password and files that read their secrets": () => {
    new aws.lambda.Function("tagged", { role: "r", tags: { Name: "password-reset", secretArn: "arn:aws:x" } });
    new dockerBuild.Image("image", {
      push: false,
      buildArgs: { PHP_VERSION: "8.4", NPM_TOKEN_FILE: "/run/secrets/npm" },
    });
    webhook("https://hooks.example.org/alarm?format=json")();
    file("$CFG->dbpass = getenv('DB_PASSWORD');\n$CFG->passwordpolicy = true;\n")();
    edge("function handler(event) { const token = event.request.headers.token; return { token: token.value }; }")();
    stack({ Resources: { User: { Properties: { Password: { Ref: "Password" } } } } })();
  },
  "secrets by reference": task({
    secrets: [{ name: "DB_PASSWORD", valueFrom: "arn:aws:secretsmanager:us-east-1:111122223333:secret:db:password::" }],
    environment: [{ name: "DB_SECRET_ARN", value: "arn:aws:secretsmanager:us-east-1:111122223333:secret:db" }],
  }),
  "an address without a password, a password file, ports and words": task({
    environment: [
      { name: "DATABASE_URL", value: "mysql://db.internal/moodle" },
      { name: "COMPASS", value: "1" },
      { name: "BYPASS_CACHE", value: "1" },
      { name: "MAX_TOKENS", value: "4096" },
      { name: "PASSWORD_MIN_SCORE", value: "3" },
      { name: "DB_PASSWORD_FILE", value: "/run/secrets/db" },
    ],
    command: ["serve", "--password-file", "/run/secret", "-p", "8080:80"],
  }),
  "references to variables": task({
    command: [
      "sh",
      "-c",
      'mysql -h db -u app -p"$DB_PASSWORD" && curl -u "app:${TOKEN}" https://api && start --token=$TOKEN',
    ],
    environment: [{ name: "DATABASE_URL", value: "mysql://app:${DB_PASSWORD}@db/moodle" }],
  }),
  "user data that fetches the secret": () =>
    void new aws.ec2.LaunchTemplate("web", {
      userData: encoded(
        "#!/bin/bash\nDB_PASSWORD=$(aws secretsmanager get-secret-value --secret-id db --query SecretString)\necho ECS_CLUSTER=main >> /etc/ecs/ecs.config\n",
      ),
    }),
  "a SecureString": () =>
    void new aws.ssm.Parameter("web", { name: "/moodle/db/password", type: "SecureString", value: "hunter2" }),
  "a parameter without a secret": () =>
    void new aws.ssm.Parameter("web", { name: "/moodle/image", type: "String", value: "moodle:5.1" }),
  "references of a build": () =>
    void new aws.codebuild.Project("web", {
      ...{
        artifacts: { type: "NO_ARTIFACTS" },
        serviceRole: "r",
        source: { type: "GITHUB", location: "https://github.com/example/moodle.git" },
      },
      environment: {
        ...{ computeType: "BUILD_GENERAL1_SMALL", image: "aws/codebuild/standard:7.0", type: "LINUX_CONTAINER" },
        environmentVariables: [{ name: "DOCKERHUB_TOKEN", value: "dockerhub:token", type: "SECRETS_MANAGER" }],
      },
    }),
  "references of a build specification": build(
    "version: 0.2\nenv:\n  secrets-manager:\n    NPM_TOKEN: npm:token\n  parameter-store:\n    DB_PASSWORD: database\nphases:\n  build:\n    commands:\n      - npm ci\n",
  ),
  "paths of a state machine": states({ Payload: { "apiKey.$": "$.key", token: "{% $states.input.token %}" } }),
  "a connection of a pipeline": pipeline({
    ConnectionArn: "arn:aws:codeconnections:us-east-1:111122223333:connection/1",
    FullRepositoryId: "example/site",
  }),
  "a public key and a checksum": variables({
    JWT_PUBLIC_KEY: "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAu1SU1LfVLPHCozMxH2Mo",
    IMAGE_DIGEST: "k7Qm2Xz9Lp4Tb8Rw1Yc6Vn3Hd5Jf0Gs",
    CONTEXT_TOKENS: "200000",
  }),
  "flags about passwords": task({
    command: ["serve", "--password-stdin", "--token-ttl", "3600", "--secret-name=db", "--auth=none", "--password"],
  }),
  "cloud-init without a password": machine(
    "#cloud-config\nssh_pwauth: false\nchpasswd: { expire: false }\nusers:\n  - name: app\n    lock_passwd: true\npackages:\n  - nginx\n",
  ),
  "a connection of Glue to a secret": () =>
    void new aws.glue.Connection("web", {
      connectionProperties: { JDBC_CONNECTION_URL: "jdbc:mysql://db/app", SECRET_ID: "app/db" },
    }),
};

export const secretEntries: readonly Entry[] = [
  ...Object.entries(bad).map(([what, program]): Entry => ({
    ...{ name: `a secret in the open: ${what}`, style: "tutorial", program, about: [rule] },
    faults: [`${rule}: web`],
  })),
  ...Object.entries(good).map(([what, program]): Entry => ({
    ...{ name: `no secret in the open: ${what}`, style: "tutorial", program, about: [rule] },
  })),
  {
    name: "a generated password in a container, before and after it is made",
    style: "pulumi/examples",
    program: () => {
      const password = new aws.secretsmanager.SecretVersion("password", { secretId: "db", secretString: "x" });
      new aws.ecs.TaskDefinition("web", {
        family: "web",
        containerDefinitions: password.id.apply((value) =>
          JSON.stringify([{ name: "web", environment: [{ name: "DB_PASSWORD", value }] }]),
        ),
      });
    },
    about: [rule],
    open: [`${rule}: web`],
    later: [`${rule}: web`],
  },
  {
    name: "a secret in a task of Pulumi YAML",
    style: "pulumi/examples",
    program: `
resources:
  web:
    type: aws:ecs:TaskDefinition
    properties:
      family: web
      containerDefinitions:
        fn::toJSON:
          - name: web
            environment:
              - { name: DATABASE_URL, value: "postgres://app:hunter2@db/app" }
`,
    about: [rule],
    faults: [`${rule}: web`],
  },
];
