import type { DefinitionArgs } from "./arguments";
import { call, choose, is, joined, nothing, type OnError, type Part, type Rule, sequence } from "./asl";
import { announce, note } from "./calls";
import { readLock } from "./lock";

/** For the record of the release, and its messages. */
const others = { page: "somebody else's" } as const;

/** Puts the page on, unless somebody has already closed the site: then the page is theirs, and stays. */
export function pageOn(args: DefinitionArgs, onError: OnError): Part {
  const { page } = args;
  if (page === undefined) {
    return nothing("There is no page");
  }
  return (next) => {
    // If an earlier release left the page on, this one takes it off.
    const other = sequence(
      choose("Is the page kept?", [[is("$.record.Item.page.S", { StringEquals: "kept" }), next]]),
      note("Note that the page is another's", args, others, onError),
    )(next);
    const ours = sequence(
      readSwitch("Page on", page, onError),
      choose("Is the site closed already?", [[{ Not: says("off") }, "Is the page kept?"]]),
      note("Note that the page is ours", args, { page: "ours" }, onError),
      putSwitch("Page on", page, page.value, onError),
      announce(
        "Tell that the site is closed",
        args,
        "the site is closed for an upgrade",
        {
          "Message.$": `States.Format('${args.environment}: visitors read the outage page since {}, and the status page says planned work within minutes. Both end with the release. Execution {}.', $$.State.EnteredTime, $$.Execution.Name)`,
        },
        "releaseClosed",
      ),
    )(next);
    return { start: ours.start, states: joined(ours.states, other.states) };
  };
}

/**
 * Takes the page off if it is one of these: put there by this release (`ours`), or left there by the one before (`kept`). What
 * somebody has turned to an outage since is theirs, and stays. Planned work with words that an editor has added is still this one.
 */
export function pageOff(id: string, args: DefinitionArgs, whose: readonly ("ours" | "kept")[], onError: OnError): Part {
  const { page } = args;
  if (page === undefined) {
    return nothing(`${id}: there is none`);
  }
  return (next) => {
    const off = sequence(
      readLock(`${id}: whose is it?`, args, onError),
      choose(`${id}: is it ours?`, [
        [{ Not: { Or: whose.map((one) => is("$.record.Item.page.S", { StringEquals: one })) } }, next],
      ]),
      readSwitch(id, page, onError),
      choose(`${id}: is it planned work?`, [[{ Not: says("planned") }, `${id}: note that it is another's`]]),
      putSwitch(id, page, JSON.stringify({ state: "off" }), onError),
    )(next);
    const other = sequence(
      note(`${id}: note that it is another's`, args, others, onError),
      readLock(`${id}: another's`, args, onError),
    )(next);
    return { start: off.start, states: joined(off.states, other.states) };
  };
}

/** Whether the switch at `$.switch` has this state: as JSON, or as a bare word that somebody typed into the console. */
function says(state: "off" | "planned"): Rule {
  const word = state[0]!.toUpperCase() + state.slice(1);
  const forms = [`*"state":"${state}"*`, state, `*${state}`, `${state}*`, `*${word}`, `${word}*`];
  return { Or: forms.map((form) => ({ Variable: "$.switch.Value", StringMatches: form })) };
}

/** The version first: a change between the two calls is refused later, and never missed. */
function readSwitch(id: string, { storeArn, key }: NonNullable<DefinitionArgs["page"]>, onError: OnError): Part {
  return sequence(
    call(
      `${id}: version`,
      "cloudfrontkeyvaluestore:describeKeyValueStore",
      { KvsARN: storeArn },
      { result: "$.store", onError },
    ),
    call(
      `${id}: read the switch`,
      "cloudfrontkeyvaluestore:getKey",
      { KvsARN: storeArn, Key: key },
      { result: "$.switch", onError },
    ),
  );
}

/**
 * After `readSwitch`: the store takes a change only with its version
 * (https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_kvs_PutKey.html).
 */
function putSwitch(
  id: string,
  { storeArn, key }: NonNullable<DefinitionArgs["page"]>,
  value: string,
  onError: OnError,
): Part {
  return call(
    id,
    "cloudfrontkeyvaluestore:putKey",
    { KvsARN: storeArn, Key: key, Value: value, "IfMatch.$": "$.store.ETag" },
    { onError },
  );
}
