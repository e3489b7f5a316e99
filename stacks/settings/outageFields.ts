import { z } from "zod";
import { arns } from "./arns";
import { text } from "./fields";

const block = /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-fA-F:]*:[0-9a-fA-F:]*)\/\d{1,3}$/;
const words = /^\S.{0,98}\S$/;

/** The pages for when Moodle is away, and who may pass (R19): docs/outage.md. */
export const outage = z
  .strictObject({
    organisation: text(
      words,
      "2 to 100 characters",
      "The university's name on the outage and status pages. Left out, moodle:owner stands there.",
    ).optional(),
    service: text(words, "2 to 100 characters", "What people call the site.").default("Moodle"),
    contact: text(
      /^(https:\/\/[^\s"<>\\]{1,200}|[^\s@"<>\\]{1,64}@[^\s@"<>\\]{1,189})$/,
      "an e-mail address or an https:// address, at most 200 characters",
      "Where people get help meanwhile. Not on this site.",
    ).optional(),
    timeZone: text(
      /^[A-Za-z]+([/_+-][A-Za-z0-9]+)*$/,
      "an IANA time zone such as Europe/London",
      "Times on the pages are shown in it.",
    ).default("UTC"),
    logo: text(
      /^\s*<svg[\s>][\s\S]{0,3500}<\/svg>\s*$/,
      "one <svg> of at most 3,500 characters",
      "The university's logo, put into the pages. About 2 KB: it takes room in a CloudFront Function.",
    ).optional(),
    testers: z
      .array(text(block, "an IPv4 or IPv6 block such as 192.0.2.0/24", "A block."))
      .max(50)
      .meta({ description: "Ranges whose people get to the site during planned work." })
      .default([]),
    editorArns: z
      .array(text(arns.principal, "the ARN of a role or user", "A role or user."))
      .meta({
        description:
          "Who may take the role that edits the pages and turns the switch. None: whom the account's IAM lets.",
      })
      .default([]),
  })
  .prefault({});
