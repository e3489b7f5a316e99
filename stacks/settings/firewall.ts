import { z } from "zod";
import {
  type BodyInspectionKb,
  bodyInspectionSizes,
  defaultRollout,
  rolloutSteps,
} from "../../components/cdn/firewallGroups";
import { campusLoginLimit, strangerLoginLimit } from "../../components/cdn/firewallLogin";
import { countryProblems, listProblems } from "../../components/cdn/firewallLists";
import { choice, type Groups, integer, text } from "./fields";
import type { PartRules } from "./rule";
import type { Site } from "./site";

const meanings: Readonly<Record<(typeof rolloutSteps)[number], string>> = {
  reputation: "Addresses that AWS knows as hostile.",
  badInputs: "Requests that are an attack on any server.",
  common: "AWS's core rules. Texts, uploads and searches of users only ever count.",
  sql: "SQL injection in paths and cookies.",
  php: "PHP code in paths.",
  unix: "Shell commands; only counts, but for rules that AWS may add.",
  login: "Everything above, sizes, odd paths and rates, under /login.",
};

const [campus, stranger] = [campusLoginLimit, strangerLoginLimit].map((limit) => limit.toLocaleString("en"));

const country = /^[A-Za-z]{2}$/;
const block = /^[0-9a-fA-F.:]+\/\d{1,3}$/;

const countries = (description: string) =>
  z
    .array(text(country, "a country's two capital letters, such as GB", "A country."))
    .meta({ description })
    .default([]);

const blocks = (description: string) =>
  z
    .array(text(block, "a block such as 192.0.2.0/24 or 2001:db8::/32", "A block."))
    .meta({ description })
    .default([]);

const modes = rolloutSteps.map(
  (step) => [step, choice(["count", "block"], meanings[step]).default(defaultRollout[step])] as const,
);

/** The firewall at CloudFront: docs/waf.md. */
export const firewall = z
  .strictObject({
    rollout: z
      .strictObject(Object.fromEntries(modes) as Record<keyof typeof meanings, (typeof modes)[number][1]>)
      .prefault({}),
    // AWS takes 10 to 2,000,000,000; below these a single classroom is locked out.
    loginRequestLimit: integer(
      100,
      1_000_000,
      `Requests for one path under /login from one address outside allowedCidrs within five minutes. Left out: ${stranger}, or ${campus} while allowedCidrs is empty, since the campus is a stranger then. Addresses of allowedCidrs have ${campus}.`,
    ).optional(),
    floodRequestLimit: integer(1_000, 10_000_000, "Requests from one address within five minutes.").default(300_000),
    geoAllow: countries("The only countries admitted; empty admits all."),
    geoBlock: countries("Countries to block."),
    blockedCidrs: blocks("Addresses to block, IPv4 and IPv6."),
    allowedCidrs: blocks(
      `Known networks such as the campus. Rules on countries and reputation skip them, and their login limit is ${campus}; rules on contents apply.`,
    ),
    bodyInspectionKb: z
      .literal<readonly BodyInspectionKb[]>([...bodyInspectionSizes])
      .meta({ description: "KB inspected of each body. Above 16 each 16 KB more cost by the request." })
      .default(16),
  })
  .prefault({});

export const firewallRules: PartRules<Groups<{ firewall: typeof firewall }>, Site> = [
  ({ firewall }) =>
    [
      ...countryProblems(firewall.geoAllow, firewall.geoBlock),
      ...listProblems("blockedCidrs", firewall.blockedCidrs),
      ...listProblems("allowedCidrs", firewall.allowedCidrs),
    ].map((problem) => ({ ...problem, path: `moodle:edge.firewall.${problem.path}` })),
];
