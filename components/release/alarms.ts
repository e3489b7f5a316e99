import type { DefinitionArgs } from "./arguments";
import { call, failing, is, joined, nothing, type OnError, type Part, poll, type Rule, sequence, set } from "./asl";

/**
 * Alarms that roll a release back: those that began to ring after {@link countFromHere}. One that rang before is often
 * the reason for the release. It counts again once it was off, and a second alarm with a higher threshold catches a
 * further decline.
 */
const since = "$.watch.since";

/** The instant from which alarms count. */
export function countFromHere(id: string): Part {
  return set(id, "$.watch", { "since.$": "$$.State.EnteredTime" });
}

/** Asks which alarms ring, and since when. */
export function ringing(id: string, args: DefinitionArgs, onError: OnError): Part {
  return call(
    id,
    "cloudwatch:describeAlarms",
    { AlarmNames: watched(args), StateValue: "ALARM" },
    {
      result: "$.alarms",
      select: {
        "ringing.$": "$.MetricAlarms[*].AlarmName",
        ...Object.fromEntries(
          // StateUpdatedTimestamp also moves when only the reason changes.
          watched(args).map((name, i) => [
            `since${i}.$`,
            `$.MetricAlarms[?(@.AlarmName == '${name}')].StateTransitionedTimestamp`,
          ]),
        ),
      },
      onError,
    },
  );
}

/** Any alarm that counts. One whose time cannot be read counts too. */
export function alarm(args: DefinitionArgs): Rule {
  return {
    Or: watched(args).map((name, i) => {
      const began = `$.alarms.since${i}[0]`;
      return {
        And: [
          { Variable: began, IsPresent: true },
          {
            Or: [{ Not: { Variable: began, IsTimestamp: true } }, { Variable: began, TimestampGreaterThanPath: since }],
          },
          // The synthetic user meets the outage page, so it fails while the page is on and for two more runs.
          ...(args.userAlarmNames.includes(name)
            ? [
                { Variable: "$.upgrade.outage", BooleanEquals: false },
                { Not: is("$.record.Item.page.S", { StringEquals: "kept" }) },
              ]
            : []),
        ],
      };
    }),
  };
}

export function watched({ alarmNames, userAlarmNames }: DefinitionArgs): readonly string[] {
  return [...alarmNames, ...userAlarmNames];
}

/** For a cause: the alarms that ring, and those of them that do not count. */
export const whichRing = `States.Format('Alarms that ring: {}; one that rings since before {} does not count.', States.JsonToString($.alarms.ringing), ${since})`;

/** Watches the alarms for some minutes: some faults show only under load. */
export function watchAlarms(id: string, args: DefinitionArgs, minutes: number, onError: OnError): Part {
  if (watched(args).length === 0) {
    return sequence(nothing(`${id}: there are none`), set(`${id}: none rings`, "$.alarms", { ringing: [] }));
  }
  const rings = `${id}: one rings`;
  return (next) => {
    const looked = poll(id, {
      look: ringing(`${id}: look`, args, onError),
      firstSeconds: 30,
      minutes,
      ends: [[alarm(args), rings]],
      tooLong: next,
    })(next);
    const said = failing(rings, "Alarm", { "Cause.$": whichRing }, onError);
    return { start: looked.start, states: joined(looked.states, said) };
  };
}
