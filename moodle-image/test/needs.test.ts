// cspell:ignore mssqlnative sqlanywhere ibase firebird fbsql informix mysqlt
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

import { leaveOut } from "../../testing/leftOut";
import { folder } from "./build";

/** Extensions and programs that Moodle's own code asks for, read from its source: each is in the image, or the README says that it is not. */

/** Extensions of Debian's packages, as `dpkg -L` shows them for PHP 8.2 and 8.4; what is not here is named as its package. */
const packages: Readonly<Record<string, readonly string[]>> = {
  // php-common, which each of the others brings, and what is compiled into PHP itself.
  cli: [
    ..."calendar ctype exif ffi fileinfo ftp gettext iconv pdo phar posix shmop sockets sysvmsg sysvsem sysvshm tokenizer".split(
      " ",
    ),
    ..."core date filter hash json libxml openssl pcntl pcre random readline reflection session sodium spl standard zlib".split(
      " ",
    ),
  ],
  mysql: ["mysqli", "mysqlnd", "pdo_mysql"],
  xml: ["dom", "simplexml", "xml", "xmlreader", "xmlwriter", "xsl"],
};
/** Functions of extensions that the PHP of this machine may lack. */
const functions: readonly (readonly [RegExp, string])[] = [
  [/^bc(add|sub|mul|div|pow)$/, "bcmath"],
  [/^(curl|ldap|solr|sqlsrv|gmp|igbinary|imap|tidy)_/, "$1"],
  [/^mb_/, "mbstring"],
  [/^image(create|jpeg|png|gif)/, "gd"],
  [/^(idn|normalizer)_/, "intl"],
  [/^opcache_/, "opcache"],
  [/^oci_/, "oci8"],
];
/** What a site, another server or a library of Moodle may define: no extension has it. */
const hooks =
  /^(apache_\w+|cli_set_process_title|__phpunit\w+|distro_\w+|extern_server_\w+|raise_early_ws_exception|weblink_auth|glossary_show_entry_|profiling_is_running)$/;

const read = (...path: string[]) => readFileSync(join(...path), "utf8");
const install = read(folder, "build/install-packages");
const extensions = new Set([
  ...[...install.matchAll(/\$php-([a-z0-9]+)/g)].flatMap(([, name = ""]) => packages[name] ?? [name]),
  // A package of its own in the list of extras, by the name that PHP has for it.
  "opcache",
  "zend opcache",
]);
/** Settings of programs that config.php sets, but for those that it sets only where the program is. */
const programs = new Set(
  [
    ...read(folder, "rootfs/opt/moodle/config/base.php")
      .replaceAll(/if \(is_file\([\s\S]*?\n *\}/g, "")
      .matchAll(/\$CFG->(\w+) = '\/usr\/bin\//g),
  ].map(([, name]) => name),
);
/** The README's list of what the image is without. */
const without = new Set(
  [
    ...(
      /^### What Moodle can use and the image has not$([\s\S]*?)^#/m.exec(read(folder, "README.md"))?.[1] ?? ""
    ).matchAll(/^\| `([\w/]+)`/gm),
  ].map(([, name = ""]) => name),
);

describe("what Moodle's own code needs", function () {
  this.timeout("3m");
  const source = process.env["MOODLE_SRC"] ?? "";
  const docroot = existsSync(join(source, "public/version.php")) ? join(source, "public") : source;
  let needed: ReadonlyMap<string, string>;
  let settings: ReadonlyMap<string, string>;

  before(function () {
    if (source === "") leaveOut(this, "MOODLE_SRC is not set: it names a folder with Moodle's source (4.5 or later)");
    const files = ownFiles(source, docroot);
    needed = new Map([...fromEnvironment(docroot), ...fromCode(files), ...fromDatabases(docroot)]);
    settings = new Map(found(files, /configexecutable\(\s*'([\w/]+)'/g));
  });

  it("is found: an extension that is required, one of a plugin, and a program", () => {
    for (const name of ["sodium", "soap", "ldap", "bcmath", "mysqli", "oci8", "odbc"])
      assert.ok(needed.has(name), name);
    for (const name of ["pathtogs", "aspellpath", "filter_tex/pathlatex"]) assert.ok(settings.has(name), name);
  });

  it("is in the image, or named as without", () => {
    const missing = [...needed]
      .filter(([name]) => !extensions.has(name) && !without.has(name))
      .concat([...settings].filter(([name]) => !programs.has(name) && !without.has(name)));
    assert.deepEqual(missing, [], "Fix: add the package to build/install-packages, or a row to the README");
  });

  it("is not named as without when Moodle requires it, the image has it, or nothing asks for it", () => {
    const required = new Set(fromEnvironment(docroot, "required").map(([name]) => name));
    for (const name of without) {
      assert.ok(!required.has(name), `${name} is required`);
      assert.ok(!extensions.has(name) && !programs.has(name), `${name} is in the image`);
      assert.ok(needed.has(name) || settings.has(name), `nothing asks for ${name}`);
    }
  });
});

/** admin/environment.xml, for the branch of that source. */
function fromEnvironment(docroot: string, level = "\\w+"): [string, string][] {
  const [, major, minor] = /\$branch\s*=\s*'(\d)(\d\d)'/.exec(read(docroot, "version.php")) ?? [];
  const xml = read(docroot, "admin/environment.xml");
  const part = new RegExp(`<MOODLE version="${major}\\.${Number(minor)}"[\\s\\S]*?</MOODLE>`).exec(xml)?.[0] ?? "";
  const names = [...part.matchAll(new RegExp(`<PHP_EXTENSION name="(\\w+)" level="${level}"`, "g"))];
  return names.map(([, name = ""]) => [name, "admin/environment.xml"]);
}

/** Extension of each database driver of ADOdb that needs one. Those of `gone` need an extension that PHP 7 or an earlier one dropped. */
const drivers: Readonly<Record<string, readonly string[]>> = {
  mysqli: ["mysqli"],
  pdo: ["pdo_mysql"],
  pgsql: ["postgres", "postgres7", "postgres64"],
  sqlsrv: ["mssqlnative"],
  oci8: ["oci8", "oci805", "oci8po"],
  odbc: ["odbc", "odbc_mssql", "odbc_oracle", "access", "vfp", "sqlanywhere"],
  ibm_db2: ["db2"],
  interbase: ["borland_ibase", "firebird", "ibase"],
  com: ["ado", "ado_access", "ado_mssql"],
  none: ["csv", "proxy"],
  gone: ["fbsql", "informix", "informix72", "mssql", "mssql_n", "mysql", "mysqlt", "oracle", "sybase"],
};

/** What the two plugins ask for that read another database: their library is not Moodle's own, so its code is not looked at. */
function fromDatabases(docroot: string): [string, string][] {
  return ["auth/db/settings.php", "enrol/database/settings.php"]
    .flatMap((path) => {
      const [list = ""] = /array\([^)]*"mysqli"[^)]*\)/.exec(read(docroot, path)) ?? [];
      const offered = [...list.matchAll(/"(\w+)"/g)].map(([, name = ""]) => name);
      assert.ok(offered.length > 20, `${path}: its list of databases was not found`);
      return offered.map((driver): [string, string] => {
        const [extension = driver] = Object.entries(drivers).find(([, all]) => all.includes(driver)) ?? [
          driver === "mysqli" ? "mysqli" : undefined,
        ];
        return [extension, path];
      });
    })
    .filter(([name]) => name !== "none" && name !== "gone");
}

/** PHP files of Moodle itself: no library of others, no test, and no plugin that lib/plugins.json does not list. */
function ownFiles(source: string, docroot: string): ReadonlyMap<string, string> {
  const lib = existsSync(join(source, "lib/plugins.json")) ? join(source, "lib") : join(docroot, "lib");
  const { standard } = JSON.parse(read(lib, "plugins.json")) as { standard: Record<string, string[]> };
  const { plugintypes } = JSON.parse(read(lib, "components.json")) as { plugintypes: Record<string, string> };
  const types = Object.entries(plugintypes).map(
    ([type, path]) => [path.replace(/^public\//, ""), standard[type] ?? []] as const,
  );
  const foreign = globSync("**/thirdpartylibs.xml", { cwd: docroot }).flatMap((list) =>
    [...read(docroot, list).matchAll(/<location>(.*?)<\/location>/g)].map(([, place = ""]) =>
      normalize(join(dirname(list), place)),
    ),
  );
  const own = (path: string) =>
    !/(^|\/)(tests|vendor|node_modules)\//.test(path) &&
    !foreign.some((place) => path === place || path.startsWith(`${place}/`)) &&
    types.every(([place, names]) => {
      const name = path.startsWith(`${place}/`) ? (path.slice(place.length + 1).split("/")[0] ?? "") : "";
      // In local/ is nothing of Moodle's own but what is listed.
      const plugin = place === "local" || existsSync(join(docroot, place, name, "version.php"));
      return name === "" || name.endsWith(".php") || !plugin || names.includes(name);
    });
  const files = globSync("**/*.php", { cwd: docroot }).filter(own);
  return new Map(files.map((path) => [path, read(docroot, path)]));
}

const found = (files: ReadonlyMap<string, string>, pattern: RegExp): [string, string][] =>
  [...files].flatMap(([path, text]) =>
    [...text.matchAll(pattern)].map(([, name = ""]): [string, string] => [name, path]),
  );

function fromCode(files: ReadonlyMap<string, string>): [string, string][] {
  const defined = new Set(found(files, /^\s*(?:\w+ )*function &?(\w+)\(/gm).map(([name]) => name));
  // Of each function that this machine's PHP has, its extension.
  const { stdout } = spawnSync(
    "php",
    [
      "-r",
      "foreach (get_defined_functions()['internal'] as $f) echo $f, chr(9), strtolower((new ReflectionFunction($f))->getExtensionName()), PHP_EOL;",
    ],
    { encoding: "utf8" },
  );
  const builtIn = new Map(stdout.split("\n").map((line) => line.split("\t") as [string, string]));
  const extensionOf = (name: string): string =>
    builtIn.get(name) ??
    functions.flatMap(([pattern, extension]) =>
      pattern.test(name) ? [extension.replace("$1", pattern.exec(name)?.[1] ?? "")] : [],
    )[0] ??
    `the extension of ${name}()`;
  return [
    ...found(files, /extension_loaded\(\s*['"](\w+)['"]/g),
    ...found(files, /function_exists\(\s*['"](\w+)['"]/g)
      .filter(([name]) => !defined.has(name) && !hooks.test(name))
      .map(([name, path]): [string, string] => [extensionOf(name), path]),
  ];
}
