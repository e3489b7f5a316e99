import { randomBytes } from "node:crypto";
import { join, resolve } from "node:path";
import { folder, type PageFile, statusFiles, statusPath } from "../../components/outage/pages/files";
import { switchPreview } from "../../components/outage/pages/pages";
import { declare, Refused, start } from "../lib/command";
import { changeOf, options, problems, type Request } from "./request";
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

/** Branding that LOCAL=1 starts with. */
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

/** Replacements for the outside world in a test. */
interface World {
  readonly now?: () => string;
  readonly transport?: Transport;
}

/**
 * Turns the switch and writes the status page and its feeds; says first what it will do. EventBridge tells the topic of it, as of any
 * change (components/outage/audit.ts).
 */
export const outage = ({ now = () => new Date().toISOString(), transport }: World = {}) =>
  declare({
    name: "outage",
    summary: "Turn the outage switch and write the status page",
    options,
    check: (values) => problems(values, now()),
    run: async (request, where) => {
      const { STACK, LOCAL, LOCAL_FOLDER, PREVIEW, DRY } = request;
      const { print } = where;
      const target = LOCAL
        ? folderTarget(LOCAL_FOLDER ?? join(root, ".offline", "outage", STACK), exampleBranding)
        : awsTarget(outageOutput(STACK), transport);
      print(LOCAL ? `Local: nothing of AWS is touched. Target: ${target.name}` : `Target: ${target.name}`);
      const status = parseStatus(await target.readPage("status.json"));
      if (PREVIEW) {
        return showPreview(request, status, target, print);
      }
      const plan = makePlan(request, status, readSwitch(await target.readSwitch()), now());
      plan.lines.forEach(print);
      if (DRY) {
        print("DRY=1: nothing was written.");
        return 0;
      }
      await carryOut(plan, target, print);
      print(
        LOCAL
          ? `Status page and feeds written to ${target.name}. No message is sent.`
          : "Status page and feeds written. AWS itself notifies the alert topic.",
      );
      return 0;
    },
  });

function makePlan(request: Request, status: Status, before: SwitchValue, now: string): Plan {
  const [change, stack] = [changeOf(request), request.STACK];
  const next = changed(status, change, now);
  const files = statusFiles(next, now);
  const lines = [`Will write ${files.map(({ name }) => `/${folder}/${name}`).join(", ")}: version ${next.version}.`];
  if (change.state === "trouble") {
    if (before.state !== "off") {
      const fix = `Add an update with STATE=${before.state}, or open the site first: STATE=off.`;
      throw new Refused([{ path: "STATE", given: "trouble", allowed: "trouble while the site is open", fix }]);
    }
    const said = change.message ?? standingText(status.service, "trouble");
    const tell = `Will say on the status page of ${stack}, which stays open: ${said.replaceAll("\n", " / ")}`;
    return { value: undefined, files, lines: [tell, "STATE=off says that it is over.", ...lines] };
  }
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

/** The switch first: people wait for it, and the pages only report it. @throws Error when a page was not written */
async function carryOut(plan: Plan, target: Target, print: (line: string) => void): Promise<void> {
  if (plan.value !== undefined) {
    await target.writeSwitch(switchText(plan.value));
    print(`Switched to ${plan.value.state}. It takes a few seconds to reach all edge locations.`);
  }
  for (const file of plan.files) {
    try {
      await target.writePage(file);
    } catch (error) {
      const turned = plan.value === undefined ? "" : "The switch is turned, but ";
      throw new Error(`${turned}${file.name} was not written. ${(error as Error).message}`);
    }
  }
}

async function showPreview(
  request: Request,
  status: Status,
  target: Target,
  print: (line: string) => void,
): Promise<number> {
  const change = changeOf(request);
  const planned = change.state !== "outage";
  const content = switchPreview(status, statusPath, {
    title: planned ? `${status.service} is closed for maintenance` : `${status.service} is not available`,
    message: change.message ?? standingText(status.service, planned ? "planned" : "outage"),
    back: change.until === undefined ? undefined : inWords(change.until, status.timeZone),
  });
  await target.writePage({ name: "preview.html", contentType: "text/html; charset=utf-8", content });
  print(`The page as it would be: ${target.addressOf("preview.html", status.address)}. The switch was not turned.`);
  return 0;
}

export const command = outage();

if (require.main === module) {
  start(command);
}
