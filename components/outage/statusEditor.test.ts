import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { build, type BuildOptions } from "../../testing/build";
import { StatusEditor, type StatusEditorArgs } from "./statusEditor";

const storeArn = "arn:aws:cloudfront::123456789012:key-value-store/1a2b";
const topicArn = "arn:aws:sns:us-east-1:123456789012:signals";
const kmsKeyArn = "arn:aws:kms:us-east-1:123456789012:key/1a2b";
const args: StatusEditorArgs = {
  bucket: { bucketName: pulumi.output("pages"), arn: pulumi.output("arn:aws:s3:::pages") },
  published: ["outage/status.json", "outage/v/*", "journal/*"],
  keyValueStoreArn: storeArn,
  editors: ["Ada@example.org", "bob@example.org"],
  signalsTopicArn: topicArn,
  kmsKeyArn,
  logRetentionDays: 365,
};
const outputs: BuildOptions["outputs"] = {
  "aws:apigatewayv2/api:Api": () => ({
    apiEndpoint: "https://a1b2.execute-api.us-east-1.amazonaws.com",
    executionArn: "arn:aws:execute-api:us-east-1:123456789012:a1b2",
  }),
  "aws:lambda/function:Function": (name) => ({ arn: `arn:${name}`, name, invokeArn: `invoke:${name}` }),
  "aws:cloudwatch/logGroup:LogGroup": (name) => ({ arn: `arn:logs:${name}`, name }),
};
const make = (changes: Partial<StatusEditorArgs> = {}, options: BuildOptions = {}) =>
  build((opts) => new StatusEditor("editor", { ...args, ...changes }, opts), { outputs, ...options });

const expected = [
  "aws:apigatewayv2/api:Api::editor-api",
  "aws:apigatewayv2/authorizer:Authorizer::editor-authorizer",
  "aws:apigatewayv2/integration:Integration::editor-integration",
  ...["page", "preview", "publish", "state"].map((role) => `aws:apigatewayv2/route:Route::editor-${role}`),
  "aws:apigatewayv2/stage:Stage::editor-stage",
  "aws:cloudwatch/logGroup:LogGroup::editor-logs",
  "aws:cloudwatch/logGroup:LogGroup::editor-request-log",
  "aws:cognito/managedLoginBranding:ManagedLoginBranding::editor-style",
  "aws:cognito/user:User::editor-ada-example-org",
  "aws:cognito/user:User::editor-bob-example-org",
  "aws:cognito/userPool:UserPool::editor-users",
  "aws:cognito/userPoolClient:UserPoolClient::editor-client",
  "aws:cognito/userPoolDomain:UserPoolDomain::editor-sign-in",
  "aws:iam/role:Role::editor-role",
  "aws:iam/rolePolicy:RolePolicy::editor-permissions",
  "aws:lambda/function:Function::editor-function",
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig::editor-retries",
  "aws:lambda/permission:Permission::editor-permission",
  "moodle:outage:StatusEditor::editor",
].sort();

describe("StatusEditor", () => {
  it("builds exactly these resources, in a preview too", async () => {
    for (const preview of [false, true]) {
      const built = await make({}, { preview });
      assert.deepEqual(built.identities, expected);
      const own = built.resources.filter(({ name }) => name !== "editor");
      assert.ok(own.every(({ options }) => options.parent === built.component));
    }
  });

  it("asks everybody but for the page itself for a token of its own client", async () => {
    const built = await make();
    const routes = built.resources.filter(({ type }) => type === "aws:apigatewayv2/route:Route");
    assert.deepEqual(
      Object.fromEntries(routes.map(({ inputs }) => [inputs["routeKey"], inputs["authorizationType"]])),
      { "GET /": undefined, "GET /api/state": "JWT", "POST /api/preview": "JWT", "POST /api/publish": "JWT" },
    );
    const { authorizerType, jwtConfiguration } = built.get("editor-authorizer").inputs;
    assert.deepEqual(
      [authorizerType, jwtConfiguration],
      [
        "JWT",
        { audiences: ["editor-client-id"], issuer: "https://cognito-idp.eu-west-2.amazonaws.com/editor-users-id" },
      ],
    );
    assert.deepEqual(built.get("editor-stage").inputs["defaultRouteSettings"], {
      throttlingRateLimit: 10,
      throttlingBurstLimit: 20,
    });
  });

  it("writes a line for each request", async () => {
    const { accessLogSettings } = (await make()).get("editor-stage").inputs;
    assert.equal(accessLogSettings.destinationArn, "arn:logs:editor-request-log");
    const { from, who, status } = JSON.parse(accessLogSettings.format);
    assert.deepEqual(
      [from, who, status],
      ["$context.identity.sourceIp", "$context.authorizer.claims.email", "$context.status"],
    );
  });

  it("lets nobody sign up, and asks for a second factor", async () => {
    const built = await make({ keepAccounts: true });
    const pool = built.get("editor-users");
    assert.equal(pool.inputs["adminCreateUserConfig"].allowAdminCreateUserOnly, true);
    assert.deepEqual(
      [pool.inputs["mfaConfiguration"], pool.inputs["softwareTokenMfaConfiguration"]],
      ["ON", { enabled: true }],
    );
    assert.equal(pool.options.protect, true);
    // https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-settings-message-customizations.html
    const { emailMessage, smsMessage } = pool.inputs["adminCreateUserConfig"].inviteMessageTemplate;
    for (const message of [emailMessage, smsMessage]) {
      assert.match(message, /\{username\}.*\{####\}/s);
    }
    const client = built.get("editor-client").inputs;
    assert.deepEqual(
      [
        client["generateSecret"],
        client["allowedOauthFlows"],
        client["callbackUrls"],
        client["supportedIdentityProviders"],
      ],
      [false, ["code"], ["https://a1b2.execute-api.us-east-1.amazonaws.com/"], ["COGNITO"]],
    );
    assert.equal((await make()).get("editor-users").options.protect, false);
  });

  it("uses the university's sign-in alone where there is one, and makes no accounts", async () => {
    const saml = await make({
      identityProvider: { kind: "saml", metadataUrl: "https://idp.example.org/metadata", emailAttribute: "mail" },
    });
    const { providerType, providerDetails, attributeMapping } = saml.get("editor-provider").inputs;
    assert.deepEqual(
      [providerType, providerDetails, attributeMapping],
      ["SAML", { MetadataURL: "https://idp.example.org/metadata" }, { email: "mail" }],
    );
    assert.deepEqual(saml.get("editor-client").inputs["supportedIdentityProviders"], ["university"]);
    assert.ok(!saml.identities.some((one) => one.startsWith("aws:cognito/user:User::")));
    const oidc = await make({
      identityProvider: {
        kind: "oidc",
        issuer: "https://idp.example.org",
        clientId: "moodle",
        clientSecret: "hush",
        emailAttribute: "email",
      },
    });
    assert.equal(oidc.get("editor-provider").inputs["providerDetails"].oidc_issuer, "https://idp.example.org");
  });

  it("lets the function publish, and nothing else", async () => {
    const built = await make();
    const [, ...statements] = JSON.parse(built.get("editor-permissions").inputs["policy"]).Statement;
    assert.deepEqual(
      statements.map(({ Sid, Action, Resource }: any) => [Sid, Action, Resource]),
      [
        ["PublishPages", ["s3:GetObject", "s3:PutObject"], args.published.map((path) => `arn:aws:s3:::pages/${path}`)],
        [
          "TurnSwitch",
          [
            "cloudfront-keyvaluestore:DescribeKeyValueStore",
            "cloudfront-keyvaluestore:ListKeys",
            "cloudfront-keyvaluestore:UpdateKeys",
          ],
          [storeArn],
        ],
        ["Publish", ["sns:Publish"], [topicArn]],
        ["EncryptMessages", ["kms:GenerateDataKey*", "kms:Decrypt"], [kmsKeyArn]],
      ],
    );
    const { variables } = built.get("editor-function").inputs["environment"];
    assert.deepEqual(JSON.parse(variables.EDITORS), ["ada@example.org", "bob@example.org"]);
    assert.equal(variables.SIGN_IN, "https://editor-123456789012.auth.eu-west-2.amazoncognito.com");
    const { principal, sourceArn } = built.get("editor-permission").inputs;
    assert.deepEqual(
      [principal, sourceArn],
      ["apigateway.amazonaws.com", "arn:aws:execute-api:us-east-1:123456789012:a1b2/*"],
    );
  });

  const refused: readonly [string, Partial<StatusEditorArgs>, RegExp][] = [
    ["no editors", { editors: [] }, /editors: got \[\]/],
    ["a name", { editors: ["Ada"] }, /editors\[0\]: got "Ada", expected an e-mail address/],
    ["one twice", { editors: ["ada@example.org", "ADA@example.org"] }, /editors\[1\].*each address once/],
    ["logs that never end", { logRetentionDays: 0 }, /logRetentionDays: got 0/],
  ];
  for (const [what, changes, message] of refused) {
    it(`refuses ${what}`, () => assert.rejects(make(changes), message));
  }
});
