import * as assert from "node:assert/strict";
import { requestsFor } from "../bench/stack";
import { commonStack } from "../fixtures/commonStack";
import { rules } from "../rules";
import { id, thing, type Thing } from "../testing/harness";
import { serve } from "../testing/server";
import { policiesOf } from "./pack";
import { type Received } from "./policy";

const vpc = thing("aws:ec2/vpc:Vpc", "vpc", { cidrBlock: "10.0.0.0/16" });
const closed = [vpc, thing("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "closed", { vpcId: id(vpc) })];
const rule = rules.find((one) => one.id === "default-security-group-closed")!;

const judged = (policies: ReturnType<typeof policiesOf>, things: readonly Thing[]) =>
  serve(policies, requestsFor(things).read());
const pack = (received: Received = { config: {} }, some = rules) => policiesOf(some, [], undefined, received);

describe("What the SDK is spared", () => {
  it("changes no verdict: with the thresholds known or not, and the second time", async () => {
    const things = commonStack.slice(1);
    const known = pack();
    const first = await judged(known, things);
    assert.ok(first.length > 20);
    assert.deepEqual(first, await judged(pack({}), things));
    assert.deepEqual(first, await judged(known, things));
  });

  it("is known of one message only: a stack with a fault is judged after one without", async () => {
    const policies = pack({ config: {} }, [rule]);
    assert.deepEqual(await judged(policies, closed), []);
    assert.match((await judged(policies, [vpc])).join(), /default-security-group-closed/);
    assert.deepEqual(await judged(policies, closed), []);
  });

  it("takes the thresholds that the engine sent, not the defaults", async () => {
    const ceiling = rules.filter((one) => one.id === "nat-gateway-ceiling");
    const gateways = ["a", "b"].map((zone) =>
      thing("aws:ec2/natGateway:NatGateway", zone, { subnetId: `subnet-${zone}` }),
    );
    const [limit] = Object.keys(ceiling[0]!.limits);
    // The SDK hands a policy that it calls the thresholds itself; here it was sent none, so only the walk knows of the lower one.
    const calls = async (value: number): Promise<boolean> => {
      const policies = pack({ config: { "nat-gateway-ceiling": { [limit!]: value } } }, [rule, ...ceiling]);
      const policy = policies[1]! as { validateStack?: unknown };
      let called = false;
      const spied = new Proxy(policy, {
        get: (target, key) => {
          const found = Reflect.get(target, key) as unknown;
          called ||= key === "validateStack" && found !== undefined;
          return found;
        },
      });
      await judged([policies[0]!, spied as (typeof policies)[number], ...policies.slice(2)], [vpc, ...gateways]);
      return called;
    };
    assert.equal(await calls(1), true);
    assert.equal(await calls(2), false);
  });

  it("is told apart for resources that come at the same time", async () => {
    const policies = pack();
    const faulty = requestsFor([
      thing("aws:rds/instance:Instance", "db", { publiclyAccessible: true }),
      thing("aws:lb/loadBalancer:LoadBalancer", "app", { internal: false }),
    ]);
    const one = await serve(policies, faulty.read());
    const together = await Promise.all([serve(policies, faulty.read()), serve(policies, faulty.read())]);
    const own = (found: readonly string[]) => found.filter((line) => !line.startsWith("undecided")).sort();
    assert.deepEqual(own(together[0]), own(one));
    assert.deepEqual(own(together[1]), own(one));
  });
});
