import { undecided, type Verdicts } from "../lib/verdict";
import { isUnknown, type View } from "../lib/view";

/** What `check` says of a target group of HTTP or HTTPS; nothing of any other, and undecided when the protocol is not known. */
export function ofHttp(props: View, check: () => Verdicts): Verdicts | undefined {
  const protocol = props.text("protocol");
  if (isUnknown(protocol)) {
    return undecided(protocol);
  }
  return protocol === "HTTP" || protocol === "HTTPS" ? check() : undefined;
}
