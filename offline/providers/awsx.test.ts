import * as assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { imitated } from "./construct";
import { lifecycleRules } from "./lifecycleRules";
import { packageFolder, packageVersion, shapeOf } from "./sdk";

/** The real awsx, as its package in node_modules has it: it is generated from the provider's schema. */
const folder = packageFolder("awsx");
const text = (file: string): string => readFileSync(join(folder, file), "utf8");

/** The members of an interface in a file of types, and whether each is required. */
function members(file: string, name: string): Readonly<Record<string, boolean>> {
  const [, body = ""] = new RegExp(`interface ${name} \\{([\\s\\S]*?)\\n(?: {4})?\\}`).exec(text(file)) ?? [];
  const found = [...body.matchAll(/^ +(\w+)(\?)?: /gm)].map(([, key, optional]) => [key!, optional === undefined]);
  return Object.fromEntries(found) as Record<string, boolean>;
}

describe("The stand-in for awsx", () => {
  it("imitates one component, and none of these", () => {
    const all = globSync("**/*.js", { cwd: folder }).flatMap((file) =>
      [...text(file).matchAll(/__pulumiType = '(awsx:[^']+)'/g)].map(([, type]) => type!),
    );
    assert.deepEqual([...new Set(all)].filter((type) => type !== imitated).sort(), [
      ...["awsx:cloudtrail:Trail", "awsx:ec2:DefaultVpc", "awsx:ec2:Vpc", "awsx:ecr:Image", "awsx:ecr:RegistryImage"],
      ...["awsx:ecs:EC2Service", "awsx:ecs:EC2TaskDefinition", "awsx:ecs:FargateService"],
      ...["awsx:ecs:FargateTaskDefinition", "awsx:lb:ApplicationLoadBalancer", "awsx:lb:NetworkLoadBalancer"],
      "awsx:lb:TargetGroupAttachment",
    ]);
    assert.ok(all.includes(imitated));
    assert.equal(packageVersion("awsx"), "3.9.0", "the code that construct.ts and lifecycleRules.ts follow");
  });

  it("hands every input of the real one on to the repository, but for the lifecycle policy", () => {
    const inputs = members("ecr/repository.d.ts", "RepositoryArgs");
    const { inputs: known } = shapeOf("aws:ecr/repository:Repository")!;
    assert.deepEqual(
      Object.keys(inputs).filter((key) => !known.has(key)),
      ["lifecyclePolicy"],
    );
    assert.ok(Object.keys(inputs).length > 5, "the package's form is known");
    assert.ok(!Object.values(inputs).includes(true), "the real one requires none");
  });

  it("has the outputs of the real one", () => {
    const outputs = [...text("ecr/repository.d.ts").matchAll(/readonly (\w+): pulumi\.Output/g)].map(([, key]) => key);
    assert.deepEqual(outputs.sort(), ["lifecyclePolicy", "repository", "url"]);
  });

  it("reads every member of a lifecycle policy and its rules", () => {
    assert.deepEqual(members("types/input.d.ts", "LifecyclePolicyArgs"), { rules: false, skip: false });
    assert.deepEqual(members("types/input.d.ts", "LifecyclePolicyRuleArgs"), {
      description: false,
      maximumAgeLimit: false,
      maximumNumberOfImages: false,
      tagPrefixList: false,
      tagStatus: true,
    });
    const states = [...text("types/enums/ecr/index.js").matchAll(/^ {4}\w+: "(any|tagged|untagged)"/gm)];
    assert.equal(states.length, 3);
    assert.deepEqual(
      lifecycleRules([
        { tagStatus: "any", maximumAgeLimit: 3 },
        { description: "d", tagStatus: "tagged", tagPrefixList: ["v"], maximumNumberOfImages: 2, maximumAgeLimit: 1 },
      ]),
      [
        {
          rulePriority: 1,
          description: "d",
          selection: {
            tagStatus: "tagged",
            tagPrefixList: ["v"],
            countType: "imageCountMoreThan",
            countNumber: 2,
          },
          action: { type: "expire" },
        },
        {
          rulePriority: 2,
          selection: { tagStatus: "any", countType: "sinceImagePushed", countNumber: 3, countUnit: "days" },
          action: { type: "expire" },
        },
      ],
    );
    assert.match(
      JSON.stringify(lifecycleRules(undefined)),
      /"untagged","countType":"imageCountMoreThan","countNumber":1/,
    );
  });

  it("refuses the rules that the real one refuses", () => {
    const any = { tagStatus: "any", maximumAgeLimit: 1 };
    assert.throws(() => lifecycleRules([any, any]), /Two rules have the tagStatus "any"/);
    assert.throws(() => lifecycleRules([{ tagStatus: "tagged", maximumAgeLimit: 1 }]), /needs a tagPrefixList/);
    assert.throws(() => lifecycleRules([{ tagStatus: "untagged" }]), /needs maximumNumberOfImages or maximumAgeLimit/);
  });
});
