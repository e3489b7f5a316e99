// cspell:ignore PASWORD retrun
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { spawnSync } from "node:child_process";

import {
  type ConfigurationFiles,
  configurationVersion,
  renderConfiguration,
} from "../../components/moodle/configuration";
import { limitChain } from "../../components/moodle/limits";
import { healthy, Task } from "./container";
import { environment, mountProbe } from "./probe";
import { Bucket } from "./services";

describe("configuration", () => {
  let root = "";
  let unmount = () => {};
  let bucket: Bucket;
  let endpoint = "";
  const tasks: Task[] = [];

  before(async function () {
    ({ root, unmount } = mountProbe(this));
  });
  beforeEach(async () => {
    bucket = new Bucket();
    endpoint = await bucket.start();
    upload(platform);
  });
  afterEach(async () => {
    for (const task of tasks.splice(0)) await task.remove();
    await bucket.stop();
  });
  after(() => unmount());

  const platform: ConfigurationFiles = {
    "php.ini": "memory_limit = 300M\n",
    "nginx.conf": "# nothing\n",
    "config.php": "<?php\n$CFG->generated = 'yes';\n",
  };
  const key = (files: ConfigurationFiles, name: string) => `prod/generated/${configurationVersion(files)}/${name}`;
  const upload = (files: ConfigurationFiles) => {
    for (const [name, text] of Object.entries(files)) bucket.objects.set(key(files, name), text as string);
  };
  const newTask = async (extra: Record<string, string> = {}) => {
    const task = new Task(root, await environment(extra));
    tasks.push(task);
    return task;
  };
  const fromBucket = (extra: Record<string, string> = {}) =>
    newTask({
      MOODLE_CONFIG_BUCKET: "configuration",
      MOODLE_CONFIG_PREFIX: "prod",
      MOODLE_CONFIG_ENDPOINT: endpoint,
      MOODLE_CONFIG_VERSION: configurationVersion(platform),
      AWS_REGION: "eu-west-2",
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${endpoint}/credentials`,
      ...extra,
    });
  const refused = async (task: Task, ...expected: (string | RegExp)[]) => {
    const { status, text } = await task.run(["check"]);
    assert.equal(status, 78, text);
    const message = JSON.parse(
      text
        .trim()
        .split("\n")
        .find((line) => line.includes("fatal")) ?? "{}",
    ).message as string;
    for (const part of expected) {
      if (typeof part === "string") assert.ok(message.includes(part), `"${part}" is not in: ${message}`);
      else assert.match(message, part);
    }
  };

  describe("from the environment", () => {
    it("is refused with every fault in one error", async () => {
      await refused(
        await newTask({
          MOODLE_WWWROOT: "http://moodle.example.org/",
          MOODLE_DB_HOST: "",
          MOODLE_DB_TYPE: "pgsql",
          MOODLE_PHP_MAX_CHILDREN: "0",
          MOODLE_TRUSTED_PROXIES: "10.0.0.0/8,0.0.0.0/0",
          MOODLE_VIEWER_ADDRESS_HEADER: "Client-IP",
          MOODLE_UPLOAD_MAX_MB: "1G",
          MOODLE_DB_PASWORD: "typed-wrongly",
          MOODLE_CUSTOM_ANYTHING: "free",
        }),
        "MOODLE_WWWROOT: given http://moodle.example.org/; allowed https://<host>[/path]",
        "MOODLE_DB_HOST: given nothing; allowed a host name or address, without a port; the role check needs it",
        "MOODLE_DB_TYPE: given pgsql; allowed auroramysql or mariadb or mysqli",
        "MOODLE_PHP_MAX_CHILDREN: given 0; allowed 1 to 500",
        "MOODLE_TRUSTED_PROXIES: given 10.0.0.0/8,0.0.0.0/0; allowed addresses or CIDR blocks",
        "MOODLE_VIEWER_ADDRESS_HEADER: given Client-IP; allowed X-Forwarded-For or True-Client-IP",
        "MOODLE_UPLOAD_MAX_MB: given 1G; allowed 1 to 2000",
        "MOODLE_DB_PASWORD is not a variable of this image; did you mean MOODLE_DB_PASSWORD?",
        /^(?!.*(typed-wrongly|CUSTOM))/s,
      );
    });

    it("never turns TLS off towards Aurora, and never shows a secret", async () => {
      await refused(await newTask({ MOODLE_DB_TYPE: "auroramysql" }), "MOODLE_DB_TLS: given none; allowed verify-full");
      await refused(
        await newTask({ MOODLE_DB_PASSWORD: "two\nlines" }),
        "MOODLE_DB_PASSWORD: given a value that is not shown",
        /^(?!.*two)/s,
      );
    });

    it("asks nginx for nothing that only PHP needs, and install for the master user", async () => {
      const task = await newTask();
      const { status, text } = await task.run(["install"]);
      assert.equal(status, 78);
      assert.match(text, /MOODLE_DB_MASTER_USER: given nothing.*the role install needs it/);
      const bare = new Task(root, { MOODLE_HTTP_PORT: (await environment()).MOODLE_HTTP_PORT ?? "" });
      tasks.push(bare);
      bare.start(["php-fpm"], await environment());
      await healthy(bare.start(["nginx"]));
    });

    it("becomes Moodle's settings for Aurora, a reader, TLS Redis and the proxies", async () => {
      const task = await newTask({
        MOODLE_ENVIRONMENT: "prod",
        MOODLE_WWWROOT: "https://moodle.example.org",
        MOODLE_DB_TYPE: "auroramysql",
        MOODLE_DB_TLS: "",
        MOODLE_DB_HOST: "writer.example",
        MOODLE_DB_READER_HOST: "reader.example",
        MOODLE_REDIS_TLS: "1",
        MOODLE_SESSION_REDIS_AUTH: "session-secret",
      });
      const web = task.start(["web"]);
      await healthy(web);
      const { cfg } = (await (await web.get("/")).json()) as { cfg: Record<string, any> };
      assert.deepEqual(cfg.dboptions, {
        dbpersist: false,
        dbport: 1,
        dbcollation: "utf8mb4_unicode_ci",
        connecttimeout: 5,
        ssl: "verify-full",
        readonly: {
          instance: { dbhost: "reader.example" },
          latency: 1,
          connecttimeout: 2,
          exclude_tables: ["config", "config_plugins", "sessions", "task_adhoc", "task_scheduled", "lock_db"],
        },
      });
      const expected: Record<string, unknown> = {
        dbtype: "auroramysql",
        wwwroot: "https://moodle.example.org",
        sslproxy: true,
        reverseproxy: false,
        getremoteaddrconf: 3,
        routerconfigured: true,
        session_handler_class: "\\cachestore_tiered\\session",
        session_redis_encrypt: { cafile: "/opt/moodle/certificates/bundle.pem" },
        session_redis_auth: "session-secret",
        session_redis_prefix: "prod-session-",
        session_redis_acquire_lock_timeout: 50,
        session_redis_lock_expire: 60,
        disableupdateautodeploy: true,
        preventexecpath: true,
        uninstallclionly: true,
        cronclionly: true,
        debug: 5,
        dataroot: "/var/moodledata",
      };
      for (const [name, value] of Object.entries(expected)) assert.deepEqual(cfg[name], value, name);
      const next = (await (await web.get("/")).json()) as { cfg: Record<string, any> };
      assert.match(cfg.upgradekey, /^[0-9a-f]{32}$/);
      assert.notEqual(next.cfg.upgradekey, cfg.upgradekey, "a key that stays can be found out");
      assert.match(cfg.localcachedir, /^\/var\/cache\/moodle\/[0-9a-f]{16}$/);
      const leaks = spawnSync(
        "grep",
        ["-rlE", "database-secret|session-secret", task.state, `${root}/opt`, `${root}/etc`, `${root}/var/www`],
        { encoding: "utf8" },
      );
      assert.equal(leaks.stdout, "", "a secret is in a file");
    });
  });

  describe("mail", () => {
    const smtp = {
      MOODLE_SMTP_HOST: "smtp.example.ac.uk:465",
      MOODLE_SMTP_USER: "moodle",
      MOODLE_SMTP_PASSWORD: "smtp-secret",
      MOODLE_SMTP_SECURITY: "ssl",
      MOODLE_MAIL_SENDER: "noreply@moodle.example.org",
    };
    const mailOf = async (extra: Record<string, string>) => {
      const task = await newTask(extra);
      assert.equal((await task.run(["check"])).status, 0);
      const web = task.start(["web"]);
      await healthy(web);
      const { cfg, ini } = (await (await web.get("/")).json()) as { cfg: Record<string, any>; ini: any };
      const names = /^(smtp|noreplyaddress|noemailever|divert|allowedemaildomains)/;
      return { cfg: Object.fromEntries(Object.entries(cfg).filter(([name]) => names.test(name))), ini };
    };

    it("becomes Moodle's settings for a server with a sign-in, and for a relay without", async () => {
      assert.deepEqual((await mailOf(smtp)).cfg, {
        smtphosts: "smtp.example.ac.uk:465",
        smtpsecure: "ssl",
        smtpuser: "moodle",
        smtppass: "smtp-secret",
        smtpauthtype: "",
        noreplyaddress: "noreply@moodle.example.org",
      });
      // Nobody's user of the administration pages goes to a relay; STARTTLS unless it is said.
      const relay = { smtpuser: "", smtppass: "", smtpauthtype: "" };
      const host = "[fd00::25]:587";
      assert.deepEqual((await mailOf({ MOODLE_SMTP_HOST: host })).cfg, {
        smtphosts: host,
        smtpsecure: "tls",
        ...relay,
      });
      assert.deepEqual((await mailOf({ MOODLE_SMTP_HOST: "relay:25", MOODLE_SMTP_SECURITY: "none" })).cfg, {
        smtphosts: "relay:25",
        smtpsecure: "",
        ...relay,
      });
    });

    it("becomes Moodle's settings for SES, for no mail, for diverted mail and for none of it", async () => {
      const ses = await mailOf({
        AWS_REGION: "eu-west-2",
        MOODLE_SES_CONFIGURATION_SET: "prod-mail",
        MOODLE_MAIL_SENDER: "noreply@moodle.example.org",
      });
      assert.deepEqual(ses.cfg, {
        smtphosts: "",
        allowedemaildomains: "",
        noreplyaddress: "noreply@moodle.example.org",
      });
      const program = /^(\S+) .*?(\/opt\/moodle\/\S+)$/.exec(ses.ini.sendmail_path) ?? [];
      assert.deepEqual(
        program.slice(1).map((path) => spawnSync("chroot", [root, "test", "-e", path]).status),
        [0, 0],
        `sendmail_path names a program that does not exist: ${ses.ini.sendmail_path}`,
      );
      assert.deepEqual((await mailOf({ MOODLE_MAIL_OFF: "1" })).cfg, { noemailever: true });
      assert.deepEqual((await mailOf({ MOODLE_MAIL_OFF: "0" })).cfg, {});
      assert.deepEqual(
        (await mailOf({ MOODLE_MAIL_DIVERT_TO: "team@example.org", MOODLE_MAIL_DIVERT_EXCEPT: "@example\\.org$" })).cfg,
        { divertallemailsto: "team@example.org", divertallemailsexcept: "@example\\.org$" },
      );
    });

    for (const [what, extra, ...expected] of [
      [
        "a user without a password",
        { MOODLE_SMTP_PASSWORD: "" },
        "MOODLE_SMTP_PASSWORD: given nothing; allowed one line of text; MOODLE_SMTP_USER is given and needs it",
      ],
      [
        "a password without a user",
        { MOODLE_SMTP_USER: "" },
        "MOODLE_SMTP_USER: given nothing; allowed one line of text; MOODLE_SMTP_PASSWORD is given and needs it",
      ],
      [
        "a sign-in without a server",
        { MOODLE_SMTP_HOST: "" },
        "MOODLE_SMTP_HOST: given nothing; allowed a host name or address with its port",
      ],
      [
        "a password in the open",
        { MOODLE_SMTP_SECURITY: "none" },
        "MOODLE_SMTP_SECURITY: given none; allowed ssl or tls; the password would cross the network in the open",
      ],
      [
        "values that are none",
        {
          MOODLE_SMTP_SECURITY: "starttls",
          MOODLE_SMTP_HOST: "smtp.example.org:70000",
          MOODLE_MAIL_SENDER: "noreply",
          MOODLE_MAIL_OFF: "yes",
          MOODLE_MAIL_DIVERT_TO: "team",
          MOODLE_MAIL_DIVERT_EXCEPT: "a,(",
        },
        "MOODLE_SMTP_SECURITY: given starttls; allowed none or ssl or tls",
        "MOODLE_SMTP_HOST: given smtp.example.org:70000; allowed a host name or address with its port",
        "MOODLE_MAIL_SENDER: given noreply; allowed an e-mail address",
        "MOODLE_MAIL_OFF: given yes; allowed 0 or 1",
        "MOODLE_MAIL_DIVERT_TO: given team; allowed an e-mail address",
        "MOODLE_MAIL_DIVERT_EXCEPT: given a,(; allowed regular expressions",
      ],
      [
        "exceptions from nothing",
        { MOODLE_MAIL_DIVERT_EXCEPT: "a@b.org" },
        "MOODLE_MAIL_DIVERT_TO: given nothing; allowed an e-mail address; MOODLE_MAIL_DIVERT_EXCEPT is given and needs it",
      ],
      [
        "two ways out",
        { MOODLE_SES_CONFIGURATION_SET: "prod-mail" },
        "MOODLE_SES_CONFIGURATION_SET: given prod-mail; allowed nothing beside MOODLE_SMTP_HOST",
        "AWS_REGION: given nothing",
      ],
    ] as const) {
      it(`is refused with ${what}`, async () => {
        await refused(await newTask({ ...smtp, ...extra }), ...expected, /^(?!.*smtp-secret)/s);
      });
    }
  });

  describe("from the bucket", () => {
    it("is read in order: the platform's layer, then people's", async () => {
      bucket.objects.set("prod/overrides/php.ini", "memory_limit = 400M\n");
      bucket.objects.set(
        "prod/overrides/config.php",
        "<?php\n$CFG->generated .= ' and overridden';\n$CFG->maintenance_message = 'Back at nine';\n",
      );
      bucket.objects.set("prod/overrides/nginx.conf", "location = /robots.txt { return 200 'from the bucket'; }\n");
      bucket.failures.push(503, 500);
      const web = (await fromBucket()).start(["web"]);
      await healthy(web);
      const { cfg, ini } = (await (await web.get("/")).json()) as Record<string, any>;
      assert.equal(ini.memory_limit, "400M");
      assert.equal(cfg.generated, "yes and overridden");
      assert.equal(cfg.maintenance_message, "Back at nine");
      assert.equal(await (await web.get("/robots.txt")).text(), "from the bucket");
      // Which texts they were, and not the texts.
      const logged = web.lines().filter(({ override }) => override !== undefined);
      assert.deepEqual(
        logged.map(({ override, sha256 }) => [override, sha256]).toSorted(),
        ["config.php", "nginx.conf", "php.ini"].map((file) => [
          file,
          createHash("sha256")
            .update(bucket.objects.get(`prod/overrides/${file}`)!)
            .digest("hex"),
        ]),
      );
      assert.ok(!JSON.stringify(logged).includes("Back at nine"));
    });

    it("needs no overrides", async () => {
      const { status, text } = await (await fromBucket()).run(["check"]);
      assert.equal(status, 0, text);
      assert.equal(bucket.requests.length, 6);
    });

    it("is refused without the platform's layer", async () => {
      bucket.objects.delete(key(platform, "config.php"));
      // What lies where another version, or nobody, looks is not the task's.
      bucket.objects.set("prod/generated/config.php", platform["config.php"]);
      await refused(
        await fromBucket(),
        `s3://configuration/${key(platform, "config.php")} does not exist: the platform writes it`,
      );
    });

    it("is refused with files that the platform did not write, in every role and whichever file it is", async () => {
      const planted = {
        "php.ini": "memory_limit = 300M\nauto_prepend_file = /tmp/x\n",
        "nginx.conf": "location = /x { return 200 'planted'; }\n",
        "config.php": "<?php\n$CFG->generated = 'planted';\n",
      } as const;
      for (const [name, text] of Object.entries(planted)) {
        upload({ ...platform });
        bucket.objects.set(key(platform, name), text);
        for (const role of [["check"], ["nginx"], ["php-fpm"], ["cron"], ["cli", "admin/cli/status.php"]]) {
          const { status, text: said } = await (await fromBucket()).run(role);
          assert.equal(status, 78, `${name} ${role[0]}: ${said}`);
          assert.match(said, /"level":"fatal".*are not those that this task was made for: got [0-9a-f]{64}, expected/);
          assert.doesNotMatch(said, /planted|auto_prepend/);
        }
      }
    });

    it("is each task's own: those of another version beside it change nothing", async () => {
      upload({ ...platform, "config.php": "<?php\n$CFG->generated = 'newer';\n" });
      const web = (await fromBucket()).start(["web"]);
      await healthy(web);
      const { cfg } = (await (await web.get("/")).json()) as Record<string, any>;
      assert.equal(cfg.generated, "yes");
    });

    it("is told apart byte for byte, as the platform writes it", async () => {
      const files = renderConfiguration({
        limits: limitChain({ requestTimeoutSeconds: 60, uploadMaxMb: 100 }),
        adhocConcurrency: 2,
        moodle: { theme: 'a/\u00e9"\u2028' },
      });
      upload(files);
      const { status, text } = await (
        await fromBucket({ MOODLE_CONFIG_VERSION: configurationVersion(files) })
      ).run(["check"]);
      assert.equal(status, 0, text);
    });

    it("is never read without a version to hold it against", async () => {
      for (const [version, given] of [
        ["", "nothing"],
        ["1", "1"],
      ] as const) {
        await refused(
          await fromBucket({ MOODLE_CONFIG_VERSION: version }),
          `MOODLE_CONFIG_VERSION: given ${given}; allowed the SHA-256 of the generated files`,
        );
      }
    });

    for (const [file, text, reason] of [
      ["php.ini", "memory_limit = (\n", "syntax error"],
      ["config.php", "<?php\n$CFG->a = ;\n", "syntax error"],
      ["config.php", "<?php\n$CFG->a = undefined_function();\n", "undefined_function"],
      ["config.php", "<?php\n$CFG->a = $nothing;\n", "Undefined variable"],
      ["config.php", "\n<?php\n$CFG->a = 1;\n", "it prints text, which would be in front of every page"],
      ["nginx.conf", "location = /x { retrun 200; }\n", 'unknown directive "retrun"'],
      ["nginx.conf", "location = /x { return 200;\n", "unexpected end of file"],
    ] as const) {
      it(`is refused with a malformed ${file} (${reason}), and says what to do`, async () => {
        bucket.objects.set(`prod/overrides/${file}`, text);
        await refused(
          await fromBucket(),
          `s3://configuration/prod/overrides/${file} cannot be used: `,
          reason,
          "restore its previous version",
        );
      });
    }

    it("is refused when access is denied, when S3 does not answer and without a task role", async () => {
      const denied = await fromBucket();
      bucket.failures.push(403);
      await refused(denied, "access denied. The task role needs s3:GetObject", "s3:ListBucket");
      const down = await fromBucket();
      bucket.failures.push(500, 500, 500, 500);
      await refused(down, "could not be read (status 500)");
      await refused(await fromBucket({ AWS_CONTAINER_CREDENTIALS_FULL_URI: "" }), "this container has no task role");
    });
  });
});
