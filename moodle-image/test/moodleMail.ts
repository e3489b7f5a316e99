import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { SesServer, SmtpServer, type SmtpOptions } from "./mailServer";
import { certificates } from "./services";
import type { Site } from "./site";

/** Moodle's own mailer, from the image's variables to a server that keeps what it takes. */
export function mailTest(site: () => Site): void {
  const [user, password] = ["moodle", "smtp-secret pass"];
  const sender = "noreply@moodle.test";

  /** What Moodle says of one mail to a user, and what its log has. */
  const send = async (extra: Readonly<Record<string, string>>, to = "ann@students.example.org") => {
    const task = await site().newTask(extra);
    mkdirSync(join(task.state, "run"), { recursive: true });
    writeFileSync(
      join(task.state, "run/script.php"),
      `<?php
define('CLI_SCRIPT', true);
require '/var/www/moodle/config.php';
$user = clone(get_admin());
$user->email = ${JSON.stringify(to)};
echo email_to_user($user, core_user::get_noreply_user(), 'Greeting', "One line\\n.\\nlast é") ? 'sent' : 'not sent', "\\n";`,
    );
    return (await task.run(["cli", "../../../run/moodle/script.php"])).text;
  };
  const withServer = async (
    options: Partial<SmtpOptions>,
    work: (server: SmtpServer, settings: Record<string, string>) => Promise<void>,
  ) => {
    const server = await SmtpServer.start({ security: "tls", tls: site().tls, user, password, ...options });
    try {
      await work(server, {
        MOODLE_SMTP_HOST: `127.0.0.1:${server.port}`,
        MOODLE_SMTP_SECURITY: options.security ?? "tls",
        MOODLE_SMTP_USER: user,
        MOODLE_SMTP_PASSWORD: password,
        MOODLE_MAIL_SENDER: sender,
      });
    } finally {
      await server.stop();
    }
  };

  for (const security of ["tls", "ssl"] as const) {
    it(`sends mail over ${security === "tls" ? "STARTTLS" : "TLS from the first byte"} after a sign-in`, () =>
      withServer({ security }, async (server, settings) => {
        assert.match(await send(settings), /^sent$/m);
        const [mail, ...more] = server.take();
        assert.deepEqual(more, []);
        assert.deepEqual(
          [mail?.from, mail?.to, mail?.tls, mail?.authenticated],
          [sender, ["ann@students.example.org"], true, true],
        );
        assert.match(mail?.text ?? "", /^From: .*<noreply@moodle\.test>/m);
      }));
  }

  it("sends no mail with a wrong password, in the open, or to a server that it does not trust, and says why", async () => {
    await withServer({}, async (server, settings) => {
      assert.match(
        await send({ ...settings, MOODLE_SMTP_PASSWORD: "wrong" }),
        /email_to_user\(\): SMTP connect\(\) failed[^]*not sent/,
      );
      assert.deepEqual(server.take(), []);
    });
    const stranger = certificates();
    try {
      for (const security of ["tls", "ssl"] as const) {
        await withServer({ security, tls: stranger }, async (server, settings) => {
          const text = await send(settings);
          assert.match(text, /email_to_user\(\)[^]*not sent/);
          assert.deepEqual(server.take(), [], text);
        });
      }
    } finally {
      stranger.remove();
    }
    await withServer({}, async (server, { MOODLE_SMTP_HOST: host = "" }) => {
      const text = await send({ MOODLE_SMTP_HOST: host, MOODLE_SMTP_SECURITY: "none" });
      assert.match(text, /not sent/);
      assert.deepEqual(server.take(), []);
    });
  });

  it("sends mail by a relay without a sign-in", () =>
    withServer({ security: "none", user: "", password: "" }, async (server, { MOODLE_SMTP_HOST: host = "" }) => {
      const relay = { MOODLE_SMTP_HOST: host, MOODLE_SMTP_SECURITY: "none", MOODLE_MAIL_SENDER: sender };
      assert.match(await send(relay), /^sent$/m);
      assert.deepEqual(
        server.take().map(({ to, tls }) => [to, tls]),
        [[["ann@students.example.org"], false]],
      );
    }));

  it("diverts mail, but for the exceptions, and sends none when mail is off", () =>
    withServer({}, async (server, settings) => {
      const diverted = {
        ...settings,
        MOODLE_MAIL_DIVERT_TO: "team@example.org",
        MOODLE_MAIL_DIVERT_EXCEPT: "@test\\.example\\.org$",
      };
      assert.match(await send(diverted), /^sent$/m);
      const [mail, ...more] = server.take();
      assert.deepEqual([mail?.to, more], [["team@example.org"], []]);
      assert.match(mail?.text ?? "", /^Subject: .*\[DIVERTED ann@students\.example\.org\] Greeting/m);
      assert.match(await send(diverted, "bob@test.example.org"), /^sent$/m);
      assert.deepEqual(
        server.take().map(({ to }) => to),
        [["bob@test.example.org"]],
      );
      // Moodle says "sent": that is what noemailever does.
      assert.match(await send({ ...settings, MOODLE_MAIL_OFF: "1" }), /^sent$/m);
      assert.deepEqual(server.take(), []);
    }));

  it("sends mail by the API of SES, with the task role", async () => {
    const ses = await SesServer.start();
    try {
      await ses.verify("moodle.test");
      assert.match(await send(ses.environment), /^sent$/m);
      const message = Buffer.from(ses.requests[0]?.body.Content.Raw.Data ?? "", "base64").toString("utf8");
      assert.match(message, /^To: .*<ann@students\.example\.org>\r$/m);
      assert.match(message, /^From: .*<noreply@moodle\.test>\r$/m);
      assert.ok(!/^Sender: |[^\r]\n/m.test(message), message);
      ses.failures.push({ status: 400, message: "Email address is not verified." });
      assert.match(await send(ses.environment), /^not sent$[^]*^mail was not sent: SES answered 400/m);
      // Diverted mail goes the same way.
      assert.match(await send({ ...ses.environment, MOODLE_MAIL_DIVERT_TO: "team@example.org" }), /^sent$/m);
      const last = Buffer.from(ses.requests.at(-1)?.body.Content.Raw.Data ?? "", "base64").toString("utf8");
      assert.match(last, /^To: .*<team@example\.org>\r$/m);
    } finally {
      ses.stop();
    }
  });
}
