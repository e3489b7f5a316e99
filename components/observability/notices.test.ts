import assert from "node:assert/strict";
import { build } from "../../testing/build";
import { noticeDefinitions, Notices } from "./notices";

const make = (sends: boolean) =>
  build(
    (opts) =>
      new Notices(
        "prod-notices",
        {
          definitions: noticeDefinitions({
            clusterArn: "arn:cluster",
            configurationBucketName: "configuration",
            repositoryName: "images",
          }),
          topicArn: "arn:t",
          sends,
        },
        opts,
      ),
  );

describe("Notices", () => {
  it("sends each event to the topic with what to do", async () => {
    const built = await make(true);
    const rules = built.ofType("aws:cloudwatch/eventRule:EventRule");
    assert.deepEqual(
      rules.map(({ name }) => name),
      ["deployment-failed", "out-of-memory", "configuration-changed", "image-scanned", "image-finding"].map(
        (id) => `prod-notices-${id}`,
      ),
    );
    assert.ok(rules.every(({ inputs }) => inputs.state === "ENABLED"));
    const pattern = JSON.parse(built.get("prod-notices-out-of-memory").inputs.eventPattern);
    assert.deepEqual(pattern.detail.clusterArn, ["arn:cluster"]);
    const written = JSON.parse(built.get("prod-notices-configuration-changed").inputs.eventPattern);
    assert.deepEqual(written.detail, { bucket: { name: ["configuration"] } });
    assert.deepEqual(written["detail-type"], ["Object Created", "Object Deleted"]);
    const scanned = JSON.parse(built.get("prod-notices-image-scanned").inputs.eventPattern);
    assert.deepEqual(scanned.detail, {
      "repository-name": ["images"],
      "finding-severity-counts": { CRITICAL: [{ numeric: [">", 0] }] },
    });
    const finding = JSON.parse(built.get("prod-notices-image-finding").inputs.eventPattern);
    assert.deepEqual(finding.detail.resources.details.awsEcrContainerImage, { repositoryName: ["images"] });
    const { inputs } = built.get("prod-notices-out-of-memory-target");
    assert.equal(inputs.arn, "arn:t");
    assert.match(inputs.inputTransformer.inputTemplate, /"runbook":"docs\/runbooks\/web-capacity\.md"/);
  });

  it("is switched off where nothing is to be sent", async () => {
    const rules = (await make(false)).ofType("aws:cloudwatch/eventRule:EventRule");
    assert.ok(rules.every(({ inputs }) => inputs.state === "DISABLED"));
  });
});
