import { randomBytes } from "node:crypto";
import { userInfo } from "node:os";
import { join, resolve } from "node:path";
import type { Transport } from "../../components/outage/lambda/awsStore";
import { isClosed, standingText } from "../../components/outage/pages/change";
import { folder, publishedNames, statusPath } from "../../components/outage/pages/files";
import { switchPreview } from "../../components/outage/pages/pages";
import { type Branding, inWords } from "../../components/outage/pages/status";
import { titles } from "../../components/outage/pages/titles";
import { maxValueBytes } from "../../components/outage/pages/switchValue";
import { pageKey, type Present, readPresent, type Version } from "../../components/outage/publishing/journal";
import { plan, type Publish, visitorsGet } from "../../components/outage/publishing/plan";
import { publish } from "../../components/outage/publishing/publish";
import { declare, Refused, start } from "../lib/command";
import { turnRules } from "./closing";
import { changeOf, inOptions, options, problems, type Request } from "./request";
import { awsTarget, folderTarget, outageOutput, type Target } from "./targets";

const root = resolve(__dirname, "../..");

/** Branding that LOCAL=1 starts with. */
const exampleBranding: Branding = {
  organisation: "University of Example",
  service: "Moodle",
  address: "https://moodle.example.org",
  contact: "help@example.org",
  timeZone: "UTC",
};

/** Replacements for the outside world in a test. */
interface World {
  readonly now?: () => string;
  readonly transport?: Transport;
}

/**
 * Publishes a change: the switch, the status page and its feeds. It says first what it will do. EventBridge tells the topic of
 * it, as of any change (components/outage/audit.ts).
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
      const place = LOCAL ? undefined : outageOutput(STACK);
      if (place !== undefined && "closedRuleArn" in place) {
        await turnRules(STACK, request, place, print);
        return 0;
      }
      const target =
        place === undefined
          ? folderTarget(LOCAL_FOLDER ?? join(root, ".offline", "outage", STACK), exampleBranding)
          : awsTarget(place, transport);
      print(LOCAL ? `Local: nothing of AWS is touched. Target: ${target.name}` : `Target: ${target.name}`);
      const present = await readPresent(target.store);
      if (PREVIEW) {
        return showPreview(request, present, target, print);
      }
      const asked: Publish = {
        request: randomBytes(9).toString("base64url"),
        change: changeOf(request),
        by: request.BY ?? `${userInfo().username}, make outage`,
        now: now(),
        pass: randomBytes(12).toString("base64url"),
      };
      const planned = plan(present, asked);
      if (planned.problems !== undefined) {
        throw new Refused(inOptions(planned.problems));
      }
      lines(STACK, request, present, planned.version).forEach(print);
      if (DRY) {
        print("DRY=1: nothing was written.");
        return 0;
      }
      await carryOut(target, asked, present, print);
      print(
        LOCAL
          ? `Status page and feeds written to ${target.name}. No message is sent.`
          : "Published: switch, status page and feeds. AWS itself notifies the alert topic.",
      );
      return 0;
    },
  });

/** What will be done. */
function lines(stack: string, { STATE }: Request, before: Present, version: Version): readonly string[] {
  const { status, switchText, turned, log } = version;
  const { state, message, back, quietUntil, pass } = visitorsGet(version);
  const paths = publishedNames.map((name) => `/${folder}/${name}`).join(", ");
  const words = (text: string) => text.replaceAll("\n", " / ");
  const [event] = status.events;
  const said: Partial<Record<typeof STATE, readonly string[]>> = {
    trouble: [
      `Will say on the status page of ${stack}, which stays open: ${words(event?.updates[0]?.text ?? "")}`,
      "STATE=off says that it is over.",
    ],
    announce: [
      `Will announce on the status page of ${stack}: work from ${inWords(event?.start ?? status.changed, status.timeZone)}.`,
    ],
    undo: [`Will take back version ${before.status.version} of ${stack}: ${before.log[0]?.what ?? ""}`],
  };
  return [
    ...(said[STATE] ?? [`Will publish for ${stack}: ${log[0]?.what ?? STATE}`]),
    ...(turned
      ? [
          `Will turn the switch of ${stack} from ${before.switchValue.state} to ${state} (${switchText.length} of ${maxValueBytes} bytes).`,
          ...(state === "off" ? [] : [`Visitors get 503 and: ${words(message)}`]),
          ...(back === undefined ? [] : [`Expected back: ${back}`]),
          ...(quietUntil === undefined
            ? []
            : [
                `Pages nobody until ${inWords(quietUntil, status.timeZone)}. A site still closed then pages somebody; the same state starts the time again.`,
              ]),
          ...(pass === undefined ? [] : [`Testers get in at ${status.address}/outage-pass/${pass}`]),
        ]
      : []),
    `Will write ${paths}: version ${status.version}.`,
  ];
}

/** @throws Error when it is not published, or when nobody can say whether it is */
async function carryOut(target: Target, asked: Publish, { id }: Present, print: (line: string) => void): Promise<void> {
  const published = await persistently(() => publish(target.store, asked, id), print);
  if (published.kind === "refused") {
    throw new Refused(inOptions(published.problems));
  }
  if (published.kind === "overtaken") {
    throw new Error("Somebody else has published, or turned the switch, just now. Nothing was changed. Run it again.");
  }
  if (published.behind !== undefined) {
    print(`Published, but for the copies that are served when the store cannot be read: ${published.behind}`);
  }
  print(`It takes a few seconds to reach all edge locations. Version ${published.version.status.version}.`);
}

/** Three times: the same request again finishes what it began, and does nothing twice. A missing right stays missing. */
async function persistently<Answer>(ask: () => Promise<Answer>, print: (line: string) => void): Promise<Answer> {
  for (let attempts = 1; ; attempts++) {
    try {
      return await ask();
    } catch (error) {
      const { message } = error as Error;
      if (attempts === 3 || message.includes("AccessDenied")) {
        throw error;
      }
      print(`${message} Trying again.`);
    }
  }
}

async function showPreview(
  request: Request,
  { status }: Present,
  target: Target,
  print: (line: string) => void,
): Promise<number> {
  const { message, until, state } = changeOf(request);
  const shown = isClosed(state) ? state : "planned";
  const content = switchPreview(status, statusPath, {
    title: titles(status.service)[shown],
    message: message ?? standingText(status.service, shown),
    back: until === undefined ? undefined : inWords(until, status.timeZone),
  });
  await target.store.write({ key: pageKey("preview.html"), contentType: "text/html; charset=utf-8", content });
  print(`The page as it would be: ${target.addressOf("preview.html", status.address)}. The switch was not turned.`);
  return 0;
}

export const command = outage();

if (require.main === module) {
  start(command);
}
