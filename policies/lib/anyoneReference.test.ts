import * as assert from "node:assert/strict";
import { anonymousPrincipal, runSimulation, type Simulation } from "@cloud-copilot/iam-simulate";
import * as fc from "fast-check";
import { documentLetsAnyoneIn } from "./anyone";
import { View } from "./view";

/*
 * An independent evaluator of IAM is the judge here: the policies of a small world, and strangers who ask for each object of a bucket with
 * all that a stranger can bring along. Its licence is AGPL-3.0: nothing that is published or deployed contains it. It also has Amazon S3's own definition of public, with which S3 refuses a public policy.
 */
const account = "111122223333";
const eve = "arn:aws:iam::999988887777:user/eve";
interface Statement {
  readonly [element: string]: unknown;
}

const ours = (list: readonly Statement[]) =>
  documentLetsAnyoneIn(new View({ policy: JSON.stringify({ Statement: list }) }), "policy");

/** What each request of a stranger carries: from the internet, through a network of their own, or by a service that acts for them. */
const [address, network, service] = [
  { "aws:SourceIp": "198.51.100.7" },
  { "aws:SourceVpce": "vpce-0999999999", "aws:SourceVpc": "vpc-0999999999" },
  { "aws:SourceArn": "arn:aws:sns:us-east-1:999988887777:topic", "aws:SourceAccount": "999988887777" },
];
const contexts: readonly Readonly<Record<string, string>>[] = [
  address,
  network,
  { ...address, ...service },
  { ...network, ...service },
].map((one) => Object.assign({ "aws:SecureTransport": "true" }, one));
/** What AWS adds to a request of somebody who is signed in. */
const identity = {
  "aws:PrincipalArn": eve,
  "aws:PrincipalAccount": "999988887777",
  "aws:PrincipalOrgID": "o-zzzzzzzzzz",
};

async function ask(
  list: readonly Statement[],
  request: Pick<Simulation["request"], "principal" | "action"> & { readonly key: string },
  context: Readonly<Record<string, string>>,
  blockPublicAccess = false,
): Promise<string> {
  const signedIn = typeof request.principal === "string";
  const result = await runSimulation(
    {
      request: {
        ...{
          principal: request.principal,
          action: request.action,
          contextVariables: { ...context, ...(signedIn ? identity : {}) },
        },
        resource: { resource: `arn:aws:s3:::bucket/${request.key}`, accountId: account },
      },
      identityPolicies: signedIn
        ? [
            {
              name: "everything",
              policy: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] },
            },
          ]
        : [],
      ...{ serviceControlPolicies: [], resourceControlPolicies: [] },
      resourcePolicy: { Version: "2012-10-17", Statement: list },
      additionalSettings: { s3: { blockPublicAccess } },
    },
    {},
  );
  assert.notEqual(result.resultType, "error", JSON.stringify(result));
  return (result as Exclude<typeof result, { readonly resultType: "error" }>).overallResult;
}

/** Whether a stranger gets at anything. */
async function letsStrangersIn(list: readonly Statement[]): Promise<boolean> {
  for (const principal of [eve, anonymousPrincipal]) {
    for (const action of ["s3:GetObject", "s3:PutObject"]) {
      for (const key of ["public/a", "private/b"]) {
        for (const context of contexts) {
          if ((await ask(list, { principal, action, key }, context)) === "Allowed") {
            return true;
          }
        }
      }
    }
  }
  return false;
}

/** Amazon S3's definition: whether it blocks even a known caller because the policy lets others in. */
async function isPublicByS3(list: readonly Statement[]): Promise<boolean> {
  const known = { Effect: "Allow", Principal: { AWS: eve }, Action: "s3:GetObject", Resource: "arn:aws:s3:::bucket/*" };
  const request = { principal: eve, action: "s3:GetObject", key: "public/a" };
  assert.equal(await ask([known], request, contexts[0]!, true), "Allowed");
  return (await ask([...list, known], request, contexts[0]!, true)) !== "Allowed";
}

const everyone = fc.constantFrom<Statement>({ Principal: "*" }, { Principal: { AWS: "*" } });
const known = fc.constantFrom<Statement>(
  { Principal: { AWS: `arn:aws:iam::${account}:root` } },
  { Principal: { AWS: [`arn:aws:iam::${account}:role/app`, "444455556666"] } },
  { Principal: { Service: "sns.amazonaws.com" } },
);
const others = fc.constantFrom<Statement>(
  { NotPrincipal: { AWS: `arn:aws:iam::${account}:root` } },
  { NotPrincipal: { AWS: [`arn:aws:iam::${account}:root`, `arn:aws:iam::${account}:role/app`] } },
);
const action = fc.constantFrom<Statement>(
  { Action: "*" },
  { Action: "s3:*" },
  { Action: "s3:Get*" },
  { Action: ["s3:GetObject", "s3:PutObject"] },
  { Action: "s3:PutObject" },
  { NotAction: "s3:PutObject" },
  { NotAction: ["s3:Delete*", "s3:PutBucketPolicy"] },
);
const resource = fc.constantFrom<Statement>(
  { Resource: "*" },
  { Resource: "arn:aws:s3:::bucket/*" },
  { Resource: "arn:aws:s3:::bucket/public/*" },
  { Resource: ["arn:aws:s3:::bucket/private/?", "arn:aws:s3:::bucket/public/a"] },
);
/** Conditions that only known callers meet, each with its key. */
const closing: readonly (readonly [operator: string, key: string, value: string])[] = [
  ["StringEquals", "aws:PrincipalAccount", account],
  ["StringEquals", "aws:PrincipalOrgID", "o-aaaaaaaaaa"],
  ["ArnLike", "aws:PrincipalArn", `arn:aws:iam::${account}:role/*`],
  ["ArnEquals", "aws:SourceArn", `arn:aws:sns:us-east-1:${account}:topic`],
  ["StringEquals", "aws:SourceAccount", account],
  ["StringEquals", "aws:SourceVpce", "vpce-0111111111"],
  ["StringEquals", "aws:SourceVpc", "vpc-0111111111"],
  ["IpAddress", "aws:SourceIp", "192.0.2.0/24"],
  ["StringEquals", "aws:VpceAccount", account],
  ["StringEquals", "aws:VpceOrgID", "o-aaaaaaaaaa"],
];
/** Conditions that a stranger meets. */
const open: typeof closing = [
  ["Bool", "aws:SecureTransport", "true"],
  ["StringLike", "aws:PrincipalAccount", "*"],
  ["ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:user/*"],
  ["ArnLike", "aws:SourceArn", "arn:aws:sns:*:*:*"],
  ["StringLike", "aws:SourceVpce", "vpce-*"],
  ["StringNotEquals", "aws:SourceVpce", "vpce-0111111111"],
  ["ArnNotLike", "aws:PrincipalArn", `arn:aws:iam::${account}:*`],
  ["StringNotEquals", "aws:PrincipalAccount", account],
  ["NotIpAddress", "aws:SourceIp", "192.0.2.0/24"],
  ["StringEqualsIfExists", "aws:SourceVpce", "vpce-0111111111"],
  ["IpAddress", "aws:SourceIp", "128.0.0.0/1"],
];
const conditions = (list: typeof closing) =>
  fc.uniqueArray(fc.constantFrom(...list), { maxLength: 2, selector: ([, key]) => key }).map((chosen): Statement => {
    const Condition: Record<string, Record<string, string>> = {};
    chosen.forEach(([operator, key, value]) => ((Condition[operator] ??= {})[key] = value));
    return chosen.length === 0 ? {} : { Condition };
  });
const statement = (Effect: "Allow" | "Deny", who: fc.Arbitrary<Statement>, list: typeof closing) =>
  fc
    .tuple(who, action, resource, conditions(list))
    .map((parts): Statement => Object.assign({ Effect }, ...(parts as readonly Statement[])) as Statement);

describe("Whether a resource policy lets anybody in, by an independent evaluator", () => {
  it("is never no where a stranger gets in", async () => {
    const any = [...closing, ...open];
    const who = fc.oneof(everyone, everyone, known, others);
    const list = fc.array(
      fc.oneof(statement("Allow", who, any), statement("Allow", who, any), statement("Deny", who, any)),
      {
        minLength: 1,
        maxLength: 3,
      },
    );
    await fc.assert(
      fc.asyncProperty(list, async (statements) => {
        assert.ok(!(await letsStrangersIn(statements)) || ours(statements) === true, JSON.stringify(statements));
      }),
      { numRuns: 300 },
    );
  });

  it("is yes where a stranger gets in and no where none does, of a policy that only allows", async () => {
    const one = fc.oneof(
      ...[everyone, others].map((who) => statement("Allow", who, closing)),
      statement("Allow", known, [...closing, ...open]),
      statement("Allow", everyone, open.slice(0, 5)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(one, { minLength: 1, maxLength: 2 }), async (statements) => {
        assert.equal(ours(statements), await letsStrangersIn(statements), JSON.stringify(statements));
      }),
      { numRuns: 250 },
    );
  });

  it("is what Amazon S3 takes for public, of one statement with one condition", async () => {
    for (const who of [{ Principal: "*" }, { Principal: { AWS: "*" } }, { Principal: { AWS: "444455556666" } }]) {
      for (const [operator, key, value] of [...closing, ...open]) {
        const one = {
          ...{ Effect: "Allow", ...who, Action: "s3:GetObject", Resource: "arn:aws:s3:::bucket/*" },
          Condition: { [operator]: { [key]: value } },
        };
        assert.equal(ours([one]), await isPublicByS3([one]), JSON.stringify(one));
      }
    }
  });
});
