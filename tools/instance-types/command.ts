import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, unzipSync } from "fflate";
import { declare, start } from "../lib/command";
import { instanceTable, type Described } from "./table";

const file = join(__dirname, "../../components/cluster/typeTable.json");
const moduleName = "github.com/aws/amazon-vpc-resource-controller-k8s";

export const command = declare({
  name: "instance-types",
  summary: "Write the table of EC2 instance types from the newest data in package registries",
  options: {},
  failure: "the data could not be had, or is not as expected, and nothing is written",
  run: (_, { print, at }) => {
    const folder = mkdtempSync(join(tmpdir(), "instance-types-"));
    try {
      at("downloading moto, which has EC2's answer to DescribeInstanceTypes");
      const described = readMoto(folder);
      at("downloading AWS's controller for VPC resources, which has the branch interfaces");
      const limits = readController(folder);
      const table = instanceTable(described.types, limits.source);
      const date = new Date().toISOString().slice(0, 10);
      const sources = [`moto ${described.version}`, `${moduleName} ${limits.version}`];
      writeFileSync(file, `${text({ date, sources, types: table })}\n`);
      print(`${Object.keys(table).length} types from ${sources.join(" and ")}.`);
      return 0;
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
});

function readMoto(folder: string): { readonly version: string; readonly types: Readonly<Record<string, Described>> } {
  execFileSync("python3", ["-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, "moto"]);
  const wheel = readdirSync(folder).find((name) => name.endsWith(".whl"));
  const path = "moto/ec2/resources/instance_types.json.gz";
  const packed = wheel && unzipSync(readFileSync(join(folder, wheel)), { filter: ({ name }) => name === path })[path];
  if (wheel === undefined || !packed) {
    throw new Error(`moto's package has no ${path}: look where it went.`);
  }
  const types = JSON.parse(new TextDecoder().decode(gunzipSync(packed))) as Record<string, Described>;
  return { version: wheel.split("-")[1] ?? "", types };
}

function readController(folder: string): { readonly version: string; readonly source: string } {
  writeFileSync(join(folder, "go.mod"), "module table\n");
  const options = { cwd: folder, encoding: "utf8", env: { ...process.env, GOFLAGS: "-mod=mod" } } as const;
  const answer = execFileSync("go", ["mod", "download", "-json", `${moduleName}@latest`], options);
  const { Dir, Version } = JSON.parse(answer) as { readonly Dir: string; readonly Version: string };
  return { version: Version, source: readFileSync(join(Dir, "pkg/aws/vpc/limits.go"), "utf8") };
}

/** A type on each line, so that a change of one is a change of one line. */
function text({
  types,
  ...rest
}: {
  readonly date: string;
  readonly sources: readonly string[];
  readonly types: object;
}) {
  const lines = Object.entries(types).map(
    ([name, row]) => `    "${name}": ${JSON.stringify(row).replaceAll(",", ", ")}`,
  );
  return `${JSON.stringify(rest, undefined, 2).slice(0, -2)},\n  "types": {\n${lines.join(",\n")}\n  }\n}`;
}

if (require.main === module) {
  start(command);
}
