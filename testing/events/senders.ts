import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import type { Recorded } from "../values/recorded";

/** Sender of an event: a row of senders.yaml. */
interface Sender {
  /** Resource types, any of which sends it. */
  readonly from?: readonly string[];
  /** The part of the account that sends it. */
  readonly account?: string;
  /** AWS's page about it. */
  readonly page: string;
}

type Table = Readonly<Record<string, Readonly<Record<string, Sender>>>>;

let table: Table | undefined;

/** The event rules that can never match, with the reason: nothing in the stack sends what they wait for. */
export function deafRules(resources: readonly Recorded[]): string[] {
  table ??= load(readFileSync(join(__dirname, "senders.yaml"), "utf8")) as Table;
  const types = new Set(resources.map(({ type }) => type));
  return resources
    .filter(({ type, inputs }) => type === "aws:cloudwatch/eventRule:EventRule" && inputs["eventPattern"] !== undefined)
    .flatMap(({ name, inputs }) => {
      const pattern = JSON.parse(String(inputs["eventPattern"])) as Record<string, string[]>;
      const heard = ({ account, from = [] }: Sender): boolean =>
        account !== undefined || from.some((type) => types.has(type));
      return (pattern["source"] ?? ["any source"]).flatMap((source) => {
        const details = pattern["detail-type"];
        if (details === undefined) {
          // Waits for every event of the source.
          return Object.values(table![source] ?? {}).some(heard)
            ? []
            : [
                `${name}: nothing in the stack sends an event of ${source}, by testing/events/senders.yaml. Fix: add a row.`,
              ];
        }
        return details.flatMap((detail) => {
          const sender = table![source]?.[detail] ?? table!["*"]?.[detail];
          if (sender === undefined) {
            return [
              `${name}: who sends "${detail}" of ${source} is not in testing/events/senders.yaml. Fix: add a row.`,
            ];
          }
          return heard(sender)
            ? []
            : [`${name}: "${detail}" is sent by ${sender.from!.join(" or ")} alone, and there is none: ${sender.page}`];
        });
      });
    });
}
