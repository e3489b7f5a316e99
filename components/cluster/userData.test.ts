import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { agentSettings, userData } from "./userData";

const nfs = {
  host: "files.example.ac.uk",
  export: "/export/moodledata",
  options: "nfsvers=4.1,rsize=1048576,wsize=1048576,hard,timeo=600,retrans=2,noresvport",
};

/** The shell script within the user data. */
function script(text: string): string {
  return text.slice(text.indexOf("#!/bin/bash"), text.lastIndexOf("\n--==moodle==--"));
}

describe("agentSettings", () => {
  it("is this", () => {
    assert.deepEqual(agentSettings("a-cluster"), {
      ECS_CLUSTER: "a-cluster",
      ECS_AWSVPC_BLOCK_IMDS: "true",
      ECS_CONTAINER_STOP_TIMEOUT: "120s",
      ECS_IMAGE_PULL_BEHAVIOR: "prefer-cached",
      ECS_PULL_DEPENDENT_CONTAINERS_UPFRONT: "true",
      ECS_ENGINE_TASK_CLEANUP_WAIT_DURATION: "30m",
      ECS_ENABLE_AWSLOGS_EXECUTIONROLE_OVERRIDE: "true",
      ECS_DISABLE_PRIVILEGED: "true",
      ECS_RESERVED_MEMORY: "256",
      ECS_ENABLE_SPOT_INSTANCE_DRAINING: "true",
      ECS_WARM_POOLS_CHECK: "true",
    });
  });
});

describe("userData", () => {
  it("runs at every boot, so that a warm pool cannot stop it half way", () => {
    assert.match(userData({ clusterName: "c" }), /cloud_final_modules:\n {2}- \[scripts-user, always\]\n/);
  });

  it("is a multi-part message with one script", () => {
    const text = userData({ clusterName: "c" });
    assert.equal(text.split("--==moodle==\n").length, 3);
    assert.ok(text.endsWith("\n--==moodle==--\n"));
  });

  it("makes the local cache for Moodle's user", () => {
    assert.match(userData({ clusterName: "c" }), /^install -d -o 1000 -g 1000 -m 0750 \/var\/cache\/moodle$/m);
  });

  it("mounts nothing without an export", () => {
    assert.doesNotMatch(userData({ clusterName: "c" }), /mount/);
  });

  it("is valid for the shell, with and without an export", () => {
    for (const text of [userData({ clusterName: "c" }), userData({ clusterName: "c", nfs })]) {
      execFileSync("bash", ["-n"], { input: script(text) });
    }
  });

  it("fits into EC2's 16 KiB", () => {
    // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html
    assert.ok(Buffer.byteLength(userData({ clusterName: "c", nfs })) < 16 * 1024);
  });

  it("writes the export into fstab with every mount option that survives a short outage, and _netdev once", () => {
    const line = /^echo '(.*)' >> \/etc\/fstab$/m.exec(userData({ clusterName: "c", nfs }))![1]!;
    assert.equal(
      line,
      "files.example.ac.uk:/export/moodledata /mnt/moodledata nfs4 " +
        "nfsvers=4.1,rsize=1048576,wsize=1048576,hard,timeo=600,retrans=2,noresvport,_netdev 0 0",
    );
    const again = userData({ clusterName: "c", nfs: { ...nfs, options: `${nfs.options},_netdev` } });
    assert.equal(again.includes("_netdev,_netdev"), false);
  });

  it("keeps the agent from starting without the mount, before it tries to mount", () => {
    const text = userData({ clusterName: "c", nfs });
    const at = (part: string) => {
      assert.ok(text.includes(part), part);
      return text.indexOf(part);
    };
    assert.ok(at("RequiresMountsFor=/mnt/moodledata") < at("timeout 60 mount /mnt/moodledata"));
    at("ExecStartPre=/usr/bin/mountpoint -q /mnt/moodledata");
    assert.ok(at("timeout 60 mount") < at("|| fail "));
    at("systemctl poweroff --no-block");
  });

  for (const [what, bad] of [
    ["a quote", { ...nfs, host: "a'b" }],
    ["a space", { ...nfs, export: "/a b" }],
    ["a command", { ...nfs, options: "hard;reboot" }],
  ] as const) {
    it(`refuses ${what}, which the shell would read`, () => {
      assert.throws(() => userData({ clusterName: "c", nfs: bad }), /nfsMount\./);
    });
  }
});
