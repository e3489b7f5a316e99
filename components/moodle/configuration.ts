import { createHash } from "node:crypto";
import type { LimitChain } from "./limits";

/** A value of Moodle's `$CFG` or of php.ini. */
export type SettingValue = string | number | boolean;

/** Input of the configuration files, besides the limits. */
export interface ConfigurationSettings {
  readonly limits: LimitChain;
  /** Ad-hoc tasks that may run at once on the whole site, over all workers. */
  readonly adhocConcurrency: number;
  /** More `$CFG` values by name, or `plugin/name`. They win over those of the image, and administrators cannot change them. */
  readonly moodle?: Readonly<Record<string, SettingValue>>;
  /** More lines of PHP for config.php, after the values; never with text of users in them. */
  readonly moodleLines?: readonly string[];
  /** More php.ini directives by name. */
  readonly php?: Readonly<Record<string, SettingValue>>;
}

/** The generated files by name. A container reads them at start, before those that operators put under `overrides/`. */
export interface ConfigurationFiles {
  /** More directives for PHP, read after the image's own. */
  readonly "php.ini": string;
  /** More directives for nginx's `server` block, over those of the image. */
  readonly "nginx.conf": string;
  /** A PHP file that runs in Moodle's config.php, after the image's own settings and before setup.php. */
  readonly "config.php": string;
}

const notice = "Generated from the stack's settings. Do not edit: put changes into overrides/.";

/** The three files. The same settings always give the same bytes. */
export function renderConfiguration(settings: ConfigurationSettings): ConfigurationFiles {
  return {
    "php.ini": renderPhpIni(settings),
    "nginx.conf": renderNginx(settings.limits),
    "config.php": renderMoodle(settings),
  };
}

/** A hash of the generated files. It is in every container's environment, so a change of any file replaces the tasks. */
export function configurationVersion(files: ConfigurationFiles): string {
  return createHash("sha256").update(JSON.stringify(files)).digest("hex");
}

export function renderPhpIni({ limits, php }: ConfigurationSettings): string {
  const directives: Record<string, SettingValue> = {
    max_execution_time: limits.phpMaxExecutionSeconds,
    max_input_time: limits.phpMaxInputSeconds,
    // Moodle's own check asks for 5000: https://docs.moodle.org/501/en/Environment_-_max_input_vars
    max_input_vars: 5000,
    upload_max_filesize: `${limits.uploadMaxFilesizeMb}M`,
    post_max_size: `${limits.postMaxSizeMb}M`,
    ...php,
  };
  const lines = Object.entries(directives).map(([name, value]) => {
    if (!/^[A-Za-z_][A-Za-z0-9_.]*$/.test(name) || /["\r\n]/.test(String(value))) {
      throw new Error(`php.ini: ${name} = ${JSON.stringify(value)} cannot be written; use a plain name and value.`);
    }
    const text = typeof value === "boolean" ? (value ? "On" : "Off") : value;
    return `${name} = ${typeof text === "string" && !/^[A-Za-z0-9_.]+$/.test(text) ? `"${text}"` : text}`;
  });
  return [`; ${notice}`, ...lines, ""].join("\n");
}

/** Names: https://nginx.org/en/docs/http/ngx_http_core_module.html and ngx_http_fastcgi_module.html; all are valid in `server`. */
export function renderNginx(limits: LimitChain): string {
  return [
    `# ${notice}`,
    `client_max_body_size ${limits.clientMaxBodyMb}m;`,
    `client_body_timeout ${limits.nginxClientBodySeconds}s;`,
    `fastcgi_read_timeout ${limits.nginxFastcgiReadSeconds}s;`,
    `fastcgi_send_timeout ${limits.nginxFastcgiReadSeconds}s;`,
    `keepalive_timeout ${limits.nginxKeepaliveSeconds}s;`,
    "",
  ].join("\n");
}

/** Names: config-dist.php of Moodle and public/admin/settings. */
export function renderMoodle({ limits, adhocConcurrency, moodle, moodleLines }: ConfigurationSettings): string {
  const values: Record<string, SettingValue> = {
    maxbytes: limits.uploadMaxFilesizeMb * 1024 * 1024,
    task_adhoc_concurrency_limit: adhocConcurrency,
    ...moodle,
  };
  const lines = Object.entries(values).map(([name, value]) => {
    const [, plugin, setting] = /^(?:([a-z][a-z0-9_]*)\/)?([A-Za-z_][A-Za-z0-9_]*)$/.exec(name) ?? [];
    if (setting === undefined) {
      throw new Error(`config.php: "${name}" is not a name of a $CFG value; use letters, digits and _.`);
    }
    return plugin === undefined
      ? `$CFG->${setting} = ${phpLiteral(value)};`
      : `$CFG->forced_plugin_settings['${plugin}']['${setting}'] = ${phpLiteral(value)};`;
  });
  return ["<?php", `// ${notice}`, ...lines, ...(moodleLines ?? []), ""].join("\n");
}

/** A PHP literal. In single quotes only the quote and the backslash have a meaning, so no text can become code. */
export function phpLiteral(value: SettingValue): string {
  if (typeof value === "string") {
    return `'${value.replace(/[\\']/g, "\\$&")}'`;
  }
  return String(value);
}
