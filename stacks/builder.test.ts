import * as assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkBuilder } from "./builder";
import { exampleConfig } from "../testing/examples/settings";
import { loadSettings } from "./settings/load";

const settings = (image: object = {}) => loadSettings(exampleConfig({ image }), "prod");

/** As `docker buildx inspect` prints it: https://docs.docker.com/reference/cli/docker/buildx/inspect/ */
const inspected = (platforms: string) => `Name:   default
Driver: docker

Nodes:
Name:             default
Endpoint:         default
Status:           running
BuildKit version: v0.23.2
${platforms}Labels:
 org.mobyproject.buildkit.worker.moby.host-gateway-ip: 172.17.0.1
`;
const x86 = "Platforms:        linux/amd64, linux/amd64/v2, linux/amd64/v3, linux/386\n";

describe("The machine that builds the image", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "builder-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  function docker(body: string): { readonly PATH: string } {
    writeFileSync(join(folder, "docker"), `#!/bin/sh\n${body}\n`);
    chmodSync(join(folder, "docker"), 0o755);
    return { PATH: `${folder}:/usr/bin:/bin` };
  }
  const printing = (text: string) => {
    writeFileSync(join(folder, "answer"), text);
    return docker(`[ "$*" = "buildx inspect" ] && cat ${join(folder, "answer")}`);
  };

  it("may build for its own architecture, and for one that is emulated", () => {
    checkBuilder(settings(), false, printing(inspected("Platforms: linux/arm64\n")));
    checkBuilder(settings(), false, printing(inspected("Platforms: linux/amd64*, linux/arm64*, linux/riscv64\n")));
  });

  it("is refused before anything is made when it has no emulation, with the command that installs it", () => {
    assert.throws(
      () => checkBuilder(settings(), false, printing(inspected(x86))),
      /moodle:cluster\.architecture: got "arm64", expected what Docker can build for on this machine: linux\/amd64, .*tonistiigi\/binfmt --install arm64/,
    );
  });

  it("is refused when Docker is not there, or does not run", () => {
    assert.throws(() => checkBuilder(settings(), false, { PATH: folder }), /moodle:image\.kind: .*it is not installed/);
    const stopped = docker("echo 'Cannot connect to the Docker daemon' >&2; exit 1");
    assert.throws(() => checkBuilder(settings(), false, stopped), /Cannot connect to the Docker daemon/);
  });

  it("stops no preview", () => {
    checkBuilder(settings(), true, { PATH: folder });
  });

  it("is not looked at for an image by digest, for stand-ins, or where Docker does not say", () => {
    const digest = `sha256:${"a".repeat(64)}`;
    checkBuilder(settings({ kind: "digest", digest }), false, { PATH: folder });
    checkBuilder(settings(), false, { PATH: folder, OFFLINE_STAND_INS: "1" });
    checkBuilder(settings(), false, printing(inspected("")));
  });
});
