/**
 * X-Frame-Options is left to Moodle, which sends it unless its administrator allows framing (for LTI) or the Moodle app
 * asks. CloudFront would add its own exactly where Moodle left it out on purpose.
 */
export const securityHeaders = {
  // A year. For this host name alone: other names of the domain are not ours to restrict.
  strictTransportSecurity: {
    accessControlMaxAgeSec: 31_536_000,
    includeSubdomains: false,
    preload: false,
    override: true,
  },
  contentTypeOptions: { override: true },
  // Moodle sends another where its administrator has chosen one.
  referrerPolicy: { referrerPolicy: "strict-origin-when-cross-origin", override: false },
} as const;
