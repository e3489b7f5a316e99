import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as path from "node:path";
import * as fc from "fast-check";
import { needPython } from "../../testing/leftOut";
import { documentLetsAnyoneIn } from "./anyone";
import { View } from "./view";

/*
 * Two judges. One asks, as strangers, for each object of a bucket with all that a stranger can bring along, by the order in which AWS says
 * that it evaluates policies: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 * The other is policyuniverse of Netflix (Apache-2.0), which was written for the same question.
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

interface Request {
  /** The ARN of who asks; undefined when nobody is signed in. */
  readonly principal: string | undefined;
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
}

const listOf = (value: unknown): readonly string[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly string[]) : [String(value)];
const glob = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
    "i",
  ).test(text);
const inBlock = (block: string, ip: string): boolean => {
  const number = (text: string) => text.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const [start = "", bits = "32"] = block.split("/");
  const size = 2 ** (32 - Number(bits));
  return Math.floor(number(ip) / size) === Math.floor(number(start) / size);
};

function isNamed(who: unknown, principal: string | undefined): boolean {
  const names = typeof who === "string" ? [who] : listOf((who as { readonly AWS?: unknown }).AWS);
  const number = principal?.split(":")[4];
  return names.some(
    (one) =>
      one === "*" || (principal !== undefined && [principal, number, `arn:aws:iam::${number}:root`].includes(one)),
  );
}

function holds(operator: string, key: string, wanted: readonly string[], { context }: Request): boolean {
  const plain = operator.replace(/IfExists$/, "");
  const positive = plain.replace("Not", "");
  const value = context[key];
  if (value === undefined) {
    return plain !== operator || positive !== plain;
  }
  const test = positive === "IpAddress" ? inBlock : /Like$|^Arn/.test(positive) ? glob : (one: string) => one === value;
  return wanted.some((one) => test(one, value)) === (positive === plain);
}

function applies(statement: Statement, request: Request): boolean {
  const takes = (element: "Action" | "Resource", text: string): boolean =>
    statement[`Not${element}`] === undefined
      ? listOf(statement[element]).some((one) => glob(one, text))
      : !listOf(statement[`Not${element}`]).some((one) => glob(one, text));
  const conditions = (statement["Condition"] ?? {}) as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  return (
    (statement["NotPrincipal"] === undefined
      ? isNamed(statement["Principal"], request.principal)
      : !isNamed(statement["NotPrincipal"], request.principal)) &&
    takes("Action", request.action) &&
    takes("Resource", request.resource) &&
    Object.entries(conditions).every(([operator, keys]) =>
      Object.entries(keys).every(([key, wanted]) => holds(operator, key, listOf(wanted), request)),
    )
  );
}

/** A stranger may do by policies of their own whatever the resource's policy allows. */
function isAllowed(list: readonly Statement[], request: Request): boolean {
  const effects = list.filter((one) => applies(one, request)).map((one) => one["Effect"]);
  return effects.includes("Allow") && !effects.includes("Deny");
}

/** Whether a stranger gets at anything. */
function letsStrangersIn(list: readonly Statement[]): boolean {
  return [eve, undefined].some((principal) =>
    ["s3:GetObject", "s3:PutObject"].some((action) =>
      ["public/a", "private/b"].some((key) =>
        contexts.some((carried) =>
          isAllowed(list, {
            ...{ principal, action, resource: `arn:aws:s3:::bucket/${key}` },
            context: principal === undefined ? carried : { ...carried, ...identity },
          }),
        ),
      ),
    ),
  );
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
const conditions = (list: typeof closing, maxLength = 2) =>
  fc.uniqueArray(fc.constantFrom(...list), { maxLength, selector: ([, key]) => key }).map((chosen): Statement => {
    const Condition: Record<string, Record<string, string>> = {};
    chosen.forEach(([operator, key, value]) => ((Condition[operator] ??= {})[key] = value));
    return chosen.length === 0 ? {} : { Condition };
  });
const statement = (Effect: "Allow" | "Deny", who: fc.Arbitrary<Statement>, list: typeof closing) =>
  fc
    .tuple(who, action, resource, conditions(list))
    .map((parts): Statement => Object.assign({ Effect }, ...(parts as readonly Statement[])) as Statement);

describe("Whether a resource policy lets anybody in, by two independent judges", () => {
  it("is never no where a stranger gets in", () => {
    const any = [...closing, ...open];
    const who = fc.oneof(everyone, everyone, known, others);
    const list = fc.array(
      fc.oneof(statement("Allow", who, any), statement("Allow", who, any), statement("Deny", who, any)),
      {
        minLength: 1,
        maxLength: 3,
      },
    );
    fc.assert(
      fc.property(list, (statements) => {
        assert.ok(!letsStrangersIn(statements) || ours(statements) === true, JSON.stringify(statements));
      }),
      { numRuns: 2000 },
    );
  });

  it("is yes where a stranger gets in and no where none does, of a policy that only allows", () => {
    const one = fc.oneof(
      ...[everyone, others].map((who) => statement("Allow", who, closing)),
      statement("Allow", known, [...closing, ...open]),
      statement("Allow", everyone, open.slice(0, 5)),
    );
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 2 }), (statements) => {
        assert.equal(ours(statements), letsStrangersIn(statements), JSON.stringify(statements));
      }),
      { numRuns: 2000 },
    );
  });

  it("is what policyuniverse takes for open to the internet, of policies that only allow", function () {
    needPython(this, "languages");
    // It does not know the newest keys, takes one open condition of several for open, and reads what excludes some only beside everyone. What a request may leave out, and addresses
    // wider than a /8, are public by Amazon S3's own words.
    const isNew = ([, key]: (typeof closing)[number]): boolean => /^aws:vpce/i.test(key);
    const isWider = ([operator, , value]: (typeof closing)[number]): boolean =>
      operator.endsWith("IfExists") || value === "128.0.0.0/1";
    const pinning = closing.filter((one) => !isNew(one));
    const allow = fc
      .oneof(
        fc.tuple(everyone, resource, conditions([...pinning, ...open.filter((one) => !isWider(one))], 1)),
        fc.tuple(known, resource, conditions(pinning, 1)),
      )
      .map(
        (parts): Statement =>
          Object.assign({ Effect: "Allow", Action: "s3:GetObject" }, ...(parts as readonly Statement[])) as Statement,
      );
    const policies = fc.sample(fc.array(allow, { minLength: 1, maxLength: 3 }), 1000);
    const python = path.join(__dirname, "..", "..", ".offline", "languages", "bin", "python");
    const answers = execFileSync(python, [path.join(__dirname, "anyoneReference.py")], {
      input: JSON.stringify(policies),
    });
    assert.deepEqual(
      policies.filter((one, index) => ours(one) !== (JSON.parse(String(answers)) as readonly boolean[])[index]),
      [],
    );
    assert.ok(policies.some((one) => ours(one) === true) && policies.some((one) => ours(one) === false));
  });
});
