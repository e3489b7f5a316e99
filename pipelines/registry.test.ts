import * as assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type RunResult, stopStandIns, up } from "../offline/engine";
import { leaveOut } from "../testing/leftOut";

const crane = resolve(__dirname, "..", ".offline", "pipelines", "bin", "crane");
const owner = "dev";
const other = "staging";

/** The images that a plan's task definitions name. */
function images({ resources }: RunResult): readonly string[] {
  return resources
    .filter(({ type }) => type === "aws:ecs/taskDefinition:TaskDefinition")
    .flatMap(({ inputs }) => JSON.parse(inputs["containerDefinitions"] as string) as readonly { image: string }[])
    .map(({ image }) => image);
}

/**
 * From a push by `pipelines/image` to what each stack's tasks are started from. The registry is a real one, crane's, on loopback, and it
 * decides what is there. Stand-ins: `docker`, which pushes an index to it with crane, `aws`, and the engine's providers.
 */
describe("One image, built once, in two stacks", () => {
  let folder: string;
  let registry: ChildProcess;
  let host: string;

  before(async function () {
    execFileSync(join(__dirname, "test", "setup"), { stdio: "inherit" });
    if (!existsSync(crane)) {
      leaveOut(this, "there is no Go to build crane with: https://go.dev/doc/install");
    }
    folder = mkdtempSync(join(tmpdir(), "registry-"));
    registry = spawn(crane, ["registry", "serve", "--address", "127.0.0.1:0"]);
    host = await new Promise<string>((found, failed) => {
      registry.stderr!.on("data", (text: Buffer) => {
        const [, port] = /serving on port (\d+)/.exec(text.toString()) ?? [];
        if (port !== undefined) {
          found(`127.0.0.1:${port}`);
        }
      });
      registry.on("exit", (code) => failed(new Error(`crane's registry ended with ${code}`)));
    });
  });
  after(async () => {
    registry?.removeAllListeners("exit").kill();
    await stopStandIns();
    if (folder !== undefined) {
      rmSync(folder, { recursive: true });
    }
  });

  /** A program on the PATH. */
  function program(name: string, lines: readonly string[]): void {
    mkdirSync(join(folder, "bin"), { recursive: true });
    writeFileSync(join(folder, "bin", name), ["#!/bin/bash", "set -e", ...lines, ""].join("\n"));
    chmodSync(join(folder, "bin", name), 0o755);
  }

  /** Pushes an index of two architectures, as `pipelines/image` does, without its tag. Returns its digest. */
  function push(url: string): string {
    const name = url.slice(url.indexOf("/") + 1);
    const here = `${host}/${name}`;
    program("docker", [
      'case "$*" in',
      "login*) cat >/dev/null ;;",
      '"buildx create"*) echo builder ;;',
      '"buildx build"*)',
      '  while [ "$1" != --metadata-file ]; do shift; done',
      "  for one in arm64 amd64; do",
      `    echo "$one" >"${folder}/$one"; tar -C "${folder}" -cf "${folder}/$one.tar" "$one"`,
      `    ${crane} append -f "${folder}/$one.tar" -t "${here}:part-$one" 2>/dev/null >/dev/null`,
      `    ${crane} mutate "${here}:part-$one" --set-platform "linux/$one" -t "${here}:part-$one" >/dev/null`,
      "  done",
      `  index=$(${crane} index append -m "${here}:part-arm64" -m "${here}:part-amd64" -t "${here}:built" 2>/dev/null)`,
      `  printf '{"containerimage.digest":"%s"}' "\${index##*@}" >"$2" ;;`,
      `*"imagetools create"*) tag=\${5##*:}; ${crane} tag "${here}@\${6##*@}" "$tag" 2>/dev/null ;;`,
      `*"imagetools inspect"*) ${crane} manifest "${here}@\${5##*@}" ;;`,
      'compose*" ps "*) echo "web running healthy" ;;',
      "esac",
    ]);
    // What pipelines/try-image asks the started image for: scripts.test.ts tries that.
    const style = "http://127.0.0.1:8080/theme/styles.php/boost/1/all";
    program("curl", [`echo '<link href="${style}"><input name="logintoken">'`]);
    program("aws", [
      'case "$*" in',
      "*get-login-password*) echo password ;;",
      "*describe-images*) exit 254 ;;",
      "*findings*) echo 'COMPLETE 2026-11-23T06:00:00Z null' ;;",
      "*signing-status*) echo COMPLETE ;;",
      "esac",
    ]);
    const file = join(folder, "digest.txt");
    const { status, stderr } = spawnSync(join(__dirname, "image"), [url, file], {
      encoding: "utf8",
      env: { ...process.env, PATH: `${join(folder, "bin")}:${process.env["PATH"]}` },
    });
    assert.equal(status, 0, stderr);
    return readFileSync(file, "utf8").trim();
  }

  /** Whether the registry has an image and all that its index names. */
  async function there(image: string): Promise<boolean> {
    const [, name, digest] = /^[^/]+\/(.+)@(sha256:.*)$/.exec(image)!;
    const accept = "application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.list.v2+json";
    const manifest = (of: string, headers = {}) => fetch(`http://${host}/v2/${name}/manifests/${of}`, { headers });
    const index = await manifest(digest!, { accept });
    if (!index.ok) {
      return false;
    }
    const { manifests } = (await index.json()) as { readonly manifests: readonly { readonly digest: string }[] };
    const parts = await Promise.all(manifests.map((part) => manifest(part.digest)));
    return parts.length === 2 && parts.every(({ ok }) => ok);
  }

  it("is what the task definitions of both name, and is there", async () => {
    const first = await up(owner, { run: "one-image", quiet: true });
    assert.ok(first.ok, first.printed);
    const repository = first.outputs!["repositoryUrl"] as string;
    const digest = push(repository);
    const image = (more: object = {}) => ({ "moodle:image": JSON.stringify({ kind: "digest", digest, ...more }) });

    const owns = await up(owner, { run: "one-image", quiet: true, config: image() });
    const names = await up(other, { run: "one-image-other", quiet: true, config: image({ repository }) });
    for (const [stack, result] of [
      [owner, owns],
      [other, names],
    ] as const) {
      assert.ok(result.ok, result.printed);
      const named = new Set(images(result));
      assert.deepEqual([...named], [`${repository}@${digest}`], stack);
      for (const one of named) {
        assert.ok(await there(one), `${stack} names ${one}, which is not in the registry`);
      }
    }
  });
});
