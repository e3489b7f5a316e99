/** What went wrong with a call: the service said no, knows no such thing, wants a pause, or did not answer. */
export type Trouble = "credentials" | "permission" | "missing" | "throttled" | "silent" | "other";

// https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html and the same page of the other services: each of
// AWS's protocols and older services has names of its own for the same.
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

interface Raised {
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

/** Why a call failed, and what to do. One line each, without names of internals. */
export function explain(error: unknown): { readonly finding: string; readonly fix?: string } {
  const { action, name = "", message = String(error) } = (error ?? {}) as Raised;
  const call = action ?? "a call of AWS";
  switch (troubleOf(error)) {
    case "credentials":
      return {
        finding: `not checked: AWS does not take these credentials (${name} of ${call})`,
        fix: "sign in again, for example: aws sso login, or aws configure",
      };
    case "permission":
      return {
        finding: `not checked: these credentials may not call ${call}`,
        fix: "attach the policy of docs/doctor.md, or ask somebody who has it",
      };
    case "throttled":
      return { finding: `not checked: AWS wants fewer calls (${call})`, fix: "run it again in a minute" };
    case "silent":
      return {
        finding: `not checked: no answer to ${call}`,
        fix: "check this computer's network and proxy (HTTPS_PROXY), then run it again",
      };
    case "missing":
    case "other": {
      const [first = ""] = message.split("\n");
      return {
        finding:
          action === undefined ? `not checked: ${first}` : `not checked: ${action} failed with ${name}: ${first}`,
      };
    }
  }
}
