import { z } from "zod";
import { requestTimeoutRange, uploadRange } from "../../components/moodle/limits";
import { integer } from "./fields";

/** The two roots of the timeout and upload chains; `limitChain` derives every layer's limit from them. */
export const limits = z.strictObject({
  requestTimeoutSeconds: integer(
    requestTimeoutRange.from,
    requestTimeoutRange.to,
    "Longest time of PHP for a request. nginx, load balancer and CloudFront (120 s at most) each wait a little longer.",
  ).default(90),
  uploadMaxMb: integer(
    uploadRange.from,
    uploadRange.to,
    "Largest upload, for PHP, nginx and Moodle. A task that is replaced waits as long as a median home needs to send it.",
  ),
});
