import { checkAccount } from "./stacks/account";
import { checkBuilder } from "./stacks/builder";
import { lookUpNetwork } from "./stacks/network";
import { buildPlatform } from "./stacks/platform";
import { makeProviders } from "./stacks/providers";
import { checkRecovery } from "./stacks/recovery";
import { readSettings } from "./stacks/settings/read";

async function build(): Promise<Readonly<Record<string, unknown>>> {
  const settings = readSettings();
  checkBuilder(settings);
  const providers = makeProviders(settings);
  await checkAccount(settings, providers);
  await checkRecovery(settings, providers);
  const outputs = buildPlatform(settings, providers, await lookUpNetwork(settings, providers));
  // The stack's outputs, without those that this kind of stack does not have: the engine would warn of each.
  return Object.fromEntries(Object.entries(outputs).filter(([, value]) => value !== undefined));
}

export = build();
