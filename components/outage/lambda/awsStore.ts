import {
  CloudFrontKeyValueStoreClient,
  DescribeKeyValueStoreCommand,
  ListKeysCommand,
  UpdateKeysCommand,
} from "@aws-sdk/client-cloudfront-keyvaluestore";
import { GetObjectCommand, PutObjectCommand, S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import "@aws-sdk/signature-v4a";
import { pagesKey, switchKey } from "../pages/files";
import { Overtaken, type Store, type StoredFile } from "../publishing/store";

/** Transport of requests, where it is not the SDK's own. */
export type Transport = Pick<S3ClientConfig, "requestHandler" | "endpoint" | "forcePathStyle" | "maxAttempts">;

/** Where the bucket is, and the pages' store is written. */
export const region = "us-east-1";

/** The bucket of the pages, and the key value store. */
export interface Place {
  readonly bucket: string;
  readonly keyValueStoreArn: string;
}

/**
 * The real ones, by the SDK with the credentials that it finds. The store wants requests signed with SigV4A, which the package
 * signature-v4a adds to the SDK
 * (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/kvs-with-functions-create.html).
 *
 * @param asked wraps a call, to name it in an error
 */
export function awsStore(
  { bucket, keyValueStoreArn }: Place,
  transports: { readonly s3?: Transport; readonly keys?: Transport } = {},
  asked: <Answer>(call: string, answer: Promise<Answer>) => Promise<Answer> = (_, answer) => answer,
): Store {
  const keys = new CloudFrontKeyValueStoreClient({ region, ...transports.keys });
  const s3 = new S3Client({ region, ...transports.s3 });
  const which = { KvsARN: keyValueStoreArn };
  const put = ({ key, content, contentType }: StoredFile) => ({
    Bucket: bucket,
    Key: key,
    Body: content,
    ContentType: contentType,
    CacheControl: "no-cache",
  });
  return {
    readKeys: async () => {
      // The version first: a change between the two calls is refused later, and never missed.
      const describe = keys.send(new DescribeKeyValueStoreCommand(which));
      const { ETag } = await asked("cloudfront-keyvaluestore DescribeKeyValueStore", describe);
      const list = keys.send(new ListKeysCommand({ ...which, MaxResults: 50 }));
      const { Items = [] } = await asked("cloudfront-keyvaluestore ListKeys", list);
      const value = (key: string) => Items.find((one) => one.Key === key)?.Value;
      return { state: value(switchKey), pages: value(pagesKey), tag: ETag ?? "" };
    },
    writeKeys: async ({ state, pages }, tag) => {
      const Puts = [
        ...(state === undefined ? [] : [{ Key: switchKey, Value: state }]),
        { Key: pagesKey, Value: pages },
      ];
      const update = keys.send(new UpdateKeysCommand({ ...which, IfMatch: tag, Puts }));
      await asked("cloudfront-keyvaluestore UpdateKeys", update).catch((error: Error) => {
        // "Resource is not in expected state": https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_kvs_UpdateKeys.html
        throw isNamed(error, "ConflictException") ? new Overtaken("The switch or the pages were changed.") : error;
      });
    },
    read: async (key) => {
      const get = s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      const { Body } = await asked(`s3 GetObject of ${key}`, get);
      return (await Body?.transformToString()) ?? "";
    },
    write: async (file) => {
      await asked(`s3 PutObject of ${file.key}`, s3.send(new PutObjectCommand(put(file))));
    },
    create: async (file) => {
      // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html: 412, or 409 while another write runs.
      const create = s3.send(new PutObjectCommand({ ...put(file), IfNoneMatch: "*" }));
      return asked(`s3 PutObject of ${file.key}`, create).then(
        () => true,
        (error: Error) => {
          if (isNamed(error, "PreconditionFailed")) {
            return false;
          }
          throw error;
        },
      );
    },
  };
}

/** `asked` may have put it into an error of its own. */
const isNamed = (error: Error, name: string): boolean => error.name === name || (error.cause as Error)?.name === name;
