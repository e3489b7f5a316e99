import type { DefinitionArgs } from "./arguments";
import { call, choose, is, joined, nothing, type OnError, type Part, sequence } from "./asl";
import { note } from "./calls";
import { readLock } from "./lock";

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
      note("Note that the page is another's", args, { page: "somebody else's" }, onError),
    )(next);
    const ours = sequence(
      call(
        "Read the switch",
        "cloudfrontkeyvaluestore:getKey",
        { KvsARN: page.storeArn, Key: page.key },
        { result: "$.switch", onError },
      ),
      choose("Is the site closed already?", [
        [
          {
            And: [
              { Not: { Variable: "$.switch.Value", StringMatches: '*"state":"off"*' } },
              { Not: { Variable: "$.switch.Value", StringEquals: "off" } },
            ],
          },
          "Is the page kept?",
        ],
      ]),
      note("Note that the page is ours", args, { page: "ours" }, onError),
      putSwitch("Page on", page, page.value, onError),
    )(next);
    return { start: ours.start, states: joined(ours.states, other.states) };
  };
}

/** Takes the page off if it is one of these: put there by this release (`ours`), or left there by the one before (`kept`). */
export function pageOff(id: string, args: DefinitionArgs, whose: readonly ("ours" | "kept")[], onError: OnError): Part {
  const { page } = args;
  if (page === undefined) {
    return nothing(`${id}: there is none`);
  }
  return (next) =>
    sequence(
      readLock(`${id}: whose is it?`, args, onError),
      choose(`${id}: is it ours?`, [
        [{ Not: { Or: whose.map((one) => is("$.record.Item.page.S", { StringEquals: one })) } }, next],
      ]),
      putSwitch(id, page, JSON.stringify({ state: "off" }), onError),
    )(next);
}

/** The store takes a change only with its version: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_kvs_PutKey.html */
function putSwitch(
  id: string,
  { storeArn, key }: NonNullable<DefinitionArgs["page"]>,
  value: string,
  onError: OnError,
): Part {
  return sequence(
    call(
      `${id}: version`,
      "cloudfrontkeyvaluestore:describeKeyValueStore",
      { KvsARN: storeArn },
      { result: "$.store", onError },
    ),
    call(
      id,
      "cloudfrontkeyvaluestore:putKey",
      { KvsARN: storeArn, Key: key, Value: value, "IfMatch.$": "$.store.ETag" },
      { onError },
    ),
  );
}
