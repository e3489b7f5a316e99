import * as assert from "node:assert/strict";
import { currentText } from "../../generate/document";
import { shippedPlan } from "../../lib/shippedPlans";
import { exampleReports } from "../example";
import type { Architecture } from "./content";
import { architectureDocument, architectureOfPlan } from "./document";
import { layoutOf, width } from "./layout";
import { picture } from "./svg";
import { together } from "./together";
import { written } from "./written";

describe("Picture of the architecture", () => {
  const architectures: Record<string, Architecture> = { example: exampleReports()["full"]!.architecture };
  before(async () => {
    architectures["prod"] = architectureOfPlan(await shippedPlan("prod"));
    // The same with names that are too long for any line.
    architectures["long names"] = {
      ...architectures["prod"],
      boxes: architectures["prod"].boxes.map((box) => ({
        ...box,
        title: `${box.title}${"-and-more".repeat(9)}x${"y".repeat(60)}`,
      })),
    };
  });

  it("is in docs/architecture.svg", async () => {
    const text = await architectureDocument.text("");
    assert.equal(currentText(architectureDocument), text, "Stale. Run: make generate ONLY=docs/architecture.svg");
  });

  it("shows production's parts in some twenty-five boxes", () => {
    const { boxes } = architectures["prod"]!;
    assert.ok(boxes.length <= 28, `${boxes.length} boxes`);
    const labels = boxes.map(({ label }) => label.replace(/ \(.*/, ""));
    for (const label of [
      "CloudFront",
      "Load balancer",
      "ECS service",
      "EC2 instances",
      "Aurora",
      "EFS",
      "Image repository",
    ]) {
      assert.ok(labels.includes(label), label);
    }
  });

  it("cuts no name off", () => {
    for (const [name, architecture] of Object.entries(architectures)) {
      for (const { box, lines } of layoutOf(architecture).placed) {
        const text = lines
          .map((line) => line.text)
          .join("")
          .replace(/\s/g, "");
        for (const part of [box.title, box.label, box.details, ...box.names]) {
          assert.ok(text.includes(part.replace(/\s/g, "")), `${name}: ${part} in ${text}`);
        }
      }
    }
  });

  it("lays no box on another, and none outside", () => {
    for (const [name, architecture] of Object.entries(architectures)) {
      const { placed, height } = layoutOf(architecture);
      const hosts = new Set(layoutOf(architecture).frames.map(({ host }) => host.urn));
      assert.equal(placed.length + hosts.size, architecture.boxes.length, name);
      for (const [index, a] of placed.entries()) {
        assert.ok(a.x > 0 && a.x + a.width < width && a.y > 0 && a.y + a.height < height, `${name}: ${a.box.urn}`);
        assert.ok(a.height >= a.lines.length * 18, `${name}: ${a.box.urn} is too low for its text`);
        for (const b of placed.slice(index + 1)) {
          const isApart = a.x + a.width < b.x || b.x + b.width < a.x || a.y + a.height < b.y || b.y + b.height < a.y;
          assert.ok(isApart, `${name}: ${a.box.urn} lies on ${b.box.urn}`);
        }
      }
    }
  });

  it("draws what several tasks reach alike as one bar, with each port once", () => {
    const svg = picture(architectures["prod"]!, "x");
    assert.equal(svg.match(/TCP 3306/g)?.length, 1);
    assert.equal(svg.match(/TCP 6379/g)?.length, 2, "sessions and the application cache");
    // One to the load balancer, one to the web tasks, and one to each of four in the data subnets.
    assert.equal(svg.match(/marker-end/g)?.length, 6);
  });

  it("gives what changes a box of its own", () => {
    const resource = { type: "aws:s3/bucket:Bucket", id: "x", inputs: {}, outputs: {} };
    const box = {
      label: "S3 bucket",
      details: "",
      place: "storage",
      tier: undefined,
      row: 0,
      zones: [],
      usedBy: [],
      names: [],
    } as const;
    const names = ["prod-logs-bucket", "prod-objects-bucket", "prod-pages-bucket"];
    const boxes = names.map((name, index) => ({
      ...box,
      urn: name,
      title: name,
      change: index === 1 ? ("updated" as const) : undefined,
    }));
    const drawn = names.map((name) => ({ ...resource, urn: name, name }));
    assert.deepEqual(
      together(boxes, drawn).map(({ label, title, names: several }) => [label, title, several]),
      [
        ["S3 buckets (2)", "", ["logs", "pages"]],
        ["S3 bucket", "prod-objects-bucket", []],
      ],
    );
  });

  it("breaks lines after spaces and hyphens, and within a word only when it must", () => {
    const lines = (text: string, available: number) => written(text, available).map((line) => line.text);
    assert.deepEqual(lines("prod-outage-function", 100), ["prod-outage-", "function"]);
    assert.deepEqual(lines("two words", 70), ["two words"]);
    assert.deepEqual(lines("xxxxxxxxxx", 28), ["xxxx", "xxxx", "xx"]);
    assert.deepEqual(lines("", 70), []);
  });
});
