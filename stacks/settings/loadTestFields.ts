import { z } from "zod";
import type { Profile } from "../profiles";
import { flag } from "./fields";

const description =
  "Make what load tests need of AWS: a bucket for results, and a role and security group for load generators. Never in profile prod.";

/** Load tests: docs/loadtests.md. The command refuses production as well; this makes sure that it finds nothing there. */
export function loadTest({ name }: Profile) {
  const enabled =
    name === "prod" ? z.literal(false).meta({ description, allowed: "false in profile prod" }) : flag(description);
  return z.strictObject({ enabled: enabled.default(false) });
}
