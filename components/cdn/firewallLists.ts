import { usualNetwork } from "../lib/cidr";
import type { Problem } from "../lib/invalid";
import { countryCodes, meantCountries } from "./countries";

/** The two families of addresses, each in its own IP set. */
export const families = ["IPV4", "IPV6"] as const;
export type Family = (typeof families)[number];

/** https://docs.aws.amazon.com/waf/latest/developerguide/limits.html */
const maxAddresses = 10_000;

/** The family of a block such as 192.0.2.0/24 or 2001:db8::/32; undefined for anything else. */
export function familyOf(cidr: string): Family | undefined {
  const network = usualNetwork(cidr);
  // AWS takes every length but 0: https://docs.aws.amazon.com/waf/latest/APIReference/API_IPSet.html.
  return network === undefined || network.prefix === 0 ? undefined : network.family === "IPv4" ? "IPV4" : "IPV6";
}

/** Problems that keep a list of blocks from being an IP set. */
export function listProblems(path: string, cidrs: readonly string[]): readonly Problem[] {
  const unreadable = cidrs.flatMap((given, index) => {
    const usual = usualNetwork(given);
    const problem = (fix: string): Problem[] => [
      {
        path: `${path}[${index}]`,
        given,
        allowed: "an IPv4 or IPv6 block with its length, such as 192.0.2.0/24 or 2001:db8::/32, but not /0",
        fix,
      },
    ];
    if (usual === undefined || usual.prefix === 0) {
      return problem("Write a single address as /32 (IPv4) or /128 (IPv6).");
    }
    // AWS keeps its own spelling, and every later deployment would show a change.
    return usual.text === given ? [] : problem(`Did you mean ${usual.text}?`);
  });
  return cidrs.length <= maxAddresses
    ? unreadable
    : [...unreadable, { path, given: cidrs.length, allowed: `at most ${maxAddresses} blocks`, fix: "Join blocks." }];
}

/** Problems with the lists of allowed or blocked countries, by ISO 3166 code. Only one of the two lists makes sense. */
export function countryProblems(allow: readonly string[], block: readonly string[]): readonly Problem[] {
  const lists = [
    ["geoAllow", allow],
    ["geoBlock", block],
  ] as const;
  const unreadable = lists.flatMap(([path, codes]) =>
    codes.flatMap((given, index) => {
      const meant = meantCountries[given.toUpperCase()] ?? given.toUpperCase();
      return countryCodes.has(given)
        ? []
        : [
            {
              path: `${path}[${index}]`,
              given,
              allowed: "a country's two capital letters of ISO 3166-1, such as GB for the United Kingdom",
              fix: countryCodes.has(meant) ? `Did you mean ${meant}?` : "See https://www.iso.org/obp/ui/#search.",
            },
          ];
    }),
  );
  return allow.length === 0 || block.length === 0
    ? unreadable
    : [
        ...unreadable,
        {
          path: "geoAllow",
          given: allow,
          allowed: "one of geoAllow and geoBlock",
          fix: "Remove geoBlock: geoAllow blocks all other countries already.",
        },
      ];
}
