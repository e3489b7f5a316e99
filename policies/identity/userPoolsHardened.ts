import { awsDefaults } from "../lib/awsDefaults";
import type { Resource } from "../lib/resource";
import { resourceRule } from "../lib/rule";
import { expect, pass, undecided, violation, type Verdict, type Verdicts } from "../lib/verdict";
import { isUnknown, type View } from "../lib/view";

const kinds: Readonly<Record<string, (resource: Resource) => Verdicts>> = {
  "aws:cognito/userPool:UserPool": userPool,
  "aws:cognito/userPoolClient:UserPoolClient": client,
  "aws:cognito/identityPool:IdentityPool": ({ props }) =>
    expect(
      props.flag("allowUnauthenticatedIdentities"),
      (on) => on !== true,
      "it gives credentials to guests (allowUnauthenticatedIdentities)",
      "Set allowUnauthenticatedIdentities: false.",
    ),
  "aws:iam/accountPasswordPolicy:AccountPasswordPolicy": ({ props }) =>
    expect(
      props.number("minimumPasswordLength"),
      (length) => (length ?? awsDefaults.accountPasswordLength.value) >= 14,
      (length) => `passwords of the account may have ${length ?? awsDefaults.accountPasswordLength.value} characters`,
      "Set minimumPasswordLength: 14.",
    ),
};

export const userPoolsHardened = resourceRule({
  id: "user-pools-hardened",
  group: "identity",
  severity: "medium",
  title:
    "Sign-ins of Cognito and of the account have strong passwords; those of Cognito a second factor and no guests.",
  why: "A user pool is a sign-in page on the internet: passwords are tried there by the thousand, and guests of an identity pool hold credentials of the account.",
  fix: 'Set mfaConfiguration "ON" or "OPTIONAL" with softwareTokenMfaConfiguration, leave the password policy at AWS\'s default or above it, and use the authorization code flow.',
  serves: [
    "CIS AWS 3.0 1.8",
    "Security Hub Cognito.2",
    "Security Hub Cognito.3",
    "Security Hub Cognito.5",
    "Well-Architected SEC02-BP01",
  ],
  example: `new aws.cognito.UserPool("staff", { mfaConfiguration: "ON", softwareTokenMfaConfiguration: { enabled: true } });`,
  types: Object.keys(kinds),
  limits: {},
  check: (resource) => kinds[resource.type]?.(resource),
});

function userPool({ props }: Resource): readonly Verdict[] {
  const factors = props.list("signInPolicy.allowedFirstAuthFactors");
  // Without passwords, a passkey or a code is the sign-in.
  const withoutPassword = !isUnknown(factors) && factors.length > 0 && !factors.includes("PASSWORD");
  return [
    withoutPassword
      ? pass
      : expect(
          props.text("mfaConfiguration"),
          (mode) => mode === "ON" || mode === "OPTIONAL",
          (mode) => `it has no second factor (mfaConfiguration is ${mode ?? "not set"})`,
        ),
    // A pool without a policy has AWS's: eight characters of all kinds.
    ...(props.has("passwordPolicy") ? [ofPasswords(props.object("passwordPolicy"))] : []),
  ];
}

/** Long passphrases need no kinds of characters; short ones do: https://pages.nist.gov/800-63-4/sp800-63b.html#passwordver */
function ofPasswords(policy: View): Verdict {
  const length = policy.number("minimumLength");
  const kinds = ["requireLowercase", "requireUppercase", "requireNumbers", "requireSymbols"].map((name) =>
    policy.flag(name),
  );
  const unknown = isUnknown(length) ? length : kinds.find(isUnknown);
  if (unknown !== undefined) {
    return undecided(unknown);
  }
  const characters = (length as number | undefined) ?? awsDefaults.passwordLength.value;
  return characters < 8
    ? violation(`its passwords may have ${characters} characters`)
    : characters < 12 && !kinds.includes(true)
      ? violation(`its passwords may have ${characters} characters of one kind`)
      : pass;
}

function client({ props }: Resource): Verdict {
  const flows = props.list("allowedOauthFlows");
  return isUnknown(flows)
    ? undecided(flows)
    : flows.includes("implicit")
      ? violation('it hands tokens over in addresses (allowedOauthFlows "implicit")', 'Use the flow "code" with PKCE.')
      : pass;
}
