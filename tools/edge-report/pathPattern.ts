/**
 * Finds the behaviour of a request as CloudFront documents it
 * (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern):
 * the patterns in their order, then the default; `*` is any run of characters, slashes too, `?` exactly one; case
 * counts; a slash at the start of a pattern may be left out; the query string is ignored. The path is first normalised
 * by RFC 3986, but the origin gets the original path.
 *
 * *Unknown here*: the exact normalisation of the real edge. The assumption is that it decodes what need not be encoded
 * (RFC 3986, 6.2.2.2), resolves "." and ".." (6.2.2.3) and merges slashes, in that order (not checked).
 */
export function firstMatch<T extends { readonly pattern: string }>(table: readonly T[], path: string): T | undefined {
  const normal = normalisePath(path);
  return table.find(({ pattern }) => matches(pattern, normal));
}

/** Whether a pattern matches a path that is normalised already. */
export function matches(pattern: string, path: string): boolean {
  const [wanted, given] = [withSlash(pattern), withSlash(path)];
  // The two places to go back to when what follows the last `*` does not fit: no regular expression, so that no pattern
  // can be slow or mean something else.
  let [at, next, star, resume] = [0, 0, -1, 0];
  while (at < given.length) {
    const sign = wanted[next];
    if (sign === "*") {
      star = next;
      next += 1;
      resume = at;
    } else if (sign === "?" || (sign !== undefined && sign === given[at])) {
      at += 1;
      next += 1;
    } else if (star >= 0) {
      resume += 1;
      at = resume;
      next = star + 1;
    } else {
      return false;
    }
  }
  return [...wanted.slice(next)].every((sign) => sign === "*");
}

function withSlash(path: string): string {
  return path.startsWith("/") ? path : `/${path}`;
}

/** The path of an address without its query, as CloudFront compares it. */
export function normalisePath(target: string): string {
  const path = target.split(/[?#]/, 1)[0] ?? "";
  const decoded = path.replace(/%[0-9a-f]{2}/gi, (code) => {
    const sign = String.fromCharCode(parseInt(code.slice(1), 16));
    return /[A-Za-z0-9._~-]/.test(sign) ? sign : code.toUpperCase();
  });
  const kept: string[] = [];
  for (const part of decoded.split("/")) {
    if (part === "..") {
      kept.pop();
    } else if (part !== "." && part !== "") {
      kept.push(part);
    }
  }
  const folder = /(?:\/|\/\.{1,2})$/.test(decoded) && kept.length > 0 ? "/" : "";
  return `/${kept.join("/")}${folder}`;
}
