import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { configurationVersion, phpLiteral, renderConfiguration } from "./configuration";
import { limitChain } from "./limits";

const settings = { limits: limitChain({ requestTimeoutSeconds: 60, uploadMaxMb: 100 }), adhocConcurrency: 6 };

describe("renderConfiguration", () => {
  it("writes php.ini", () => {
    assert.equal(
      renderConfiguration({ ...settings, php: { "opcache.validate_timestamps": false, error_log: "/dev/stderr" } })[
        "php.ini"
      ],
      [
        "; Generated from the stack's settings. Do not edit: put changes into overrides/.",
        "max_execution_time = 60",
        "max_input_time = 60",
        "max_input_vars = 5000",
        "upload_max_filesize = 100M",
        "post_max_size = 116M",
        "opcache.validate_timestamps = Off",
        'error_log = "/dev/stderr"',
        "",
      ].join("\n"),
    );
  });

  it("writes nginx.conf", () => {
    assert.equal(
      renderConfiguration(settings)["nginx.conf"],
      [
        "# Generated from the stack's settings. Do not edit: put changes into overrides/.",
        "client_max_body_size 164m;",
        "client_body_timeout 75s;",
        "fastcgi_read_timeout 65s;",
        "fastcgi_send_timeout 65s;",
        "keepalive_timeout 135s;",
        "",
      ].join("\n"),
    );
  });

  it("writes config.php", () => {
    assert.equal(
      renderConfiguration({ ...settings, moodle: { auth: "saml2", enablestats: false } })["config.php"],
      [
        "<?php",
        "// Generated from the stack's settings. Do not edit: put changes into overrides/.",
        "$CFG->maxbytes = 104857600;",
        "$CFG->task_adhoc_concurrency_limit = 6;",
        "$CFG->auth = 'saml2';",
        "$CFG->enablestats = false;",
        "",
      ].join("\n"),
    );
  });

  it("refuses names and values that would be read as something else", () => {
    assert.throws(
      () => renderConfiguration({ ...settings, moodle: { "a = 1; $b": 1 } }),
      /not a name of a \$CFG value/,
    );
    assert.throws(() => renderConfiguration({ ...settings, php: { error_log: 'a"\nx = 1' } }), /cannot be written/);
  });
});

describe("phpLiteral", () => {
  it("keeps any text text", () => {
    assert.equal(phpLiteral("it's a \\ $x"), "'it\\'s a \\\\ $x'");
    fc.assert(
      fc.property(fc.string(), (text) => {
        const body = phpLiteral(text).slice(1, -1);
        // Every quote is escaped, and undoing the escapes gives the text back.
        assert.equal(/(?:^|[^\\])(?:\\\\)*'/.test(body), false);
        assert.equal(body.replace(/\\([\\'])/g, "$1"), text);
      }),
    );
  });
});

describe("configurationVersion", () => {
  it("changes with any file and only then", () => {
    const files = renderConfiguration(settings);
    assert.match(configurationVersion(files), /^[0-9a-f]{64}$/);
    assert.equal(configurationVersion(renderConfiguration(settings)), configurationVersion(files));
    for (const file of ["php.ini", "nginx.conf", "config.php"] as const) {
      assert.notEqual(configurationVersion({ ...files, [file]: `${files[file]}x` }), configurationVersion(files));
    }
  });
});
