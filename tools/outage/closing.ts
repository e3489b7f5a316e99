import {
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
  type Action,
  type Rule,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Problem } from "../../components/lib/invalid";
import { testersCookie } from "../../components/load-balancer/closing";
import { standingText } from "../../components/outage/pages/change";
import { fixedPage } from "../../components/outage/pages/fixedPage";
import { inWords } from "../../components/outage/pages/status";
import { type SwitchState, switchStates } from "../../components/outage/pages/switchValue";
import { titles } from "../../components/outage/pages/titles";
import { asked } from "../lib/awsCall";
import { Refused } from "../lib/command";
import type { Request } from "./request";

/** Output `closing` of a stack behind another CDN. */
export interface Closing {
  readonly testersRuleArn: string;
  readonly closedRuleArn: string;
  readonly targetGroupArn: string;
  readonly site: string;
}

const service = "Moodle";

/** What these rules cannot do: everything that needs a status page. */
function problems({ STATE, PREVIEW, TITLE }: Request): readonly Problem[] {
  const only = "behind another CDN (moodle:edge.kind external), where there is no status page of this stack";
  const fix = "docs/runbooks/another-cdn.md has what works there.";
  return [
    ...((switchStates as readonly string[]).includes(STATE)
      ? []
      : [{ path: "STATE", given: STATE, allowed: `${switchStates.join(", ")} ${only}`, fix }]),
    ...(PREVIEW ? [{ path: "PREVIEW", given: 1, allowed: `nothing ${only}`, fix: "DRY=1 prints the page." }] : []),
    ...(TITLE === undefined ? [] : [{ path: "TITLE", given: TITLE, allowed: `nothing ${only}`, fix }]),
  ];
}

/**
 * Turns the rules of the load balancer. Both actions are set whatever they are, so the same command finishes what was interrupted.
 *
 * @throws Error when AWS refuses, and then it may be half done: run it again
 */
export async function turnRules(
  stack: string,
  request: Request,
  { testersRuleArn, closedRuleArn, targetGroupArn, site }: Closing,
  print: (line: string) => void,
): Promise<void> {
  const found = problems(request);
  if (found.length > 0) {
    throw new Refused(found);
  }
  const state = request.STATE as SwitchState;
  const client = new ElasticLoadBalancingV2Client({ region: closedRuleArn.split(":")[3] });
  const described = client.send(new DescribeRulesCommand({ RuleArns: [testersRuleArn, closedRuleArn] }));
  const { Rules = [] } = await asked("elasticloadbalancing DescribeRules", described);
  const ruleOf = (arn: string) => Rules.find(({ RuleArn }) => RuleArn === arn);
  const before = stateOf(ruleOf(testersRuleArn), ruleOf(closedRuleArn));
  print(`Target: rules ${closedRuleArn} and ${testersRuleArn}`);
  print(`Will turn the switch of ${stack} from ${before} to ${state}.`);
  const open: Action = { Type: "forward", TargetGroupArn: targetGroupArn };
  const closed = state === "off" ? open : closedBy(state, request, print);
  if (state === "planned") {
    print(`Testers get in at ${site}/#${testersCookie}=${passOf(ruleOf(testersRuleArn)) ?? ""}`);
  }
  if (request.DRY) {
    print("DRY=1: nothing was written.");
    return;
  }
  // Closing begins with everybody, and opening with testers: nobody else gets in between.
  const both = [
    { RuleArn: closedRuleArn, Actions: [closed] },
    { RuleArn: testersRuleArn, Actions: [state === "outage" ? closed : open] },
  ];
  for (const one of state === "off" ? both.toReversed() : both) {
    await asked("elasticloadbalancing ModifyRule", client.send(new ModifyRuleCommand(one)));
  }
  print("Turned. There is no status page, no feed and no message: tell people, and whoever is on call.");
}

function closedBy(state: "planned" | "outage", { MESSAGE, UNTIL }: Request, print: (line: string) => void): Action {
  const message = MESSAGE?.replaceAll("\\n", "\n") ?? standingText(service, state);
  const page = {
    title: titles(service)[state],
    message,
    back: UNTIL === undefined ? undefined : inWords(UNTIL, "UTC"),
    cookie: state === "planned" ? testersCookie : undefined,
  };
  print(`Visitors get 503 and: ${message.replaceAll("\n", " / ")}`);
  return {
    Type: "fixed-response",
    FixedResponseConfig: { StatusCode: "503", ContentType: "text/html", MessageBody: fixedPage(page) },
  };
}

function stateOf(testers: Rule | undefined, closed: Rule | undefined): SwitchState {
  const isClosed = (rule: Rule | undefined) => rule?.Actions?.[0]?.Type === "fixed-response";
  return !isClosed(closed) ? "off" : isClosed(testers) ? "outage" : "planned";
}

/** The testers' cookie in the rule's own words: no output of the stack shows it. */
function passOf(testers: Rule | undefined): string | undefined {
  const values = (testers?.Conditions ?? []).flatMap(({ HttpHeaderConfig }) => HttpHeaderConfig?.Values ?? []);
  const form = new RegExp(`^\\*${testersCookie}=(\\w+)\\*$`);
  return values.flatMap((one) => form.exec(one)?.[1] ?? [])[0];
}
