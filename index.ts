import { checkBuilder } from "./stacks/builder";
import { buildPlatform } from "./stacks/platform";
import { makeProviders } from "./stacks/providers";
import { readSettings } from "./stacks/settings/read";

const settings = readSettings();
checkBuilder(settings);
const outputs = buildPlatform(settings, makeProviders(settings));

// The stack's outputs, without those that this kind of stack does not have: the engine would warn of each.
export = Object.fromEntries(Object.entries(outputs).filter(([, value]) => value !== undefined));
