import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { Task } from "./container";
import { SesServer } from "./mailServer";
import { environment, mountProbe } from "./probe";

/** PHP's mail() of the image, which is what Moodle uses with SES: the request is judged by moto and by a signature worked out again. */
describe("mail by SES", () => {
  let root = "";
  let unmount = () => {};
  let ses: SesServer;
  const tasks: Task[] = [];

  before(async function () {
    ({ root, unmount } = mountProbe(this));
    ses = await SesServer.start();
    await ses.verify("moodle.test");
  });
  afterEach(async () => {
    ses.requests.splice(0);
    for (const task of tasks.splice(0)) await task.remove();
  });
  after(() => {
    ses?.stop();
    unmount();
  });

  /** What mail() says, and what the log has. */
  const send = async (extra: Record<string, string> = ses.environment, from = "noreply@moodle.test") => {
    const task = new Task(root, await environment(extra));
    tasks.push(task);
    mkdirSync(join(task.state, "run"));
    writeFileSync(
      join(task.state, "run/script.php"),
      `<?php
$sent = mail('Ann <ann@example.org>', 'Grüße', "First line\\n.\\nlast é", "From: Moodle <${from}>\\nX-Test: 1", '-fbounce@moodle.test');
echo $sent ? 'sent' : 'not sent', "\\n";`,
    );
    return (await task.run(["cli", "../../../run/moodle/script.php"])).text;
  };

  it("hands the message over as it is, signed with the task role and with the configuration set", async () => {
    assert.match(await send(), /^sent$/m);
    const [request, ...more] = ses.requests;
    assert.deepEqual([request?.signed, request?.type, more.length], [true, "application/json", 0]);
    assert.deepEqual(Object.keys(request?.body ?? {}).sort(), ["ConfigurationSetName", "Content"]);
    assert.equal(request?.body.ConfigurationSetName, "test-mail");
    const message = Buffer.from(request?.body.Content.Raw.Data ?? "", "base64").toString("utf8");
    const [head = "", body] = message.split("\r\n\r\n");
    for (const line of ["To: Ann <ann@example.org>", "From: Moodle <noreply@moodle.test>", "X-Test: 1"]) {
      assert.ok(head.split("\r\n").includes(line), head);
    }
    assert.equal(body?.trimEnd(), "First line\r\n.\r\nlast é");
    assert.ok(!/[^\r]\n/.test(message), "a line ends with LF alone");
  });

  it("tries again while SES is busy, and once it is not, the mail is sent once", async () => {
    ses.failures.push({ status: 429, message: "Maximum sending rate exceeded." }, { status: 503, message: "" });
    assert.match(await send(), /^sent$/m);
    assert.equal(ses.requests.length, 3);
  });

  it("says in one line why SES has refused it, and that it may be the sandbox", async () => {
    const message = "Email address is not verified. The following identities failed the check: ann@example.org";
    ses.failures.push({ status: 400, message });
    const text = await send();
    assert.match(text, /^not sent$/m);
    assert.match(
      text,
      /^mail was not sent: SES answered 400: Email address is not verified\..*SES sandbox.*docs\/mail\.md/m,
    );
    // moto's own refusal: a sender whose domain is no identity.
    assert.match(
      await send(ses.environment, "noreply@elsewhere.test"),
      /mail was not sent: SES answered 4\d\d: .*elsewhere/,
    );
    ses.failures.push({ status: 403, message: "User is not authorized to perform `ses:SendRawEmail'" });
    assert.match(await send(), /mail was not sent: SES answered 403: User is not authorized/);
    assert.ok(ses.requests.every((request) => request.signed));
  });

  it("says that there is no task role, and that no mail is set up, where mail() was silent before", async () => {
    const { AWS_CONTAINER_CREDENTIALS_FULL_URI: _, ...roleless } = ses.environment;
    assert.match(await send(roleless), /mail was not sent: mail goes by SES, but this container has no task role/);
    const nothing = await send({});
    assert.match(nothing, /^not sent$/m);
    assert.match(nothing, /mail was not sent: no mail server is set\. Set MOODLE_SMTP_HOST, or MOODLE_SES_/);
    assert.equal(ses.requests.length, 0);
  });
});
