import {
  CloudFrontKeyValueStoreClient,
  DescribeKeyValueStoreCommand,
  GetKeyCommand,
  PutKeyCommand,
} from "@aws-sdk/client-cloudfront-keyvaluestore";
import { GetObjectCommand, PutObjectCommand, S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import "@aws-sdk/signature-v4a";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { firstFiles, folder, type PageFile, switchKey } from "../../components/outage/pages/files";
import type { Branding } from "../../components/outage/pages/status";
import { asked } from "../lib/awsCall";
import { writeWhole } from "../lib/files";
import { stackOutputs } from "../lib/stackOutputs";

/** Place of the switch and the pages. */
export interface Target {
  /** For people: what is written to. */
  readonly name: string;
  readSwitch(): Promise<string | undefined>;
  writeSwitch(text: string): Promise<void>;
  readPage(name: string): Promise<string>;
  writePage(file: PageFile): Promise<void>;
  /** Public address of a page. */
  addressOf(name: string, site: string): string;
}

/** The stack's output `outage`, as far as it is needed here. */
export interface OutageOutput {
  readonly bucket: string;
  readonly keyValueStoreArn: string;
}

const region = "us-east-1";

/** Transport of requests, where it is not the SDK's own. */
export type Transport = Pick<S3ClientConfig, "requestHandler">;

/**
 * The real ones, by the SDK with the credentials that it finds: the editor's role is enough. The store wants requests
 * signed with SigV4A, which the package signature-v4a adds to the SDK
 * (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/kvs-with-functions-create.html).
 */
export function awsTarget({ bucket, keyValueStoreArn }: OutageOutput, transport: Transport = {}): Target {
  const store = new CloudFrontKeyValueStoreClient({ region, ...transport });
  const s3 = new S3Client({ region, ...transport });
  const which = { KvsARN: keyValueStoreArn };
  const object = (name: string) => ({ Bucket: bucket, Key: `${folder}/${name}` });
  return {
    name: `bucket ${bucket} and key ${switchKey} of ${keyValueStoreArn}`,
    readSwitch: async () => {
      const command = new GetKeyCommand({ ...which, Key: switchKey });
      return (await asked("cloudfront-keyvaluestore GetKey", store.send(command))).Value;
    },
    writeSwitch: async (text) => {
      // The version makes the store refuse a change that somebody else has overtaken.
      const describe = new DescribeKeyValueStoreCommand(which);
      const { ETag } = await asked("cloudfront-keyvaluestore DescribeKeyValueStore", store.send(describe));
      const put = new PutKeyCommand({ ...which, Key: switchKey, Value: text, IfMatch: ETag });
      await asked("cloudfront-keyvaluestore PutKey", store.send(put));
    },
    readPage: async (name) => {
      const { Body } = await asked(`s3 GetObject of ${name}`, s3.send(new GetObjectCommand(object(name))));
      return (await Body?.transformToString()) ?? "";
    },
    writePage: async ({ name, content, contentType }) => {
      const put = { ...object(name), Body: content, ContentType: contentType, CacheControl: "no-cache" };
      await asked(`s3 PutObject of ${name}`, s3.send(new PutObjectCommand(put)));
    },
    addressOf: (name, site) => `${site}/${folder}/${name}`,
  };
}

/** @throws Error when the stack was not deployed, or has no outage page. */
export function outageOutput(stack: string): OutageOutput {
  const found = stackOutputs<{ readonly outage?: Partial<OutageOutput> }>(stack);
  const { bucket, keyValueStoreArn } = found.outage ?? {};
  if (bucket === undefined || keyValueStoreArn === undefined) {
    throw new Error(
      `Stack ${stack} has no output "outage". Deploy it first; with moodle:edge.kind external there is none.`,
    );
  }
  return { bucket, keyValueStoreArn };
}

/** A folder in place of both, for trials without an account. Starts with the pages of a new site. */
export function folderTarget(path: string, branding: Branding): Target {
  const file = (name: string): string => join(path, folder, name);
  const switchFile = join(path, `${switchKey}.txt`);
  if (!existsSync(file("status.json"))) {
    writeWhole(switchFile, "off");
    firstFiles(branding).forEach(({ name, content }) => writeWhole(file(name), content));
  }
  return {
    name: `folder ${path}`,
    readSwitch: () => readFile(switchFile, "utf8"),
    writeSwitch: async (text) => writeWhole(switchFile, text),
    readPage: (name) => readFile(file(name), "utf8"),
    writePage: async ({ name, content }) => writeWhole(file(name), content),
    addressOf: file,
  };
}
