/**
 * `make doctor STACK=... [JSON=1]`: what would stop `pulumi up` of a stack, and what is not as it should be. Reads only.
 *
 * Exit code: 0 nothing would stop it, 1 something would, 2 there is no such stack.
 */
import { existsSync, readFileSync } from "node:fs";
import { resolveNs } from "node:dns/promises";
import { join, resolve } from "node:path";
import { load } from "js-yaml";
import { RunError } from "@pulumi/pulumi";
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

/** These say something also without an account. */
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
  /** Default: by a process of its own. */
  readonly makePlan?: (stack: string) => ReturnType<World["plan"]>;
  /** Milliseconds after which nothing is waited for. */
  readonly deadline?: number;
  readonly progress?: (text: string) => void;
}

/** Everything that can be found out. Never throws for what an account or a network does. */
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

async function main(): Promise<number> {
  const { STACK = "", JSON: json } = process.env;
  let settings: Settings;
  let file: StackFile;
  try {
    settings = stackSettings(STACK);
    file = stackFile(STACK);
  } catch (error) {
    const { name, message } = error as Error;
    if (RunError.isInstance(error)) {
      console.error(message);
      return 1;
    }
    console.error(name === "YAMLException" ? `Pulumi.${STACK}.yaml: ${message}` : message);
    return name === "YAMLException" ? 1 : 2;
  }
  const progress = process.stderr.isTTY
    ? (text: string) => process.stderr.write(`\r\u001b[K${text === "" ? "" : `make doctor: ${text} ...`}`)
    : undefined;
  const found = await examine({ settings, stackFile: file, progress });
  if (json) {
    console.log(asJson(found));
  } else {
    console.log(asText(found, process.stdout.isTTY));
    console.log(`\n${summary(found, settings.environment)}`);
  }
  return exitCode(found);
}

if (require.main === module) {
  main().then(
    // Calls that nobody waits for any more must not keep it.
    (code) => process.exit(code),
    (error: unknown) => {
      console.error(`error: ${(error as Error).message}`);
      process.exit(1);
    },
  );
}
