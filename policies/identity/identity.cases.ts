import { forEach, type RuleCases } from "../testing/cases";
import { id, thing, unknown, type Thing } from "../testing/harness";
import { apisAuthorized } from "./apisAuthorized";
import { keyRotation } from "./keyRotation";
import { leastPrivilege } from "./leastPrivilege";
import { noAdminPolicies } from "./noAdminPolicies";
import { nothingSharedWithEveryone } from "./nothingSharedWithEveryone";
import { noLongLivedKeys } from "./noLongLivedKeys";
import { resourcePoliciesNotPublic } from "./resourcePoliciesNotPublic";
import { trustPinned } from "./trustPinned";
import { userPoolsHardened } from "./userPoolsHardened";

const document = (...statements: readonly object[]) => JSON.stringify({ Version: "2012-10-17", Statement: statements });
const allow = (more: object) => ({ Effect: "Allow", ...more });
const policy = (text: unknown) => thing("aws:iam/rolePolicy:RolePolicy", "p", { policy: text });
const attach = (policyArn: unknown) => thing("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "a", { policyArn });
const role = (props: Thing["props"]) => thing("aws:iam/role:Role", "r", props);
const trust = (more: object) => role({ assumeRolePolicy: document(allow({ Action: "sts:AssumeRole", ...more })) });
const topic = (text: unknown) => thing("aws:sns/topicPolicy:TopicPolicy", "t", { policy: text });
const permission = (props: Thing["props"]) => thing("aws:lambda/permission:Permission", "p", props);
const key = (props: Thing["props"]) => thing("aws:kms/key:Key", "k", props);
const bucket = thing("aws:s3/bucket:Bucket", "bucket");
const github = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";

const restApi = (props: Thing["props"] = {}) => thing("aws:apigateway/restApi:RestApi", "api", props);
const method = (props: Thing["props"]) =>
  thing("aws:apigateway/method:Method", "m", { httpMethod: "GET", restApi: id(restApi()), ...props });
const socket = thing("aws:apigatewayv2/api:Api", "socket", { protocolType: "WEBSOCKET" });
const route = (routeKey: unknown, props: Thing["props"] = {}) =>
  thing("aws:apigatewayv2/route:Route", "r", { routeKey, apiId: id(socket), ...props });
const httpApi = (props: Thing["props"]) =>
  thing("aws:apigatewayv2/api:Api", "http", { protocolType: "HTTP", ...props });
const graph = (props: Thing["props"]) => thing("aws:appsync/graphQLApi:GraphQLApi", "g", props);
const openApi = (operations: object, more: object = {}) => JSON.stringify({ paths: { "/items": operations }, ...more });
const campus = document(
  allow({
    Principal: "*",
    Action: "execute-api:Invoke",
    Resource: "*",
    Condition: { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } },
  }),
);
const everybody = document(allow({ Principal: "*", Action: "execute-api:Invoke", Resource: "*" }));
const apiPolicy = (text: unknown) =>
  thing("aws:apigateway/restApiPolicy:RestApiPolicy", "p", { restApiId: id(restApi()), policy: text });
const pool = (props: Thing["props"]) => thing("aws:cognito/userPool:UserPool", "users", props);
const guests = (value: unknown) =>
  thing("aws:cognito/identityPool:IdentityPool", "guests", { allowUnauthenticatedIdentities: value });
const client = (allowedOauthFlows: unknown) =>
  thing("aws:cognito/userPoolClient:UserPoolClient", "client", { allowedOauthFlows });

export const identityCases: readonly RuleCases[] = [
  {
    rule: noAdminPolicies,
    pass: {
      "a narrow policy": [policy(document(allow({ Action: ["s3:GetObject"], Resource: "*" })))],
      "a denial of everything": [policy(document({ Effect: "Deny", Action: "*", Resource: "*" }))],
      "a policy as an object": [policy({ Statement: allow({ Action: "s3:*", Resource: "arn" }) })],
      "a managed policy": [attach("arn:aws:iam::aws:policy/ReadOnlyAccess")],
      "a policy of this stack": [attach(unknown)],
      "a role": [role({ assumeRolePolicy: document() })],
    },
    fail: {
      everything: [policy(document(allow({ Action: "*", Resource: "*" })))],
      "everything among others": [policy(document(allow({ Action: ["s3:GetObject", "*:*"], Resource: ["*"] })))],
      AdministratorAccess: [attach("arn:aws:iam::aws:policy/AdministratorAccess")],
      "AdministratorAccess on a role": [
        role({ managedPolicyArns: ["arn:aws-cn:iam::aws:policy/AdministratorAccess"] }),
      ],
      "an inline policy of a role": [
        role({ inlinePolicies: [{ policy: document(allow({ Action: "*", Resource: "*" })) }] }),
      ],
    },
    unknown: {
      "a policy that is not known": [policy(unknown)],
      "inline policies that are not known": [role({ inlinePolicies: unknown })],
    },
    notApplicable: { "a bucket": [bucket] },
  },
  {
    rule: leastPrivilege,
    pass: {
      "actions by name": [policy(document(allow({ Action: ["ecs:UpdateService"], Resource: "*" })))],
      "a service on one resource": [policy(document(allow({ Action: "s3:*", Resource: "arn:aws:s3:::b" })))],
      "a bucket whose name looks like a kind": [
        policy(document(allow({ Action: "s3:*", Resource: ["arn:aws:s3:::moodle-files/*", "arn:aws:s3:::b/*"] }))),
      ],
    },
    fail: {
      ...forEach(
        [
          ...[
            "PassRole",
            "AttachRolePolicy",
            "AttachUserPolicy",
            "AttachGroupPolicy",
            "PutRolePolicy",
            "PutUserPolicy",
          ],
          ...["PutGroupPolicy", "CreatePolicyVersion", "SetDefaultPolicyVersion", "UpdateAssumeRolePolicy"],
          ...["AddUserToGroup", "CreateAccessKey", "CreateLoginProfile", "UpdateLoginProfile"],
          "DeleteRolePermissionsBoundary",
        ].map((action) => `iam:${action}`),
        (Action) => [policy(document(allow({ Action, Resource: "*" })))],
      ),
      ...forEach(
        [
          ...["sts:AssumeRole", "secretsmanager:GetSecretValue", "secretsmanager:PutResourcePolicy"],
          ...["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath", "ssm:SendCommand"],
          ...["kms:Decrypt", "kms:PutKeyPolicy", "kms:CreateGrant", "kms:ScheduleKeyDeletion"],
          ...["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:PutBucketPolicy", "lambda:UpdateFunctionCode"],
        ],
        (Action) => [policy(document(allow({ Action, Resource: "*" })))],
      ),
      "a service on everything": [policy(document(allow({ Action: ["logs:Put*", "s3:*"], Resource: "*" })))],
      ...forEach(["arn:aws:s3:::*", "arn:aws:s3:::*/*", "arn:aws:iam::123456789012:role/*", "arn:*"], (Resource) => [
        policy(document(allow({ Action: ["s3:*", "iam:PassRole"], Resource }))),
      ]),
    },
    unknown: {
      "a policy that is not known": [policy(unknown)],
      "a service that is not known": [
        policy({
          Statement: allow({
            ...{ Action: "iam:PassRole", Resource: "*" },
            Condition: { StringEquals: { "iam:PassedToService": ["ecs-tasks.amazonaws.com", unknown] } },
          }),
        }),
      ],
    },
    notApplicable: { "a bucket": [bucket] },
  },
  {
    rule: trustPinned,
    pass: {
      "a repository of a provider that is not known yet": [
        role({
          assumeRolePolicy: {
            Statement: allow({
              Principal: { Federated: unknown },
              Condition: {
                StringEquals: { "token.actions.githubusercontent.com:sub": "repo:example/moodle:ref:refs/heads/main" },
              },
            }),
          },
        }),
      ],
      "a service": [trust({ Principal: { Service: "ecs-tasks.amazonaws.com" } })],
      "an account": [trust({ Principal: { AWS: "arn:aws:iam::123456789012:root" } })],
      "a repository": [
        trust({
          Principal: { Federated: github },
          Condition: { StringLike: { "token.actions.githubusercontent.com:sub": "repo:example/moodle:*" } },
        }),
      ],
      "one branch of some repositories": [
        trust({
          Principal: { Federated: github },
          Condition: {
            "ForAnyValue:StringLike": {
              "token.actions.githubusercontent.com:sub": ["repo:example/moodle:ref:refs/heads/main", "repo:example/*"],
            },
          },
        }),
      ],
      "an identity pool": [
        trust({
          Principal: { Federated: "cognito-identity.amazonaws.com" },
          Condition: { StringEquals: { "cognito-identity.amazonaws.com:aud": "eu-west-2:1234" } },
        }),
      ],
      "a directory": [
        trust({
          Principal: { Federated: "arn:aws:iam::123456789012:saml-provider/sso" },
          Condition: { StringEquals: { "SAML:aud": "https://signin.aws.amazon.com/saml" } },
        }),
      ],
    },
    fail: {
      everyone: [trust({ Principal: "*" })],
      "every account": [trust({ Principal: { AWS: ["*"] } })],
      "every repository": [
        trust({
          Principal: { Federated: github },
          Condition: { StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" } },
        }),
      ],
      "every repository, written as a pattern": [
        trust({
          Principal: { Federated: github },
          Condition: { StringLike: { "token.actions.githubusercontent.com:sub": ["repo:example/moodle:*", "repo:*"] } },
        }),
      ],
      "all but one repository": [
        trust({
          Principal: { Federated: github },
          Condition: { StringNotLike: { "token.actions.githubusercontent.com:sub": "repo:example/old:*" } },
        }),
      ],
    },
    unknown: {
      "a policy that is not known": [role({ assumeRolePolicy: unknown })],
      "a subject that is not known": [
        role({
          assumeRolePolicy: {
            Statement: [
              {
                Effect: "Allow",
                Principal: { Federated: github },
                Condition: { StringLike: { "token.actions.githubusercontent.com:sub": ["repo:example/a:*", unknown] } },
              },
            ],
          },
        }),
      ],
    },
    notApplicable: { "a bucket": [bucket] },
  },
  {
    rule: noLongLivedKeys,
    pass: {},
    fail: {
      "an access key": [thing("aws:iam/accessKey:AccessKey", "k", { user: "u" })],
      "a console password": [thing("aws:iam/userLoginProfile:UserLoginProfile", "u", {})],
    },
    unknown: "that it exists is all there is to know",
    notApplicable: { "a role": [role({})] },
  },
  {
    rule: resourcePoliciesNotPublic,
    pass: {
      ...forEach(["sourceArn", "sourceAccount", "principalOrgId", "eventSourceToken"], (property) => [
        permission({ principal: "s3.amazonaws.com", [property]: "111122223333" }),
      ]),
      "a function for a role": [permission({ principal: "arn:aws:iam::111122223333:role/r" })],
      "a service": [
        topic(document(allow({ Principal: { Service: "cloudwatch.amazonaws.com" }, Action: "sns:Publish" }))),
      ],
      "everyone, of one organisation": [
        topic(
          document(allow({ Principal: "*", Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1a2b3c4d5e" } } })),
        ),
      ],
      "a denial for everyone": [topic(document({ Effect: "Deny", Principal: "*", Action: "sns:*" }))],
      "a function called by one account": [permission({ principal: "*", sourceAccount: "123456789012" })],
    },
    fail: {
      "a function for the topics of every account": [permission({ principal: "sns.amazonaws.com" })],
      "the same in China": [permission({ principal: "events.amazonaws.com.cn" })],
      everyone: [topic(document(allow({ Principal: "*", Action: "sns:Publish" })))],
      "every account": [key({ policy: document(allow({ Principal: { AWS: "*" }, Action: "kms:*" })) })],
      "a function for everyone": [permission({ principal: "*" })],
    },
    unknown: { "a policy that is not known": [topic(unknown)] },
    notApplicable: { "a bucket": [bucket], "a key with the policy of AWS": [key({})] },
  },
  {
    rule: nothingSharedWithEveryone,
    pass: {
      "an endpoint service that asks first": [
        thing("aws:ec2/vpcEndpointService:VpcEndpointService", "e", {
          acceptanceRequired: true,
          allowedPrincipals: ["*"],
        }),
      ],
      "a file share for a network": [
        thing("aws:storagegateway/nfsFileShare:NfsFileShare", "s", { clientLists: ["10.0.0.0/16"] }),
      ],
      "an image for one account": [
        thing("aws:ec2/amiLaunchPermission:AmiLaunchPermission", "i", { accountId: "111122223333" }),
      ],
      "a document for two accounts": [
        thing("aws:ssm/document:Document", "d", {
          permissions: { type: "Share", account_ids: "111122223333,444455556666" },
        }),
      ],
      "a private access list": [thing("aws:s3/bucketAcl:BucketAcl", "a", { acl: "private" })],
    },
    fail: {
      "an endpoint service for everybody": [
        thing("aws:ec2/vpcEndpointService:VpcEndpointService", "e", { allowedPrincipals: ["*"] }),
      ],
      "an endpoint service that is opened afterwards": [
        thing("aws:ec2/vpcEndpointServiceAllowedPrinciple:VpcEndpointServiceAllowedPrinciple", "e", {
          principalArn: "*",
        }),
      ],
      "images that may be public again": [
        thing("aws:ec2/imageBlockPublicAccess:ImageBlockPublicAccess", "b", { state: "unblocked" }),
      ],
      "snapshots that may be public again": [
        thing("aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess", "b", { state: "unblocked" }),
      ],
      ...forEach(["0.0.0.0/0", "::/0"], (range) => [
        thing("aws:storagegateway/nfsFileShare:NfsFileShare", "s", { clientLists: ["10.0.0.0/16", range] }),
      ]),
      "a file share for guests": [
        thing("aws:storagegateway/smbFileShare:SmbFileShare", "s", { authentication: "GuestAccess" }),
      ],
      "an image for all": [thing("aws:ec2/amiLaunchPermission:AmiLaunchPermission", "i", { group: "all" })],
      "a snapshot for all": [thing("aws:rds/snapshot:Snapshot", "s", { sharedAccounts: ["111122223333", "all"] })],
      "a document for all": [
        thing("aws:ssm/document:Document", "d", { permissions: { type: "Share", account_ids: "All" } }),
      ],
      "images of a pipeline for all": [
        thing("aws:imagebuilder/distributionConfiguration:DistributionConfiguration", "d", {
          distributions: [{ amiDistributionConfiguration: { launchPermission: { userGroups: ["all"] } } }],
        }),
      ],
      "a grant for every account": [
        thing("aws:s3/bucketAcl:BucketAcl", "a", {
          accessControlPolicy: {
            grants: [{ grantee: { uri: "http://acs.amazonaws.com/groups/global/AuthenticatedUsers" } }],
          },
        }),
      ],
      "a gallery": [thing("aws:ecrpublic/repository:Repository", "r", {})],
    },
    unknown: {
      "accounts that are not known": [thing("aws:rds/snapshot:Snapshot", "s", { sharedAccounts: unknown })],
      "regions that are not known": [
        thing("aws:imagebuilder/distributionConfiguration:DistributionConfiguration", "d", { distributions: unknown }),
      ],
      "grants that are not known": [
        thing("aws:s3/bucketAcl:BucketAcl", "a", { accessControlPolicy: { grants: unknown } }),
      ],
    },
    notApplicable: { "a bucket": [bucket] },
  },
  {
    rule: keyRotation,
    pass: {
      "a key of the default kind": [
        key({ enableKeyRotation: true, customerMasterKeySpec: "SYMMETRIC_DEFAULT", keyUsage: "ENCRYPT_DECRYPT" }),
      ],
      "a key of numbers": [key({ customerMasterKeySpec: "HMAC_256", keyUsage: "GENERATE_VERIFY_MAC" })],
      "a key pair that encrypts": [key({ customerMasterKeySpec: "RSA_4096", keyUsage: "ENCRYPT_DECRYPT" })],
      "a month to notice": [key({ enableKeyRotation: true, deletionWindowInDays: 30 })],
      "a key that rotates": [key({ enableKeyRotation: true })],
      "a signing key": [key({ keyUsage: "SIGN_VERIFY", customerMasterKeySpec: "ECC_NIST_P256" })],
    },
    fail: {
      "a key of the default kind that does not": [
        key({ customerMasterKeySpec: "SYMMETRIC_DEFAULT", keyUsage: "ENCRYPT_DECRYPT" }),
      ],
      "one that is told not to": [key({ enableKeyRotation: false })],
      "a signing key with a week": [key({ customerMasterKeySpec: "ECC_NIST_P256", deletionWindowInDays: 7 })],
      "a key that does not": [key({})],
      "a week to notice": [key({ enableKeyRotation: true, deletionWindowInDays: 7 })],
    },
    unknown: { "a choice that is not known": [key({ enableKeyRotation: unknown })] },
    notApplicable: { "a bucket": [bucket] },
  },
  {
    rule: apisAuthorized,
    pass: {
      "a connection with a key of the API": [socket, route("$connect", { apiKeyRequired: true })],
      "a signed method": [method({ authorization: "AWS_IAM" })],
      "a method with a key of the API": [method({ authorization: "NONE", apiKeyRequired: true })],
      "a question before a sign-in": [method({ authorization: "NONE", httpMethod: "OPTIONS" })],
      "a route with tokens": [route("GET /", { authorizationType: "JWT" })],
      "a connection with a function that asks": [socket, route("$connect", { authorizationType: "CUSTOM" })],
      "a graph for users": [
        graph({
          authenticationType: "AMAZON_COGNITO_USER_POOLS",
          additionalAuthenticationProviders: [{ authenticationType: "AWS_IAM" }],
        }),
      ],
      "a document with security for all": [restApi({ body: openApi({ get: {} }, { security: [{ key: [] }] }) })],
      "a document with security for each": [
        httpApi({ body: openApi({ get: { security: [{ key: [] }] }, options: {}, parameters: [] }) }),
      ],
      "a document with Amazon's own word": [
        restApi({ body: openApi({ get: { "x-amazon-apigateway-auth": { type: "AWS_IAM" } } }) }),
      ],
    },
    fail: {
      "an open method": [restApi(), method({ authorization: "NONE" })],
      "an open method of an API whose policy is open": [
        restApi({ policy: everybody }),
        method({ authorization: "NONE" }),
      ],
      "an open method of an API with two policies": [
        restApi({ policy: everybody }),
        apiPolicy(campus),
        method({ authorization: "NONE" }),
      ],
      "a method that says nothing": [method({})],
      "an open route": [route("GET /items", { authorizationType: "NONE" })],
      "a route that says nothing": [route("$default")],
      "an open connection": [socket, route("$connect")],
      "a quick-created API": [httpApi({ target: "arn:aws:lambda:us-east-1:111122223333:function:f" })],
      "a graph with keys": [graph({ authenticationType: "API_KEY" })],
      "a graph with keys beside users": [
        graph({
          authenticationType: "AWS_IAM",
          additionalAuthenticationProviders: [{ authenticationType: "API_KEY" }],
        }),
      ],
      "a document without security": [restApi({ body: openApi({ get: {} }) })],
      "a document with security taken back": [restApi({ body: openApi({ get: { security: [] } }) })],
      "a document of an HTTP API": [httpApi({ body: openApi({ "x-amazon-apigateway-any-method": {} }) })],
    },
    unknown: {
      "an authorization that is not known": [method({ authorization: unknown })],
      "a route that is not known": [route(unknown)],
      "a document that is not known": [restApi({ body: unknown })],
      "a graph that is not known": [graph({ authenticationType: unknown })],
      "providers of a graph that are not known": [
        graph({ authenticationType: "AWS_IAM", additionalAuthenticationProviders: unknown }),
      ],
    },
    notApplicable: {
      "a message of a connection": [socket, route("send")],
      "the end of a connection": [route("$disconnect")],
      "a question before a sign-in": [route("OPTIONS /items")],
      "a method of a private API": [
        restApi({ endpointConfiguration: { types: ["PRIVATE"] } }),
        method({ authorization: "NONE" }),
      ],
      "a method of an API for a campus": [restApi(), apiPolicy(campus), method({ authorization: "NONE" })],
      "an API without routes of its own": [httpApi({})],
      "a document of a private API": [
        restApi({ body: openApi({ get: {} }), endpointConfiguration: { types: ["PRIVATE"] } }),
      ],
    },
  },
  {
    rule: apisAuthorized,
    limits: { openRoutes: ["GET /health", "GET", "$default"] },
    pass: {
      "a route that may be open": [route("GET /health")],
      "a method that may be open": [method({ authorization: "NONE" })],
      "a document whose operation may be open": [
        restApi({ body: JSON.stringify({ paths: { "/health": { get: {} } } }) }),
      ],
      "a quick-created API that may be open": [httpApi({ target: "arn:f" })],
    },
    fail: { "another route": [route("GET /items")] },
    unknown: { "a route that is not known": [route(unknown)] },
    notApplicable: { "a bucket": [bucket] },
  },
  {
    rule: userPoolsHardened,
    pass: {
      ...forEach(["requireLowercase", "requireUppercase", "requireNumbers", "requireSymbols"], (kind) => [
        pool({ mfaConfiguration: "ON", passwordPolicy: { minimumLength: 8, [kind]: true } }),
      ]),
      "a second factor for all": [pool({ mfaConfiguration: "ON" })],
      "a second factor for who wants it": [pool({ mfaConfiguration: "OPTIONAL" })],
      "passkeys in place of passwords": [pool({ signInPolicy: { allowedFirstAuthFactors: ["WEB_AUTHN"] } })],
      "passphrases of twelve characters": [pool({ mfaConfiguration: "ON", passwordPolicy: { minimumLength: 12 } })],
      "eight characters of two kinds": [
        pool({ mfaConfiguration: "ON", passwordPolicy: { minimumLength: 8, requireNumbers: true } }),
      ],
      "no guests": [guests(false)],
      "the flow with a code": [client(["code"])],
    },
    fail: {
      "no second factor": [pool({})],
      "no second factor beside passwords": [
        pool({ mfaConfiguration: "OFF", signInPolicy: { allowedFirstAuthFactors: ["PASSWORD", "WEB_AUTHN"] } }),
      ],
      "seven characters": [
        pool({ mfaConfiguration: "ON", passwordPolicy: { minimumLength: 7, requireNumbers: true } }),
      ],
      "eleven characters of one kind": [pool({ mfaConfiguration: "ON", passwordPolicy: { minimumLength: 11 } })],
      "AWS's length without kinds": [pool({ mfaConfiguration: "ON", passwordPolicy: { requireSymbols: false } })],
      guests: [guests(true)],
      "tokens in addresses": [client(["code", "implicit"])],
    },
    unknown: {
      "a mode that is not known": [pool({ mfaConfiguration: unknown })],
      "a length that is not known": [pool({ mfaConfiguration: "ON", passwordPolicy: { minimumLength: unknown } })],
      "a kind that is not known": [pool({ mfaConfiguration: "ON", passwordPolicy: { requireSymbols: unknown } })],
      "flows that are not known": [client(unknown)],
    },
    notApplicable: { "a bucket": [bucket] },
  },
];
