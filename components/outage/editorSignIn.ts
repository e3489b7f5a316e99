import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** The university's own sign-in. Its second factor is its own: Cognito asks people from elsewhere for none. */
export type IdentityProvider =
  | {
      readonly kind: "saml";
      /** Address of its metadata. */
      readonly metadataUrl: string;
      /** Name of the attribute with the e-mail address. */
      readonly emailAttribute: string;
    }
  | {
      readonly kind: "oidc";
      readonly issuer: string;
      readonly clientId: string;
      readonly clientSecret: pulumi.Input<string>;
      /** Name of the claim with the e-mail address. */
      readonly emailAttribute: string;
    };

export interface SignInArgs {
  readonly editors: readonly string[];
  readonly identityProvider?: IdentityProvider | undefined;
  /** The editor's page, where people come back to. */
  readonly url: pulumi.Input<string>;
  readonly keepAccounts?: boolean;
}

export interface EditorSignIn {
  readonly address: pulumi.Output<string>;
  readonly clientId: pulumi.Output<string>;
  readonly issuer: pulumi.Output<string>;
  readonly userPoolId: pulumi.Output<string>;
}

/**
 * A pool of users that nobody can join by himself: accounts are made from the settings, and signed in with a password and a
 * code of an authenticator app. With an identity provider it is the only way in, and has no accounts of its own.
 */
export function signInOf(name: string, args: SignInArgs, child: pulumi.CustomResourceOptions): EditorSignIn {
  const { identityProvider, keepAccounts = false } = args;
  const account = aws.getCallerIdentityOutput({}, child).accountId;
  const { region } = aws.getRegionOutput({}, child);
  const pool = new aws.cognito.UserPool(
    `${name}-users`,
    {
      name,
      usernameAttributes: ["email"],
      usernameConfiguration: { caseSensitive: false },
      autoVerifiedAttributes: ["email"],
      adminCreateUserConfig: {
        allowAdminCreateUserOnly: true,
        inviteMessageTemplate: {
          emailSubject: "You may publish on the status page",
          emailMessage: pulumi.interpolate`Open ${args.url} and sign in as {username} with the first password {####}. It holds for seven days. You then choose your own, and need an authenticator app on your phone.`,
          // Cognito asks for it, and sends none: accounts have no number.
          smsMessage: "{username} {####}",
        },
      },
      passwordPolicy: {
        minimumLength: 14,
        requireLowercase: false,
        requireNumbers: false,
        requireSymbols: false,
        requireUppercase: false,
        temporaryPasswordValidityDays: 7,
      },
      mfaConfiguration: "ON",
      softwareTokenMfaConfiguration: { enabled: true },
      accountRecoverySetting: { recoveryMechanisms: [{ name: "verified_email", priority: 1 }] },
    },
    { ...child, protect: keepAccounts },
  );
  const domain = new aws.cognito.UserPoolDomain(
    `${name}-sign-in`,
    // Its names are shared by all accounts of the region.
    { userPoolId: pool.id, domain: pulumi.interpolate`${name}-${account}`, managedLoginVersion: 2 },
    child,
  );
  const provider = identityProvider && providerOf(name, pool, identityProvider, child);
  const client = new aws.cognito.UserPoolClient(
    `${name}-client`,
    {
      name,
      userPoolId: pool.id,
      // A page has no secret to keep: PKCE binds the code to the browser that asked for it.
      generateSecret: false,
      allowedOauthFlowsUserPoolClient: true,
      allowedOauthFlows: ["code"],
      allowedOauthScopes: ["openid", "email"],
      callbackUrls: [args.url],
      logoutUrls: [args.url],
      supportedIdentityProviders: [provider?.providerName ?? "COGNITO"],
      // People sign in on Cognito's own pages alone.
      explicitAuthFlows: ["ALLOW_REFRESH_TOKEN_AUTH"],
      preventUserExistenceErrors: "ENABLED",
      enableTokenRevocation: true,
      idTokenValidity: 1,
      accessTokenValidity: 1,
      // A long night: the page keeps it in memory, so it ends with its tab.
      refreshTokenValidity: 12,
      tokenValidityUnits: { idToken: "hours", accessToken: "hours", refreshToken: "hours" },
    },
    child,
  );
  // Without a style, the pages of managed login are not there
  // (https://docs.aws.amazon.com/cognito/latest/developerguide/managed-login-branding.html).
  new aws.cognito.ManagedLoginBranding(
    `${name}-style`,
    { userPoolId: pool.id, clientId: client.id, useCognitoProvidedValues: true },
    child,
  );
  if (identityProvider === undefined) {
    for (const email of args.editors) {
      new aws.cognito.User(
        `${name}-${email.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}`,
        {
          userPoolId: pool.id,
          username: email,
          attributes: { email, email_verified: "true" },
          desiredDeliveryMediums: ["EMAIL"],
        },
        child,
      );
    }
  }
  return {
    address: pulumi.interpolate`https://${domain.domain}.auth.${region}.amazoncognito.com`,
    clientId: client.id,
    issuer: pulumi.interpolate`https://cognito-idp.${region}.amazonaws.com/${pool.id}`,
    userPoolId: pool.id,
  };
}

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateIdentityProvider.html */
function providerOf(
  name: string,
  pool: aws.cognito.UserPool,
  given: IdentityProvider,
  child: pulumi.CustomResourceOptions,
): aws.cognito.IdentityProvider {
  const common = { userPoolId: pool.id, providerName: "university", attributeMapping: { email: given.emailAttribute } };
  return new aws.cognito.IdentityProvider(
    `${name}-provider`,
    given.kind === "saml"
      ? { ...common, providerType: "SAML", providerDetails: { MetadataURL: given.metadataUrl } }
      : {
          ...common,
          providerType: "OIDC",
          providerDetails: {
            oidc_issuer: given.issuer,
            client_id: given.clientId,
            client_secret: given.clientSecret,
            authorize_scopes: "openid email",
            attributes_request_method: "GET",
          },
        },
    // Cognito adds what it reads from the metadata.
    { ...child, ignoreChanges: given.kind === "saml" ? ["providerDetails.ActiveEncryptionCertificate"] : [] },
  );
}
