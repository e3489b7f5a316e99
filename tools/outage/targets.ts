import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { firstFiles, folder, type PageFile, switchKey } from "../../components/outage/pages/files";
import type { Branding } from "../../components/outage/pages/status";

/** Where the switch and the pages are. */
export interface Target {
  /** For people: what is written to. */
  readonly name: string;
  readSwitch(): string | undefined;
  writeSwitch(text: string): void;
  readPage(name: string): string;
  writePage(file: PageFile): void;
}

/** The stack's output `outage`, as far as it is needed here. */
export interface OutageOutput {
  readonly bucket: string;
  readonly keyValueStoreArn: string;
}

const region = "us-east-1";

/**
 * The real ones, through the AWS CLI with the credentials it finds: the editor's role is enough. The store wants
 * requests signed with SigV4A, which the CLI can from version 2 on
 * (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/kvs-with-functions-create.html), and a session
 * token of a regional STS endpoint, its default there.
 */
export function awsTarget({ bucket, keyValueStoreArn }: OutageOutput): Target {
  const store = ["--kvs-arn", keyValueStoreArn, "--region", region, "--output", "json"];
  const address = (name: string): string => `s3://${bucket}/${folder}/${name}`;
  return {
    name: `bucket ${bucket} and key ${switchKey} of ${keyValueStoreArn}`,
    readSwitch: () => {
      const answer = run("aws", ["cloudfront-keyvaluestore", "get-key", "--key", switchKey, ...store]);
      return (JSON.parse(answer) as { readonly Value?: string }).Value;
    },
    writeSwitch: (text) => {
      // The version makes the store refuse a change that somebody else has overtaken.
      const described = run("aws", ["cloudfront-keyvaluestore", "describe-key-value-store", ...store]);
      const { ETag } = JSON.parse(described) as { readonly ETag: string };
      const put = ["put-key", "--key", switchKey, "--value", text, "--if-match", ETag];
      run("aws", ["cloudfront-keyvaluestore", ...put, ...store]);
    },
    readPage: (name) => run("aws", ["s3", "cp", address(name), "-", "--region", region]),
    writePage: ({ name, content, contentType }) => {
      const headers = ["--content-type", contentType, "--cache-control", "no-cache"];
      run("aws", ["s3", "cp", "-", address(name), ...headers, "--region", region], content);
    },
  };
}

/** @throws Error when the stack was not deployed, or has no outage page. */
export function outageOutput(stack: string): OutageOutput {
  const found = JSON.parse(run("pulumi", ["stack", "output", "--json", "--stack", stack])) as {
    readonly outage?: Partial<OutageOutput>;
  };
  const { bucket, keyValueStoreArn } = found.outage ?? {};
  if (bucket === undefined || keyValueStoreArn === undefined) {
    throw new Error(
      `Stack ${stack} has no output "outage". Deploy it first; with moodle:edge.kind external there is none.`,
    );
  }
  return { bucket, keyValueStoreArn };
}

/** A folder that stands for both, to try things out with no account. Starts with the pages of a new site. */
export function folderTarget(path: string, branding: Branding): Target {
  const file = (name: string): string => join(path, folder, name);
  const switchFile = join(path, `${switchKey}.txt`);
  if (!existsSync(file("status.json"))) {
    mkdirSync(join(path, folder), { recursive: true });
    writeFileSync(switchFile, "off");
    firstFiles(branding).forEach(({ name, content }) => writeFileSync(file(name), content));
  }
  return {
    name: `folder ${path}`,
    readSwitch: () => readFileSync(switchFile, "utf8"),
    writeSwitch: (text) => writeFileSync(switchFile, text),
    readPage: (name) => readFileSync(file(name), "utf8"),
    writePage: ({ name, content }) => writeFileSync(file(name), content),
  };
}

/** @throws Error that says what was run and what it answered. */
function run(program: string, args: readonly string[], input?: string): string {
  try {
    return execFileSync(program, args, { encoding: "utf8", input, stdio: ["pipe", "pipe", "pipe"] });
  } catch (error) {
    const { code, stderr } = error as { readonly code?: string; readonly stderr?: string };
    const why = code === "ENOENT" ? "it is not installed, or not on the PATH" : (stderr ?? String(error)).trim();
    throw new Error(`${program} ${args.slice(0, 2).join(" ")} failed: ${why}`);
  }
}
