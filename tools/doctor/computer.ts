import { cliVersion } from "../../offline/cli/resolve";
import pulumiPackage from "@pulumi/pulumi/package.json";
import { advice, type Check, type Line, ok, unchecked, type LocalWorld, wrong } from "./check";

const group = "This computer";
const nodeMajor = Number(/\d+/.exec(pulumiPackage.engines.node)?.[0]);

const node: Check<LocalWorld> = {
  group,
  subject: "Node.js",
  run: async ({ machine }) => {
    const ran = await machine.run("node", ["--version"]);
    const fix = `install Node.js ${nodeMajor} or newer: https://nodejs.org/`;
    if (ran.kind !== "ran") {
      return [wrong("Node.js", "not found on PATH (make has its own, pulumi up has not)", fix)];
    }
    const major = Number(/^v(\d+)/.exec(ran.output)?.[1]);
    return major >= nodeMajor
      ? [ok("Node.js", ran.output)]
      : [wrong("Node.js", `${ran.output}, and Pulumi needs ${nodeMajor} or newer`, fix)];
  },
};

const pulumi: Check<LocalWorld> = {
  group,
  subject: "Pulumi CLI",
  run: async ({ machine }) => {
    const ran = await machine.run("pulumi", ["version"]);
    const fix = "install it: https://www.pulumi.com/docs/install/";
    if (ran.kind !== "ran") {
      return [wrong("Pulumi CLI", ran.kind === "missing" ? "not found on PATH" : ran.why, fix)];
    }
    return older(ran.output, cliVersion)
      ? [wrong("Pulumi CLI", `${ran.output} is older than v${cliVersion}, which this program was tested with`, fix)]
      : [ok("Pulumi CLI", ran.output)];
  },
};

const awsCli: Check<LocalWorld> = {
  group,
  subject: "AWS CLI",
  run: async ({ machine }) => {
    const ran = await machine.run("aws", ["--version"]);
    return ran.kind === "ran"
      ? [ok("AWS CLI", ran.output.split(" ")[0]!)]
      : [
          advice(
            "AWS CLI",
            "not found; pulumi up and the make targets do without it, the set-up and the runbooks do not",
            "install it: https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html",
          ),
        ];
  },
};

const docker: Check<LocalWorld> = {
  group,
  subject: "Docker",
  run: async (world) => {
    if (world.settings.image.kind !== "build") {
      return [ok("Docker", "not needed: the image is given by digest")];
    }
    const ran = await world.machine.run("docker", ["version", "--format", "{{.Server.Version}} {{.Server.Arch}}"]);
    const other = "\nor give the image of a pipeline: moodle:image.kind digest";
    if (ran.kind === "missing") {
      const fix = `install Docker: https://docs.docker.com/engine/install/${other}`;
      return [wrong("Docker", "not found on PATH, and moodle:image.kind is build", fix)];
    }
    const [version = "", daemon = ""] = ran.kind === "ran" ? ran.output.split(" ") : [];
    if (ran.kind === "failed" || version === "" || version === "<no") {
      const why = ran.kind === "failed" ? ran.why : "it did not say its version";
      const fix = `start it, for example: sudo systemctl start docker; and be in the group docker${other}`;
      return [wrong("Docker", `the daemon does not answer: ${why}`, fix)];
    }
    return [ok("Docker", `daemon ${version}`), await emulation(world, daemon)];
  },
};

/** Names of Docker and the kernel for the two architectures of a cluster. */
const architectures = {
  arm64: { docker: "arm64", kernel: "qemu-aarch64" },
  x86_64: { docker: "amd64", kernel: "qemu-x86_64" },
} as const;

/** Whether this computer can build an image for the cluster's processors. */
async function emulation({ settings, machine }: LocalWorld, daemon: string): Promise<Line> {
  const subject = "Image build";
  const { docker: wanted, kernel } = architectures[settings.cluster.architecture];
  if (daemon === wanted) {
    return ok(subject, `linux/${wanted} without emulation`);
  }
  const buildx = await machine.run("docker", ["buildx", "inspect"]);
  const platforms = buildx.kind === "ran" ? /^Platforms:(.*)$/m.exec(buildx.output)?.[1] : undefined;
  const emulated =
    platforms?.includes(`linux/${wanted}`) ??
    (machine.platform === "linux" ? machine.exists(`/proc/sys/fs/binfmt_misc/${kernel}`) : undefined);
  if (emulated === undefined) {
    return unchecked(subject, `whether linux/${wanted} is emulated here: docker buildx is missing`);
  }
  return emulated
    ? ok(subject, `linux/${wanted} by emulation on linux/${daemon}; the first build takes long`)
    : wrong(
        subject,
        `linux/${wanted} cannot run on this linux/${daemon} machine: the first RUN would end with "exec format error"`,
        `docker run --privileged --rm tonistiigi/binfmt --install ${wanted}`,
      );
}

/** Whether version `v1.2.3` comes before another. Text after the three numbers does not count. */
function older(given: string, than: string): boolean {
  const numbers = (version: string) => /(\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number) ?? [0, 0, 0];
  const [a, b] = [numbers(given), numbers(than)];
  const at = a.findIndex((number, index) => number !== b[index]);
  return at >= 0 && a[at]! < b[at]!;
}

export const computerChecks: readonly Check<LocalWorld>[] = [node, pulumi, awsCli, docker];
