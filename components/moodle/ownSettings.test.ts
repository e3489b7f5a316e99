import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { limitChain } from "./limits";
import { renderMoodle, renderPhpIni } from "./configuration";
import { configProblems, ownConfig, ownPhp, phpProblems } from "./ownSettings";

const image = join(__dirname, "../../moodle-image/rootfs/opt/moodle/config");
const limits = limitChain({ requestTimeoutSeconds: 60, uploadMaxMb: 100 });
const configFixes = (values: Record<string, string>) => configProblems("config", values, "ses").map(({ fix }) => fix);

describe("settings of Moodle and PHP that are a site's own", () => {
  it("takes names of $CFG, of plugins and of PHP", () => {
    const config = { forcelogin: true, minpasswordlength: 12, passwordpolicy: 1, "auth_ldap/host_url": "ldaps://x" };
    assert.deepEqual(configProblems("config", { ...config, debug: 15, curlsecurityblockedhosts: "a\nb" }, "ses"), []);
    assert.deepEqual(phpProblems("php", { default_socket_timeout: 30, "intl.default_locale": "en_GB" }), []);
  });

  it("leaves to the platform every value that the image's base.php sets", () => {
    const base = readFileSync(join(image, "base.php"), "utf8");
    const set = [...new Set([...base.matchAll(/\$CFG->([a-z_]+)\b(?:\[[^\]]*\])* = /g)].map(([, name]) => name!))];
    assert.ok(set.length > 40, `${set.length} names found`);
    // A matter of taste, not of the platform.
    const free = ["debug", "perfdebug"];
    const missed = set.filter((name) => configFixes({ [name]: "x" }).length === 0);
    assert.deepEqual(missed, free);
    assert.ok(ownConfig.has("wwwroot") && configFixes({ dbpass: "x" }).length > 0);
  });

  it("leaves to the platform every directive that the image and the limits set", () => {
    const ini = readFileSync(join(image, "php.ini.template"), "utf8") + renderPhpIni({ limits, adhocConcurrency: 1 });
    const set = [...ini.matchAll(/^([a-z_.]+) = /gm)].map(([, name]) => name!);
    const missed = set.filter((name) => phpProblems("php", { [name]: 1 }).length === 0);
    assert.deepEqual(missed, ["default_charset", "short_open_tag"]);
    assert.ok(ownPhp.has("memory_limit"));
  });

  it("leaves to the site whose own addresses may be senders, but with SES, which takes the one sender", () => {
    const values = { allowedemaildomains: "students.example.org" };
    assert.match(configFixes(values)[0]!, /moodle:mail/);
    assert.deepEqual(configProblems("config", values, "smtp"), []);
  });

  it("says where the value is changed instead", () => {
    assert.match(configFixes({ maxbytes: "1" })[0]!, /moodle:limits/);
    assert.match(configFixes({ session_redis_host: "x" })[0]!, /mapping\.json/);
    assert.match(phpProblems("php", { memory_limit: "1G" })[0]!.fix, /moodle:web/);
    assert.match(phpProblems("php", { "date.timezone": "UTC" })[0]!.fix, /moodle:moodle\.timeZone/);
    assert.match(phpProblems("php", { "opcache.enable": false })[0]!.fix, /measured/);
  });

  it("refuses secrets without showing them", () => {
    for (const name of [
      ...["recaptchaprivatekey", "auth_ldap/bind_pw", "enrol_database/dbpass", "cronremotepassword"],
      ...["plagiarism_turnitin/secretkey", "mod_lti/sharedkey", "mod_x/clientkey", "tool_x/credentials", "mod_x/creds"],
      ...["passwordsaltmain", "passwordsaltalt1", "auth_ldap/bindpw", "local_x/hmac", "local_x/sshkey"],
    ]) {
      const [problem] = configProblems("config", { [name]: "hunter2" }, "ses");
      assert.match(problem!.fix, /administration page/, name);
      assert.equal(JSON.stringify(problem).includes("hunter2"), false);
    }
  });

  it("shows no password that the platform sets itself, nor one under a wrong name", () => {
    for (const name of ["dbpass", "smtppass", "a-b-password"]) {
      const problems = configProblems("config", { [name]: "hunter2" }, "ses");
      assert.ok(problems.length > 0 && !JSON.stringify(problems).includes("hunter2"), name);
    }
  });

  it("refuses an address with a password without showing it, and takes one without", () => {
    for (const value of ["http://user:hunter2@proxy.example.org:3128", "redis://:hunter2@cache:6379"]) {
      for (const problems of [
        configProblems("config", { proxyhost: value }, "ses"),
        phpProblems("php", { user_agent: value }),
      ]) {
        assert.match(problems[0]!.fix, /administration page/, value);
        assert.equal(JSON.stringify(problems).includes("hunter2"), false);
      }
    }
    for (const value of ["http://proxy.example.org:3128", "https://example.org/a:b@c", "user@example.org"]) {
      assert.deepEqual(configProblems("config", { proxyhost: value }, "ses"), [], value);
    }
  });

  it("takes settings about passwords and keys that hold none", () => {
    for (const name of ["passwordpolicy", "minpasswordlength", "tool_x/keyid", "tool_x/passthrough", "mod_x/bypass"]) {
      assert.deepEqual(configProblems("config", { [name]: "1" }, "ses"), [], name);
    }
  });

  it("refuses names and values that would be read as something else", () => {
    for (const name of ["a = 1; $b", "a-b", "a/b", "Auth_ldap/x", "auth_ldap/x/y", ""]) {
      assert.equal(configProblems("config", { [name]: 1 }, "ses").length, 1, name);
    }
    for (const name of ["a b", "[PATH=/]", "a\n"]) {
      assert.equal(phpProblems("php", { [name]: 1 }).length, 1, name);
    }
    for (const value of ['a" b', "${HOME}", "a\nb"]) {
      assert.equal(phpProblems("php", { user_agent: value }).length, 1, value);
    }
    assert.equal(configProblems("config", { supportname: "a\u0000b" }, "ses").length, 1);
  });

  it("writes a plugin's setting where Moodle looks for it", () => {
    const moodle = { forcelogin: true, "auth_ldap/host_url": "ldaps://ldap.example.ac.uk" };
    const php = renderMoodle({ limits, adhocConcurrency: 1, moodle });
    assert.ok(php.includes("$CFG->forcelogin = true;\n"));
    assert.ok(php.includes("$CFG->forced_plugin_settings['auth_ldap']['host_url'] = 'ldaps://ldap.example.ac.uk';\n"));
  });
});
