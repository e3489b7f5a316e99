import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { isSecretName, looksGenerated, secretIn, secretInFile, secretOf } from "./secretForm";

const [pairs = "", commands = ""] = fs
  .readFileSync(path.join(__dirname, "..", "corpus", "harmless.txt"), "utf8")
  .trim()
  .split("\n\n");

describe("What shows a secret", () => {
  it("is none of 500 harmless names, values and command lines", () => {
    const lines = [...pairs.split("\n"), ...commands.split("\n")];
    assert.ok(lines.length >= 500, `${lines.length} lines`);
    const alarms = pairs.split("\n").flatMap((line) => {
      const at = line.indexOf("=");
      const found = secretOf(line.slice(0, at), line.slice(at + 1)) ?? secretIn(line.slice(at + 1));
      return found === undefined ? [] : [`${line}: ${found}`];
    });
    assert.deepEqual(
      [...alarms, ...commands.split("\n").flatMap((line) => (secretIn(line) === undefined ? [] : [line]))],
      [],
    );
  });

  for (const name of [
    ...[
      "DB_PASSWORD",
      "dbPassword",
      "MYSQL_PWD",
      "PASS",
      "githubToken",
      "APIKEY",
      "api-key",
      "JWT_SECRET",
      "SECRET_KEY_BASE",
    ],
    ...[
      "AWS_SECRET_ACCESS_KEY",
      "STRIPE_SECRET_KEY",
      "ENCRYPTION_KEY",
      "PASSWORD2",
      "ADMIN_PASSWORD_PLAIN",
      "REDIS_AUTH",
    ],
    ...["DB_CREDENTIALS", "clientSecret", "NPM_TOKEN", "SALT", "SESSION_KEY"],
    ...["DB_PW", "BIND_PW", "ADMINPW", "DBPW", "DBPWD", "SMTPPASS", "MOODLE_SMTPPASS", "LDAPPASS", "REDISPASS"],
    ...["CREDS", "LDAP_BIND_CRED", "SSH_KEY", "DEPLOY_KEY", "HMAC", "RESET_TOKEN", "PUBLIC_TOKEN", "CSRF_SECRET"],
    ...["ADMIN_RESET_PASSWORD", "NEXT_PUBLIC_PASSWORD", "CLIENTKEY", "sharedkey", "passwordsaltmain", "awsCreds"],
  ]) {
    it(`is a value under the name ${name}`, () => assert.ok(isSecretName(name)));
  }

  for (const line of [
    `mysql -h db -u app -p"hunter2"`,
    `redis-cli -a 'hunter2' ping`,
    `sshpass -p "hunter2" ssh app@db`,
    `docker login -u app -p 'hunter2' registry.example.org`,
    `rabbitmqctl add_user app "hunter2"`,
    `ldapsearch -D cn=app -w "hunter2"`,
    "export DB_PW=hunter2",
    `curl "https://api.example.org/v1?format=json&token=hunter2"`,
    `curl -H "X-Api-Key: hunter2" https://api.example.org`,
    "curl --header X-Auth-Token: hunter2 https://api.example.org",
  ]) {
    it(`is in ${line}`, () => assert.ok(secretIn(line) !== undefined));
  }

  it("is a literal of code or a file, and no word of the language", () => {
    for (const text of [
      `const password = "hunter2";`,
      `{ "db": { "password": "hunter2" } }`,
      "# settings\nDB_PASSWORD=hunter2\n",
      `$CFG->dbpass = 'hunter2';`,
    ]) {
      assert.ok(secretInFile(text) !== undefined, text);
    }
    for (const text of [
      "var token = request.headers.token;\nreturn { password: form.password };",
      `const token = "";`,
      // Names of a type, of a variable and of a header, in AWS's SDK.
      `var spec = { hmac: "function" };`,
      `var ENV_SECRET = "AWS_SECRET_ACCESS_KEY";`,
      `var X_AWS_EC2_METADATA_TOKEN2 = "x-aws-ec2-metadata-token";`,
      `<input type="password" name="token">`,
      "DB_PASSWORD=${DB_PASSWORD}\n",
      `$CFG->dbpass = getenv('DB_PASSWORD');`,
    ]) {
      assert.equal(secretInFile(text), undefined, text);
    }
  });

  it("is a password that is a number or a word", () => {
    for (const value of ["123456", "password", "default", "root", "changeme"]) {
      assert.ok(secretOf("DB_PASSWORD", value) !== undefined, value);
    }
    for (const value of [
      "",
      "yes",
      "false",
      "$DB_PASSWORD",
      "/run/secrets/db",
      "arn:aws:secretsmanager:r:1:secret:db",
    ]) {
      assert.equal(secretOf("DB_PASSWORD", value), undefined, value);
    }
  });

  it("is under a name of a secret, whatever words it has that other names may have", () => {
    for (const [name, value] of [
      ["DB_PASSWORD", "sha256"],
      ["DB_PASSWORD", "basic"],
      ["REDIS_AUTH", "hunter2"],
      ["API_TOKENS", "hunter2"],
      ["DB_PASSWORD", "314159265"],
      ["WEBHOOK_HMAC", "hunter2"],
    ] as const) {
      assert.ok(secretOf(name, value) !== undefined, `${name}=${value}`);
    }
    for (const [name, value] of [
      ["WEBHOOK_HMAC", "sha256"],
      ["SMTP_AUTH", "plain"],
      ["CONTEXT_TOKENS", "200000"],
      ["DEPLOY_KEY", "ssh-ed25519 publickeytext ops"],
    ] as const) {
      assert.equal(secretOf(name, value), undefined, `${name}=${value}`);
    }
  });

  it("is a pair of a text in YAML or JSON, and no name of a secret that is elsewhere", () => {
    const build = (...lines: readonly string[]) => ["env:", ...lines].join("\n");
    for (const text of [
      build("  secrets-manager:", "    # the database", "    DB_PASSWORD: moodle/db:password"),
      "value: hunter2\n",
      "kind: DB_PASSWORD\nvalue: hunter2\n",
      "DB_PASSWORD: /run/secrets/db\n",
      '[null, 3, "password", {"password": "/run/secrets/db"}]',
    ]) {
      assert.equal(secretIn(text), undefined, text);
    }
    for (const text of [
      build("  secrets-manager:", "    A: b", "  variables:", "    DB_PASSWORD: hunter2"),
      "name: DB_PASSWORD\nvalue: hunter2\n",
      '[null, 3, {"password": "hunter2"}]',
      JSON.stringify({ settings: JSON.stringify({ password: "hunter2" }) }),
      JSON.stringify({ words: "two words", password: "hunter2" }),
      JSON.stringify({ password: { S: "hunter2" } }),
      '{"password": "hunter2", "id": <id>}',
      '$env:DB_PASSWORD = "hunter2"',
      "echo 'hunter2' | sudo passwd --stdin root",
    ]) {
      assert.ok(secretIn(text) !== undefined, text);
    }
    assert.equal(secretInFile('{ "password": "/run/secrets/db" }'), undefined);
    assert.equal(secretInFile("const password = process.env.DB_PASSWORD;"), undefined);
    assert.ok(secretInFile('DB_PASSWORD = "db-hunter2"') !== undefined);
    assert.ok(secretInFile('connect("Server=db;Uid=app;Pwd=hunter2")') !== undefined);
    assert.ok(secretOf("Authorization", "Bearer 0123456789abcdef") !== undefined);
    assert.equal(secretOf("Authorization", "Bearer $TOKEN_OF_THE_RUN"), undefined);
  });

  it("is a generated text, and no word, digest, id or address", () => {
    assert.ok(looksGenerated("k7Qm2Xz9Lp4Tb8Rw1Yc6Vn3Hd5Jf0Gs"));
    assert.ok(looksGenerated("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"));
    for (const value of [
      ...["kQmXzLpTbRwYcVnHdJfGsAeU", "aB1aB1aB1aB1aB1aB1aB1aB1", "sha256-n4bQgYhMfWWaL28IoEbM9Qa7jG7kW0Zb3xT5"],
      ...["9F86d081884C7d659A2feaa0C55ad015", "Web-Server-2-Of-Campus-A1b2C3d4E5", "Kf82hd Lq91Zm Xo47Tr Wb30"],
    ]) {
      assert.ok(!looksGenerated(value), value);
    }
    for (const value of [
      ...[
        "prod-objects-bucket-baf7497",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
        "ELBSecurityPolicy-TLS13-1-2-2021-06",
      ],
      ...[
        "8d3f5c2e-1b7a-4c9d-9e6f-0a1b2c3d4e5f",
        "AmazonECSTaskExecutionRolePolicy",
        "arn:aws:iam::111122223333:role/Web",
      ],
    ]) {
      assert.ok(!looksGenerated(value), value);
    }
  });
});
