import type { Rule } from "./rule";

export const alertRules: readonly Rule[] = [
  ({ alertEmail, observability: { alertEmails } }) => twice("alertEmails", alertEmails, [alertEmail]),
  ({ observability: { pageEmail, pageEmails } }) =>
    twice("pageEmails", pageEmails, pageEmail === undefined ? [] : [pageEmail]),
  ({ observability: { pageEndpointSecretArn: given }, region }) =>
    given === undefined || given.split(":")[3] === region
      ? []
      : [
          {
            path: "moodle:observability.pageEndpointSecretArn",
            given,
            allowed: `a secret in ${region}`,
            mend: "It is read where the stack is: make it there.",
          },
        ],
];

/** SNS has one subscription for an address and a topic. */
function twice(key: string, addresses: readonly string[], before: readonly string[]) {
  return addresses.flatMap((given, index) =>
    before.includes(given) || addresses.indexOf(given) !== index
      ? [
          {
            path: `moodle:observability.${key}[${index}]`,
            given,
            allowed: "each address once",
            mend: "Remove it: it gets these messages already.",
          },
        ]
      : [],
  );
}
