import * as assert from "node:assert/strict";
import { managedRuleGroups, type Mode, type Rollout, rolloutSteps } from "../../components/cdn/firewallGroups";
import { aclOf } from "./acl";
import { entries, onLogin } from "./corpus";
import { Evaluator } from "./evaluator";
import approximations from "./managed/approximations.json";
import { replay, replayBursts } from "./replay";
import { toRequest } from "./request";

const every = (mode: Mode) => Object.fromEntries(rolloutSteps.map((step) => [step, mode])) as unknown as Rollout;
const stages: readonly (readonly [string, Partial<Rollout>])[] = [
  ["as it is shipped", {}],
  ["with every step at block", every("block")],
];

describe("the corpus", () => {
  it("is large enough, and no request is in it twice", () => {
    const [legitimate, attacks] = [entries("legitimate"), entries("attacks")];
    assert.ok(legitimate.length >= 150, `${legitimate.length} legitimate`);
    assert.ok(attacks.length >= 100, `${attacks.length} attacks`);
    const ids = [...legitimate, ...attacks].map(({ entry }) => entry.id);
    assert.equal(new Set(ids).size, ids.length);
  });

  it("sets off each managed rule", () => {
    const matched = new Set<string>();
    const rules = managedRuleGroups.flatMap((group) => group.rules);
    const imitated = approximations.rules.map(({ rule }) => rule);
    assert.deepEqual(rules.map(({ name }) => name).sort(), imitated.sort());
    return aclOf({ rollout: every("count") }).then((acl) => {
      for (const { verdict } of replay(acl)) {
        verdict.labels.forEach((label) => matched.add(label));
      }
      // A list of addresses that only counts, which no entry comes from.
      const never = rules.filter(({ label }) => !matched.has(label)).map(({ name }) => name);
      assert.deepEqual(never, ["AWSManagedIPDDoSList"]);
    });
  });
});

for (const [stage, rollout] of stages) {
  describe(`the firewall ${stage}`, () => {
    it("blocks no legitimate request", async () => {
      const judged = replay(await aclOf({ rollout })).filter(({ kind }) => kind === "legitimate");
      const blocked = judged.filter(({ verdict }) => verdict.action === "block");
      assert.deepEqual(
        blocked.map(({ entry, verdict }) => `${entry.id} by ${verdict.by}`),
        [],
      );
    });

    it("blocks each attack on /login and sees each elsewhere", async () => {
      const attacks = replay(await aclOf({ rollout })).filter(({ kind }) => kind === "attacks");
      const passed = attacks.filter((one) => onLogin(one) && one.verdict.action !== "block");
      const unseen = attacks.filter(({ verdict }) => verdict.action !== "block" && verdict.counted.length === 0);
      assert.deepEqual(
        [passed, unseen].flat().map(({ entry }) => entry.id),
        [],
      );
    });

    it("lets a campus behind one address start an exam, and stops guessing and floods", async () => {
      const judged = replayBursts(await aclOf({ rollout }));
      for (const { burst, blocked, by } of judged) {
        assert.equal(blocked > 0, burst.kind === "attack", `${burst.id} by ${by}`);
      }
    });
  });
}

describe("known networks and lists", () => {
  const campus = "198.51.100.0/24";
  const login = (address: string) => toRequest({ id: "x", why: "x", path: "/login/index.php", address });

  it("sign in for an exam together, while a guesser elsewhere has a tenth of their rate", async () => {
    const evaluator = new Evaluator(await aclOf({ allowedCidrs: [campus] }));
    /** The first blocked request of so many within five minutes, and the rule that blocked it. */
    const firstBlocked = (address: string, count: number) => {
      for (let index = 0; index < count; index += 1) {
        const { action, by } = evaluator.judge(login(address), (index * 299) / count);
        if (action === "block") {
          return [index + 1, by];
        }
      }
      return undefined;
    };
    assert.equal(firstBlocked("198.51.100.7", 14_000), undefined, "an exam of 4,000, a quarter mistyped twice");
    assert.deepEqual(firstBlocked("203.0.113.7", 22_000), [2_001, "login-rate"]);
    assert.equal(firstBlocked("203.0.113.8", 1_125), undefined, "a hall of residence");
    assert.deepEqual(firstBlocked("198.51.100.8", 22_000), [20_001, "login-rate-known"], "a laptop on the campus");
  });

  it("have their own rate when the stack file lowers everybody else's", async () => {
    const evaluator = new Evaluator(await aclOf({ allowedCidrs: [campus], loginRequestLimit: 100 }));
    const last = (address: string) =>
      Array.from({ length: 101 }, (_, index) => evaluator.judge(login(address), index / 10).by).at(-1);
    assert.equal(last("198.51.100.7"), undefined);
    assert.equal(last("203.0.113.7"), "login-rate");
  });

  it("are judged by their contents all the same", async () => {
    const evaluator = new Evaluator(await aclOf({ allowedCidrs: [campus] }));
    const attack = toRequest({ id: "x", why: "x", path: "/login/index.php", form: { username: "' OR 1=1-- " } });
    assert.equal(evaluator.judge(attack).by, "login-contents");
  });

  it("need no reputation", async () => {
    const known = new Evaluator(await aclOf({ allowedCidrs: ["192.0.2.0/24"] }));
    assert.equal(known.judge(login("192.0.2.66")).action, "allow");
    const stranger = new Evaluator(await aclOf());
    assert.match(stranger.judge(login("192.0.2.66")).by!, /AWSManagedIPReputationList/);
  });

  it("keep addresses and countries out, known networks in", async () => {
    const evaluator = new Evaluator(
      await aclOf({ geoAllow: ["GB"], allowedCidrs: [campus], blockedCidrs: ["198.51.100.9/32", "2001:db8::/32"] }),
    );
    const judge = (address: string, country: string) => evaluator.judge({ ...login(address), country }).by;
    assert.equal(judge("203.0.113.1", "GB"), undefined);
    assert.equal(judge("203.0.113.1", "FR"), "countries");
    assert.equal(judge("198.51.100.1", "FR"), undefined);
    assert.equal(judge("198.51.100.9", "GB"), "blocked-addresses");
    assert.equal(judge("2001:db8::5", "GB"), "blocked-addresses");
  });
});
