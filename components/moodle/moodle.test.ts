import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { build, type Built, type BuildOptions, settled } from "../../testing/build";
import type { Cache } from "../cache/cache";
import type { Cluster } from "../cluster/cluster";
import type { Database } from "../database/database";
import type { Image } from "../image/image";
import type { LoadBalancer } from "../load-balancer/loadBalancer";
import type { Network } from "../network/network";
import type { PrivateBucket } from "../storage/bucket";
import type { SharedFiles } from "../storage/sharedFiles";
import type { MoodleArgs } from "./arguments";
import { Moodle } from "./moodle";

/** Fails to compile when a component no longer offers what Moodle takes from it. */
export type FromComponents = Satisfies<{
  network: Network;
  cluster: Cluster;
  image: Image;
  database: Database;
  sessions: Cache;
  cache: Cache;
  sharedFiles: SharedFiles;
  configurationBucket: PrivateBucket;
  objectsBucket: PrivateBucket;
  loadBalancer: LoadBalancer;
}>;
type Satisfies<T extends Partial<MoodleArgs>> = T;

class FakeLoadBalancer extends pulumi.ComponentResource {
  readonly securityGroupId = "sg-alb";
  readonly arnSuffix = "app/site/1";
  readonly targetGroupArn = "arn:targets";
  readonly targetGroupArnSuffix = "targetgroup/site/2";
  constructor() {
    super("test:index:LoadBalancer", "lb");
  }
}

const efs = {
  kind: "efs",
  fileSystemId: "fs-1",
  accessPointId: "fsap-1",
  fileSystemArn: "arn:fs",
  accessPointArn: "arn:ap",
} as const;

const base: Omit<MoodleArgs, "loadBalancer"> = {
  environment: "prod",
  domain: "moodle.example.ac.uk",
  region: "eu-west-2",
  network: { vpcId: "vpc-1", cidr: "10.0.0.0/16", applicationSubnetIds: ["subnet-1", "subnet-2", "subnet-3"] },
  cluster: {
    clusterArn: "arn:aws:ecs:eu-west-2:123456789012:cluster/prod-cluster",
    clusterName: "cluster-1",
    capacityProviderName: "capacity-1",
    launchKind: "ec2",
    architecture: "arm64",
    execLogGroupArn: "arn:exec-log",
    localCacheHostPath: "/var/cache/moodle",
  },
  image: { imageUri: "repository@sha256:abc", pullArns: ["arn:repository"] },
  database: {
    endpoint: "writer",
    readerEndpoint: "reader",
    databaseName: "moodle",
    applicationSecretArn: "arn:app",
    masterSecretArn: "arn:master",
    securityGroupId: "sg-database",
  },
  sessions: { primaryEndpoint: "sessions", authSecretArn: "arn:sessions", securityGroupId: "sg-sessions" },
  cache: { primaryEndpoint: "cache", authSecretArn: "arn:cache", securityGroupId: "sg-cache" },
  sharedFiles: { mount: efs, securityGroupId: "sg-efs" },
  configurationBucket: { bucketName: "configuration", arn: "arn:configuration" },
  objectsBucket: { bucketName: "objects", arn: "arn:objects" },
  edge: { kind: "cloudfront" },
  limits: { requestTimeoutSeconds: 60, uploadMaxMb: 100 },
  web: {
    cpu: 1024,
    memoryMib: 3072,
    minTasks: 3,
    maxTasks: 12,
    requestsPerTarget: 600,
    cpuTargetPercent: 50,
    phpMaxChildren: 30,
  },
  cron: { cpu: 512, memoryMib: 2048 },
  adhoc: { cpu: 512, memoryMib: 2048, minTasks: 1, maxTasks: 4, concurrency: 2 },
  adminEmail: "admin@example.ac.uk",
  mail: { kind: "none" },
  kmsKeyArn: "arn:key",
  logRetentionDays: 90,
};

const make = (changes: Partial<MoodleArgs> = {}, options: BuildOptions = {}): Promise<Built<Moodle>> =>
  build((opts) => new Moodle("moodle", { ...base, loadBalancer: new FakeLoadBalancer(), ...changes }, opts), options);

const statements = (built: Built<Moodle>, policy: string): Record<string, any> =>
  Object.fromEntries(JSON.parse(built.get(policy).inputs["policy"]).Statement.map((s: any) => [s.Sid, s]));

describe("Moodle", () => {
  let made: Built<Moodle>;
  before(async () => {
    made = await make();
  });

  it("opens each further way out to its ranges, and to nobody else", async () => {
    const { resources } = await make({
      outbound: [
        { ports: 636, cidrs: ["10.9.0.0/16", "192.0.2.7/32"], description: "Campus directory (LDAPS)" },
        { ports: "50000-50010", cidrs: ["10.9.8.0/24"], description: "Enrolment database" },
      ],
    });
    const rules = resources
      .filter(({ name }) => name.startsWith("moodle-outbound-"))
      .map(({ type, name, inputs: { ipProtocol, fromPort, toPort, cidrIpv4, description } }) =>
        [type.split(":")[2], name, ipProtocol, fromPort, toPort, cidrIpv4, description].join(" "),
      );
    assert.deepEqual(rules, [
      "SecurityGroupEgressRule moodle-outbound-636-10.9.0.0-16 tcp 636 636 10.9.0.0/16 Campus directory (LDAPS)",
      "SecurityGroupEgressRule moodle-outbound-636-192.0.2.7-32 tcp 636 636 192.0.2.7/32 Campus directory (LDAPS)",
      "SecurityGroupEgressRule moodle-outbound-50000-50010-10.9.8.0-24 tcp 50000 50010 10.9.8.0/24 Enrolment database",
    ]);
  });

  it("is exactly these resources", async () => {
    const { identities } = made;
    assert.deepEqual(
      identities,
      [
        "moodle:moodle:Moodle::moodle",
        ...["config-php", "nginx-conf", "php-ini"].map((f) => `aws:s3/bucketObjectv2:BucketObjectv2::moodle-${f}`),
        ...["web", "cron", "adhoc", "install", "upgrade"].flatMap((role) => [
          `aws:cloudwatch/logGroup:LogGroup::moodle-${role}-logs`,
          `aws:ecs/taskDefinition:TaskDefinition::moodle-${role}-task`,
        ]),
        ...["execution", "install-execution", "task"].flatMap((role) => [
          `aws:iam/role:Role::moodle-${role}-role`,
          `aws:iam/rolePolicy:RolePolicy::moodle-${role}-policy`,
        ]),
        "random:index/randomPassword:RandomPassword::moodle-administrator",
        "aws:secretsmanager/secret:Secret::moodle-administrator",
        "aws:secretsmanager/secretVersion:SecretVersion::moodle-administrator",
        "aws:ec2/securityGroup:SecurityGroup::moodle-task-security-group",
        ...["load-balancer", "database", "sessions", "cache", "shared-files"].flatMap((path) => [
          `aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule::moodle-${path}-egress`,
          `aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule::moodle-${path}-ingress`,
        ]),
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule::moodle-internet-443",
        ...["web", "cron", "adhoc"].flatMap((role) => [
          `moodle:moodle:Service::moodle-${role}`,
          `aws:ecs/service:Service::moodle-${role}-service`,
        ]),
        ...["web", "adhoc"].flatMap((role) => [
          `aws:appautoscaling/target:Target::moodle-${role}-scaling`,
          `aws:appautoscaling/policy:Policy::moodle-${role}-cpu`,
        ]),
        "aws:appautoscaling/policy:Policy::moodle-web-requests",
        "aws:appautoscaling/policy:Policy::moodle-adhoc-oldest-task",
        "aws:cloudwatch/metricAlarm:MetricAlarm::moodle-adhoc-oldest-task-alarm",
      ].sort(),
    );
  });

  it("spreads the web service over the subnets and scales it without the program's interference", async () => {
    const { get } = made;
    const { inputs, options } = get("moodle-web-service");
    assert.equal(inputs["desiredCount"], 3);
    assert.deepEqual(options.ignoreChanges, ["taskDefinition", "desiredCount"]);
    assert.deepEqual(inputs["networkConfiguration"].subnets, ["subnet-1", "subnet-2", "subnet-3"]);
    assert.equal(inputs["networkConfiguration"].assignPublicIp, false);
    assert.deepEqual(inputs["capacityProviderStrategies"], [{ capacityProvider: "capacity-1", weight: 1, base: 0 }]);
    assert.deepEqual(inputs["orderedPlacementStrategies"], [
      { type: "spread", field: "attribute:ecs.availability-zone" },
      { type: "binpack", field: "memory" },
    ]);
    assert.deepEqual(inputs["deploymentCircuitBreaker"], { enable: true, rollback: true });
    assert.deepEqual(inputs["loadBalancers"], [
      { targetGroupArn: "arn:targets", containerName: "nginx", containerPort: 8080 },
    ]);
    assert.equal(inputs["healthCheckGracePeriodSeconds"], 120);
    assert.equal(inputs["availabilityZoneRebalancing"], "ENABLED");
    assert.equal(inputs["propagateTags"], "SERVICE");
    assert.equal(inputs["enableEcsManagedTags"], true);
    assert.equal(inputs["enableExecuteCommand"], false);
    assert.equal(inputs["waitForSteadyState"], true);
    const dependencies = options.dependsOn as pulumi.Resource[];
    assert.equal(dependencies.length, 4);
    assert.ok(dependencies.some((resource) => resource instanceof FakeLoadBalancer));
  });

  it("runs one cron task and never two", async () => {
    const { get } = made;
    const { inputs, options } = get("moodle-cron-service");
    assert.equal(inputs["desiredCount"], 1);
    assert.equal(inputs["deploymentMaximumPercent"], 100);
    assert.equal(inputs["deploymentMinimumHealthyPercent"], 0);
    assert.equal(inputs["availabilityZoneRebalancing"], "DISABLED");
    assert.deepEqual(options.ignoreChanges, ["taskDefinition"]);
    assert.equal("loadBalancers" in inputs, false);
  });

  it("scales on requests and CPU, out fast and in slowly", async () => {
    const { get } = made;
    const target = get("moodle-web-scaling").inputs;
    assert.equal(target["minCapacity"], 3);
    assert.equal(target["maxCapacity"], 12);
    assert.match(target["resourceId"], /^service\/cluster-1\//);
    const requests = get("moodle-web-requests").inputs["targetTrackingScalingPolicyConfiguration"];
    assert.deepEqual(requests.predefinedMetricSpecification, {
      predefinedMetricType: "ALBRequestCountPerTarget",
      resourceLabel: "app/site/1/targetgroup/site/2",
    });
    assert.equal(requests.targetValue, 600);
    assert.equal(get("moodle-web-cpu").inputs["targetTrackingScalingPolicyConfiguration"].targetValue, 50);
    for (const policy of ["moodle-web-requests", "moodle-web-cpu", "moodle-adhoc-cpu"]) {
      const { scaleInCooldown, scaleOutCooldown } = get(policy).inputs["targetTrackingScalingPolicyConfiguration"];
      assert.ok(scaleInCooldown >= 900 && scaleOutCooldown <= 60, policy);
    }
  });

  it("adds ad-hoc workers while the oldest task waits, and only where there may be more", async () => {
    const { get } = made;
    const alarm = get("moodle-adhoc-oldest-task-alarm").inputs;
    assert.deepEqual(
      [alarm["namespace"], alarm["metricName"], alarm["threshold"], alarm["treatMissingData"]],
      ["Moodle", "OldestAdhocTaskAge", 300, "notBreaching"],
    );
    const { stepAdjustments } = get("moodle-adhoc-oldest-task").inputs["stepScalingPolicyConfiguration"];
    assert.deepEqual(
      stepAdjustments.map((step: any) => step.scalingAdjustment),
      [1, 2],
    );
    const fixed = await make({ adhoc: { ...base.adhoc, minTasks: 2, maxTasks: 2 } });
    assert.equal(fixed.ofType("aws:cloudwatch/metricAlarm:MetricAlarm").length, 0);
  });

  it("leaves to a schedule what the schedule sets", async () => {
    const ignored = (built: Built<Moodle>, name: string) => built.get(name).options.ignoreChanges;
    assert.equal(ignored(made, "moodle-web-scaling"), undefined);
    const floor = await make({ schedule: "floor" });
    assert.deepEqual(ignored(floor, "moodle-web-scaling"), ["minCapacity"]);
    assert.equal(ignored(floor, "moodle-adhoc-scaling"), undefined);
    const stop = await make({ schedule: "stop" });
    for (const role of ["web", "adhoc", "cron"]) {
      assert.deepEqual(ignored(stop, `moodle-${role}-scaling`), ["minCapacity", "maxCapacity"]);
    }
    assert.deepEqual(ignored(stop, "moodle-cron-service"), ["taskDefinition", "desiredCount"]);
    assert.deepEqual(
      [stop.get("moodle-cron-scaling").inputs["minCapacity"], stop.get("moodle-cron-scaling").inputs["maxCapacity"]],
      [1, 1],
    );
  });

  it("lets a task protect tasks of its own cluster, and no other's", () => {
    assert.deepEqual(statements(made, "moodle-task-policy").ProtectJobs, {
      Sid: "ProtectJobs",
      Effect: "Allow",
      Action: ["ecs:UpdateTaskProtection"],
      Resource: ["arn:aws:ecs:eu-west-2:123456789012:task/prod-cluster/*"],
    });
  });

  it("registers each role's task with its role's rights", async () => {
    const { get } = made;
    for (const role of ["web", "cron", "adhoc", "install", "upgrade"]) {
      const { inputs } = get(`moodle-${role}-task`);
      assert.equal(inputs["family"], `moodle-${role}`);
      assert.equal(inputs["networkMode"], "awsvpc");
      assert.deepEqual(inputs["requiresCompatibilities"], ["EC2"]);
      assert.deepEqual(inputs["runtimePlatform"], { operatingSystemFamily: "LINUX", cpuArchitecture: "ARM64" });
      assert.match(
        inputs["executionRoleArn"],
        role === "install" ? /:moodle-install-execution-role$/ : /:moodle-execution-role$/,
      );
      assert.match(inputs["taskRoleArn"], /:moodle-task-role$/);
    }
    const variables = (role: string) =>
      JSON.parse(get(`moodle-${role}-task`).inputs["containerDefinitions"])[0].environment.map((v: any) => v.name);
    assert.ok(variables("adhoc").includes("MOODLE_ADHOC_RUNNERS"));
    assert.ok(variables("install").includes("MOODLE_ADMIN_EMAIL"));
    assert.equal(variables("web").includes("MOODLE_ADMIN_EMAIL"), false);
  });

  it("binds tasks to an architecture on Fargate, and on instances only where the image is for one", async () => {
    const platform = async (launchKind: "ec2" | "fargate", forEveryArchitecture: boolean) => {
      const { get } = await make({
        cluster: {
          ...base.cluster,
          launchKind,
          architecture: "x86_64",
          ...(launchKind === "fargate" && { localCacheHostPath: undefined }),
        } as MoodleArgs["cluster"],
        image: { ...base.image, forEveryArchitecture },
      });
      return ["web", "cron", "adhoc", "install", "upgrade"].map(
        (role) => get(`moodle-${role}-task`).inputs["runtimePlatform"] as unknown,
      );
    };
    const bound = Array.from({ length: 5 }, () => ({ operatingSystemFamily: "LINUX", cpuArchitecture: "X86_64" }));
    assert.deepEqual(await platform("ec2", true), Array.from({ length: 5 }));
    assert.deepEqual(await platform("ec2", false), bound);
    assert.deepEqual(await platform("fargate", true), bound);
  });

  it("tells every task but that of the first installation that files are in the bucket, with nothing to sign", async () => {
    const built = await make({ objectFiles: { keyPrefix: "objectfs/", region: "eu-west-2" } });
    const told = async (role: string) =>
      JSON.stringify(
        await settled(pulumi.output(built.get(`moodle-${role}-task`).inputs["containerDefinitions"])),
      ).includes("MOODLE_CUSTOM_FILES_IN_BUCKET");
    for (const role of ["web", "cron", "adhoc", "upgrade"]) assert.equal(await told(role), true, role);
    assert.equal(await told("install"), false);
    assert.ok(!JSON.stringify(statements(built, "moodle-execution-policy")["ReadSecrets"]).includes("key"));
  });

  it("lets tasks of before a release find the key of files that a rotation has replaced", async () => {
    const signedFiles = {
      address: "https://moodle.example.org/objectfs",
      keyPrefix: "objectfs/",
      otherOrigin: false,
      region: "eu-west-2",
      minimumKb: 64,
      keyPairId: "K1",
      privateKeySecretArn: "arn:new-key",
      formerPrivateKeySecretArn: "arn:old-key",
    };
    const built = await make({ signedFiles });
    const secrets = ["arn:app", "arn:sessions", "arn:cache", "arn:new-key", "arn:old-key"];
    assert.deepEqual(statements(built, "moodle-execution-policy")["ReadSecrets"].Resource, secrets);
  });

  it("lets execution roles read exactly their secrets, and Moodle none", async () => {
    const built = made;
    assert.deepEqual(statements(built, "moodle-execution-policy")["ReadSecrets"].Resource, [
      "arn:app",
      "arn:sessions",
      "arn:cache",
    ]);
    assert.deepEqual(statements(built, "moodle-install-execution-policy")["ReadSecrets"].Resource, [
      "arn:app",
      "arn:sessions",
      "arn:cache",
      "arn:master",
      await settled(built.component.administratorSecretArn),
    ]);
    assert.deepEqual(statements(built, "moodle-execution-policy")["PullTheImage"].Resource, ["arn:repository"]);
    const task = statements(built, "moodle-task-policy");
    assert.equal(JSON.stringify(task).includes("secretsmanager"), false);
    assert.deepEqual(task["ReadConfiguration"].Resource, ["arn:configuration/moodle/*"]);
    assert.deepEqual(task["MountSharedFiles"].Resource, ["arn:fs"]);
    assert.deepEqual(task["MountSharedFiles"].Condition, {
      StringEquals: { "elasticfilesystem:AccessPointArn": "arn:ap" },
    });
    assert.equal("ExecChannels" in task, false);
  });

  describe("with a mail server", () => {
    const mail = {
      kind: "smtp",
      host: "smtp.example.ac.uk",
      port: 465,
      security: "ssl",
      cidrs: ["192.0.2.25/32", "198.51.100.0/24"],
      sender: "noreply@moodle.example.ac.uk",
    } as const;
    const signIn = { secretArn: "arn:smtp", secretKeyArn: "arn:smtp-key" };
    const containers = (built: Built<Moodle>, role: string): any[] =>
      JSON.parse(built.get(`moodle-${role}-task`).inputs["containerDefinitions"]);
    const everyRole = ["web", "cron", "adhoc", "install", "upgrade"];

    it("tells all five task definitions of the server, and gives user and password to what runs PHP", async () => {
      const built = await make({ mail: { ...mail, ...signIn } });
      for (const role of everyRole) {
        for (const { name, environment, secrets } of containers(built, role)) {
          const plain = Object.fromEntries(environment.map((v: any) => [v.name, v.value]));
          assert.deepEqual(
            [plain.MOODLE_SMTP_HOST, plain.MOODLE_SMTP_SECURITY, plain.MOODLE_MAIL_SENDER],
            ["smtp.example.ac.uk:465", "ssl", "noreply@moodle.example.ac.uk"],
          );
          assert.ok(!("MOODLE_SMTP_USER" in plain) && !("MOODLE_SMTP_PASSWORD" in plain));
          assert.deepEqual(
            secrets.filter((s: any) => s.name.startsWith("MOODLE_SMTP_")),
            name === "nginx"
              ? []
              : [
                  { name: "MOODLE_SMTP_PASSWORD", valueFrom: "arn:smtp:password::" },
                  { name: "MOODLE_SMTP_USER", valueFrom: "arn:smtp:user::" },
                ],
            `${role} ${name}`,
          );
        }
      }
      for (const policy of ["moodle-execution-policy", "moodle-install-execution-policy"]) {
        const { ReadSecrets, DecryptSecrets } = statements(built, policy);
        assert.ok(ReadSecrets.Resource.includes("arn:smtp"), policy);
        assert.deepEqual(DecryptSecrets.Resource, ["arn:key", "arn:smtp-key"]);
      }
      assert.equal(JSON.stringify(statements(built, "moodle-task-policy")).includes("ses:"), false);
    });

    it("opens the server's port to its addresses, and no other port for mail", async () => {
      const built = await make({ mail });
      const open = built
        .ofType("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")
        .filter(({ inputs }) => inputs["cidrIpv4"] !== undefined)
        .map(({ inputs }) => [inputs["fromPort"], inputs["toPort"], inputs["cidrIpv4"]]);
      assert.deepEqual(open, [
        [443, 443, "0.0.0.0/0"],
        [465, 465, "192.0.2.25/32"],
        [465, 465, "198.51.100.0/24"],
      ]);
    });

    it("asks for no secret of a relay without a sign-in", async () => {
      const built = await make({ mail });
      for (const role of everyRole) {
        assert.equal(JSON.stringify(containers(built, role)).includes("MOODLE_SMTP_USER"), false);
      }
      assert.deepEqual(statements(built, "moodle-execution-policy")["DecryptSecrets"].Resource, ["arn:key"]);
    });

    it("lets the tasks send by SES as the one sender, without a secret", async () => {
      const built = await make({
        mail: {
          kind: "ses",
          configurationSetName: "prod-mail",
          configurationSetArn: "arn:set",
          identityArns: "arn:identity/*",
          sender: "noreply@moodle.example.ac.uk",
        },
      });
      assert.deepEqual(statements(built, "moodle-task-policy")["SendMail"], {
        Sid: "SendMail",
        Effect: "Allow",
        Action: ["ses:SendEmail", "ses:SendRawEmail"],
        Resource: ["arn:identity/*", "arn:set"],
        Condition: { StringEquals: { "ses:FromAddress": "noreply@moodle.example.ac.uk" } },
      });
      assert.equal(JSON.stringify(containers(built, "cron")).includes("MOODLE_SMTP"), false);
    });
  });

  it("gives the first administrator's password to install alone, as a secret and encrypted by the stack's key", async () => {
    const { get, ofType, component } = await make({ exec: true });
    const arn = (await settled(component.administratorSecretArn))!;
    const [kept, ...more] = ofType("aws:secretsmanager/secret:Secret");
    assert.deepEqual([kept!.inputs["kmsKeyId"], kept!.inputs["recoveryWindowInDays"], more.length], ["arn:key", 30, 0]);
    const naming = (type: string, field: string) =>
      ofType(type)
        .filter(({ inputs }) => String(inputs[field]).includes(arn))
        .map(({ name }) => name);
    assert.deepEqual(naming("aws:iam/rolePolicy:RolePolicy", "policy"), ["moodle-install-execution-policy"]);
    assert.deepEqual(naming("aws:ecs/taskDefinition:TaskDefinition", "containerDefinitions"), ["moodle-install-task"]);
    const [container] = JSON.parse(get("moodle-install-task").inputs["containerDefinitions"]);
    assert.ok(
      container.secrets.some((s: any) => s.name === "MOODLE_ADMIN_PASSWORD" && s.valueFrom === `${arn}:password::`),
    );
    // No other role may read it in another way.
    for (const { name, inputs } of ofType("aws:iam/rolePolicy:RolePolicy")) {
      for (const { Action, Resource } of JSON.parse(inputs["policy"]).Statement) {
        const reads = [Action].flat().some((action: string) => /^(\*|secretsmanager:)/.test(action));
        assert.equal(reads && [Resource].flat().some((resource: string) => resource.includes("*")), false, name);
      }
    }
  });

  it("generates a password that Moodle's default policy takes", async () => {
    const password = made.ofType("random:index/randomPassword:RandomPassword")[0]!.inputs;
    // https://docs.moodle.org/501/en/Site_security_settings#Password_policy: 8 characters, of each kind one.
    assert.ok(password["length"] >= 8 && password["minLower"] >= 1 && password["minUpper"] >= 1);
    assert.ok(password["minNumeric"] >= 1);
    const built = await make(
      {},
      { outputs: { "random:index/randomPassword:RandomPassword": () => ({ result: pulumi.secret("abcDEF123") }) } },
    );
    const [version] = built.ofType("aws:secretsmanager/secretVersion:SecretVersion");
    // Marked as secret, even here.
    assert.deepEqual(JSON.parse(version!.inputs["secretString"].value), { username: "admin", password: "abcDEF123-" });
  });

  it("tells install who administers the site, and gives out no address that was not meant for it", async () => {
    const variables = (built: Built<Moodle>, role: string): Record<string, string> =>
      Object.fromEntries(
        JSON.parse(built.get(`moodle-${role}-task`).inputs["containerDefinitions"])[0].environment.map((v: any) => [
          v.name,
          v.value,
        ]),
      );
    const plain = variables(made, "install");
    assert.equal(plain["MOODLE_ADMIN_EMAIL"], "admin@example.ac.uk");
    assert.equal("MOODLE_SUPPORT_EMAIL" in plain, false);
    const built = await make({ supportEmail: "help@example.ac.uk", siteName: "Learn", timeZone: "Asia/Tokyo" });
    const given = variables(built, "install");
    assert.equal(given["MOODLE_SUPPORT_EMAIL"], "help@example.ac.uk");
    assert.equal(given["MOODLE_SITE_NAME"], "Learn");
    for (const role of ["web", "cron", "adhoc", "install", "upgrade"]) {
      assert.equal(variables(built, role)["MOODLE_TIME_ZONE"], "Asia/Tokyo", role);
    }
  });

  it("allows exec only when asked", async () => {
    const built = await make({ exec: true });
    const task = statements(built, "moodle-task-policy");
    assert.deepEqual(task["ExecWriteLog"].Resource, ["arn:exec-log:*"]);
    assert.equal(built.get("moodle-web-service").inputs["enableExecuteCommand"], true);
  });

  it("uses * only where AWS has no resource to name", async () => {
    const built = await make({ exec: true });
    const open = ["moodle-execution-policy", "moodle-install-execution-policy", "moodle-task-policy"].flatMap(
      (policy) => Object.values(statements(built, policy)).filter((s: any) => [s.Resource].flat().includes("*")),
    );
    assert.deepEqual([...new Set(open.map((s: any) => s.Sid))].sort(), [
      "ExecChannels",
      "ExecFindLogGroup",
      "LogInToTheRegistry",
    ]);
  });

  it("uploads the three files that the version names", async () => {
    const { component, get } = made;
    for (const [name, file] of [
      ["php-ini", "php.ini"],
      ["nginx-conf", "nginx.conf"],
      ["config-php", "config.php"],
    ]) {
      const { inputs, options } = get(`moodle-${name}`);
      assert.equal(inputs["bucket"], "configuration");
      assert.equal(inputs["key"], `moodle/generated/${component.configurationVersion}/${file}`);
      assert.equal(options.retainOnDelete, true, "a task of before may start again");
    }
    assert.ok(get("moodle-web-task").inputs["containerDefinitions"].includes(component.configurationVersion));
    const other = await make({ limits: { requestTimeoutSeconds: 90, uploadMaxMb: 100 } });
    assert.notEqual(other.component.configurationVersion, component.configurationVersion);
  });

  it("opens these paths and no other", async () => {
    const built = made;
    const group = built.get("moodle-task-security-group");
    assert.equal("ingress" in group.inputs || "egress" in group.inputs, false);
    const ingress = built.ofType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule");
    const id = "moodle-task-security-group-id";
    assert.deepEqual(
      ingress.map(({ inputs }) => [inputs["referencedSecurityGroupId"], inputs["securityGroupId"], inputs["toPort"]]),
      [
        ["sg-alb", id, 8080],
        [id, "sg-database", 3306],
        [id, "sg-sessions", 6379],
        [id, "sg-cache", 6379],
        [id, "sg-efs", 2049],
      ],
    );
  });

  it("runs on Fargate and on an NFS mount of the instances", async () => {
    const fargate = await make({
      cluster: { ...base.cluster, launchKind: "fargate", localCacheHostPath: undefined },
    });
    assert.deepEqual(fargate.get("moodle-web-task").inputs["requiresCompatibilities"], ["FARGATE"]);
    assert.equal("orderedPlacementStrategies" in fargate.get("moodle-web-service").inputs, false);

    const nfs = await make({
      cluster: { ...base.cluster, sharedFilesHostPath: "/mnt/moodledata" },
      sharedFiles: { mount: { kind: "nfs" } },
    });
    assert.equal("MountSharedFiles" in statements(nfs, "moodle-task-policy"), false);
    assert.equal(
      nfs.identities.some((identity) => identity.includes("shared-files")),
      false,
    );
    const volumes = nfs.get("moodle-web-task").inputs["volumes"];
    assert.deepEqual(volumes.at(-1), { name: "moodledata", hostPath: "/mnt/moodledata" });
  });

  it("makes everything a child of its component", async () => {
    const { component, resources } = made;
    for (const { name, type, options } of resources) {
      if (type === "moodle:moodle:Moodle") {
        continue;
      }
      const expected = /-(service|scaling|cpu|requests|oldest-task|oldest-task-alarm)$/.test(name)
        ? "moodle:moodle:Service"
        : undefined;
      assert.ok(expected === undefined ? options.parent === component : options.parent !== component, name);
    }
  });

  it("plans the same resources in a preview", async () => {
    const update = made;
    const preview = await make({}, { preview: true });
    assert.deepEqual(preview.identities, update.identities);
    assert.equal(await settled(preview.component.securityGroupId), undefined);
  });

  for (const [what, changes, expected] of [
    [
      "too long a request",
      { limits: { requestTimeoutSeconds: 300, uploadMaxMb: 100 } },
      /limits\.requestTimeoutSeconds: got 300/,
    ],
    [
      "more children than memory",
      { web: { ...base.web, phpMaxChildren: 100 } },
      /web\.phpMaxChildren: got 100, .*1 to 42/,
    ],
    ["a minimum above the maximum", { web: { ...base.web, minTasks: 20 } }, /web: got \{"minTasks":20,"maxTasks":12\}/],
    ["no worker", { adhoc: { ...base.adhoc, minTasks: 0 } }, /adhoc: got \{"minTasks":0,"maxTasks":4\}/],
    ["too many runners", { adhoc: { ...base.adhoc, concurrency: 17 } }, /adhoc\.concurrency: got 17/],
    ["an odd retention", { logRetentionDays: 91 }, /logRetentionDays: got 91/],
    [
      "a size that Fargate does not have",
      { cluster: { ...base.cluster, launchKind: "fargate" }, cron: { cpu: 512, memoryMib: 8192 } },
      /cron\.memoryMib: got 8192/,
    ],
    ["NFS that no instance mounts", { sharedFiles: { mount: { kind: "nfs" } } }, /sharedFiles\.mount: got "nfs"/],
    ["EFS without its security group", { sharedFiles: { mount: efs } }, /sharedFiles\.securityGroupId/],
  ] as const) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(make(changes as Partial<MoodleArgs>), expected);
    });
  }

  it("names all mistakes at once", async () => {
    await assert.rejects(
      make({ logRetentionDays: 2, limits: { requestTimeoutSeconds: 1, uploadMaxMb: 0 } }),
      (error) => {
        const { message } = error as Error;
        return ["logRetentionDays", "limits.requestTimeoutSeconds", "limits.uploadMaxMb"].every((p) =>
          message.includes(p),
        );
      },
    );
  });
});
