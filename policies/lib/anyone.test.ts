import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import * as fc from "fast-check";
import { documentLetsAnyoneIn } from "./anyone";
import { otherDocuments, resourcePolicies } from "./resourcePolicies";
import { mark } from "../testing/recorder";
import { unknownCheckingProxy } from "./sdk";
import { isUnknown, View } from "./view";

const open = (...Statement: readonly object[]) =>
  documentLetsAnyoneIn(new View({ policy: JSON.stringify({ Statement }) }), "policy");
const everyone = { Effect: "Allow", Principal: "*", Action: "s3:PutObject", Resource: "*" };

describe("Whether a resource policy lets anybody in", () => {
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
  const published: readonly (readonly [what: string, statement: object, isPublic: boolean])[] = [
    [
      "one VPC, as the guide's example that is not public",
      { ...everyone, Condition: { StringEquals: { "aws:SourceVpc": "vpc-91237329" } } },
      false,
    ],
    [
      "a VPC by a pattern, its example that is public",
      { ...everyone, Condition: { StringLike: { "aws:SourceVpc": "vpc-*" } } },
      true,
    ],
    [
      "one account of a role's session",
      { ...everyone, Condition: { StringLike: { "aws:userid": "AROAEXAMPLEID1234:*" } } },
      false,
    ],
    ["any session", { ...everyone, Condition: { StringLike: { "aws:userid": "*:session" } } }, true],
    [
      "an ARN without an account in it",
      { ...everyone, Condition: { StringLike: { "aws:SourceArn": "arn:aws:sns:*:*:topic" } } },
      true,
    ],
    [
      "an access point of one account",
      {
        ...everyone,
        Condition: { ArnLike: { "s3:DataAccessPointArn": "arn:aws:s3:us-west-2:123456789012:accesspoint/*" } },
      },
      false,
    ],
    ["an access point of any account", { ...everyone, Condition: { ArnLike: { "s3:DataAccessPointArn": "*" } } }, true],
    [
      "addresses no wider than a /8",
      { ...everyone, Condition: { IpAddress: { "aws:SourceIp": "203.0.0.0/8" } } },
      false,
    ],
    ["addresses that are wider", { ...everyone, Condition: { IpAddress: { "aws:SourceIp": "192.0.0.0/7" } } }, true],
    [
      "all addresses in small parts",
      {
        ...everyone,
        Condition: { IpAddress: { "aws:SourceIp": Array.from({ length: 256 }, (_, i) => `${i}.0.0.0/8`) } },
      },
      true,
    ],
    ["a fixed account as principal", { ...everyone, Principal: { AWS: "arn:aws:iam::123456789012:root" } }, false],
    ["a service as principal", { ...everyone, Principal: { Service: "logging.s3.amazonaws.com" } }, false],
    ["no addresses at all", { ...everyone, Condition: { IpAddress: { "aws:SourceIp": [] } } }, true],
    ["what is no address", { ...everyone, Condition: { IpAddress: { "aws:SourceIp": "campus" } } }, true],
    ["many principals, one of them everyone", { ...everyone, Principal: { AWS: ["123456789012", "*"] } }, true],
  ];
  for (const [what, statement, isPublic] of published) {
    it(`is ${isPublic ? "yes" : "no"} for ${what}`, () => assert.equal(open(statement), isPublic));
  }

  it("is open, neither yes nor no, where what matters is not known", () => {
    const of = (more: object) =>
      documentLetsAnyoneIn(
        new View(unknownCheckingProxy({ policy: { Statement: [{ ...everyone, ...more }] } })),
        "policy",
      );
    const org = (value: unknown) => ({ StringEquals: { "aws:PrincipalOrgID": value } });
    for (const more of [
      { Effect: mark },
      { Principal: mark },
      { Principal: { AWS: mark } },
      { Condition: mark },
      { Condition: org(mark) },
      { Condition: org(["o-aaaaaaaaaa", mark]) },
    ]) {
      assert.ok(isUnknown(of(more)), JSON.stringify(more));
    }
    assert.equal(of({ Condition: { ...org(mark), IpAddress: { "aws:SourceIp": "192.0.2.0/24" } } }), false);
    assert.equal(of({ Condition: org([mark, "*"]) }), true);
    assert.equal(of({ Effect: "Deny" }), false);
    assert.equal(open(), false);
  });

  /*
   * Brute force: a small world of callers, each with what a request of theirs carries. A policy is public when a caller that belongs to
   * nobody known, and can choose the headers that it sends, may do something.
   */
  interface Caller {
    readonly account: string | undefined;
    readonly org: string | undefined;
    readonly ip: string;
    readonly referer: string;
  }
  const mine = { account: "111122223333", org: "o-aaaaaaaaaa", ip: "192.0.2.9", referer: "x" };
  const strangers: readonly Caller[] = ["1.2.3.4", "200.1.1.1"].flatMap((ip) =>
    ["x", "https://a", "https://*"].flatMap((referer) => [
      { account: undefined, org: undefined, ip, referer },
      { account: "999999999999", org: "o-zzzzzzzzzz", ip, referer },
      { account: "999999999999", org: undefined, ip, referer },
    ]),
  );
  const valueOf = (caller: Caller, key: string): string | undefined =>
    ({
      "aws:PrincipalAccount": caller.account,
      "aws:PrincipalOrgID": caller.org,
      "aws:SourceIp": caller.ip,
      "aws:Referer": caller.referer,
      "aws:SecureTransport": "true",
    })[key];
  const inBlock = (ip: string, block: string): boolean => {
    const number = (text: string) => text.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
    const [address = "", bits = "32"] = block.split("/");
    const size = 2 ** (32 - Number(bits));
    return Math.floor(number(ip) / size) === Math.floor(number(address) / size);
  };
  const one = (operator: string, value: string, wanted: string): boolean => {
    switch (operator) {
      case "IpAddress":
        return inBlock(value, wanted);
      case "StringLike":
        return new RegExp(`^${wanted.replaceAll("*", ".*")}$`).test(value);
      default:
        return value === wanted;
    }
  };
  type Block = readonly (readonly [operator: string, key: string, values: readonly string[]])[];
  const holds = (caller: Caller, block: Block): boolean =>
    block.every(([name, key, values]) => {
      const value = valueOf(caller, key);
      const plain = name.replace("IfExists", "");
      const positive = plain.replace("Not", "");
      if (value === undefined) {
        return plain !== name || positive !== plain;
      }
      const matches = values.some((wanted) =>
        one(positive === "StringEquals" || positive === "Bool" ? "equals" : positive, value, wanted),
      );
      return positive === plain ? matches : !matches;
    });
  const statementOf = ({ effect, block, action }: { effect: string; block: Block; action: string }) => {
    const Condition: Record<string, Record<string, readonly string[]>> = {};
    block.forEach(([name, key, values]) => ((Condition[name] ??= {})[key] = values));
    return {
      Effect: effect,
      Principal: "*",
      Action: action,
      Resource: "*",
      ...(block.length === 0 ? {} : { Condition }),
    };
  };
  const conditions = fc.oneof(
    fc.tuple(
      fc.constantFrom("StringEquals", "StringLike", "StringNotEquals", "StringEqualsIfExists"),
      fc.constantFrom("aws:PrincipalAccount"),
      fc.subarray(["111122223333", "444455556666"], { minLength: 1 }),
    ),
    fc.tuple(
      fc.constantFrom("StringEquals", "StringNotEquals", "StringNotEqualsIfExists", "StringEqualsIfExists"),
      fc.constant("aws:PrincipalOrgID"),
      fc.constant(["o-aaaaaaaaaa"]),
    ),
    fc.tuple(
      fc.constant("StringLike"),
      fc.constantFrom("aws:PrincipalAccount", "aws:PrincipalOrgID", "aws:Referer"),
      fc.constant(["*"]),
    ),
    fc.tuple(
      fc.constantFrom("IpAddress", "NotIpAddress"),
      fc.constant("aws:SourceIp"),
      fc.subarray(["192.0.2.0/24", "0.0.0.0/1", "128.0.0.0/1"], { minLength: 1 }),
    ),
    fc.tuple(fc.constant("Bool"), fc.constant("aws:SecureTransport"), fc.constant(["true"])),
    fc.tuple(
      fc.constantFrom("StringEquals", "StringLike"),
      fc.constant("aws:Referer"),
      fc.constantFrom(["https://a"], ["https://*"]),
    ),
  );
  /** An organisation, an account and a network are in one world those of the same owner, so that none of them contradicts another. */
  const statement = fc.record({
    effect: fc.constantFrom("Allow", "Allow", "Deny"),
    action: fc.constantFrom("s3:*", "s3:GetObject"),
    block: fc.uniqueArray(conditions, { maxLength: 2, selector: ([, key]) => key }),
  });
  const publicByForce = (list: readonly { effect: string; block: Block; action: string }[]): boolean =>
    ["s3:GetObject", "s3:PutObject"].some((action) =>
      strangers.some((caller) => {
        const applying = list.filter(
          (each) => (each.action === "s3:*" || each.action === action) && holds(caller, each.block),
        );
        return applying.some(({ effect }) => effect === "Allow") && !applying.some(({ effect }) => effect === "Deny");
      }),
    );

  it("is never no where a stranger of a small world gets in", () => {
    fc.assert(
      fc.property(fc.array(statement, { maxLength: 3 }), (list) => {
        const said = open(...list.map(statementOf));
        assert.ok(!publicByForce(list) || said === true, JSON.stringify(list.map(statementOf)));
      }),
      { numRuns: 3000 },
    );
  });

  it("is yes exactly where a stranger gets in, of policies without a denial", () => {
    const allow = statement.map((each) => ({ ...each, effect: "Allow" }));
    // What excludes known callers, or two halves that leave no stranger, is public by AWS's definition whoever is left.
    // So is IfExists beside a condition that asks for the same key: nobody writes it, and it is held against the policy.
    const plain = allow.filter(({ block }) =>
      block.every(
        ([name, , values]) =>
          !name.includes("Not") &&
          !values.some((value) => value.endsWith("/1")) &&
          (block.length === 1 || !name.endsWith("IfExists")),
      ),
    );
    fc.assert(
      fc.property(fc.array(plain, { maxLength: 3 }), (list) => {
        assert.equal(open(...list.map(statementOf)), publicByForce(list), JSON.stringify(list.map(statementOf)));
        assert.ok(list.length === 0 || valueOf(mine, "aws:PrincipalOrgID") !== undefined);
      }),
      { numRuns: 3000 },
    );
  });

  it("is asked of every type of @pulumi/aws that has such a document", () => {
    const folder = path.dirname(require.resolve("@pulumi/aws/package.json"));
    const property = /^ {4}(policy|policyDocument|accessPolicy|accessPolicies|resourcePolicy)\??: pulumi\.Input/m;
    const found = fs
      .globSync("*/*.js", { cwd: folder })
      .filter((file) => fs.existsSync(path.join(folder, file.replace(/js$/, "d.ts"))))
      .filter((file) => property.test(fs.readFileSync(path.join(folder, file.replace(/js$/, "d.ts")), "utf8")))
      .flatMap((file) => /__pulumiType = '([^']+)'/.exec(fs.readFileSync(path.join(folder, file), "utf8"))?.[1] ?? []);
    assert.ok(found.length > 60, `${found.length} types`);
    assert.deepEqual(
      found.filter((type) => !(type in resourcePolicies) && !(type in otherDocuments)),
      [],
    );
    const stale = [...Object.keys(resourcePolicies), ...Object.keys(otherDocuments)].filter(
      (type) => !found.includes(type),
    );
    // This one has its document inside `details`.
    assert.deepEqual(stale, ["aws:s3control/multiRegionAccessPointPolicy:MultiRegionAccessPointPolicy"]);
  });
});
