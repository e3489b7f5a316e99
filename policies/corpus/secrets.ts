import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
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
  "user data with a secret of the program in it": () =>
    void new aws.ec2.LaunchTemplate("web", {
      userData: pulumi.secret("hunter2").apply((text) => encoded(`start ${text}`)),
    }),
  "a job's command": () =>
    void new aws.batch.JobDefinition("web", {
      type: "container",
      containerProperties: JSON.stringify({ image: "i", command: ["run", "--api-key=abcdef"] }),
    }),
};

const good: Readonly<Record<string, () => unknown>> = {
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
