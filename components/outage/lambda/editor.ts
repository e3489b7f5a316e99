/** The status editor: serves its page to anybody, and publishes for the editors that signed in. */
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { randomBytes } from "node:crypto";
import { statusPage, switchPreview } from "../pages/pages";
import { statusPath } from "../pages/files";
import { isClosed } from "../pages/change";
import { titles } from "../pages/titles";
import type { Version } from "../publishing/journal";
import { plan, visitorsGet } from "../publishing/plan";
import { look, publish } from "../publishing/publish";
import type { Store } from "../publishing/store";
import { awsStore, region } from "./awsStore";
import { editorPage, pageHeaders, type SignIn } from "./page";
import { readRequest } from "./request";

type Answer = APIGatewayProxyStructuredResultV2;

export interface EditorWorld {
  readonly store: Store;
  readonly signIn: SignIn;
  /** E-mail addresses that may publish, in lower case. */
  readonly editors: readonly string[];
  readonly now: () => string;
  /** Tells the team. */
  readonly tell: (message: string) => Promise<unknown>;
  readonly log: (line: object) => void;
}

/** What API Gateway's JWT authorizer adds to a request that it let in. */
interface Authorized {
  readonly authorizer?: { readonly jwt?: { readonly claims?: Readonly<Record<string, unknown>> } };
}

const json = (statusCode: number, body: object): Answer => ({
  statusCode,
  headers: {
    "content-type": "application/json; charset=utf-8",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  },
  body: JSON.stringify(body),
});

export async function answer(event: APIGatewayProxyEventV2, world: EditorWorld): Promise<Answer> {
  if (event.routeKey === "GET /") {
    return { statusCode: 200, headers: pageHeaders(world.signIn), body: editorPage(world.signIn) };
  }
  const { authorizer } = event.requestContext as Authorized;
  const email = authorizer?.jwt?.claims?.["email"];
  const by = typeof email === "string" ? email.toLowerCase() : "";
  if (!world.editors.includes(by)) {
    world.log({ log: "refused", by, route: event.routeKey });
    return json(403, { message: `${by === "" ? "You are" : `${by} is`} not among the editors of this site.` });
  }
  switch (event.routeKey) {
    case "GET /api/state":
      return json(200, { by, now: world.now(), ...(await state(world.store)) });
    case "POST /api/preview":
      return preview(event, by, world);
    case "POST /api/publish":
      return carryOut(event, by, world);
    default:
      return json(404, { message: "There is no such page." });
  }
}

/** All that the page shows. The secrets of a version stay here, but for the link that editors give to testers. */
async function state(store: Store): Promise<object> {
  const { id, status, switchValue, version, log, ...present } = await look(store);
  const turnedElsewhere = present.turnedElsewhere || version?.followed === true;
  const { organisation, service, address, timeZone, events } = status;
  const { state, message, until, back, quietUntil, pass } = switchValue;
  return {
    id,
    version: status.version,
    organisation,
    service,
    timeZone,
    statusPage: `${address}${statusPath}`,
    testersLink: state === "planned" && pass !== undefined ? `${address}/outage-pass/${pass}` : undefined,
    events: events.slice(0, 30),
    switch: { state, message, until, back, quietUntil },
    turnedElsewhere,
    canUndo: version !== undefined && !turnedElsewhere,
    log: log.slice(0, 50),
  };
}

const bodyOf = ({ body = "", isBase64Encoded }: APIGatewayProxyEventV2): string =>
  isBase64Encoded ? Buffer.from(body, "base64").toString() : body;

async function preview(event: APIGatewayProxyEventV2, by: string, { store, now }: EditorWorld): Promise<Answer> {
  const read = readRequest(bodyOf(event));
  if ("problems" in read) {
    return json(422, read);
  }
  const time = now();
  const present = await look(store);
  const planned = plan(present, { ...read, by, now: time, pass: "" });
  if (planned.problems !== undefined) {
    return json(422, { problems: planned.problems });
  }
  return json(200, { what: planned.version.log[0]?.what, turns: planned.version.turned, ...shown(planned.version) });
}

/** What visitors would see, as whole pages. */
function shown(version: Version): { readonly site: string | null; readonly status: string; readonly state: string } {
  const { status } = version;
  const { state, message, back } = visitorsGet(version);
  const title = titles(status.service)[state === "planned" ? "planned" : "outage"];
  return {
    state,
    site: isClosed(state) ? switchPreview(status, statusPath, { title, message, back }) : null,
    status: statusPage(status, status.changed),
  };
}

async function carryOut(event: APIGatewayProxyEventV2, by: string, world: EditorWorld): Promise<Answer> {
  const read = readRequest(bodyOf(event));
  if ("problems" in read) {
    return json(422, read);
  }
  const pass = randomBytes(12).toString("base64url");
  const done = await publish(world.store, { ...read, by, now: world.now(), pass }, read.base);
  const { request } = read;
  if (done.kind === "refused") {
    world.log({ log: "publish", kind: done.kind, by, request, problems: done.problems });
    return json(422, { problems: done.problems });
  }
  if (done.kind === "overtaken") {
    world.log({ log: "publish", kind: done.kind, by, request });
    return json(409, { message: "Somebody else has published, or turned the switch, meanwhile. Nothing was changed." });
  }
  const { version } = done;
  const [entry] = version.log;
  world.log({ log: "publish", kind: done.kind, ...entry, behind: done.behind });
  if (done.kind === "published") {
    const text = `Status of ${version.status.service}: ${entry?.what}\nVersion ${entry?.version}, published by ${by} at ${entry?.at}.`;
    await world.tell(text).catch((error: Error) => world.log({ log: "untold", id: version.id, error: error.message }));
  }
  return json(200, { kind: done.kind, version: version.status.version });
}

let world: EditorWorld | undefined;

function fromEnvironment(): EditorWorld {
  const {
    BUCKET = "",
    KEY_VALUE_STORE_ARN = "",
    TOPIC_ARN = "",
    EDITORS = "[]",
    SIGN_IN = "",
    CLIENT_ID = "",
  } = process.env;
  const sns = new SNSClient({ region });
  return {
    store: awsStore({ bucket: BUCKET, keyValueStoreArn: KEY_VALUE_STORE_ARN }),
    signIn: { address: SIGN_IN, clientId: CLIENT_ID },
    editors: JSON.parse(EDITORS) as string[],
    now: () => new Date().toISOString(),
    tell: (Message) => sns.send(new PublishCommand({ TopicArn: TOPIC_ARN, Message })),
    log: (line) => console.log(JSON.stringify(line)),
  };
}

export async function handler(event: APIGatewayProxyEventV2): Promise<Answer> {
  world ??= fromEnvironment();
  try {
    return await answer(event, world);
  } catch (error) {
    const { name, message } = error as Error;
    world.log({ log: "error", route: event.routeKey, error: `${name}: ${message}` });
    return json(502, { message: "The store of the pages gave no answer. Try again: a publish is never done twice." });
  }
}
