import { constants, createSign, createVerify } from "node:crypto";

/** Input of a signed address of a file. */
export interface SignRequest {
  /** With https://, without a slash at the end: the plugin's `cloudfrontresourcedomain`. */
  readonly address: string;
  /** SHA-1 of the content, by which Moodle names files. */
  readonly contentHash: string;
  readonly file?: { readonly disposition: "inline" | "attachment"; readonly name: string; readonly type: string };
  /** Seconds since 1970. */
  readonly expires: number;
  readonly keyPairId: string;
  readonly privateKey: string;
}

/**
 * An address as tool_objectfs signs it, with a canned policy and SHA-1 (generate_presigned_url_cloudfront in
 * classes/local/store/s3/client.php of https://github.com/catalyst/moodle-tool_objectfs; format:
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-creating-signed-url-canned-policy.html).
 */
export function sign({ address, contentHash, file, expires, keyPairId, privateKey }: SignRequest): string {
  const object = `${contentHash.slice(0, 2)}/${contentHash.slice(2, 4)}/${contentHash}`;
  const query =
    file &&
    `response-content-disposition=${rawUrlEncode(`${file.disposition};filename="${file.name}"`)}` +
      `&response-content-type=${rawUrlEncode(file.type)}`;
  const resource = `${address}/${object}${query === undefined ? "" : `?${query}`}`;
  const signature = createSign("RSA-SHA1").update(cannedPolicy(resource, expires)).sign(privateKey, "base64");
  const join = query === undefined ? "?" : "&";
  return `${resource}${join}Expires=${expires}&Signature=${urlSafe(signature)}&Key-Pair-Id=${keyPairId}`;
}

export function cannedPolicy(resource: string, expires: number): string {
  return JSON.stringify({
    Statement: [{ Resource: resource, Condition: { DateLessThan: { "AWS:EpochTime": expires } } }],
  });
}

/** The part of a distribution that decides: the public keys of the trusted key group by id. */
export interface Gate {
  readonly keys: Readonly<Record<string, string>>;
  /** Seconds since 1970. */
  readonly now: number;
}

/**
 * Answer of CloudFront to an address where a key group is trusted: 200 or 403, and why. It rebuilds the policy from the
 * address without the three parameters of the signature, so the signature covers everything else.
 *
 * *Unknown here*: the real edge's tolerance for its clock, and the words of its refusals.
 */
export function answer(url: string, { keys, now }: Gate): { readonly status: 200 | 403; readonly why: string } {
  const refuse = (why: string) => ({ status: 403, why }) as const;
  const [base = "", search = ""] = url.split(/\?(.*)/s, 2);
  const pairs = search === "" ? [] : search.split("&").map((pair) => pair.split(/=(.*)/s, 2) as [string, string?]);
  const values = (name: string): readonly string[] =>
    pairs.filter(([key]) => key === name).map(([, value]) => value ?? "");
  const [expires, signature, keyPairId] = ["Expires", "Signature", "Key-Pair-Id"].map(values);
  if (expires?.length !== 1 || signature?.length !== 1 || keyPairId?.length !== 1) {
    return refuse("a parameter is missing or there twice");
  }
  const publicKey = keys[keyPairId[0]!];
  if (publicKey === undefined) {
    return refuse("the key is in no trusted group");
  }
  const rest = pairs
    .filter(([key]) => !["Expires", "Signature", "Key-Pair-Id"].includes(key))
    .map(([key, value]) => (value === undefined ? key : `${key}=${value}`))
    .join("&");
  const resource = rest === "" ? base : `${base}?${rest}`;
  const until = Number(expires[0]);
  const bytes = Buffer.from(fromUrlSafe(signature[0]!), "base64");
  if (urlSafe(bytes.toString("base64")) !== signature[0]) {
    // Node reads past signs that do not belong there; whether the real edge does is not documented (not checked).
    return refuse("the signature is for something else");
  }
  const genuine = createVerify("RSA-SHA1")
    .update(cannedPolicy(resource, until))
    .verify({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, bytes);
  if (!genuine) {
    return refuse("the signature is for something else");
  }
  return until > now ? { status: 200, why: "signed" } : refuse("expired");
}

/** PHP's rawurlencode, which also encodes the five that encodeURIComponent leaves. */
function rawUrlEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function urlSafe(base64: string): string {
  return base64.replace(/\+/g, "-").replace(/=/g, "_").replace(/\//g, "~");
}

function fromUrlSafe(text: string): string {
  return text.replace(/-/g, "+").replace(/_/g, "=").replace(/~/g, "/");
}
