import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { settled } from "../../testing/build";
import { containerDefinitions, type Role, roles, secretsOf, type TaskArgs, taskVolumes } from "./taskDefinition";

const args: TaskArgs = {
  imageUri: "repository@sha256:abc",
  environment: { B: "2", A: "1" },
  secrets: {
    application: "arn:app",
    master: "arn:master",
    administrator: "arn:administrator",
    sessions: "arn:sessions",
    cache: "arn:cache",
  },
  logGroupName: "logs",
  region: "eu-west-2",
  launchKind: "ec2",
  sharedFiles: { kind: "efs", fileSystemId: "fs-1", accessPointId: "fsap-1" },
  localCacheHostPath: "/var/cache/moodle",
  exec: false,
};

async function render(role: Role, changes: Partial<TaskArgs> = {}): Promise<any[]> {
  const text = await settled(pulumi.jsonStringify(containerDefinitions(role, { ...args, ...changes })));
  return JSON.parse(text!);
}

describe("containerDefinitions", () => {
  it("makes the web task of nginx and php-fpm, one after the other", async () => {
    const [nginx, php, ...more] = await render("web");
    assert.equal(more.length, 0);
    assert.deepEqual([nginx.name, nginx.command, php.name, php.command], ["nginx", ["nginx"], "php-fpm", ["php-fpm"]]);
    assert.deepEqual(nginx.dependsOn, [{ containerName: "php-fpm", condition: "HEALTHY" }]);
    assert.deepEqual(nginx.portMappings, [{ containerPort: 8080, hostPort: 8080, protocol: "tcp" }]);
    assert.deepEqual(php.portMappings, []);
    assert.deepEqual(nginx.healthCheck.command, ["CMD", "moodle-healthcheck", "nginx"]);
    assert.deepEqual(php.healthCheck.command, ["CMD", "moodle-healthcheck", "php-fpm"]);
  });

  for (const role of roles) {
    it(`closes every container of ${role}`, async () => {
      for (const container of await render(role)) {
        assert.equal(container.user, "1000:1000");
        assert.equal(container.readonlyRootFilesystem, true);
        assert.equal(container.privileged, false);
        assert.equal(container.essential, true);
        assert.equal(container.stopTimeout, 120);
        assert.deepEqual(container.linuxParameters, { initProcessEnabled: true, capabilities: { drop: ["ALL"] } });
        assert.deepEqual(container.dockerSecurityOptions, ["no-new-privileges"]);
        assert.deepEqual(container.environment, [
          { name: "A", value: "1" },
          { name: "B", value: "2" },
        ]);
        assert.deepEqual(container.logConfiguration, {
          logDriver: "awslogs",
          options: {
            "awslogs-group": "logs",
            "awslogs-region": "eu-west-2",
            "awslogs-stream-prefix": container.name,
            mode: "non-blocking",
            "max-buffer-size": "25m",
          },
        });
      }
    });
  }

  it("runs no cron in a web task", async () => {
    assert.equal(JSON.stringify(await render("web")).includes("cron"), false);
  });

  it("gives each role its secrets by key, and nginx none", async () => {
    const [nginx, php] = await render("web");
    assert.deepEqual(nginx.secrets, []);
    assert.deepEqual(php.secrets, [
      { name: "MOODLE_CACHE_REDIS_AUTH", valueFrom: "arn:cache:token::" },
      { name: "MOODLE_DB_PASSWORD", valueFrom: "arn:app:password::" },
      { name: "MOODLE_DB_USER", valueFrom: "arn:app:username::" },
      { name: "MOODLE_SESSION_REDIS_AUTH", valueFrom: "arn:sessions:token::" },
    ]);
    const [install] = await render("install");
    assert.deepEqual(
      install.secrets.filter(({ valueFrom }: any) => valueFrom.startsWith("arn:master")),
      [
        { name: "MOODLE_DB_MASTER_PASSWORD", valueFrom: "arn:master:password::" },
        { name: "MOODLE_DB_MASTER_USER", valueFrom: "arn:master:username::" },
      ],
    );
    assert.deepEqual(
      roles.filter((role) => secretsOf(role).includes("master")),
      ["install"],
    );
  });

  it("has no health check for one-off tasks", async () => {
    for (const [role, checked] of [
      ["cron", true],
      ["adhoc", true],
      ["install", false],
      ["upgrade", false],
    ] as const) {
      const [container] = await render(role);
      assert.equal("healthCheck" in container, checked, role);
    }
  });

  it("leaves out what Fargate does not know", async () => {
    const [nginx] = await render("web", { launchKind: "fargate" });
    assert.equal("dockerSecurityOptions" in nginx, false);
    assert.equal("tmpfs" in nginx.linuxParameters, false);
  });

  it("mounts what may be written, and users' files into nginx for reading only, with no secret beside them", async () => {
    const [nginx, php] = await render("web");
    const writable = (container: any, readOnly: boolean) =>
      container.mountPoints
        .filter((mount: any) => mount.readOnly === readOnly)
        .map((mount: any) => mount.containerPath);
    assert.deepEqual([writable(nginx, false), writable(nginx, true)], [["/run/moodle", "/tmp"], ["/var/moodledata"]]);
    assert.deepEqual(
      [writable(php, false), writable(php, true)],
      [["/run/moodle", "/tmp", "/var/cache/moodle", "/var/moodledata"], []],
    );
    assert.deepEqual(nginx.secrets, []);
  });
});

describe("taskVolumes", () => {
  it("mounts EFS with TLS and the task's role", () => {
    assert.deepEqual(taskVolumes("web", args), [
      { name: "run" },
      { name: "tmp" },
      { name: "cache", hostPath: "/var/cache/moodle" },
      {
        name: "moodledata",
        efsVolumeConfiguration: {
          fileSystemId: "fs-1",
          transitEncryption: "ENABLED",
          authorizationConfig: { accessPointId: "fsap-1", iam: "ENABLED" },
        },
      },
    ]);
  });

  it("binds an export that the instance has mounted", () => {
    const volumes = taskVolumes("cron", { ...args, sharedFiles: { kind: "host", path: "/mnt/moodledata" } });
    assert.deepEqual(volumes.at(-1), { name: "moodledata", hostPath: "/mnt/moodledata" });
  });

  it("has a local cache of the task's own on Fargate", () => {
    const volumes = taskVolumes("web", { ...args, launchKind: "fargate", localCacheHostPath: undefined });
    assert.deepEqual(volumes[2], { name: "cache" });
  });

  for (const role of roles) {
    it(`has every volume that ${role} mounts, with and without exec, and no other`, async () => {
      for (const exec of [false, true]) {
        const mounted = (await render(role, { exec })).flatMap((c) => c.mountPoints.map((m: any) => m.sourceVolume));
        const declared = taskVolumes(role, { ...args, exec }).map(({ name }) => name);
        assert.deepEqual([...new Set(mounted)].sort(), [...declared].sort());
      }
    });
  }

  it("gives each container its own folders for exec", async () => {
    const names = taskVolumes("web", { ...args, exec: true }).map(({ name }) => name);
    assert.equal(names.filter((name) => String(name).startsWith("exec-")).length, 6);
  });
});
