/**
 * `make outage STACK=... STATE=off|planned|outage|announce`: turns the switch and writes the status page and its feeds.
 * Says first what it will do. EventBridge tells the topic of it, as of any change (components/outage/audit.ts).
 */
import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { describeProblem } from "../../components/lib/invalid";
import { folder, type PageFile, statusFiles, statusPath } from "../../components/outage/pages/files";
import { switchPreview } from "../../components/outage/pages/pages";
import { type Given, readRequest, type Request } from "./request";
import {
  type Branding,
  changed,
  inWords,
  parseStatus,
  standingText,
  type Status,
} from "../../components/outage/pages/status";
import { readSwitch, switchText, type SwitchValue } from "../../components/outage/pages/switchValue";
import { awsTarget, folderTarget, outageOutput, type Target, type Transport } from "./targets";

const root = resolve(__dirname, "../..");

/** What LOCAL=1 starts with. */
const exampleBranding: Branding = {
  organisation: "University of Example",
  service: "Moodle",
  address: "https://moodle.example.org",
  contact: "help@example.org",
  timeZone: "UTC",
};

interface Plan {
  readonly value: SwitchValue | undefined;
  readonly files: readonly PageFile[];
  readonly lines: readonly string[];
}

/** @returns the exit code. */
export async function outage(
  given: Given,
  now: string,
  say: (line: string) => void,
  transport?: Transport,
): Promise<number> {
  const request = readRequest(given, stacksIn(root), now);
  if (!("stack" in request)) {
    request.forEach((problem) => say(`error: ${describeProblem(problem)}`));
    return 2;
  }
  const target = request.local
    ? folderTarget(given["LOCAL_FOLDER"] ?? join(root, ".offline", "outage", request.stack), exampleBranding)
    : awsTarget(outageOutput(request.stack), transport);
  say(request.local ? `Local: nothing of AWS is touched. Target: ${target.name}` : `Target: ${target.name}`);
  const status = parseStatus(await target.readPage("status.json"));
  if (request.preview) {
    return showPreview(request, status, target, say);
  }
  const plan = makePlan(request, status, readSwitch(await target.readSwitch()), now);
  plan.lines.forEach(say);
  if (request.dry) {
    say("DRY=1: nothing was written.");
    return 0;
  }
  const code = await carryOut(plan, target, say);
  if (code === 0) {
    say(
      request.local
        ? `Status page and feeds written to ${target.name}. Nobody is told.`
        : "Status page and feeds written. The alert topic is told by AWS itself.",
    );
  }
  return code;
}

function makePlan({ change, stack }: Request, status: Status, before: SwitchValue, now: string): Plan {
  const next = changed(status, change, now);
  const files = statusFiles(next, now);
  const lines = [`Will write ${files.map(({ name }) => `/${folder}/${name}`).join(", ")}: version ${next.version}.`];
  if (change.state === "announce") {
    const [event] = next.events;
    const when = event === undefined ? "" : inWords(event.start, next.timeZone);
    return {
      value: undefined,
      files,
      lines: [`Will announce on the status page of ${stack}: work from ${when}.`, ...lines],
    };
  }
  const open = change.state === "off";
  const value: SwitchValue = {
    state: change.state,
    message: open ? undefined : change.message,
    until: open ? undefined : change.until,
    back: open || change.until === undefined ? undefined : inWords(change.until, next.timeZone),
    pass: change.state === "planned" ? (before.pass ?? randomBytes(12).toString("base64url")) : undefined,
    version: next.version,
  };
  const text = switchText(value);
  const said = change.message ?? standingText(status.service, change.state);
  return {
    value,
    files,
    lines: [
      `Will turn the switch of ${stack} from ${before.state} to ${value.state} (${text.length} of 1024 bytes).`,
      ...(open ? [] : [`Visitors get 503 and: ${said.replaceAll("\n", " / ")}`]),
      ...(value.back === undefined ? [] : [`Expected back: ${value.back}`]),
      ...(value.pass === undefined ? [] : [`Testers get in at ${status.address}/outage-pass/${value.pass}`]),
      ...lines,
    ],
  };
}

/** The switch first: people wait for it, and the pages only report it. */
async function carryOut(plan: Plan, target: Target, say: (line: string) => void): Promise<number> {
  if (plan.value !== undefined) {
    await target.writeSwitch(switchText(plan.value));
    say(`Switched to ${plan.value.state}. It takes a few seconds to reach all edge locations.`);
  }
  for (const file of plan.files) {
    try {
      await target.writePage(file);
    } catch (error) {
      const turned = plan.value === undefined ? "" : "The switch is turned, but ";
      say(`error: ${turned}${file.name} was not written. ${(error as Error).message}`);
      return 1;
    }
  }
  return 0;
}

async function showPreview(
  request: Request,
  status: Status,
  target: Target,
  say: (line: string) => void,
): Promise<number> {
  const { change } = request;
  const planned = change.state !== "outage";
  const content = switchPreview(status, statusPath, {
    title: planned ? `${status.service} is closed for maintenance` : `${status.service} is not available`,
    message: change.message ?? standingText(status.service, planned ? "planned" : "outage"),
    back: change.until === undefined ? undefined : inWords(change.until, status.timeZone),
  });
  await target.writePage({ name: "preview.html", contentType: "text/html; charset=utf-8", content });
  say(`The page as it would be: ${status.address}/${folder}/preview.html. The switch was not turned.`);
  return 0;
}

function stacksIn(path: string): string[] {
  return readdirSync(path).flatMap((name) => /^Pulumi\.([a-z0-9-]+)\.yaml$/.exec(name)?.[1] ?? []);
}

if (require.main === module) {
  outage(process.env, new Date().toISOString(), (line) => console.log(line)).then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      console.error(`error: ${(error as Error).message}`);
      process.exitCode = 1;
    },
  );
}
