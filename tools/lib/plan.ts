import * as pulumi from "@pulumi/pulumi";
import { takeHooks } from "../../offline/sdk";
import { describeNetwork } from "../../offline/providers/existingNetwork";
import { invoke } from "../../offline/providers/invokes";
import { partitionOf, type Place } from "../../offline/providers/outputs";
import { check, createResource } from "../../offline/providers/resources";
import { lookUpNetwork } from "../../stacks/network";
import { buildPlatform } from "../../stacks/platform";
import { makeProviders } from "../../stacks/providers";
import type { Settings } from "../../stacks/settings/settings";

/** One resource that the program asks for. */
export interface Planned {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** The same with what the stand-ins answered, so that what refers to it can be followed. */
export interface Registered extends Planned {
  readonly urn: string;
  /** Empty for a component. */
  readonly id: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/**
 * Every resource of a stack, without an engine, a CLI or an account: the program runs in this process, and stand-ins
 * answer for the providers. Children of `awsx` components are not in it. One plan at a time: the mocks belong to the process.
 *
 * @throws Error as the program throws it, for example during an exam freeze.
 */
export async function planOf(settings: Settings): Promise<readonly Registered[]> {
  const place: Place = { region: settings.region, partition: partitionOf(settings.region), defaultTags: {} };
  const planned: Registered[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, custom }) => {
        const given = inputs as Record<string, unknown>;
        if (type.startsWith("pulumi:")) {
          return { id: name, state: given };
        }
        const urn = `urn:pulumi:${settings.environment}::moodle::${type}::${name}`;
        if (custom === false) {
          const url = `123456789012.dkr.ecr.${settings.region}.amazonaws.com/${name}`;
          const state = type.startsWith("awsx:ecr:") ? { ...given, url } : given;
          planned.push({ type, name, inputs: given, urn, id: "", outputs: state });
          return { id: undefined, state };
        }
        const { id, outputs } = createResource(type, urn, check(type, urn, given).inputs, place, false);
        planned.push({ type, name, inputs: given, urn, id, outputs });
        return { id, state: outputs };
      },
      call: ({ token, inputs }) => invoke(token, inputs as Record<string, unknown>, place),
    },
    "moodle",
    settings.environment,
    false,
  );
  takeHooks();
  describeNetwork(settings.network);
  const providers = makeProviders(settings);
  buildPlatform(settings, providers, await lookUpNetwork(settings, providers));
  // Waits for every registration, also of resources whose inputs wait for others.
  await pulumi.runtime.disconnect();
  return planned;
}
