import { stackSettings } from "../../lib/stackFile";
import { examine } from "../command";
import { asText, summary } from "../print";
import type { Plan } from "../quotaNeeds";
import { enterAws, leaveAws, StandInAws } from "./aws";
import { computer, lacking, patient } from "./world";

/**
 * Output of `make doctor STACK=prod` on an account that is a day old: moto's empty one, with the stack file as it is in
 * the repository, and with the quota of instances that new accounts have.
 */
export async function exampleOutput(plan: Plan): Promise<string> {
  const aws = await StandInAws.start();
  enterAws(aws.address);
  aws.answering = (asked) => lacking(asked, { "L-1216C47A": 5, "L-0263D0A3": 5, "L-F678F1CE": 5 });
  try {
    const found = await examine({
      ...patient,
      settings: stackSettings("prod"),
      machine: computer({ "docker buildx inspect": "Platforms: linux/amd64, linux/386" }),
      makePlan: () => Promise.resolve(plan),
      nameServers: () => Promise.resolve([]),
    });
    return `$ make doctor STACK=prod\n${asText(found, false)}\n\n${summary(found, "prod")}`;
  } finally {
    leaveAws();
    aws.stop();
  }
}
