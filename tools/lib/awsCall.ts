// cspell:ignore Throttl ECONN
/** Kind of failure of a call: the service refused it, knows no such thing, asks for a pause, or did not answer. */
export type Trouble = "credentials" | "permission" | "missing" | "throttled" | "silent" | "other";

// https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html and the same page of the other services: each
// of AWS's protocols and older services has its own names for the same error.
const names: Readonly<Record<Exclude<Trouble, "other">, RegExp>> = {
  credentials:
    /^(CredentialsProviderError|TokenProviderError|ExpiredToken(Exception)?|RequestExpired|InvalidClientTokenId|UnrecognizedClient(Exception)?|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSignatureException|AuthFailure|MissingAuthenticationToken(Exception)?|InvalidToken|IncompleteSignature|OptInRequired)$/,
  permission:
    /^(AccessDenied(Exception|ForDependencyException)?|UnauthorizedOperation|NotAuthorized|Authorization\w*|Forbidden|403)$/,
  missing: /^(NoSuch\w+|\w*NotFound(Exception|Fault)?|404)$/,
  throttled:
    /^(Throttl\w+|TooManyRequestsException|RequestLimitExceeded|RequestThrottled\w*|SlowDown|BandwidthLimitExceeded)$/,
  silent:
    /^(TimeoutError|AbortError|ECONN\w+|ENOTFOUND|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EPIPE|NetworkingError)$/,
};

export interface Raised {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly Code?: string;
  readonly action?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

export function troubleOf(error: unknown): Trouble {
  const { name = "", code = "", Code = "", $metadata } = (error ?? {}) as Raised;
  const known = (Object.keys(names) as (keyof typeof names)[]).find((trouble) =>
    [name, code, Code].some((word) => names[trouble].test(word)),
  );
  return known ?? ($metadata?.httpStatusCode === 403 ? "permission" : "other");
}

/** The same as {@link troubleOf} for a thing that is asked for by its name. */
export const isMissing = (error: unknown): boolean => troubleOf(error) === "missing";

/**
 * The answer of a call of the SDK.
 *
 * @param call for people, such as `s3 PutObject`
 * @throws Error in one line: which call, and what AWS says or what to do
 */
export async function asked<T>(call: string, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const { name, message } = error as Error;
    const why: Partial<Record<Trouble, string>> = {
      credentials: "AWS does not take these credentials. Sign in again, for example: aws sso login.",
      silent: "there is no answer. Check this computer's network and proxy (HTTPS_PROXY).",
    };
    throw new Error(`${call} failed: ${why[troubleOf(error)] ?? `${name}: ${message}`}`, { cause: error });
  }
}
