/**
 * A stand-in for `pulumi-language-nodejs`, the language host that comes with the official Pulumi CLI and with no package
 * registry. The engine starts it by that name; it starts the real `@pulumi/pulumi/cmd/run`, `cmd/run-policy-pack` and `cmd/run-plugin` with the
 * arguments and variables that the real host gives them:
 * https://github.com/pulumi/pulumi/blob/v3.250.0/sdk/nodejs/cmd/pulumi-language-nodejs/main.go
 *
 * It does not do this: fill in templates, install dependencies or plugins, name required plugins, debug, generate code, synchronous
 * invokes.
 *
 * Usage: languageHost.ts <address of the engine>. Prints the port that it listens on.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import * as language from "@pulumi/pulumi/proto/language_pb";
import * as plugin from "@pulumi/pulumi/proto/plugin_pb";

const engine = process.argv.slice(2).find((argument) => !argument.startsWith("-")) ?? "";

/** Exit code of a program that has already printed the error: `cmd/run`. */
const toldAlready = 32;

type Options = { readonly typescript?: boolean };

/** Runs one of the SDK's commands, found from the folder of the program as the real host does. */
function start(command: string, folder: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv) {
  const run = createRequire(join(folder, "package.json")).resolve(`@pulumi/pulumi/cmd/${command}`);
  return spawn("node", [run, ...args], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
}

function typescript(info: language.ProgramInfo): NodeJS.ProcessEnv {
  const options = (info.getOptions()?.toJavaScript() ?? {}) as Options;
  return options.typescript === false ? {} : { PULUMI_NODEJS_TYPESCRIPT: "true" };
}

/** `<package>:<name>` as programs of every version read it. */
function config(request: language.RunRequest): string {
  const entries = request
    .getConfigMap()
    .toObject()
    .map(([key, value]) => [key.replace(":", ":config:"), value]);
  return JSON.stringify(Object.fromEntries(entries));
}

function ended(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => child.on("close", (code) => resolve(code ?? 1)));
}

const run: grpc.handleUnaryCall<language.RunRequest, language.RunResponse> = (call, callback) => {
  const request = call.request;
  const info = request.getInfo()!;
  const folder = info.getProgramDirectory();
  const named = Object.entries({
    monitor: request.getMonitorAddress(),
    engine,
    organization: request.getOrganization(),
    project: request.getProject(),
    "root-directory": info.getRootDirectory(),
    stack: request.getStack(),
    pwd: folder,
  }).filter(([, value]) => value !== "");
  const child = start(
    "run",
    folder,
    [
      ...named.flatMap(([name, value]) => [`--${name}`, value]),
      ...(request.getDryrun() ? ["--dry-run"] : []),
      "--parallel",
      String(request.getParallel()),
      info.getEntryPoint(),
    ],
    folder,
    {
      ...process.env,
      ...typescript(info),
      PULUMI_CONFIG: config(request),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    },
  );
  child.stdout.pipe(process.stderr);
  child.stderr.pipe(process.stderr);
  void ended(child).then((code) => {
    const response = new language.RunResponse();
    if (code === toldAlready) {
      response.setBail(true);
    } else if (code !== 0) {
      response.setError(`Program exited with non-zero exit code: ${code}`);
    }
    callback(null, response);
  });
};

/** A policy pack, or a package of components. */
const runPlugin: grpc.handleServerStreamingCall<language.RunPluginRequest, language.RunPluginResponse> = (call) => {
  const request = call.request;
  const info = request.getInfo()!;
  const folder = info.getProgramDirectory();
  const env = Object.fromEntries(request.getEnvList().map((entry) => entry.split(/=(.*)/s).slice(0, 2)));
  const [command, args] =
    request.getKind() === "resource"
      ? ["run-plugin", [folder, ...request.getArgsList()]]
      : ["run-policy-pack", [...request.getArgsList(), folder]];
  const child = start(command, folder, args, folder, { ...env, ...typescript(info) });
  const send = (fill: (response: language.RunPluginResponse) => void) => {
    const response = new language.RunPluginResponse();
    fill(response);
    call.write(response);
  };
  child.stdout.on("data", (data: Buffer) => send((response) => response.setStdout(data)));
  child.stderr.on("data", (data: Buffer) => send((response) => response.setStderr(data)));
  call.on("cancelled", () => child.kill());
  void ended(child).then((code) => {
    send((response) => response.setExitcode(code));
    call.end();
  });
};

const installDependencies: grpc.handleServerStreamingCall<
  language.InstallDependenciesRequest,
  language.InstallDependenciesResponse
> = (call) => call.end();

const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
server.addService(
  LanguageRuntimeService as unknown as grpc.ServiceDefinition,
  {
    handshake: (_: unknown, callback: grpc.sendUnaryData<language.LanguageHandshakeResponse>) =>
      callback(null, new language.LanguageHandshakeResponse()),
    getPluginInfo: (_: unknown, callback: grpc.sendUnaryData<plugin.PluginInfo>) => {
      const response = new plugin.PluginInfo();
      response.setVersion("3.250.0");
      callback(null, response);
    },
    getRequiredPackages: (_: unknown, callback: grpc.sendUnaryData<language.GetRequiredPackagesResponse>) =>
      callback(null, new language.GetRequiredPackagesResponse()),
    template: (_: unknown, callback: grpc.sendUnaryData<language.TemplateResponse>) =>
      callback(null, new language.TemplateResponse()),
    runtimeOptionsPrompts: (_: unknown, callback: grpc.sendUnaryData<language.RuntimeOptionsResponse>) =>
      callback(null, new language.RuntimeOptionsResponse()),
    installDependencies,
    run,
    runPlugin,
  } as unknown as grpc.UntypedServiceImplementation,
);
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) {
    throw error;
  }
  process.stdout.write(`${port}\n`);
});
