// cspell:ignore AUTHMETHOD soapserver wstoken dbconnectionfailed codingerror missingparam nopermissions invalidparameter invalidsesskey enablewebservices webserviceprotocols
import assert from "node:assert/strict";

import { Browser, field } from "./browser";
import { type Container, until } from "./container";
import { host, password, type Site } from "./site";

/** What the log says of a request that failed; Moodle's status says little (lib/errors.php). */
interface Told {
  readonly status: number;
  readonly level: string;
  readonly kind: string;
  /** Class of the exception, without its namespace; "" where PHP ended the request, or an answer told an error. */
  readonly exception: string;
  readonly about: string;
}

const page = (code: string) => `<?php\nrequire __DIR__ . '/../config.php';\n${code}\n`;
const ajax = (code: string) => `<?php\ndefine('AJAX_SCRIPT', true);\nrequire __DIR__ . '/../config.php';\n${code}\n`;

/** Each failure of a real Moodle is one line in the log with level, kind, class and message, whatever the answer's status. */
export function errors(site: () => Site): void {
  let turn = 0;
  /** Asks under a name of its own and gives the line of that request, or undefined when there is none. */
  const told = async (web: Container, ask: (browser: Browser) => Promise<{ status: number }>) => {
    const name = `error-${turn++}`;
    const { status } = await ask(new Browser(host, { "X-Amz-Cf-Id": name }));
    await until("nginx's line", () =>
      web.lines().find(({ log, request }) => log === "access" && request === name) ? true : undefined,
    );
    // PHP's line comes through another pipe, a moment later.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const lines = web.lines().filter(({ log, request }) => log === "error" && request === name);
    assert.ok(lines.length < 2, JSON.stringify(lines, undefined, 1));
    const [line] = lines;
    if (line === undefined) return undefined;
    assert.equal(line.status, status, JSON.stringify(line));
    return {
      status,
      level: line.level,
      kind: line.kind,
      exception: String(line.exception).replace(/^.*\\/, ""),
      about: `${line.code} ${line.message}`,
    } satisfies Told;
  };

  for (const [what, code, expected] of [
    [
      "an exception of a programmer's mistake",
      "throw new coding_exception('lab');",
      [404, "error", "exception", "coding_exception", /codingerror .*lab/],
    ],
    [
      "an exception of a service",
      "throw new moodle_exception('error', 'error', '', null, 'lab');",
      [404, "error", "exception", "moodle_exception", /^error/],
    ],
    [
      "a table that does not exist",
      "$DB->get_records('lab');",
      [404, "error", "database", "dml_read_exception", /doesn't exist/],
    ],
    [
      "a wrong type",
      "(fn (int $number) => $number)('lab');",
      [404, "error", "php", "TypeError", /must be of type int/],
    ],
    ["a function that does not exist", "lab();", [404, "error", "php", "Error", /undefined function lab/]],
    ["a mistake of syntax", "eval('lab lab');", [404, "error", "php", "ParseError", /syntax error/]],
    [
      "an exception after the page's header",
      "$PAGE->set_context(context_system::instance()); $PAGE->set_url('/lab.php'); echo $OUTPUT->header(); while (ob_get_level()) { ob_end_flush(); } flush(); throw new coding_exception('late');",
      [200, "error", "exception", "coding_exception", /late/],
    ],
    [
      "memory that does not suffice",
      "ini_set('memory_limit', '64M'); $all = []; while (true) { $all[] = str_repeat('x', 100000); }",
      [500, "error", "fatal", "", /Allowed memory size/],
    ],
    [
      "time that does not suffice",
      "set_time_limit(1); while (true) { }",
      [500, "error", "fatal", "", /Maximum execution time/],
    ],
    [
      "a course that does not exist",
      "get_course(98765);",
      [404, "notice", "exception", "dml_missing_record_exception", /invalidrecord/],
    ],
    [
      "a parameter that is missing",
      "required_param('lab', PARAM_INT);",
      [404, "notice", "exception", "moodle_exception", /missingparam/],
    ],
    [
      "a right that the user has not",
      "require_capability('moodle/site:config', context_system::instance());",
      [404, "notice", "exception", "required_capability_exception", /nopermissions/],
    ],
    ["no failure", "echo 'fine';", undefined],
  ] as const) {
    it(`reports ${what} once`, async () => {
      const [web] = site().web;
      const path = site().addPage(page(code));
      const line = await told(web, (browser) => browser.get(web.port, path));
      if (expected === undefined) return assert.equal(line, undefined);
      const [status, level, kind, exception, about] = expected;
      assert.deepEqual(
        [line?.status, line?.level, line?.kind, line?.exception],
        [status, level, kind, exception],
        JSON.stringify(line),
      );
      assert.match(line?.about ?? "", about);
    });
  }

  it("reports no address that does not exist", async () => {
    const [web] = site().web;
    assert.equal(await told(web, (browser) => browser.get(web.port, "/nonsense")), undefined);
    assert.ok(!web.errors().includes("HttpNotFoundException"), "the router's trace is in the log");
  });

  it("reports AJAX calls that fail with status 200, and of those that a user may not make", async () => {
    const [web] = site().web;
    const call = async (method: string, args: unknown, sesskey?: string, before = () => "") =>
      told(web, async (browser) => {
        const my = await browser.login(web.port, "admin", password);
        const key = sesskey ?? /"sesskey":"([^"]+)"/.exec(my.text)?.[1] ?? field(my.text, "sesskey");
        before();
        return browser.call(web.port, key, method, args);
      });
    for (const [line, level, exception, about] of [
      [await call("core_lab_nothing", {}), "error", "dml_missing_record_exception", /external_functions/],
      [
        await call("core_courseformat_get_state", { courseid: "lab" }),
        "error",
        "invalid_parameter_exception",
        /invalidparameter/,
      ],
      [
        await call("core_courseformat_get_state", { courseid: 98765 }),
        "notice",
        "dml_missing_record_exception",
        /invalidrecord/,
      ],
      [
        await call("core_calendar_get_calendar_monthly_view", { year: 2026, month: 1, courseid: 1 }, "wrong"),
        "notice",
        "moodle_exception",
        /invalidsesskey/,
      ],
    ] as const) {
      assert.deepEqual(
        [line?.status, line?.level, line?.kind, line?.exception],
        [200, level, "ajax", exception],
        JSON.stringify(line),
      );
      assert.match(line?.about ?? "", about);
    }
    try {
      const line = await call(
        "core_calendar_get_calendar_monthly_view",
        { year: 2026, month: 1, courseid: 1 },
        undefined,
        () => site().database.sql("RENAME TABLE IF EXISTS moodle.mdl_event TO moodle.lab"),
      );
      assert.deepEqual(
        [line?.status, line?.level, line?.kind, line?.exception],
        [200, "error", "database", "dml_read_exception"],
        JSON.stringify(line),
      );
      assert.match(line?.about ?? "", /doesn't exist/);
    } finally {
      site().database.sql("RENAME TABLE IF EXISTS moodle.lab TO moodle.mdl_event");
    }
    const path = site().addPage(ajax("throw new coding_exception('ajax');"));
    const thrown = await told(web, (browser) => browser.get(web.port, path));
    assert.deepEqual([thrown?.level, thrown?.kind, thrown?.exception], ["error", "ajax", "coding_exception"]);
  });

  it("reports web services that fail, in both forms of REST", async () => {
    const [web] = site().web;
    const token = await site().php(`
set_config('enablewebservices', 1); set_config('webserviceprotocols', 'rest');
$service = $DB->get_record('external_services', ['shortname' => MOODLE_OFFICIAL_MOBILE_SERVICE]);
$DB->set_field('external_services', 'enabled', 1, ['id' => $service->id]);
purge_all_caches();
echo core_external\\util::generate_token(EXTERNAL_TOKEN_PERMANENT, $service, get_admin()->id, context_system::instance());`);
    const call = (form: string, name: string, args = "", wstoken = token) =>
      told(web, (browser) =>
        browser.get(
          web.port,
          `/webservice/rest/server.php?wstoken=${wstoken}&wsfunction=${name}&moodlewsrestformat=${form}${args}`,
        ),
      );
    try {
      for (const form of ["json", "xml"]) {
        for (const [line, level, kind, exception, about] of [
          [await call(form, "core_lab", "", "lab"), "notice", "service", "moodle_exception", /invalidtoken/],
          [await call(form, "core_lab"), "error", "service", "dml_missing_record_exception", /external_functions/],
          [
            await call(form, "core_course_get_contents"),
            "error",
            "service",
            "invalid_parameter_exception",
            /invalidparameter/,
          ],
        ] as const) {
          assert.deepEqual([line?.level, line?.kind, line?.exception], [level, kind, exception], JSON.stringify(line));
          assert.match(line?.about ?? "", about);
        }
        site().database.sql("RENAME TABLE IF EXISTS moodle.mdl_event TO moodle.lab");
        try {
          const line = await call(form, "core_calendar_get_calendar_events");
          assert.deepEqual(
            [line?.level, line?.kind, line?.exception],
            ["error", "database", "dml_read_exception"],
            JSON.stringify(line),
          );
          assert.match(line?.about ?? "", /doesn't exist/);
        } finally {
          site().database.sql("RENAME TABLE IF EXISTS moodle.lab TO moodle.mdl_event");
        }
        assert.equal(await call(form, "core_webservice_get_site_info"), undefined, "a call that does not fail");
      }
      assert.ok(!web.errors().includes("REST exception handler"), "the server's own trace is in the log");
    } finally {
      await site().php("set_config('enablewebservices', 0); purge_all_caches();");
    }
  });

  it("reports web services by SOAP that fail, before and in what they call", async () => {
    const [web] = site().web;
    await site().php(`
set_config('enablewebservices', 1); set_config('webserviceprotocols', 'soap'); purge_all_caches();`);
    try {
      const token = await told(web, (browser) =>
        browser.get(web.port, "/webservice/soap/server.php?wstoken=lab&wsdl=1"),
      );
      assert.deepEqual(
        [token?.level, token?.kind, token?.exception],
        ["notice", "service", "moodle_exception"],
        JSON.stringify(token),
      );
      // The server's own way of handling a call, without the description that it would fetch from its public address.
      const served = (code: string) =>
        site().addPage(`<?php
define('NO_DEBUG_DISPLAY', true); define('WS_SERVER', true);
require __DIR__ . '/../config.php'; require "$CFG->dirroot/webservice/soap/locallib.php";
class lab_service { public function lab() { global $DB; ${code} } }
class lab_server extends webservice_soap_server {
    public function run() {
        $this->soapserver = new SoapServer(null, ['uri' => 'lab']);
        $this->soapserver->setClass(lab_service::class);
        try { $this->soapserver->handle(file_get_contents('php://input')); } catch (Exception $e) { $this->fault($e); }
    }
}
(new lab_server(WEBSERVICE_AUTHMETHOD_PERMANENT_TOKEN))->run();`);
      const envelope =
        '<?xml version="1.0"?><e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><l:lab xmlns:l="lab"/></e:Body></e:Envelope>';
      for (const [code, expected] of [
        ["return 'fine';", undefined],
        ["throw new coding_exception('soap');", ["error", "service", "coding_exception", /codingerror .*soap/]],
        ["$DB->get_records('lab');", ["error", "database", "dml_read_exception", /doesn't exist/]],
        ["get_course(98765);", ["notice", "service", "dml_missing_record_exception", /invalidrecord/]],
      ] as const) {
        const path = served(code);
        const line = await told(web, (browser) => browser.postXml(web.port, path, envelope));
        if (expected === undefined) {
          assert.equal(line, undefined);
          continue;
        }
        const [level, kind, exception, about] = expected;
        assert.deepEqual([line?.level, line?.kind, line?.exception], [level, kind, exception], JSON.stringify(line));
        assert.match(line?.about ?? "", about);
      }
    } finally {
      await site().php(
        "set_config('enablewebservices', 0); set_config('webserviceprotocols', ''); purge_all_caches();",
      );
    }
  });

  it("reports a database and a session store that is away, on pages and in AJAX", async () => {
    const [web] = site().web;
    for (const [service, kind, exception, about] of [
      [site().database, "database", "dml_connection_exception", /dbconnectionfailed/],
      [site().sessions, /sessions|redis/, /exception/i, /./],
    ] as const) {
      await service.halt("SIGTERM");
      try {
        for (const path of [
          "/login/index.php",
          "/lib/ajax/service.php?info=x",
          // Web services have no session.
          ...(service === site().database ? ["/webservice/rest/server.php?wstoken=lab&wsfunction=core_lab"] : []),
        ]) {
          const line = await told(web, (browser) => browser.get(web.port, path));
          assert.equal(line?.level, "error", `${path} ${JSON.stringify(line)}`);
          assert.match(line?.kind ?? "", new RegExp(kind));
          assert.match(line?.exception ?? "", new RegExp(exception));
          assert.match(line?.about ?? "", about);
        }
      } finally {
        await service.resume();
      }
    }
    await until("pages again", async () =>
      (await new Browser(host).get(web.port, "/login/index.php")).status === 200 ? true : undefined,
    );
  });
}
