/**
 * Whether a name or a text shows a secret, by its form. Pure, and without a list of known secrets.
 *
 * A name says what is in it; a value shows it (an address with a password, a key of a known form); a command line says it by a
 * flag. What only says where a secret is (an ARN, a file, a name of another variable) is none.
 */

const secretWord =
  /(^|[_.\-/\s])(pass|passwd|passwords?|passphrase|passcode|pwd?|secrets?|tokens?|creds?|credentials?|apikeys?|accesskey|privatekey|secretkey|signingkey|encryptionkey|auth|hmac|salt|pepper|secret_key_base)$/;
const keyOf =
  /(^|[_.\-/\s])(api|access|private|secret|signing|encryption|master|license|licence|service|account|session|jwt|hmac|shared|client|auth|app|storage|ssh|deploy)[_.\-]?keys?$/;
/** Words glued to another one: dbpass, mysqlpassword, githubtoken, clientsecret. `passwordsaltmain` is Moodle's. */
const glued =
  /([a-z]{2}pwd?|password|passwd|passphrase|[a-z]secret|[a-z]token|[a-z]creds|[a-z]credentials?|apikey|secretkey|privatekey|accesskey|sharedkey|clientkey|passwordsalt(main|alt)?)$/;
/** The same, but for the words that end in it and mean a way or a round: compass, bypass, twopass. */
const gluedPass =
  /[a-z](?<!com|by|tres|sur|over|under|multi|low|high|band|single|double|one|two|first|second|third|render|boarding)pass$/;
/** Before the secret's word comes what it says about it: MAX_TOKENS, USE_PASSWORD. A token of CSRF and a public key are for everybody. */
const harmless =
  /(^|[_.\-])(no|max|min|use|enable|enabled|disable|disabled|require|required|allow|skip|has|is|number|num|count|bypass|ignore|show|hide|with)[_.\-]|(^|[_.\-])(csrf|xsrf)[_.\-]tokens?$|(^|[_.\-])public[_.\-](\w+[_.\-])?keys?$/;

/** Whether the name of a variable, parameter or flag is that of a secret. */
export function isSecretName(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .toLowerCase()
    .replace(/[_.\-]?\d+$/, "")
    .replace(/[_.\-](value|plaintext|plain|text|string|base64|b64|prod|production|staging|dev|test|default)$/, "");
  return [secretWord, keyOf, glued, gluedPass].some((form) => form.test(words)) && !harmless.test(words);
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
  /\b(Account|SharedAccess)Key=[A-Za-z0-9+/=]{20,}/,
  /\bdckr_pat_[\w-]{20,}/,
  /\bhf_[A-Za-z0-9]{28,}\b/,
  /^(Bearer|Basic)\s+(?![$<{])[\w.~+/=-]{12,}$/,
  /\bAGE-SECRET-KEY-1\w{50,}/,
];

/** `scheme://user:password@host`; nothing between colon and at sign, or a reference there, is no password. */
const address = /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@'"]*:([^\s/@'"]+)@[^\s'"]+/gi;
/** `user:password@tcp(host)` of Go's MySQL driver. */
const goAddress = /(^|[\s'"=])[\w.-]+:([^\s:@/'"]+)@(tcp|unix)\(/;
/** `jdbc:oracle:thin:app/hunter2@//host`. */
const oracle = /\bjdbc:oracle:\w+:[^/\s"']+\/([^@\s"']+)@/;
/** `Server=db;Uid=app;Pwd=hunter2`, `host=db password=hunter2`. */
const connection = /(^|[;,\s'"?&])(pwd|password|passwd)\s*=\s*([^;,\s'"&]+)/gi;

/** Whether a text that is given as a value shows a secret, whatever its name is. */
export function showsSecret(value: string): string | undefined {
  return keyOrAddress(value) ?? (hasConnection(value) ? "a password" : undefined);
}

function keyOrAddress(value: string): string | undefined {
  if (known.some((form) => form.test(value))) {
    return "a key";
  }
  const passwords = [...value.matchAll(address)].map((match) => match[1]!);
  const others = [goAddress.exec(value)?.[2], oracle.exec(value)?.[1]].filter((one) => one !== undefined);
  return [...passwords, ...others].some(isGiven) ? "an address with a password" : undefined;
}

function hasConnection(value: string): boolean {
  return [...value.matchAll(connection)].some((match) => isGiven(match[3]!));
}

/** Whether something is a value, and no reference to one: `$DB_PASSWORD`, `${PASS}`, `{{token}}`, `{% $key %}`, `<password>`, `%s`, `***`. */
export function isGiven(value: string): boolean {
  const bare = value.replace(/^["']|["']$/g, "");
  return !/^(\$[({\w.]|`|\{[{%]|\{[a-z_]|<|%[sv(A-Z]|\*+$|x{3,}$|\[?unknown|null$|none$|undefined$)/i.test(bare);
}

const place =
  /^(arn:|\/|\.\/|\.\.\/|s3:\/\/|ssm:|secretsmanager:|aws-secret|\{\{resolve:|https?:\/\/|file:|vault:|projects\/)/i;
const choice = /^([01]|true|false|yes|no|on|off|enabled?|disabled?|none|null|\d{1,6}(s|m|h|d|ms)|)$/i;
/** Ways to sign in, as a variable such as SMTP_AUTH names them. */
const method =
  /^(login|plain|cram-md5|scram[\w-]*|md5|iam|basic|bearer|digest|oauth2?|saml|oidc|ldaps?|jwt|cookie|header|optional|required|auto|trust|x-?oauth2)$/i;

/** What only says where a secret is, or whether and how there is one: an ARN, a path, an address, a switch, a way to sign in. */
export function isPlace(name: string, value: string): boolean {
  return (
    place.test(value) ||
    choice.test(value.trim()) ||
    (/hmac$/i.test(name) && /^(hmac-?)?(sha-?\d+|md5|blake\d\w*)([-_]\w+)?$/i.test(value.trim())) ||
    // A public key of SSH.
    /^(ssh-|ecdsa-sha2-|sk-ssh-)\S+ /.test(value) ||
    (/auth$/i.test(name) && method.test(value.trim())) ||
    // A model's limit: CONTEXT_TOKENS=200000.
    (/tokens$/i.test(name) && /^\d+$/.test(value.trim()))
  );
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
  const runs = value.match(/[a-z]+|[A-Z]+|\d+|[^A-Za-z\d]+/g) ?? [];
  return (
    kinds === 3 &&
    entropy(value) >= 3.8 &&
    (runs.length - 1) / value.length > 0.35 &&
    !/[._-]{1}.*[._-].*[._-].*[._-]/.test(value)
  );
}

/** What is long and mixed, and meant to be read by everybody: a public key, a certificate, a checksum. */
const open = /public|cert|fingerprint|checksum|integrity|hash|digest|signature/i;

/** Shannon's, in bits a letter. */
function entropy(value: string): number {
  const counts = new Map<string, number>();
  for (const letter of value) {
    counts.set(letter, (counts.get(letter) ?? 0) + 1);
  }
  return [...counts.values()].reduce((sum, count) => sum - (count / value.length) * Math.log2(count / value.length), 0);
}

const flag = /(?:^|[\s"'])--?([\w.-]*[A-Za-z][\w.-]*)(?:=|\s+(?!-))("[^"]*"|'[^']*'|[^\s"']+)/g;
const assignment =
  /(?:^|[\s;&|"'])(?:export\s+|set\s+|setx\s+|-e\s+|ENV\s+)?([A-Za-z_][\w]*)=("[^"]*"|'[^']*'|[^\s"';&|]+)/g;
/** What takes a password in a way of its own: mysql -phunter2, redis-cli -a hunter2, curl -u user:password, a statement of SQL. */
const glue: readonly RegExp[] = [
  /\b(?:mysql|mysqladmin|mysqldump|mariadb|mariadb-admin|mariadb-dump)\b[^|;&\n]*?\s-p["']?([^\s"';|&]+)/,
  /\bredis-cli\b[^|;&\n]*?\s-a\s+["']?([^\s"';|&]+)/,
  /\bsshpass\b[^|;&\n]*?\s-p\s*["']?([^\s"';|&]+)/,
  /\bcurl\b[^|;&\n]*?\s(?:-u|--user)[\s=]+["']?[^\s:"']+:([^\s"';|&]+)/,
  /\bdocker\s+login\b[^|;&\n]*?\s-p[\s=]*["']?([^\s"';|&]+)/,
  /\bldap(?:search|modify|add|delete|passwd)\b[^|;&\n]*?\s-w\s+["']?([^\s"';|&]+)/,
  /\b(?:sqlcmd|mongosh?|mongodump|mongorestore)\b[^|;&\n]*?\s-[pP]\s+["']?([^\s"';|&]+)/,
  /\brabbitmqctl\s+(?:add_user|change_password)\s+\S+\s+["']?([^\s"';|&]+)/,
  /\b(?:user|root|admin|ubuntu|[\w-]+):([^\s"':|]+)["']?\s*\|\s*(?:sudo\s+)?chpasswd\b/,
  /\baws_secret_access_key\s+["']?([^\s"';|&]+)/,
  /\becho\s+(?:-n\s+)?["']?([^\s"'|;&$]+)["']?\s*\|\s*(?:sudo\s+)?passwd\s+--stdin/,
  /\s-pass(?:in|out)?\s+["']?pass:([^\s"';|&]+)/,
  /\bIDENTIFIED\s+(?:WITH\s+\S+\s+)?BY\s+["']([^"']+)["']/i,
  /\b(?:USER|ROLE)\b[^;\n]*\bPASSWORD\s+["']([^"']+)["']/i,
  /\b[Aa]uthorization:\s*(?:Bearer|Basic|token)\s+([^\s"']+)/,
];

/** A variable of PowerShell: `$env:DB_PASSWORD = "hunter2"`. */
const variable = /\$(?:env:|global:|script:)?([A-Za-z_]\w*)\s*=\s*("[^"\n]*"|'[^'\n]*')/g;
/** A parameter of an address: `https://api.example.org?format=json&token=hunter2`. */
const parameter = /[?&]([\w.-]+)=([^\s"'&#]+)/g;
/** A header of a request: `-H "X-Api-Key: hunter2"`. */
const header = /(?:-H|--header)[\s=]+["']?([A-Za-z][\w-]*):\s*([^\s"']+)/g;
/** A literal of code or JSON (`password = "hunter2"`, `$CFG->dbpass = 'hunter2'`), and a line of a file of variables. */
const literal = /([A-Za-z_][\w-]*)["']?\s*[:=]\s*(?:"([^"\n]+)"|'([^'\n]+)')/g;
const variableLine = /^(?:export\s+)?([A-Za-z_]\w*)=([^\s"'();]+)$/gm;

/**
 * Whether a constant holds a name: its own, as of a header (`METADATA_TOKEN = "metadata-token"`), or that of a variable
 * (`ENV_SECRET = "AWS_SECRET_ACCESS_KEY"`), or of a type of JavaScript (`hmac: "function"`).
 */
function holdsName(name: string, value: string): boolean {
  // A bundler numbers a second constant of one name.
  const words = (text: string): string => text.toLowerCase().replaceAll(/[-_]/g, " ").replace(/\d+$/, "");
  return (
    /^[A-Z]+(_[A-Z]+)+$|^(function|object|string|number|boolean)$/.test(value) ||
    (/[-_]/.test(value) && words(name) === words(value))
  );
}

/** What a file or a program shows as it stands: code has words such as `token: request.token`, which a command line has not. */
export function secretInFile(text: string): string | undefined {
  const pairs = [...text.matchAll(literal), ...text.matchAll(variableLine)];
  // `password = request.password` of code is no connection string, and one in quotes is.
  const quoted = [...text.matchAll(/"([^"\n]+)"|'([^'\n]+)'|`([^`\n]+)`/g)].map((match) => match.slice(1).join(""));
  return (
    keyOrAddress(text) ??
    (quoted.some(hasConnection) ? "a password" : undefined) ??
    pairs
      .map(([, name = "", one, other]) => [name, one ?? other ?? ""] as const)
      .find(
        ([name, value]) => isSecretName(name) && isGiven(value) && !isPlace(name, value) && !holdsName(name, value),
      )?.[0]
  );
}

/** A line of YAML: `DB_PASSWORD: hunter2`, `- token: "abc"`. */
const entry = /^(\s*)(?:-\s+)?["']?([\w.-]+)["']?:(?:\s+(.*?))?\s*$/;
/** Sections of a build specification whose values name secrets that are elsewhere. */
const references = /^(secrets-manager|parameter-store|git-credential-helper|exported-variables)$/;

/** The pairs of names and values of a text in JSON or YAML. */
function pairsIn(text: string): readonly (readonly [name: string, value: string])[] {
  if (/^\s*[[{]/.test(text)) {
    try {
      return pairsOf(JSON.parse(text));
    } catch {
      // No JSON, but perhaps a template of it, or one with braces.
      const literals = [...text.matchAll(literal)].map(
        ([, name = "", one, other]) => [name, one ?? other ?? ""] as const,
      );
      if (literals.length > 0) {
        return literals;
      }
    }
  }
  const found: (readonly [string, string])[] = [];
  let skipped: number | undefined;
  let named: string | undefined;
  for (const line of text.split("\n")) {
    const [, indent = "", name = "", raw = ""] = entry.exec(line) ?? [];
    if (name === "" || (skipped !== undefined && indent.length > skipped)) {
      continue;
    }
    skipped = references.test(name) ? indent.length : undefined;
    // A block, a map, a list or an anchor is no value.
    const value = /^[|>{[&*!#]/.test(raw) ? "" : raw.replace(/\s+#.*$/, "").replace(/^["']|["']$/g, "");
    if (/^value$/i.test(name) && named !== undefined) {
      found.push([named, value]);
    } else if (value !== "") {
      found.push([name, value]);
    }
    named = /^(name|key)$/i.test(name) ? value : undefined;
  }
  return found;
}

/** Of a document of JSON: each name with its text, and `{ Name, Value }` as one pair. What ends in `.$` is a path of Step Functions. */
function pairsOf(value: unknown): readonly (readonly [name: string, value: string])[] {
  if (Array.isArray(value)) {
    return value.flatMap(pairsOf);
  }
  if (value === null || typeof value !== "object") {
    return [];
  }
  const object = value as Readonly<Record<string, unknown>>;
  const [name, held] = [object["name"] ?? object["Name"] ?? object["key"], object["value"] ?? object["Value"]];
  const pair = typeof name === "string" && typeof held === "string" ? [[name, held] as const] : [];
  return [
    ...pair,
    ...Object.entries(object).flatMap(([key, one]) => {
      // A text of DynamoDB: { "S": "hunter2" }.
      const text = typeof one === "object" ? (one as { readonly S?: unknown } | null)?.S : one;
      return typeof text === "string" ? (key.endsWith(".$") ? [] : [[key, text] as const]) : pairsOf(one);
    }),
  ];
}

/** Texts that are written in Base64 within a text, as cloud-init and MIME have files. */
function encodedIn(text: string): readonly string[] {
  return (text.match(/[A-Za-z0-9+/]{16,}={0,2}/g) ?? [])
    .filter((one) => one.length % 4 === 0)
    .map((one) => Buffer.from(one, "base64").toString("latin1"))
    .filter((one) => /^[\t\n\r\x20-\x7e]+$/.test(one));
}

/** What a command line, a script or user data gives away: the flag or variable that holds it, or what it shows. */
export function secretIn(script: string): string | undefined {
  return inPlain(script) ?? inPlain(encodedIn(script).join("\n"));
}

function inPlain(script: string): string | undefined {
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
  for (const [, name = "", raw = ""] of [flag, assignment, variable, parameter, header].flatMap((form) => [
    ...script.matchAll(form),
  ])) {
    const value = raw.replace(/^["']|["']$/g, "");
    if (isSecretName(name) && isGiven(value) && !isPlace(name, value) && !value.startsWith("-")) {
      return name;
    }
  }
  for (const [name, value] of pairsIn(script)) {
    if (isSecretName(name) && isGiven(value) && !isPlace(name, value)) {
      return name;
    }
    if (/[\s{=]/.test(value)) {
      const nested = inPlain(value);
      if (nested !== undefined) {
        return nested;
      }
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
  return value !== undefined && !open.test(name) && looksGenerated(value)
    ? `what looks like a generated secret in ${name}`
    : undefined;
}
