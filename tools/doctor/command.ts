import { existsSync, readFileSync } from "node:fs";
import { resolveNs } from "node:dns/promises";
import { join, resolve } from "node:path";
import { load } from "js-yaml";
import { declare, flag, needed, start } from "../lib/command";
import { stackName } from "../lib/kinds";
import { stackSettings } from "../lib/stackFile";
import type { Settings } from "../../stacks/settings/settings";
import { planApart } from "../lib/planProcess";
import { accountChecks, whoAmI } from "./account";
import { certificateChecks } from "./certificates";
import type { Check, Line, LocalWorld, StackFile, World } from "./check";
import { type CallLimits, makeClients } from "./clients";
import { computerChecks } from "./computer";
import { dnsChecks } from "./dns";
import { settingsChecks } from "./example";
import { imageChecks } from "./image";
import { type Machine, thisMachine } from "./machine";
import { mailChecks } from "./mail";
import { asJson, asText, summary } from "./print";
import { quotaChecks } from "./quotas";
import { after, deadlineMilliseconds, type Found, runChecks } from "./run";
import { serviceChecks } from "./services";
import { stateChecks } from "./state";
import { zoneChecks } from "./zones";

const root = resolve(__dirname, "..", "..");

/** Checks that also work without an account. */
export const localChecks: readonly Check<LocalWorld>[] = [...computerChecks, ...settingsChecks];
export const awsChecks: readonly Check[] = [
  ...accountChecks,
  ...stateChecks,
  ...zoneChecks,
  ...dnsChecks,
  ...certificateChecks,
  ...mailChecks,
  ...imageChecks,
  ...serviceChecks,
  ...quotaChecks,
];

export interface Options {
  readonly settings: Settings;
  readonly stackFile?: StackFile;
  readonly machine?: Machine;
  readonly limits?: CallLimits;
  readonly nameServers?: World["nameServers"];
  readonly now?: Date;
  /** Default: by a separate process. */
  readonly makePlan?: (stack: string) => ReturnType<World["plan"]>;
  /** Milliseconds after which nothing is waited for. */
  readonly deadline?: number;
  readonly progress?: (text: string) => void;
}

/** All findings. Never throws for a failure of an account or a network. */
export async function examine({ settings, progress = () => undefined, ...given }: Options): Promise<readonly Found[]> {
  const late = after(given.deadline ?? deadlineMilliseconds);
  const clients = makeClients(settings.region, given.limits);
  let planned: ReturnType<World["plan"]> | undefined;
  const { makePlan = planApart } = given;
  const local = {
    settings,
    machine: given.machine ?? thisMachine,
    plan: () => (planned ??= makePlan(settings.environment)),
  };
  let finished = 0;
  const done = () => progress(`${++finished} of ${localChecks.length + awsChecks.length} checks`);
  progress("credentials");
  const [here, me] = await Promise.all([
    runChecks(localChecks, local, late, done),
    whoAmI(clients, settings.region, late).then(async (who) => {
      const world = {
        ...local,
        clients,
        account: "account" in who ? who.account : "",
        stackFile: given.stackFile ?? {},
        nameServers: given.nameServers ?? resolveNs,
        now: given.now ?? new Date(),
      };
      const there = "account" in who ? await runChecks(awsChecks, world, late, done) : [];
      return [{ group: "Account", lines: who.lines } as const, ...there];
    }),
  ]);
  progress("");
  return [...here, ...me];
}

export const exitCode = (found: readonly Found[]): 0 | 1 =>
  found.some(({ lines }) => lines.some(({ verdict }: Line) => verdict === "wrong")) ? 1 : 0;

function stackFile(stack: string): StackFile {
  const path = join(root, `Pulumi.${stack}.yaml`);
  const document = (existsSync(path) ? load(readFileSync(path, "utf8")) : undefined) as
    { readonly secretsprovider?: string; readonly encryptionsalt?: string } | undefined;
  return { secretsProvider: document?.secretsprovider, encryptionSalt: document?.encryptionsalt };
}

export const command = declare({
  name: "doctor",
  summary: 'What would stop "pulumi up" of a stack on this account and computer',
  failure: "something would stop it",
  options: { STACK: needed(stackName, "The stack"), JSON: flag("Print JSON, for a program") },
  run: async ({ STACK, JSON: json }, { print, at }) => {
    const found = await examine({ settings: readSettings(STACK), stackFile: stackFile(STACK), progress: at });
    if (json) {
      print(asJson(found));
    } else {
      print(asText(found, process.stdout.isTTY));
      print(`\n${summary(found, STACK)}`);
    }
    return exitCode(found);
  },
});

/** @throws Error of one line where the stack's file cannot be read. */
function readSettings(stack: string): Settings {
  try {
    return stackSettings(stack);
  } catch (error) {
    const { name, message } = error as Error;
    throw name === "YAMLException" ? new Error(`Pulumi.${stack}.yaml: ${message}`) : error;
  }
}

if (require.main === module) {
  start(command);
}
