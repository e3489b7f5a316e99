import { draftLink, firstWords, overWords, releaseDrafts } from "../draft";
import type { Message } from "./message";

export interface ChannelSettings {
  readonly environment: string;
  /** Map from the topic of a message to the topic of its readers. */
  readonly routes: Readonly<Record<string, string>>;
  /** The topic of the chat channel. */
  readonly chat?: string | undefined;
  /** Address of the repository's files. */
  readonly runbooks?: string | undefined;
  readonly dashboard?: string | undefined;
  readonly statusPage?: string | undefined;
  /** Address of the status editor. */
  readonly editor?: string | undefined;
}

/** Longest subject that SNS accepts: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const subjectLimit = 100;
/** Long enough for any message of ours; the limit of chat is not documented. */
const descriptionLimit = 2500;

const words = { problem: "Problem", over: "Over", "no data": "No data", notice: "Note" };

export interface Text {
  readonly title: string;
  readonly lines: readonly string[];
  readonly links: readonly string[];
}

/** Title, and the text below it: what, since when, how bad, and where to look. */
export function forPeople(message: Message, settings: ChannelSettings): Text {
  const { state, title, what, since, bad, runbook } = message;
  const { environment, runbooks, dashboard, statusPage, editor } = settings;
  const problem = state === "problem";
  const [, name] = /docs\/runbooks\/([\w-]+)\.md$/.exec(runbook ?? "") ?? [];
  const links: Readonly<Record<string, string | undefined>> = {
    // Without the address of the repository, its path alone.
    Runbook:
      runbook === undefined || /^https:/.test(runbook) || runbooks === undefined ? runbook : `${runbooks}/${runbook}`,
    "With this stack's names": name === undefined ? undefined : `make runbook NAME=${name} STACK=${environment}`,
    ...message.links,
    Dashboard: state === "notice" ? undefined : dashboard,
    "Status page": problem ? statusPage : undefined,
    ...(message.thread === pageAlarm(environment) && editor !== undefined && drafts(state, editor)),
    ...(message.draft !== undefined &&
      editor !== undefined && {
        "Add words for visitors (you publish them)": draftLink(editor, releaseDrafts[message.draft]),
      }),
  };
  // A page is one change of state of one alarm, and SNS repeats nothing.
  const once =
    problem && message.composite === true
      ? "This page is sent once. It is not repeated while the problem lasts, and nobody sees who took it: tell the others that you do."
      : undefined;
  const lines = [what, since && `${problem ? "Since" : "At"}: ${since}`, problem && bad && `How bad: ${bad}`, once];
  return {
    title: `[${environment}] ${words[state]}: ${title}`,
    lines: lines.flatMap((line) => (line ? [line] : [])),
    links: Object.entries(links).flatMap(([name, to]) => (to === undefined ? [] : [`${name}: ${to}`])),
  };
}

/** Name of the alarm that wakes people. Its definition is no code for a function. */
export const pageAlarm = (environment: string): string => `${environment}-page`;

/** A form that is filled in, for whoever may publish. */
function drafts(state: Message["state"], editor: string): Readonly<Record<string, string>> {
  switch (state) {
    case "problem":
      return { "Tell people (you publish it)": draftLink(editor, firstWords) };
    case "over":
      return { "Say that it is over, which opens a closed site too (you publish it)": draftLink(editor, overWords) };
    default:
      return {};
  }
}

/** In the form in which SNS sends e-mail. */
export function mail({ title, lines, links }: Text): { readonly Subject: string; readonly Message: string } {
  const plain = title.replace(/[^\x20-\x7e]/g, "?");
  const subject = plain.length > subjectLimit ? `${plain.slice(0, subjectLimit - 3)}...` : plain;
  return { Subject: subject, Message: [title, "", ...lines, "", ...links].join("\n").trimEnd() };
}

/** A custom notification: https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html */
export function chat({ title, lines, links }: Text, message: Message, { environment }: ChannelSettings): object {
  const { thread, resources = [], state } = message;
  return {
    version: "1.0",
    source: "custom",
    content: {
      textType: "client-markdown",
      title,
      description: lines.join("\n").slice(0, descriptionLimit),
      ...(links.length > 0 && { nextSteps: links }),
      keywords: [environment, state],
    },
    metadata: {
      ...(thread !== undefined && { threadId: `${environment}-${thread}` }),
      summary: title,
      eventType: state,
      ...(resources.length > 0 && { relatedResources: resources }),
    },
  };
}
