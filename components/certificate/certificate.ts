import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { refuse } from "../lib/invalid";
import { waits } from "../lib/waits";

export interface CertificateArgs {
  /** The one host name that it is for, e.g. "moodle.example.ac.uk". */
  readonly domain: string;
  /** Further host names, in the same zone. A change makes a new certificate. @default none */
  readonly furtherDomains?: readonly string[];
  /** The public Route 53 zone that answers for the domain. */
  readonly hostedZoneId: pulumi.Input<string>;
  /**
   * The certificate for the same domain in another region, whose DNS record serves this one too. ACM asks for the same
   * CNAME in all regions of one account, so a second record would be refused as existing. It has one host name only, so
   * this one cannot have further ones.
   */
  readonly validation?: Pick<Certificate, "validationRecordFqdn">;
}

/**
 * A public certificate, validated by DNS and renewed by ACM for as long as the record stays
 * (https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html).
 *
 * It is made in the region of the given provider: CloudFront takes certificates from us-east-1 only, a load balancer
 * only from its own region (https://docs.aws.amazon.com/acm/latest/userguide/acm-regions.html).
 *
 * A change of domain makes the new certificate before it removes the old one, which is in use. The record must not
 * overwrite an existing one, which may keep another certificate alive, and which a destroy would delete. If AWS refuses
 * the record, import it.
 */
export class Certificate extends pulumi.ComponentResource {
  /** Known only when ACM has issued the certificate, so that no resource gets one that does not work yet. */
  readonly arn: pulumi.Output<string>;
  readonly validationRecordFqdn: pulumi.Output<string>;

  constructor(name: string, args: CertificateArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("moodle:certificate:Certificate", name, {}, opts);
    // A common name, which ACM fills with the first domain, may not be longer:
    // https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html
    if (!/^(?=.{1,64}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/.test(args.domain)) {
      refuse(this, [
        {
          path: "domain",
          given: args.domain,
          allowed: "a host name in lower case of at most 64 characters, such as moodle.example.ac.uk",
          fix: "Leave out https:// and any path; wildcards are not served.",
        },
      ]);
    }
    const further = args.furtherDomains ?? [];
    const child = { parent: this };

    const certificate = new aws.acm.Certificate(
      `${name}-certificate`,
      {
        domainName: args.domain,
        ...(further.length > 0 && { subjectAlternativeNames: [...further] }),
        validationMethod: "DNS",
      },
      child,
    );
    this.validationRecordFqdn =
      args.validation?.validationRecordFqdn ??
      createRecord(`${name}-validation`, certificate.domainValidationOptions, args.domain, args.hostedZoneId, child);
    const furtherFqdns = further.map((domain) =>
      createRecord(
        `${name}-validation-${domain}`,
        certificate.domainValidationOptions,
        domain,
        args.hostedZoneId,
        child,
      ),
    );
    const issued = new aws.acm.CertificateValidation(
      `${name}-issued`,
      { certificateArn: certificate.arn, validationRecordFqdns: [this.validationRecordFqdn, ...furtherFqdns] },
      { ...child, customTimeouts: waits.certificate },
    );

    this.arn = issued.certificateArn;
    this.registerOutputs({ arn: this.arn, validationRecordFqdn: this.validationRecordFqdn });
  }
}

function createRecord(
  name: string,
  options: aws.acm.Certificate["domainValidationOptions"],
  domain: string,
  hostedZoneId: pulumi.Input<string>,
  child: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  // Each name has one option, in an undefined order.
  const option = options.apply((all) => all.find(({ domainName }) => domainName === domain)!);
  const record = new aws.route53.Record(
    name,
    {
      zoneId: hostedZoneId,
      name: option.resourceRecordName,
      type: option.resourceRecordType,
      records: [option.resourceRecordValue],
      ttl: 300,
    },
    child,
  );
  return record.fqdn;
}
