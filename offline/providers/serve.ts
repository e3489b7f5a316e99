/**
 * The offline stand-ins for the providers aws, awsx, docker and random: one process, no network but loopback.
 *
 * Prints its ports and serves until its standard input closes. The engine attaches to it because offline/engine.ts passes
 * them on in PULUMI_DEBUG_PROVIDERS: https://www.pulumi.com/docs/iac/extending-pulumi/debugging-provider-packages/
 * One attached process instead of one plugin process per configured provider saves about a second of every preview.
 */
import * as grpc from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { construct } from "./construct";
import { invoke } from "./invokes";
import { another, associate, checkAssociation, checkDeletion, dissociate, forget, remember } from "./loadBalancing";
import { InUse } from "./inUse";
import { outsideChange } from "./outside";
import { partitionOf, type Place } from "./outputs";
import { check, createResource, diff, isUndecided, updateResource } from "./resources";
import { packages, packageVersion } from "./sdk";
import { restored } from "./restored";
import { plain, type Properties, same, unknown } from "./values";

/** What is there, of every package and provider: state outlives this process, and a resource that it does not know is in nobody's use. */
const inUse = new InUse();

function properties(struct: Struct | undefined): Properties {
  return (struct?.toJavaScript() ?? {}) as Properties;
}

function struct(value: Properties): Struct {
  return Struct.fromJavaScript(value as Record<string, never>);
}

function handshake(): messages.ProviderHandshakeResponse {
  return new messages.ProviderHandshakeResponse().setAcceptSecrets(true);
}

function checkConfig(request: messages.CheckRequest): messages.CheckResponse {
  const response = new messages.CheckResponse();
  const news = properties(request.getNews());
  response.setInputs(struct(news));
  // A provider's URN ends in pulumi:providers:<package>::<name>; its class is in provider.js of the package.
  const name = /pulumi:providers:(\w+)::/.exec(request.getUrn())?.[1] ?? "";
  const { version: _version, pluginDownloadURL: _url, ...given } = news;
  return withFailures(response, check(`${name}:index/provider:Provider`, request.getUrn(), given).failures);
}

function withFailures(
  response: messages.CheckResponse,
  failures: readonly { readonly property: string; readonly reason: string }[],
): messages.CheckResponse {
  response.setFailuresList(
    failures.map(({ property, reason }) => new messages.CheckFailure().setProperty(property).setReason(reason)),
  );
  return response;
}

function configured(request: messages.ConfigureRequest): Place {
  const args = plain(properties(request.getArgs())) as Properties;
  const region = typeof args["region"] === "string" ? args["region"] : "";
  // Anything but a text reaches a provider as JSON text.
  const given: unknown =
    typeof args["defaultTags"] === "string" ? JSON.parse(args["defaultTags"]) : args["defaultTags"];
  const { tags = {} } = (given ?? {}) as { tags?: Record<string, string> };
  return { region, partition: partitionOf(region), defaultTags: tags };
}

function diffConfig(request: messages.DiffRequest): messages.DiffResponse {
  const olds = properties(request.getOldInputs());
  const news = properties(request.getNews());
  const changed = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter(
    (key) => key !== "version" && !same(olds[key], news[key]),
  );
  return diffResponse(changed, changed.includes("region") && !isUndecided(olds["region"]) ? ["region"] : []);
}

function diffResponse(changed: readonly string[], replaces: readonly string[], deleteFirst = false) {
  const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
  return new messages.DiffResponse()
    .setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE)
    .setDiffsList([...changed])
    .setReplacesList([...replaces])
    .setDeletebeforereplace(deleteFirst);
}

/**
 * gRPC service of one package. The engine dials once for every configured provider without naming it, so the connection
 * tells them apart. A peer's port identifies it only together with the port it dialled, so each package keeps its own
 * table.
 */
function serviceOf(name: string) {
  const places = new Map<string, Place>();
  const placeOf = (peer: string, token: string): Place => {
    const place = places.get(peer);
    if (place === undefined) {
      throw new Error(`${token} came over a connection that configured no ${name} provider. Run it again.`);
    }
    if (name === "aws" && place.region === "") {
      throw new Error(
        `${token} has no provider with a region. Pass an explicit aws.Provider, or set aws:region in the stack's settings.`,
      );
    }
    return place;
  };
  return {
    getPluginInfo: answer(() => new PluginInfo().setVersion(`${packageVersion(name)}+offline`)),
    handshake: answer(handshake),
    attach: answer(() => new Empty()),
    getSchema: answer(() => new messages.GetSchemaResponse().setSchema("{}")),
    cancel: answer(() => new Empty()),
    checkConfig: answer(checkConfig),
    diffConfig: answer(diffConfig),
    configure: answer((request: messages.ConfigureRequest, peer) => {
      places.set(peer, configured(request));
      return new messages.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
    }),
    check: answer((request: messages.CheckRequest) => {
      const { inputs, failures } = check(
        request.getType(),
        request.getUrn(),
        properties(request.getNews()),
        request.getOlds() && properties(request.getOlds()),
      );
      return withFailures(new messages.CheckResponse().setInputs(struct(inputs)), failures);
    }),
    diff: answer((request: messages.DiffRequest, peer) => {
      associate(request.getType(), request.getId(), properties(request.getOlds()));
      remember(request.getType(), request.getId());
      inUse.keep(request.getType(), request.getId(), properties(request.getOlds()));
      const found = diff(
        request.getType(),
        properties(request.getOlds()),
        properties(request.getOldInputs()),
        properties(request.getNews()),
        placeOf(peer, request.getType()),
      );
      // "Treated as unchanged": https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto. A refresh leaves it to the provider.
      const ignored = request.getIgnorechangesList();
      const counts = (property: string) => !ignored.includes(property);
      return diffResponse(found.changed.filter(counts), found.replaces.filter(counts), found.deleteBeforeReplace);
    }),
    create: answer((request: messages.CreateRequest, peer) => {
      const type = request.getType();
      const inputs = properties(request.getProperties());
      const preview = request.getPreview();
      if (!preview) {
        checkAssociation(type, inputs);
      }
      const make = (urn: string) => createResource(type, urn, inputs, placeOf(peer, type), preview);
      const first = make(request.getUrn());
      const { id, outputs } = another(first.id) ? make(`${request.getUrn()}-another`) : first;
      if (!preview) {
        associate(type, id, outputs);
        remember(type, id);
        inUse.keep(type, id, outputs);
      }
      return new messages.CreateResponse().setId(id).setProperties(struct(outputs));
    }),
    read: answer((request: messages.ReadRequest, peer) => {
      const change = outsideChange(request.getUrn());
      if (change === null) {
        return new messages.ReadResponse();
      }
      const inputs = properties(request.getInputs());
      if (isImport(request)) {
        return imported(request, change, placeOf(peer, typeOf(request.getUrn())));
      }
      // An input is read back as well, where the resource has it.
      const shown = Object.entries(change ?? {}).filter(([key]) => key in inputs);
      return new messages.ReadResponse()
        .setId(request.getId())
        .setProperties(struct({ ...properties(request.getProperties()), ...change }))
        .setInputs(struct({ ...inputs, ...Object.fromEntries(shown) }));
    }),
    update: answer((request: messages.UpdateRequest, peer) => {
      const type = request.getType();
      if (!request.getPreview()) {
        dissociate(request.getId());
        checkAssociation(type, properties(request.getNews()));
        associate(type, request.getId(), properties(request.getNews()));
      }
      const outputs = updateResource(
        type,
        request.getUrn(),
        properties(request.getNews()),
        properties(request.getOlds()),
        placeOf(peer, type),
        request.getPreview(),
      );
      if (!request.getPreview()) {
        inUse.keep(type, request.getId(), outputs);
      }
      return new messages.UpdateResponse().setProperties(struct(outputs));
    }),
    delete: answer((request: messages.DeleteRequest) => {
      checkDeletion(request.getType(), properties(request.getProperties()));
      inUse.check(request.getType(), request.getId(), properties(request.getProperties()));
      inUse.forget(request.getType(), request.getId());
      dissociate(request.getId());
      forget(request.getId());
      return new Empty();
    }),
    invoke: answer((request: messages.InvokeRequest, peer) => {
      const token = request.getTok();
      const args = properties(request.getArgs());
      const undecided = Object.keys(args).filter((key) => args[key] === unknown);
      if (undecided.length > 0) {
        throw new Error(`${token} was called with values that are not known yet: ${undecided.join(", ")}.`);
      }
      return new messages.InvokeResponse().setReturn(struct(invoke(token, args, placeOf(peer, token))));
    }),
    construct: answer(construct),
  };
}

/** An import knows the resource by its id alone: https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto (ReadRequest). */
function isImport(request: messages.ReadRequest): boolean {
  return Object.keys(properties(request.getProperties())).length === 0;
}

/** The token of the type, without those of its parents. */
const typeOf = (urn: string) => urn.split("::")[2]!.split("$").at(-1)!;

/**
 * What is taken over is told by the file of `outside.ts`. Otherwise a restored resource has what AWS Backup gives it, and
 * any other does not exist: an answer without an id.
 */
function imported(request: messages.ReadRequest, told: Properties | undefined, place: Place): messages.ReadResponse {
  const [id, type] = [request.getId(), typeOf(request.getUrn())];
  const { inputs, ...outputs } = (told ?? { inputs: restored[type]?.(id, place) }) as { readonly inputs?: Properties };
  if (inputs === undefined) {
    return new messages.ReadResponse();
  }
  const made = createResource(type, request.getUrn(), inputs, place, false);
  const named = JSON.parse(JSON.stringify(made.outputs).replaceAll(made.id, id)) as Properties;
  return new messages.ReadResponse()
    .setId(id)
    .setProperties(struct({ ...named, ...outputs, id }))
    .setInputs(struct(inputs));
}

/** A gRPC handler from a function; what it throws is shown by the engine beside the resource. */
function answer<Request, Response>(reply: (request: Request, peer: string) => Response | Promise<Response>) {
  return (call: grpc.ServerUnaryCall<Request, Response>, callback: grpc.sendUnaryData<Response>): void => {
    void Promise.resolve()
      .then(() => reply(call.request, call.getPeer()))
      .then(
        (response) => callback(null, response),
        (error: Error) => callback({ code: grpc.status.UNKNOWN, details: error.message }),
      );
  };
}

/**
 * One port per package, because the engine compares the version that it gets with the one the program was built for.
 */
function listen(name: string): Promise<string> {
  const server = new grpc.Server({ "grpc.max_receive_message_length": 1024 * 1024 * 400 });
  server.addService(ResourceProviderService, serviceOf(name) as unknown as grpc.UntypedServiceImplementation);
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(`${name}:${port}`),
    );
  });
}

void Promise.all(packages.map(listen)).then((ports) => process.stdout.write(`${ports.join(",")}\n`));
process.stdin.on("end", () => process.exit(0)).resume();
