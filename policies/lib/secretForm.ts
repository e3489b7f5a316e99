/**
 * Whether a name or a text shows a secret, by its form. Pure, and without a list of known secrets.
 *
 * A name says what is in it; a value shows it (an address with a password, a key of a known form); a command line says it by a
 * flag. What only says where a secret is (an ARN, a file, a name of another variable) is none.
 */

const secretWord =
  /(^|[_.\-/\s])(pass|passwd|password|passphrase|passcode|pwd|secret|secrets|token|credential|credentials|apikey|accesskey|privatekey|secretkey|signingkey|encryptionkey|auth|salt|pepper|secret_key_base)$/;
const keyOf =
  /(^|[_.\-/\s])(api|access|private|secret|signing|encryption|master|license|licence|service|account|session|jwt|hmac|shared|auth|app|storage)[_.\-]?key$/;
/** Words glued to another one: dbpass, mysqlpassword, githubtoken, clientsecret. */
const glued =
  /(dbpass|dbpassword|mysqlpwd|userpass|rootpass|adminpass|password|passwd|passphrase|clientsecret|[a-z]secret|[a-z]token|apikey|secretkey|privatekey|accesskey)$/;
/** After the secret's word comes what it says about it: DB_SECRET_ARN, TOKEN_URL, PASSWORD_MIN_SCORE, MAX_TOKENS. */
const harmless =
  /(^|[_.\-])(no|max|min|use|enable|enabled|disable|disabled|require|required|allow|skip|has|is|number|num|count|bypass|ignore|reset|forgot|change|show|hide|with|public|csrf|xsrf)[_.\-]/;

/** Whether the name of a variable, parameter or flag is that of a secret. */
export function isSecretName(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .toLowerCase()
    .replace(/[_.\-]?\d+$/, "")
    .replace(/[_.\-](value|plaintext|plain|text|string|base64|b64|prod|production|staging|dev|test|default)$/, "");
  return (secretWord.test(words) || keyOf.test(words) || glued.test(words)) && !harmless.test(words);
}

/** Keys and tokens that say by their first letters what they are. */
const known: readonly RegExp[] = [
  /\bA(KIA|SIA)[A-Z0-9]{16}\b/,
  /\bgh[pousr]_[A-Za-z0-9]{36,}\b/,
  /\bgithub_pat_\w{22,}/,
  /\bglpat-[\w-]{20,}/,
  /\bxox[abprs]-[\w-]{10,}/,
  /\b[sr]k_(live|test)_\w{16,}/,
  /\bAIza[\w-]{35}\b/,
  /\bSG\.[\w-]{16,}\.[\w-]{16,}/,
  /\bnpm_\w{36}\b/,
  /\bpul-[0-9a-f]{40}\b/,
  /\bsk-(ant-|proj-)?[\w-]{20,}/,
  /\bhooks\.slack\.com\/services\/T\w+\/B\w+\/\w+/,
  /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}/,
  /-----BEGIN ([A-Z]+ )?PRIVATE KEY-----/,
  /\bAccountKey=[A-Za-z0-9+/=]{20,}/,
];

/** `scheme://user:password@host`; nothing between colon and at sign, or a reference there, is no password. */
const address = /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@'"]*:([^\s/@'"]+)@[^\s'"]+/gi;
/** `user:password@tcp(host)` of Go's MySQL driver. */
const goAddress = /(^|[\s'"=])[\w.-]+:([^\s:@/'"]+)@(tcp|unix)\(/;
/** `Server=db;Uid=app;Pwd=hunter2`, `host=db password=hunter2`. */
const connection = /(^|[;\s'"?&])(pwd|password|passwd)\s*=\s*([^;\s'"&]+)/gi;

/** Whether a text that is given as a value shows a secret, whatever its name is. */
export function showsSecret(value: string): string | undefined {
  if (known.some((form) => form.test(value))) {
    return "a key";
  }
  const passwords = [...value.matchAll(address)].map((match) => match[1]!);
  const [, , go] = goAddress.exec(value) ?? [];
  if ([...passwords, ...(go === undefined ? [] : [go])].some(isGiven)) {
    return "an address with a password";
  }
  return [...value.matchAll(connection)].some((match) => isGiven(match[3]!)) ? "a password" : undefined;
}

/** Whether something is a value, and no reference to one: `$DB_PASSWORD`, `${PASS}`, `{{token}}`, `<password>`, `%s`, `***`. */
export function isGiven(value: string): boolean {
  const bare = value.replace(/^["']|["']$/g, "");
  return (
    bare !== "" && !/^(\$[({\w]|\{\{|\{[a-z_]|<|%[sv(A-Z]|\*+$|x{3,}$|\[?unknown|null$|none$|undefined$)/i.test(bare)
  );
}

const place =
  /^(arn:|\/|\.\/|\.\.\/|s3:\/\/|ssm:|secretsmanager:|aws-secret|\{\{resolve:|https?:\/\/|file:|vault:|projects\/)/i;
const choice = /^(true|false|yes|no|on|off|enabled?|disabled?|none|null|\d{1,6}(s|m|h|d|ms)|)$/i;
/** Ways to sign in, as a variable such as SMTP_AUTH names them. */
const method =
  /^(login|plain|cram-md5|scram[\w-]*|md5|iam|basic|bearer|digest|oauth2?|saml|oidc|ldaps?|jwt|cookie|header|optional|required|auto|trust|x-?oauth2)$/i;

/** What only says where a secret is, or whether and how there is one: an ARN, a path, an address, a switch, a way to sign in. */
export function isPlace(name: string, value: string): boolean {
  return place.test(value) || choice.test(value.trim()) || (/auth$/i.test(name) && method.test(value.trim()));
}

/** Long, mixed and without a meaning: what a generator made. Digests, UUIDs, ARNs, addresses and paths are not. */
export function looksGenerated(value: string): boolean {
  if (
    !/^[A-Za-z0-9+/=_\-!@#$%^&*.~]{20,}$/.test(value) ||
    /^[0-9a-f]{32,}$|^[0-9a-f-]{36}$|^sha\d+[:-]|^v?\d+\.\d+/i.test(value)
  ) {
    return false;
  }
  const kinds = [/[a-z]/, /[A-Z]/, /\d/].filter((kind) => kind.test(value)).length;
  // Words with separators have long runs of one kind; a generator changes kind at every other letter.
  const changes = [...value].filter((one, i) => i > 0 && kindOf(one) !== kindOf(value[i - 1]!)).length;
  return (
    kinds === 3 &&
    entropy(value) >= 3.8 &&
    changes / value.length > 0.35 &&
    !/[._-]{1}.*[._-].*[._-].*[._-]/.test(value)
  );
}

function kindOf(letter: string): number {
  return /[a-z]/.test(letter) ? 0 : /[A-Z]/.test(letter) ? 1 : /\d/.test(letter) ? 2 : 3;
}

/** Shannon's, in bits a letter. */
function entropy(value: string): number {
  const counts = new Map<string, number>();
  for (const letter of value) {
    counts.set(letter, (counts.get(letter) ?? 0) + 1);
  }
  return [...counts.values()].reduce((sum, count) => sum - (count / value.length) * Math.log2(count / value.length), 0);
}

const flag = /(?:^|[\s"'])--?([\w.-]*[A-Za-z][\w.-]*)(?:=|\s+)("[^"]*"|'[^']*'|[^\s"']+)/g;
const assignment =
  /(?:^|[\s;&|"'])(?:export\s+|set\s+|setx\s+|-e\s+|ENV\s+)?([A-Za-z_][\w]*)=("[^"]*"|'[^']*'|[^\s"';&|]+)/g;
/** Options that take a password without a space: mysql -phunter2, redis-cli -a hunter2, curl -u user:password, sshpass -p x. */
const glue: readonly RegExp[] = [
  /\b(?:mysql|mysqladmin|mysqldump|mariadb|mariadb-admin|mariadb-dump)\b[^|;&\n]*?\s-p([^\s"';|&]+)/,
  /\bredis-cli\b[^|;&\n]*?\s-a\s+([^\s"';|&]+)/,
  /\bsshpass\b[^|;&\n]*?\s-p\s*([^\s"';|&]+)/,
  /\bcurl\b[^|;&\n]*?\s(?:-u|--user)[\s=]+["']?[^\s:"']+:([^\s"';|&]+)/,
  /\bPGPASSWORD=([^\s"';|&]+)/,
  /\b[Aa]uthorization:\s*(?:Bearer|Basic|token)\s+([^\s"']+)/,
];

/** What a command line, a script or user data gives away: the flag or variable that holds it, or what it shows. */
export function secretIn(script: string): string | undefined {
  const shown = showsSecret(script);
  if (shown !== undefined) {
    return shown;
  }
  for (const form of glue) {
    const [, value] = form.exec(script) ?? [];
    if (value !== undefined && isGiven(value)) {
      return "a password on a command line";
    }
  }
  for (const [, name = "", raw = ""] of [...script.matchAll(flag), ...script.matchAll(assignment)]) {
    const value = raw.replace(/^["']|["']$/g, "");
    if (isSecretName(name) && isGiven(value) && !isPlace(name, value) && !value.startsWith("-")) {
      return name;
    }
  }
  return undefined;
}

/** What a pair of a name and a value gives away. */
export function secretOf(name: string, value: string | undefined): string | undefined {
  if (value !== undefined && !isGiven(value)) {
    return undefined;
  }
  if (isSecretName(name) && (value === undefined || !isPlace(name, value))) {
    return `the plain variable ${name}`;
  }
  const shown = value === undefined ? undefined : showsSecret(value);
  if (shown !== undefined) {
    return `${shown} in ${name}`;
  }
  return value !== undefined && looksGenerated(value) ? `what looks like a generated secret in ${name}` : undefined;
}
