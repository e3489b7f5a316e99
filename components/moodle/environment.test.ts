import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  applicationSecrets,
  environment,
  installSecrets,
  type MailSettings,
  mailSecrets,
  viewerAddress,
} from "./environment";

const args = {
  environment: "prod",
  domain: "moodle.example.ac.uk",
  region: "eu-west-2",
  database: { endpoint: "writer", databaseName: "moodle" },
  sessionsEndpoint: "sessions",
  cacheEndpoint: "cache",
  configurationBucket: "configuration",
  configurationPrefix: "moodle",
  configurationVersion: "abc",
  objectsBucket: "objects",
  viewerAddress: viewerAddress({ kind: "cloudfront" }, "10.0.0.0/16"),
  phpMaxChildren: 30,
  limits: { requestTimeoutSeconds: 60, uploadMaxMb: 100 },
  timeZone: "Europe/London",
  mail: { kind: "none" },
} as const;

describe("what takes too long", () => {
  it("is the same for the alarm of a long task and for the health check that ends one", () => {
    const table = readFileSync(join(__dirname, "../../moodle-image/rootfs/opt/moodle/lib/settings.php"), "utf8");
    const [, seconds] = /'MOODLE_TASK_STUCK_SECONDS' => .*'default' => '(\d+)'/.exec(table) ?? [];
    const alarm = readFileSync(join(__dirname, "alarms.ts"), "utf8");
    const [, threshold] = /id: "task-long"[\s\S]*?threshold: ([\d_]+)/.exec(alarm) ?? [];
    assert.equal(Number(seconds), Number(threshold?.replace("_", "")));
  });
});

describe("viewerAddress", () => {
  it("is in our function's header behind CloudFront, whose public addresses X-Forwarded-For ends in", () => {
    assert.deepEqual(viewerAddress({ kind: "cloudfront" }, "10.0.0.0/16"), {
      header: "True-Client-IP",
      trustedProxies: ["10.0.0.0/16"],
    });
  });
  it("is in X-Forwarded-For behind another network, after which only that network and the VPC have written", () => {
    const edge = { kind: "cidrs", cidrs: ["203.0.113.0/24", "198.51.100.0/24"] } as const;
    assert.deepEqual(viewerAddress(edge, "10.0.0.0/16"), {
      header: "X-Forwarded-For",
      trustedProxies: ["10.0.0.0/16", "203.0.113.0/24", "198.51.100.0/24"],
    });
  });
});

describe("environment", () => {
  it("is the image's contract", () => {
    assert.deepEqual(environment(args), {
      AWS_REGION: "eu-west-2",
      MOODLE_ENVIRONMENT: "prod",
      MOODLE_WWWROOT: "https://moodle.example.ac.uk",
      MOODLE_DB_TYPE: "auroramysql",
      MOODLE_DB_HOST: "writer",
      MOODLE_DB_NAME: "moodle",
      MOODLE_SESSION_REDIS_HOST: "sessions",
      MOODLE_SESSION_REDIS_PORT: "6379",
      MOODLE_CACHE_REDIS_HOST: "cache",
      MOODLE_CACHE_REDIS_PORT: "6379",
      MOODLE_REDIS_TLS: "1",
      MOODLE_CONFIG_BUCKET: "configuration",
      MOODLE_CONFIG_PREFIX: "moodle",
      MOODLE_CONFIG_VERSION: "abc",
      MOODLE_TRUSTED_PROXIES: "10.0.0.0/16",
      MOODLE_VIEWER_ADDRESS_HEADER: "True-Client-IP",
      MOODLE_OBJECTS_BUCKET: "objects",
      MOODLE_PHP_MAX_CHILDREN: "30",
      MOODLE_UPLOAD_MAX_MB: "100",
      MOODLE_REQUEST_TIMEOUT_SECONDS: "60",
      MOODLE_MAIL_OFF: "1",
      MOODLE_TIME_ZONE: "Europe/London",
    });
  });

  it("names the reader only when there is one", () => {
    const made = environment({
      ...args,
      database: { ...args.database, readerEndpoint: "reader" },
    });
    assert.equal(made["MOODLE_DB_READER_HOST"], "reader");
  });

  it("says how mail leaves: by a server, by SES, diverted, or not at all", () => {
    const mailOf = (mail: MailSettings) =>
      Object.fromEntries(
        Object.entries(environment({ ...args, mail })).filter(([name]) => /_(SMTP|SES|MAIL)_/.test(name)),
      );
    const smtp = {
      kind: "smtp",
      host: "smtp.example.ac.uk",
      port: 465,
      security: "ssl",
      cidrs: ["0.0.0.0/0"],
    } as const;
    assert.deepEqual(mailOf({ ...smtp, sender: "noreply@example.ac.uk", secretArn: "arn:smtp" }), {
      MOODLE_SMTP_HOST: "smtp.example.ac.uk:465",
      MOODLE_SMTP_SECURITY: "ssl",
      MOODLE_MAIL_SENDER: "noreply@example.ac.uk",
    });
    const ses = { configurationSetName: "prod-mail", configurationSetArn: "arn:set", identityArns: "arn:identity/*" };
    assert.deepEqual(
      mailOf({
        kind: "ses",
        ...ses,
        sender: "noreply@example.ac.uk",
        divertTo: "team@example.ac.uk",
        divertExcept: ["@example\\.ac\\.uk$", "ann@"],
      }),
      {
        MOODLE_SES_CONFIGURATION_SET: "prod-mail",
        MOODLE_MAIL_SENDER: "noreply@example.ac.uk",
        MOODLE_MAIL_DIVERT_TO: "team@example.ac.uk",
        MOODLE_MAIL_DIVERT_EXCEPT: "@example\\.ac\\.uk$,ann@",
      },
    );
    assert.deepEqual(mailOf({ kind: "none" }), { MOODLE_MAIL_OFF: "1" });
  });

  it("holds no secret", () => {
    for (const name of Object.keys({ ...installSecrets, ...mailSecrets })) {
      assert.equal(name in environment(args), false, name);
    }
  });

  it("gives the master secret to install alone", () => {
    const masters = (keys: typeof applicationSecrets) =>
      Object.values(keys).filter(({ secret }) => secret === "master");
    assert.equal(masters(applicationSecrets).length, 0);
    assert.equal(masters(installSecrets).length, 2);
  });
});
