import { forEach, type RuleCases } from "../testing/cases";
import { thing, unknown, type Thing } from "../testing/harness";
import { keyRotation } from "./keyRotation";
import { leastPrivilege } from "./leastPrivilege";
import { noAdminPolicies } from "./noAdminPolicies";
import { nothingSharedWithEveryone } from "./nothingSharedWithEveryone";
import { noLongLivedKeys } from "./noLongLivedKeys";
import { resourcePoliciesNotPublic } from "./resourcePoliciesNotPublic";
import { trustPinned } from "./trustPinned";

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
      "a service on everything": [policy(document(allow({ Action: ["logs:Put*", "s3:*"], Resource: "*" })))],
      ...forEach(["arn:aws:s3:::*", "arn:aws:s3:::*/*", "arn:aws:iam::123456789012:role/*", "arn:*"], (Resource) => [
        policy(document(allow({ Action: ["s3:*", "iam:PassRole"], Resource }))),
      ]),
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
        (action) => [policy(document(allow({ Action: action, Resource: "*" })))],
      ),
      ...forEach(
        [
          ...["sts:AssumeRole", "secretsmanager:GetSecretValue", "secretsmanager:PutResourcePolicy"],
          ...["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath", "ssm:SendCommand"],
          ...["kms:Decrypt", "kms:PutKeyPolicy", "kms:CreateGrant", "kms:ScheduleKeyDeletion"],
          ...["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:PutBucketPolicy", "lambda:UpdateFunctionCode"],
        ],
        (action) => [policy(document(allow({ Action: action, Resource: "*" })))],
      ),
    },
    unknown: { "a policy that is not known": [policy(unknown)] },
    notApplicable: { "a bucket": [bucket] },
  },
  {
    rule: trustPinned,
    pass: {
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
      "a directory": [trust({ Principal: { Federated: "arn:aws:iam::123456789012:saml-provider/sso" } })],
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
      "a key that rotates": [key({ enableKeyRotation: true })],
      "a signing key": [key({ keyUsage: "SIGN_VERIFY", customerMasterKeySpec: "ECC_NIST_P256" })],
    },
    fail: {
      "a key that does not": [key({})],
      "a week to notice": [key({ enableKeyRotation: true, deletionWindowInDays: 7 })],
    },
    unknown: { "a choice that is not known": [key({ enableKeyRotation: unknown })] },
    notApplicable: { "a bucket": [bucket] },
  },
];
