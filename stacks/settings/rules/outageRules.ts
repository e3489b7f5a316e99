import type { Problem } from "../../../components/lib/invalid";
import { usualNetwork } from "../../../components/lib/cidr";
import { functionCode } from "../../../components/outage/pages/functionCode";
import { cleanLogo } from "../../../components/outage/pages/logo";
import { outageBranding } from "../../outageBranding";
import { UnreadableError } from "../readable";
import type { Rule } from "./rule";

/** What the shape of a setting cannot say. */
export const outageRules: readonly Rule[] = [
  ({ edge }) =>
    edge.kind !== "cloudfront"
      ? []
      : edge.outage.testers.flatMap((given, index) => {
          const usual = usualNetwork(given);
          return usual?.text === given
            ? []
            : [
                {
                  path: `moodle:edge.outage.testers[${index}]`,
                  given,
                  allowed: "an IPv4 or IPv6 block such as 192.0.2.0/24 or 2001:db8::/48, with no bits after the prefix",
                  mend: usual === undefined ? "Each number without leading zeros." : `Did you mean ${usual.text}?`,
                },
              ];
        }),

  ({ edge }) =>
    edge.kind !== "cloudfront"
      ? []
      : problemOf(() => new Intl.DateTimeFormat("en-GB", { timeZone: edge.outage.timeZone }), {
          path: "moodle:edge.outage.timeZone",
          given: edge.outage.timeZone,
          allowed: "a name of the IANA time zone database, such as Europe/London",
        }),

  ({ edge }) =>
    edge.kind !== "cloudfront" || edge.outage.logo === undefined
      ? []
      : problemOf(() => cleanLogo(edge.outage.logo ?? ""), {
          path: "moodle:edge.outage.logo",
          given: `${edge.outage.logo.slice(0, 40)}...`,
          allowed: "an SVG picture without scripts, links, styles from elsewhere and embedded pages",
        }),

  ({ edge, domain, owner }) =>
    edge.kind !== "cloudfront" ||
    edge.outage.testers.some((range) => usualNetwork(range) === undefined) ||
    problemOf(() => outageBranding({ domain, owner }, edge.outage)).length > 0
      ? []
      : problemOf(() => functionCode(outageBranding({ domain, owner }, edge.outage), edge.outage.testers), {
          path: "moodle:edge.outage.logo",
          given: `${edge.outage.logo?.length ?? 0} characters, with ${edge.outage.testers.length} ranges of testers`,
          allowed: "what fits into a CloudFront Function of 10,000 bytes",
        }),
];

/** The problem that an error stands for; none when there is no error. */
function problemOf(attempt: () => unknown, place?: Omit<Problem, "mend">): Problem[] {
  try {
    attempt();
    return [];
  } catch (error) {
    if (error instanceof UnreadableError) {
      throw error;
    }
    return [{ path: "", given: undefined, allowed: "", ...place, mend: (error as Error).message }];
  }
}
