// cspell:ignore customstringmanager
import type { Problem } from "../lib/invalid";
import type { SettingValue } from "./configuration";
import type { MailSettings } from "./environment";

type Values = Readonly<Record<string, SettingValue>>;

/** Reasons to refuse values that the platform decides itself, with the place to change each instead. */
const image = "Remove it: the image sets it, for every environment alike.";
const network = "Remove it: it follows from moodle:domain and moodle:edge.";
const database = "Remove it: it follows from moodle:database.";
const folders = "Remove it: the folders are the image's, and where shared files are is moodle:storage.";
const caches = "Remove it: which cache lives where is code of the image (moodle-image/cachestore/mapping.json).";
const limits = "Change moodle:limits, which every layer on a request's way takes its own limit from.";
const mail = "Remove it: mail is set for the whole stack, so that outside production none reaches students.";
const mailOfSes =
  "Remove it, or change moodle:mail: SES takes mail of the one sender only, so nobody's own address may be in From.";
const memory =
  "Change the size of the tasks (moodle:web, moodle:cron, moodle:adhoc): it is calculated from their memory.";

const names = (reason: string, ...list: readonly string[]): [string, string][] => list.map((name) => [name, reason]);

/** What the image sets with mail of kind `ses` alone. */
const ownWithSes: readonly string[] = ["allowedemaildomains"];

/**
 * Values of `$CFG` that the platform sets. Names: config-dist.php of Moodle, and base.php of the image: a test compares
 * the two.
 */
export const ownConfig: ReadonlyMap<string, string> = new Map([
  ...names(network, "wwwroot", "sslproxy", "reverseproxy", "getremoteaddrconf", "reverseproxyignore"),
  ...names(image, "routerconfigured", "slasharguments", "dirroot", "libdir", "admin", "config_php_settings"),
  ...names(image, "forced_plugin_settings", "upgradekey", "cronclionly", "expectedcronfrequency", "enableasyncbackup"),
  ...names(image, "pathtophp", "pathtogs", "pathtodu", "pathtounoconv", "preventexecpath", "uninstallclionly"),
  ...names(
    image,
    "disableupdateautodeploy",
    "disableupdatenotifications",
    "debugdisplay",
    "xsendfile",
    "xsendfilealiases",
    "customstringmanager",
  ),
  ...names(database, "dbtype", "dblibrary", "dbhost", "dbname", "dbuser", "dbpass", "prefix", "dboptions", "dbport"),
  ...names(folders, "dataroot", "tempdir", "cachedir", "localcachedir", "localrequestdir", "backuptempdir", "filedir"),
  ...names(folders, "trashdir", "directorypermissions", "alternative_file_system_class", "alternative_component_cache"),
  ...names(caches, "alternative_cache_factory_class", "altcacheconfigpath", "session_handler_class"),
  ...names(limits, "maxbytes"),
  ...names("Change moodle:adhoc, whose workers it is counted from.", "task_adhoc_concurrency_limit"),
  ...names(memory, "extramemorylimit"),
  ...names(mail, "smtphosts", "smtpuser", "smtppass", "smtpsecure", "smtpauthtype", "noreplyaddress", "noemailever"),
  ...names(mail, "divertallemailsto", "divertallemailsexcept"),
  ...names(mailOfSes, ...ownWithSes),
]);

/** Directives of PHP that the platform sets. https://www.php.net/manual/en/ini.list.php */
export const ownPhp: ReadonlyMap<string, string> = new Map([
  ...names(limits, "max_execution_time", "max_input_time", "upload_max_filesize", "post_max_size"),
  ...names(memory, "memory_limit"),
  ...names("Change moodle:moodle.timeZone.", "date.timezone"),
  ...names(folders, "upload_tmp_dir", "sys_temp_dir", "include_path", "doc_root", "open_basedir"),
  ...names(
    image,
    "extension",
    "zend_extension",
    "extension_dir",
    "auto_prepend_file",
    "auto_append_file",
    "ffi.enable",
  ),
  ...names(
    image,
    "max_input_vars",
    "expose_php",
    "display_errors",
    "display_startup_errors",
    "log_errors",
    "error_log",
  ),
  ...names(image, "zend.exception_ignore_args", "mysqli.allow_persistent", "openssl.cafile", "curl.cainfo"),
  ...names(image, "allow_url_include", "enable_dl", "file_uploads", "register_argc_argv", "output_buffering"),
  ...names(mail, "sendmail_path", "SMTP", "smtp_port", "sendmail_from"),
]);

/** Groups of names that the platform sets as a whole. */
const ownConfigGroups: readonly (readonly [RegExp, string])[] = [[/^session_/, caches]];
const ownPhpGroups: readonly (readonly [RegExp, string])[] = [
  [/^session\./, caches],
  [
    /^(opcache|apc)\./,
    "Remove it: the image's are measured with Moodle, and their memory is calculated from a task's.",
  ],
  [/^fastcgi\./, image],
];

/** Ends of names that hold a secret: a plain value would be readable in the stack file, the state and the bucket. */
const secret =
  /((?<!com|by|sur|tres)pass|passwd|password|pwd?|secret|token|creds|credentials?|hmac|(api|access|private|secret|shared|client|signing|encryption|license|licence|master|hmac|ssh|deploy|_)key|salt|passwordsalt(main|alt\d*))$/i;
/** `scheme://user:password@host`. */
const addressWithPassword = /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@'"]*:[^\s/@'"]+@/i;
const notShown = "[not shown]";

const isSecret = (name: string, value: SettingValue): boolean =>
  secret.test(name) || addressWithPassword.test(String(value));

/** Problems with values of `$CFG`: `name`, or `plugin/name` for a plugin's own setting. */
export function configProblems(path: string, values: Values, mailKind: MailSettings["kind"]): Problem[] {
  return Object.entries(values).flatMap(([name, given]): Problem[] => {
    const value = isSecret(name, given) ? notShown : given;
    const at = `${path}.${name}`;
    if (!/^([a-z][a-z0-9]*_[a-z][a-z0-9_]*\/)?[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      const allowed = "a name of $CFG such as forcelogin, or a plugin and its setting such as auth_ldap/host_url";
      return [{ path: at, given: value, allowed, fix: "Use letters, digits and _." }];
    }
    const free = mailKind !== "ses" && ownWithSes.includes(name);
    const owned = free ? undefined : (ownConfig.get(name) ?? ownConfigGroups.find(([group]) => group.test(name))?.[1]);
    return [...ownedProblem(at, value, owned), ...secretProblem(at, value), ...textProblem(at, value)];
  });
}

/** Problems with directives of PHP. */
export function phpProblems(path: string, values: Values): Problem[] {
  return Object.entries(values).flatMap(([name, given]): Problem[] => {
    const value = isSecret(name, given) ? notShown : given;
    const at = `${path}.${name}`;
    if (!/^[A-Za-z_][A-Za-z0-9_.]*$/.test(name)) {
      const allowed = "the name of a directive of PHP, such as default_socket_timeout";
      return [{ path: at, given: value, allowed, fix: "Use letters, digits, _ and dots." }];
    }
    const owned = ownPhp.get(name) ?? ownPhpGroups.find(([group]) => group.test(name))?.[1];
    const quoted = /["$\n]/.test(String(value))
      ? [
          {
            path: at,
            given: value,
            allowed: 'one line without " and $',
            fix: "PHP reads these itself. Leave them out.",
          },
        ]
      : [];
    return [...ownedProblem(at, value, owned), ...secretProblem(at, value), ...textProblem(at, value), ...quoted];
  });
}

function ownedProblem(path: string, given: SettingValue, fix: string | undefined): Problem[] {
  return fix === undefined ? [] : [{ path, given, allowed: "any but the names that the platform sets itself", fix }];
}

function secretProblem(path: string, given: SettingValue): Problem[] {
  return given === notShown
    ? [
        {
          path,
          given,
          allowed:
            "nothing secret: stack files, state and the configuration bucket are read by more people than Moodle",
          fix: "Set it on Moodle's administration page, which keeps it in the database.",
        },
      ]
    : [];
}

function textProblem(path: string, given: SettingValue): Problem[] {
  // Moodle's own lists use line breaks (curlsecurityblockedhosts); no other control character is allowed.
  return typeof given === "string" && /[^\P{Cc}\n]/u.test(given)
    ? [{ path, given, allowed: "text without control characters", fix: "Write the value by hand, not pasted." }]
    : [];
}
