import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { architecture, build, debian, folder, inspectImage, mountImage, mustBuild } from "./build";
import { mountProbe, probeTag } from "./probe";

describe("the image", () => {
  let root = "";
  let unmount = () => {};

  before(function () {
    ({ root, unmount } = mountProbe(this));
  });
  after(() => unmount());

  const inside = (...command: string[]) => execFileSync("chroot", [root, ...command], { encoding: "utf8" });
  const find = (...args: string[]) =>
    inside("find", "/", "-xdev", "-not", "-path", "/proc/*", "-not", "-path", "/dev/*", ...args)
      .split("\n")
      .filter((line) => line !== "");

  it("runs as user 1000 with its entry point, labels and port", () => {
    const config = inspectImage(probeTag);
    assert.equal(config.User, "1000:1000");
    assert.deepEqual(config.Entrypoint, ["moodle-entrypoint"]);
    assert.equal(config.Labels["moodle.php.version"], "8.4");
    assert.equal(config.Labels["org.opencontainers.image.base.name"], debian("trixie"));
    assert.deepEqual(
      Object.keys(config.ExposedPorts).map((port) => port.replace("/tcp", "")),
      ["8080"],
    );
    assert.deepEqual(Object.keys(config.Volumes).sort(), [
      "/run/moodle",
      "/tmp",
      "/var/cache/moodle",
      "/var/moodledata",
    ]);
  });

  it("is for the processor that was asked for", () => {
    // The number of the processor in a program's header: https://man7.org/linux/man-pages/man5/elf.5.html
    const machines = { amd64: 62, arm64: 183 };
    for (const program of ["nginx", "php-fpm8.4"]) {
      assert.equal(readFileSync(join(root, "usr/sbin", program)).readUInt16LE(18), machines[architecture]);
    }
  });

  it("has no compiler, no headers and no downloader", () => {
    for (const program of ["gcc", "cc", "g++", "make", "phpize", "curl", "wget", "git", "composer", "python3"]) {
      assert.ok(!existsSync(join(root, "usr/bin", program)), `${program} is in the image`);
    }
  });

  it("has nothing that user 1000 may write, but its four folders and what everybody may write", () => {
    const writable = find(
      "(",
      "-user",
      "1000",
      "-o",
      "-group",
      "1000",
      "-o",
      "-perm",
      "-0002",
      ")",
      "-not",
      "-type",
      "l",
    );
    assert.deepEqual(writable.sort(), [
      "/run/lock",
      "/run/moodle",
      "/tmp",
      "/var/cache/moodle",
      "/var/moodledata",
      "/var/tmp",
    ]);
  });

  it("has no secret of the build and no leftovers", () => {
    assert.ok(!existsSync(join(root, "opt/build")) && !existsSync(join(root, "opt/probe")));
    assert.ok(!existsSync(join(root, "var/lib/apt/lists/lock")));
  });

  it("lists its Debian packages and Moodle in a CycloneDX file", () => {
    const bom = JSON.parse(readFileSync(join(root, "opt/moodle/sbom.cdx.json"), "utf8"));
    assert.equal(bom.specVersion, "1.6");
    const names: string[] = bom.components.map(({ name }: { name: string }) => name);
    const installed = inside("dpkg-query", "-W", "-f", "${Package}\\n").trim().split("\n");
    for (const name of [...installed, "moodle"])
      assert.ok(names.includes(name), `${name} is not in the bill of materials`);
    assert.equal(bom.metadata.component.version, readFileSync(join(root, "opt/moodle/build-id"), "utf8").trim());
  });

  it("trusts Amazon's database certificates", () => {
    const count = (file: string) => readFileSync(file, "utf8").split("BEGIN CERTIFICATE").length - 1;
    const bundle = count(join(root, "opt/moodle/certificates/bundle.pem"));
    assert.ok(
      bundle > 200 && bundle > count(join(folder, "certificates/rds-global-bundle.pem")),
      `${bundle} certificates`,
    );
  });

  describe("refuses to be built", () => {
    const scratch = () => mkdtempSync(join(tmpdir(), "moodle-source-"));
    const source = (branch: string, release: string) => {
      const path = scratch();
      writeFileSync(
        join(path, "version.php"),
        `<?php\n$version = 1.0;\n$release = '${release}';\n$branch = '${branch}';\n`,
      );
      return path;
    };
    const refused = (options: Parameters<typeof build>[0], ...expected: string[]) => {
      const { status, output } = build(options);
      assert.notEqual(status, 0, "the build went through");
      for (const text of expected)
        assert.ok(output.includes(text), `"${text}" is not in the output:\n${output.slice(-1500)}`);
    };

    it("a base without a digest", () => {
      refused(
        { tag: "refused", args: { ALLOW_UNPINNED_BASE: "0", PROBE: "1" } },
        "DEBIAN_IMAGE must name its digest",
        "imagetools inspect",
      );
    });

    it("a PHP that the base does not have", () => {
      refused(
        { tag: "refused", args: { PHP_VERSION: "8.3", PROBE: "1" } },
        "does not have that PHP",
        "trixie with 8.4, bookworm with 8.2",
      );
    });

    for (const [branch, release, fix] of [
      ["401", "4.1.18", "no Debian stable has such a PHP: upgrade to Moodle 4.5 (LTS) or later"],
      ["405", "4.5.7", "build with PHP_VERSION=8.2 and DEBIAN_IMAGE=debian:bookworm-slim"],
    ] as const) {
      it(`Moodle ${release} on PHP 8.4`, () => {
        const moodle = source(branch, release);
        refused({ tag: "refused", moodle }, "does not run on PHP 8.4", fix);
        rmSync(moodle, { recursive: true });
      });
    }

    it("a Moodle that it does not know", () => {
      const moodle = source("620", "6.20");
      refused({ tag: "refused", moodle }, "this Moodle is not in releases.json");
      rmSync(moodle, { recursive: true });
    });

    it("a Moodle whose scripts would load another configuration than the image's, or none", () => {
      const moodle = scratch();
      mkdirSync(join(moodle, "public"));
      writeFileSync(
        join(moodle, "public/version.php"),
        "<?php\n$version = 1.0;\n$release = '5.1.1';\n$branch = '501';\n",
      );
      const words = "Moodle's scripts would not find the image's configuration";
      refused({ tag: "refused", moodle }, words, "public/config.php that is not there");
      writeFileSync(join(moodle, "public/config.php"), "<?php\n$CFG = new stdClass();\n$CFG->dbhost = 'old';\n");
      refused({ tag: "refused", moodle }, words, "public/config.php that does not load ../config.php");
      rmSync(moodle, { recursive: true });
    });

    it("no Moodle at all, and a download without a checksum", () => {
      refused({ tag: "refused" }, "there is no Moodle to build with");
      refused({ tag: "refused", args: { MOODLE_VERSION: "5.1.1" } }, "a downloaded Moodle needs its checksum");
    });

    it("a patch that does not fit, and goes on past one that does", () => {
      const context = scratch();
      cpSync(folder, context, { recursive: true, filter: (path) => !path.includes("node_modules") });
      const moodle = source("501", "5.1.1");
      for (const path of ["cache/stores", "local"]) {
        mkdirSync(join(moodle, path), { recursive: true });
      }
      writeFileSync(join(moodle, "index.php"), "<?php\n");
      const patch = "--- a/index.php\n+++ b/index.php\n@@ -1 +1,2 @@\n <?php\n+// Carried.\n";
      writeFileSync(join(context, "patches/MDL-1.patch"), patch);
      const list = (expires: string) =>
        writeFileSync(
          join(context, "patches/patches.json"),
          JSON.stringify({
            patches: [
              {
                file: "MDL-1.patch",
                issue: "MDL-1",
                why: "It fails",
                moodle: ["5.1"],
                fixedIn: [],
                expires,
                owner: "a",
              },
            ],
          }),
        );
      const options = { tag: "refused", moodle, context };
      list("2020-01-01");
      refused(options, "patch MDL-1 (MDL-1.patch) is past its date");
      list("2999-01-01");
      // This source is no whole Moodle: the build ends where it looks for the rest.
      refused(options, "patch MDL-1 (MDL-1.patch) applied, until 2999-01-01");
      writeFileSync(join(moodle, "index.php"), "<?php\n\n");
      refused(options, "patch MDL-1 (MDL-1.patch) does not apply");
      rmSync(moodle, { recursive: true });
      rmSync(context, { recursive: true });
    });

    it("a plugin whose archive is another one", () => {
      const context = scratch();
      cpSync(folder, context, { recursive: true, filter: (path) => !path.includes("node_modules") });
      const source = join(context, "test/probe/plugin");
      mkdirSync(join(source, "thing"), { recursive: true });
      writeFileSync(
        join(source, "thing/version.php"),
        "<?php\n$plugin->component = 'local_thing';\n$plugin->version = 2025010100;\n",
      );
      execFileSync("tar", ["-C", source, "-czf", join(source, "thing.tgz"), "thing"]);
      mkdirSync(join(context, "test/probe/lib"), { recursive: true });
      writeFileSync(
        join(context, "test/probe/lib/components.json"),
        JSON.stringify({ plugintypes: { local: "public/local" } }),
      );
      const lock = (sha256: string, version: string, moodle = ["5.1"]) =>
        writeFileSync(
          join(context, "plugins.lock.json"),
          JSON.stringify({
            plugins: [{ name: "local_thing", version, source: "file:///opt/probe/plugin/thing.tgz", sha256, moodle }],
          }),
        );
      const sha256 = execFileSync("sha256sum", [join(source, "thing.tgz")], { encoding: "utf8" }).slice(0, 64);
      const options = { tag: "localhost/moodle-plugin", args: { PROBE: "1" }, context };
      lock("0".repeat(64), "2025010100");
      refused(options, "the checksum of file:///opt/probe/plugin/thing.tgz is wrong");
      lock(sha256, "2025020200");
      refused(options, "the archive of plugin local_thing holds something else");
      lock(sha256, "2025010100", ["4.5"]);
      refused(options, "plugin local_thing does not support this Moodle");
      lock(sha256, "2025010100");
      mustBuild(options);
      const image = mountImage(options.tag);
      assert.ok(existsSync(join(image.root, "var/www/moodle/public/local/thing/version.php")));
      image.unmount();
      rmSync(context, { recursive: true });
    });
  });
});
