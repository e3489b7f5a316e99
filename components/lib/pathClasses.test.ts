import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { leaveOut } from "../../testing/leftOut";
import { readCorpus } from "../../tools/edge-report/corpus/read";
import { classOf, nginxMap, pathClasses, pathRules } from "./pathClasses";

const template = join(__dirname, "../../moodle-image/rootfs/opt/moodle/config/nginx.conf.template");
const targets = [...new Set(readCorpus(0).map(({ target }) => target))].filter((target) => target.startsWith("/"));
const nginx = ["/usr/sbin/nginx", "/usr/bin/nginx"].find((path) => spawnSync(path, ["-v"]).status === 0);

describe("path classes", () => {
  const known: readonly (readonly [string, ReturnType<typeof classOf>])[] = [
    ["/login/index.php?sesskey=a", "login"],
    ["/auth/saml2/login.php", "login"],
    ["/my/", "dashboard"],
    ["/my", "dashboard"],
    ["/my/courses.php", "dashboard"],
    ["/mylittleplugin/", "other"],
    ["/course/view.php?id=2", "course"],
    ["/mod/forum/view.php?id=3", "course"],
    ["/mod/quiz/view.php?id=3", "quiz"],
    ["/mod/quiz/attempt.php?attempt=1&page=2", "quiz"],
    ["/mod/quiz/autosave.ajax.php", "quiz"],
    ["/mod/quiz/edit.php", "other"],
    ["/pluginfile.php/12/course/login/a.php", "file"],
    ["/webservice/pluginfile.php/1/x", "file"],
    ["/webservice/rest/server.php", "service"],
    ["/lib/ajax/service.php?info=core_login", "service"],
    ["/lib/javascript.php/1/lib/ajax/x.js", "other"],
    ["/?redirect=/login/index.php", "other"],
    ["/healthz/deep", "health"],
    ["/theme/styles.php/boost/1/all", "other"],
  ];
  for (const [target, expected] of known) {
    it(`has ${target} as ${expected}`, () => assert.equal(classOf(target), expected));
  }

  it("each have a request in the edge's corpus, but for the health check", () => {
    const seen = new Set(targets.map(classOf));
    assert.deepEqual(
      pathClasses.filter((name) => !seen.has(name)),
      [],
    );
    assert.ok(targets.length > 300, `${targets.length}`);
  });

  it("are written into the image's nginx", () => {
    assert.ok(readFileSync(template, "utf8").includes(nginxMap()), "Stale. Run: make generate");
  });

  it("use only what every engine understands the same way", () => {
    for (const { pattern } of pathRules) {
      assert.match(pattern, /^\^\/[a-z/()|$.?+*^[\]\\-]+$/, pattern);
      assert.ok(!/\(\?|['"]/.test(pattern), pattern);
    }
  });

  it("mean the same to nginx itself, for all of the corpus", async function () {
    if (nginx === undefined) {
      leaveOut(this, "there is no nginx: apt-get install nginx-light");
    }
    const folder = mkdtempSync(join(tmpdir(), "path-classes-"));
    const socket = join(folder, "socket");
    const text = readFileSync(template, "utf8");
    const block = (start: string) => {
      const from = text.indexOf(start);
      return text.slice(from, text.indexOf("\n    }\n", from) + 6);
    };
    writeFileSync(
      join(folder, "nginx.conf"),
      `pid ${folder}/pid; error_log ${folder}/error; user root; events {} http { access_log off; client_body_temp_path ${folder}/a; proxy_temp_path ${folder}/b;
       fastcgi_temp_path ${folder}/c; uwsgi_temp_path ${folder}/d; scgi_temp_path ${folder}/e;
       ${block("    map $request_uri $asked {")} ${block("    map $asked $path_class {")}
       keepalive_requests 100000; large_client_header_buffers 4 64k;
       server { listen unix:${socket}; location / { return 200 "$path_class\n"; } } }`,
    );
    const run = (...args: string[]) =>
      spawnSync(nginx!, ["-c", join(folder, "nginx.conf"), "-e", join(folder, "error"), ...args], { encoding: "utf8" });
    try {
      const started = run();
      assert.equal(started.status, 0, started.stderr);
      const paths = [...targets, ...known.map(([target]) => target)];
      assert.deepEqual(await ask(socket, paths), paths.map(classOf));
    } finally {
      run("-s", "stop");
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** The body of each answer, over one connection. */
function ask(path: string, targets: readonly string[]): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect(path, () =>
      socket.write(
        targets
          .map((target, index) => {
            const last = index === targets.length - 1 ? "Connection: close\r\n" : "";
            return `GET ${target} HTTP/1.1\r\nHost: a\r\n${last}\r\n`;
          })
          .join(""),
      ),
    );
    socket.on("data", (data) => (text += data.toString("latin1")));
    socket.on("error", reject);
    socket.on("close", () => resolve([...text.matchAll(/\r\n\r\n([a-z]+)\n/g)].map(([, body]) => body ?? "")));
  });
}
