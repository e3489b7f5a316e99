import * as pulumi from "@pulumi/pulumi";
import { takeHooks } from "../../offline/sdk";
import { describeNetwork } from "../../offline/providers/existingNetwork";
import { invoke } from "../../offline/providers/invokes";
import { partitionOf, type Place } from "../../offline/providers/outputs";
import { check, createResource } from "../../offline/providers/resources";
import { shapeOf } from "../../offline/providers/sdk";
import { plain, type Properties } from "../../offline/providers/values";
import { lookUpNetwork } from "../../stacks/network";
import { buildPlatform } from "../../stacks/platform";
import { makeProviders } from "../../stacks/providers";
import { type GivenConfig, loadSettings } from "../../stacks/settings/load";

/** One resource of a recorded stack, with its physical name. */
export interface Recorded {
  readonly type: string;
  readonly name: string;
  readonly region: string;
  readonly inputs: Properties;
  /** Id by which other resources refer to it. */
  readonly id?: string;
  readonly arn?: string;
}

/**
 * Runs the whole program in this process, with every output known: what a deployment would hand to AWS. The stand-ins
 * give names, ids and ARNs, as on the offline engine, in a second instead of a minute.
 *
 * @throws pulumi.RunError when the settings are refused; Error when a resource is.
 */
export async function recordStack(config: GivenConfig, stack: string): Promise<readonly Recorded[]> {
  return (await recordRun(config, stack)).resources;
}

/** The same, with the stack's outputs as `pulumi stack output --json` prints them. @throws as `recordStack` */
export async function recordRun(
  config: GivenConfig,
  stack: string,
): Promise<{ readonly resources: readonly Recorded[]; readonly outputs: Readonly<Record<string, unknown>> }> {
  const settings = loadSettings(config, stack);
  const recorded: Recorded[] = [];
  const tags = makePlaceTags(settings);
  // A mock's `provider` is "<urn>::<id>" and the urn ends in the name that stacks/providers.ts gives.
  const placeOf = (provider: string | undefined): Place => {
    const [, place] = /::(edge|copies)::/.exec(provider ?? "") ?? [];
    const copies = settings.backup.kind === "vault" ? settings.backup.copyRegion : undefined;
    const region = place === "edge" ? "us-east-1" : ((place && copies) ?? settings.region);
    return { region, partition: partitionOf(region), defaultTags: tags };
  };
  const record = (type: string, name: string, given: Properties, place: Place): Properties & { id: string } => {
    const urn = `urn:pulumi:${stack}::moodle::${type}::${name}`;
    const { inputs, failures } = check(type, urn, given);
    if (failures.length > 0) {
      throw new Error(`${name}: ${failures.map(({ reason }) => reason).join("; ")}`);
    }
    const { id, outputs } = createResource(type, urn, inputs, place, false);
    const merged = plain({ ...inputs, ...mergedTags(type, inputs, outputs) }) as Properties;
    const arn = typeof outputs["arn"] === "string" ? { arn: outputs["arn"] } : {};
    recorded.push({ type, name, region: place.region, inputs: merged, id, ...arn });
    return { ...outputs, id };
  };
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, provider, custom }) => {
        const place = placeOf(provider);
        if (type === "awsx:ecr:Repository") {
          return { id: undefined, state: repositoryOf(record, name, inputs as Properties, place) };
        }
        if (custom === false || type.startsWith("pulumi:")) {
          return { id: type.startsWith("pulumi:") ? `${name}-id` : undefined, state: { ...inputs } };
        }
        const { id, ...state } = record(type, name, inputs as Properties, place);
        return { id, state };
      },
      call: ({ token, inputs, provider }) => invoke(token, inputs as Properties, placeOf(provider)),
    },
    "moodle",
    stack,
    false,
  );
  takeHooks();
  describeNetwork(settings.network);
  const providers = makeProviders(settings);
  const network = await lookUpNetwork(settings, providers);
  const outputs = pulumi.output(buildPlatform(settings, providers, network)) as unknown as pulumi.Output<unknown>;
  await (pulumi.runtime as unknown as { disconnect(): Promise<void> }).disconnect();
  const known = await new Promise<unknown>((done) => outputs.apply(done));
  return { resources: recorded, outputs: JSON.parse(JSON.stringify(known)) as Readonly<Record<string, unknown>> };
}

function makePlaceTags({ environment, owner, costCentre }: ReturnType<typeof loadSettings>): Record<string, string> {
  return { Project: "moodle", Environment: environment, Owner: owner, CostCentre: costCentre, ManagedBy: "pulumi" };
}

/** The provider sends its default tags to AWS together with the resource's own. */
function mergedTags(type: string, inputs: Properties, outputs: Properties): Properties {
  return shapeOf(type)?.inputs.has("tags") === true &&
    !Array.isArray(inputs["tags"]) &&
    outputs["tagsAll"] !== undefined
    ? { tags: outputs["tagsAll"] }
    : {};
}

/** As offline/providers/construct.ts has the engine make it. */
function repositoryOf(
  record: (type: string, name: string, given: Properties, place: Place) => Properties,
  name: string,
  { lifecyclePolicy: _policy, ...inputs }: Properties,
  place: Place,
): Properties {
  const repository = record("aws:ecr/repository:Repository", name.toLowerCase(), inputs, place);
  return { url: repository["repositoryUrl"], repository };
}
