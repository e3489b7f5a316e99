import { undecided, type Verdicts } from "../lib/verdict";
import { isUnknown, type View } from "../lib/view";

/**
 * The verdicts of `check` on a target group of HTTP or HTTPS; undefined for any other, and undecided when the protocol
 * is unknown.
 */
export function ofHttp(props: View, check: () => Verdicts): Verdicts | undefined {
  const protocol = props.text("protocol");
  if (isUnknown(protocol)) {
    return undecided(protocol);
  }
  return protocol === "HTTP" || protocol === "HTTPS" ? check() : undefined;
}
