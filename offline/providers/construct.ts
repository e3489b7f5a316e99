import * as grpc from "@grpc/grpc-js";
import type { ConstructRequest } from "@pulumi/pulumi/proto/provider_pb";
import { ConstructResponse } from "@pulumi/pulumi/proto/provider_pb";
import { ResourceMonitorClient } from "@pulumi/pulumi/proto/resource_grpc_pb";
import type { RegisterResourceResponse } from "@pulumi/pulumi/proto/resource_pb";
import { RegisterResourceOutputsRequest, RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { lifecycleRules } from "./lifecycleRules";
import { packageVersion } from "./sdk";
import { plain, type Properties } from "./values";

interface Child {
  readonly type: string;
  readonly name: string;
  readonly custom: boolean;
  readonly parent: string;
  readonly inputs: Properties;
  /** URNs that each input comes from: what stack policies walk in a preview. */
  readonly dependencies?: Readonly<Record<string, readonly string[]>>;
}

/** The one component of awsx that has a stand-in. */
export const imitated = "awsx:ecr:Repository";

/**
 * Builds `awsx:ecr:Repository` as awsx 3.9.0 does: one repository, one lifecycle policy, both named like the component
 * in lower case. https://github.com/pulumi/pulumi-awsx/blob/v3.9.0/awsx/ecr/repository.ts
 *
 * It talks to the engine directly: loading the SDK for two children would cost more than all the rest of a preview.
 *
 * @throws Error for any other component type.
 */
export async function construct(request: ConstructRequest): Promise<ConstructResponse> {
  const type = request.getType();
  if (type !== imitated) {
    throw new Error(
      `The offline provider does not know the component ${type}; add it to offline/providers/construct.ts.`,
    );
  }
  const monitor = new ResourceMonitorClient(request.getMonitorendpoint(), grpc.credentials.createInsecure());
  const name = request.getName();
  const childName = name.toLowerCase();
  const { lifecyclePolicy, ...repositoryInputs } = request.getInputs()!.toJavaScript() as Properties;
  const component = await register(monitor, request, {
    type,
    name,
    custom: false,
    parent: request.getParent(),
    inputs: {},
  });
  const parent = component.getUrn();
  const dependencies: Record<string, string[]> = {};
  request.getInputdependenciesMap().forEach((urns, key) => {
    dependencies[key] = urns.getUrnsList();
  });
  const repository = await register(monitor, request, {
    type: "aws:ecr/repository:Repository",
    name: childName,
    custom: true,
    parent,
    inputs: repositoryInputs,
    dependencies,
  });
  const made = repository.getObject()!.toJavaScript() as Properties;
  const settings = (lifecyclePolicy ?? {}) as Properties;
  const state: Properties = { repository: reference(repository), url: made["repositoryUrl"] };
  if (settings["skip"] !== true) {
    const policy = await register(monitor, request, {
      type: "aws:ecr/lifecyclePolicy:LifecyclePolicy",
      name: childName,
      custom: true,
      parent,
      inputs: {
        repository: made["name"],
        // A document instead of its text: the provider takes both.
        policy: { rules: lifecycleRules(plain(settings["rules"]) as Properties[] | undefined) },
        ...(repositoryInputs["region"] === undefined ? {} : { region: repositoryInputs["region"] }),
      },
      dependencies: { repository: [repository.getUrn()] },
    });
    state["lifecyclePolicy"] = reference(policy);
  }
  const outputs = new RegisterResourceOutputsRequest();
  outputs.setUrn(parent);
  outputs.setOutputs(Struct.fromJavaScript(state as Record<string, never>));
  await new Promise<void>((resolve, reject) => {
    monitor.registerResourceOutputs(outputs, (error) => (error ? reject(error) : resolve()));
  });
  monitor.close();

  const response = new ConstructResponse();
  response.setUrn(parent);
  response.setState(Struct.fromJavaScript(state as Record<string, never>));
  for (const key of ["repository", "url"]) {
    const from = new ConstructResponse.PropertyDependencies();
    from.setUrnsList([repository.getUrn()]);
    response.getStatedependenciesMap().set(key, from);
  }
  return response;
}

function register(
  monitor: ResourceMonitorClient,
  from: ConstructRequest,
  child: Child,
): Promise<RegisterResourceResponse> {
  const request = new RegisterResourceRequest();
  request.setType(child.type);
  request.setName(child.name);
  request.setCustom(child.custom);
  request.setParent(child.parent);
  request.setObject(Struct.fromJavaScript(child.inputs as Record<string, never>));
  request.setAcceptsecrets(true);
  request.setAcceptresources(true);
  request.setSupportspartialvalues(true);
  request.setSupportsresultreporting(true);
  request.setAliasspecs(true);
  request.setProtect(from.getProtect() ?? false);
  request.setRetainondelete(from.getRetainondelete() ?? false);
  from.getProvidersMap().forEach((provider, name) => request.getProvidersMap().set(name, provider));
  const all = new Set<string>();
  for (const [key, urns] of Object.entries(child.dependencies ?? {})) {
    const dependencies = new RegisterResourceRequest.PropertyDependencies();
    dependencies.setUrnsList([...urns]);
    request.getPropertydependenciesMap().set(key, dependencies);
    urns.forEach((urn) => all.add(urn));
  }
  request.setDependenciesList([...all]);
  if (child.custom) {
    request.setProvider(from.getProvidersMap().get("aws") ?? "");
    request.setVersion(packageVersion("aws"));
  } else {
    request.setAliasesList(from.getAliasesList());
  }
  return new Promise((resolve, reject) => {
    monitor.registerResource(request, (error, response) => (error ? reject(error) : resolve(response)));
  });
}

// The wire form of a reference to a resource, see values.ts.
function reference(resource: RegisterResourceResponse): Properties {
  return {
    "4dabf18193072939515e22adb298388d": "5cf8f73096256a8f31e491e813e4eb8e",
    urn: resource.getUrn(),
    id: resource.getId(),
    packageVersion: packageVersion("aws"),
  };
}
