import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { type Acknowledgement, judge, parseAcknowledgements } from "./acknowledgements";
import { changesOf, valueChanges } from "./changes";
import { comparison, resource } from "./example";
import { code, longestComment, markdown } from "./markdown";
import { gateFaults, reportOf } from "./report";
import { resourceTypes } from "../../policies/lib/resourceTypes";

const today = new Date("2026-11-23T12:00:00Z");
const base = { name: "main", commit: "0123456789abcdef" };
const report = (acknowledgements: readonly Acknowledgement[] = []) =>
  reportOf(comparison(), { base, acknowledgements, guards: ["policies/exemptions.json"], today });
const urn = "urn:pulumi:prod::moodle::aws:rds/cluster:Cluster::prod-database-cluster";
const entry: Acknowledgement = { urn, reason: "Moves to the new key.", ticket: "LP-1", expires: "2026-12-24" };

describe("Changes of a plan", () => {
  it("are the engine's own, the dangerous ones first", () => {
    assert.deepEqual(
      report().changes.map(({ action, name, component, stateful, because }) => [
        action,
        name,
        component,
        stateful,
        because,
      ]),
      [
        ["replaced", "prod-database-cluster", "prod-database", "database", ["kmsKeyId"]],
        ["replaced", "prod-web-task", "the stack itself", undefined, ["containerDefinitions"]],
        ["updated", "prod-task-policy", "the stack itself", undefined, []],
        ["created", "prod-open", "the stack itself", undefined, []],
      ],
    );
    assert.equal(report().unchanged, 3);
  });

  it("name the leaf that differs, inside JSON text too", () => {
    const before = { a: 1, text: JSON.stringify([{ image: "old", port: 1 }]), gone: true };
    const after = { a: 1, text: JSON.stringify([{ image: "new", port: 1 }]), added: "x" };
    assert.deepEqual(valueChanges(before, after), [
      { path: "text[0].image", before: "old", after: "new" },
      { path: "gone", before: true, after: undefined },
      { path: "added", before: undefined, after: "x" },
    ]);
  });

  it("are none between equal values, whatever they are", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => valueChanges(value, structuredClone(value)).length === 0));
  });

  it("tell what the plan cannot exclude from what is certain", () => {
    const { stack, base: before, head } = comparison();
    const deployed = head.deployed!.map((one) =>
      one.name === "prod-task-policy" ? { ...one, operation: "same" } : one,
    );
    const changes = changesOf({ stack, base: before, head: { ...head, deployed } });
    assert.deepEqual(
      changes.filter(({ isPossible }) => isPossible).map(({ name }) => name),
      ["prod-task-policy"],
    );
  });

  it("know what holds data", () => {
    const types = [
      "aws:rds/cluster:Cluster",
      "aws:elasticache/replicationGroup:ReplicationGroup",
      "aws:efs/fileSystem:FileSystem",
      "aws:s3/bucket:Bucket",
      "aws:kms/key:Key",
      "aws:ecs/service:Service",
    ];
    assert.deepEqual(
      types.map((type) => resourceTypes[type]?.holds),
      ["database", "cache", "file system", "bucket", "key", undefined],
    );
  });

  it("are not let through where nobody knows whether they lose data", () => {
    const { stack, base: before, head } = comparison();
    const made = resource("aws:unheard/of:Of", "prod-unheard", { operation: "create" });
    const plan = { ...head.plan, resources: [...head.plan.resources, made] };
    const context = { base, acknowledgements: [], guards: [], today };
    const faults = gateFaults(reportOf({ stack, base: before, head: { ...head, plan } }, context));
    assert.ok(
      faults.some((fault) => fault.includes("aws:unheard/of:Of")),
      faults.join("\n"),
    );
  });
});

describe("The words of a report", () => {
  it("say which permission is added, on what, by the names of resources", () => {
    assert.deepEqual(
      report().permissions.map(({ text, widens }) => [text, widens]),
      [["prod-task-role: allows also to do s3:PutObject (Read)", true]],
    );
  });

  it("say which path is opened, and that it is open to all", () => {
    assert.deepEqual(
      report().paths.map(({ text, widens }) => [text, widens]),
      [
        [
          "Opens TCP 3306 from 0.0.0.0/0 to prod-database-group (into the target's group), which is the whole internet.",
          true,
        ],
      ],
    );
  });

  it("tell new verdicts from old ones and from open ones", () => {
    const { added, kept, gone, undecided } = report().verdicts;
    assert.deepEqual([added.length, kept.length, gone.length], [1, 0, 0]);
    assert.deepEqual(undecided, [
      'bucket-tls-only: s3.Bucket "a": unknown policy',
      'bucket-tls-only: s3.Bucket "b": unknown policy',
    ]);
  });

  it("leave no cost out in silence", () => {
    assert.match(String(report().costs), /^The cost is not known\. /);
  });
});

describe("The gate", () => {
  it("names the loss, how to fix it, and the broken policy", () => {
    const [loss, policy, ...more] = gateFaults(report());
    assert.match(
      loss!,
      /^Replaces a database: urn:.*prod-database-cluster\. If that is meant, name it in stacks\/ack.*alias\.$/,
    );
    assert.match(policy!, /^Policy no-open-ingress on urn/);
    assert.deepEqual(more, []);
  });

  it("stays closed when the plan fails, with the engine's own words", () => {
    const { stack, base: before, head } = comparison();
    const diagnostics = [{ severity: "error", urn: undefined, message: "moodle:domain: got nothing" }];
    const failed = { ...head, plan: { ...head.plan, resources: [], violations: [], diagnostics }, deployed: undefined };
    const context = { base, acknowledgements: [], guards: [], today };
    assert.deepEqual(gateFaults(reportOf({ stack, base: before, head: failed }, context)), [
      "The plan failed: moodle:domain: got nothing",
    ]);
  });

  it("opens for a loss that is acknowledged", () => {
    assert.deepEqual(
      gateFaults(report([entry])).filter((fault) => !fault.startsWith("Policy ")),
      [],
    );
  });

  for (const [name, more, fault] of [
    ["expired", { expires: "2026-11-22" }, /expired on 2026-11-22/],
    ["too long", { expires: "2027-06-01" }, /runs 190 days, and 60 is the most/],
    ["of no use", { urn: urn.replace("prod-database", "prod-other") }, /nothing replaces or deletes it/],
  ] as const) {
    it(`refuses an acknowledgement that is ${name}`, () => {
      const { open, faults } = judge(report().changes, [{ ...entry, ...more }], "prod", today);
      assert.equal(open.length, 1);
      assert.match(faults.join("\n"), fault);
    });
  }

  it("refuses one that is there twice, and leaves other stacks' alone", () => {
    const elsewhere = { ...entry, urn: urn.replace(":prod::", ":staging::") };
    assert.match(judge(report().changes, [entry, entry], "prod", today).faults.join(), /is there twice/);
    assert.deepEqual(judge(report().changes, [entry, elsewhere], "prod", today).faults, []);
  });

  it("holds on the last day of an acknowledgement", () => {
    assert.deepEqual(judge(report().changes, [{ ...entry, expires: "2026-11-23" }], "prod", today).open, []);
  });

  it("says what is wrong in the file, all at once", () => {
    assert.deepEqual(parseAcknowledgements("acknowledged: []"), []);
    const wrong = `acknowledged:\n  - urn: "urn:pulumi:prod::moodle::aws:rds/*::x"\n    reason: ""\n    expires: soon\n    owner: us`;
    assert.throws(
      () => parseAcknowledgements(wrong),
      (error: Error) => {
        for (const part of [
          "acknowledged.0.urn: must be one whole URN",
          "acknowledged.0.reason: must be why",
          "acknowledged.0.ticket: must be the ticket",
          "acknowledged.0.expires: must be a day",
          '"owner"',
        ]) {
          assert.ok(error.message.includes(part), `${part} in ${error.message}`);
        }
        return true;
      },
    );
  });
});

describe("The Markdown", () => {
  it("has the loss on top, in a caution", () => {
    const lines = markdown(report()).split("\n");
    assert.equal(
      lines[0],
      "## Plan of `prod`: Data would be lost: 1 resource that holds data would be replaced or deleted",
    );
    assert.ok(lines.indexOf("> [!CAUTION]") < 6);
  });

  it("shows values as code, so that nothing of a change becomes markup", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("`", "a", "\n", "<", "@", "|") }), (text) => {
        const shown = code(text);
        const [fence] = /^`+/.exec(shown)!;
        assert.ok(!shown.slice(fence.length, -fence.length).split(/[^`]+/).includes(fence), shown);
        assert.ok(!shown.includes("\n"));
      }),
    );
  });

  it("fits into a comment", () => {
    const many = Array.from({ length: 3000 }, (_, index) =>
      resource("aws:sns/topic:Topic", `topic-${index}`, { operation: "create" }),
    );
    const whole = comparison();
    const plan = { ...whole.head.plan, resources: many };
    const text = markdown(
      reportOf(
        { ...whole, head: { ...whole.head, plan, deployed: many } },
        { base, acknowledgements: [], guards: [], today },
      ),
    );
    assert.ok(text.length <= longestComment + 100);
    assert.match(text, /Cut here/);
  });
});
