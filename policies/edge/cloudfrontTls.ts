import { resourceRule } from "../lib/rule";
import { distribution } from "../lib/types";
import { expect, pass, undecided, violation, type Verdict } from "../lib/verdict";
import { isUnknown, type View } from "../lib/view";
import { behavioursOf, nameOf } from "./behaviours";

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html */
const modern = /^TLSv1\.(2_20(19|21|25)|3_2025)$/;

const vpcOrigin = "aws:cloudfront/vpcOrigin:VpcOrigin";

export const cloudfrontTls = resourceRule({
  id: "cloudfront-tls",
  group: "edge",
  severity: "high",
  title: "CloudFront speaks modern TLS to viewers and HTTPS to its origins.",
  why: "Old protocol versions are broken, and a plain hop to the origin carries the same cookies as the front door.",
  fix: 'Set viewerCertificate.minimumProtocolVersion "TLSv1.2_2021", viewerProtocolPolicy "redirect-to-https" in every behaviour, and originProtocolPolicy "https-only" for custom origins.',
  serves: ["Security Hub CloudFront.3", "Security Hub CloudFront.10", "Moodle R1", "Moodle R3", "Moodle R25"],
  example: `viewerCertificate: { acmCertificateArn, sslSupportMethod: "sni-only", minimumProtocolVersion: "TLSv1.2_2021" }`,
  types: [distribution, vpcOrigin],
  limits: {},
  check: ({ type, props }) => {
    if (type === vpcOrigin) {
      const protocol = props.text("vpcOriginEndpointConfig.originProtocolPolicy");
      return [
        expect(
          protocol,
          (value) => value === "https-only",
          (value) => `originProtocolPolicy is ${value ?? "not set"}`,
        ),
        originProtocols(props, "vpcOriginEndpointConfig.originSslProtocols.items"),
      ];
    }
    const certificate = props.object("viewerCertificate");
    const origins = props.items("origins");
    return [
      // With CloudFront's own name there is no choice, and nothing of ours to protect.
      certificate.flag("cloudfrontDefaultCertificate") === true
        ? pass
        : expect(
            certificate.text("minimumProtocolVersion"),
            (version) => version !== undefined && modern.test(version),
            (version) => `minimumProtocolVersion is ${version ?? "not set"}`,
          ),
      ...behavioursOf(props).map((behaviour) =>
        isUnknown(behaviour)
          ? undecided(behaviour)
          : expect(
              behaviour.text("viewerProtocolPolicy"),
              (policy) => policy === "redirect-to-https" || policy === "https-only",
              (policy) => `viewerProtocolPolicy is ${policy ?? "not set"} in ${nameOf(behaviour)}`,
            ),
      ),
      ...(isUnknown(origins)
        ? [undecided(origins)]
        : origins.flatMap((one) => [
            originVerdict(one),
            originProtocols(one, "customOriginConfig.originSslProtocols"),
          ])),
    ];
  },
});

/** https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginSslProtocols.html */
const oldProtocols = ["SSLv3", "TLSv1", "TLSv1.1"];

/** What CloudFront may fall back to on the way to an origin. */
function originProtocols(origin: View, path: string): Verdict {
  const list = origin.list(path);
  if (isUnknown(list)) {
    return undecided(list);
  }
  const old = list.filter((one) => oldProtocols.includes(String(one)));
  return old.length > 0 ? violation(`its origin may be asked by ${old.join(", ")} (${path.split(".").pop()})`) : pass;
}

function originVerdict(origin: View): Verdict {
  const protocol = origin.text("customOriginConfig.originProtocolPolicy");
  return protocol === undefined
    ? pass
    : expect(
        protocol,
        (value) => value === "https-only",
        (value) => `originProtocolPolicy is ${value ?? "not set"}`,
      );
}
