// cspell:ignore pcrossorigin
import * as assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { leaveOut } from "../../testing/leftOut";
import { renderConfiguration } from "./configuration";
import { limitChain } from "./limits";
import { type ObjectFilesAccess, objectFilesLines, objectFilesVariables, type SignedFilesAccess } from "./objectFiles";

const access: SignedFilesAccess = {
  address: "https://moodle.example.org/objectfs",
  keyPrefix: "objectfs/",
  otherOrigin: false,
  region: "eu-west-2",
  minimumKb: 64,
  keyPairId: "K1",
  privateKeySecretArn: "arn:aws:secretsmanager:eu-west-2:123456789012:secret:key-AbCdEf",
};
const render = (given: ObjectFilesAccess | SignedFilesAccess) =>
  renderConfiguration({
    limits: limitChain({ requestTimeoutSeconds: 60, uploadMaxMb: 100 }),
    adhocConcurrency: 1,
    moodleLines: objectFilesLines(given),
  })["config.php"];

/** The `$CFG` that PHP builds from the file, with these variables in its environment. */
function run(file: string, env: Record<string, string>): any {
  const code = `$CFG = new stdClass(); eval('?>' . stream_get_contents(STDIN)); echo json_encode($CFG);`;
  const options = { input: file, env: { PATH: process.env["PATH"], ...env }, stdio: ["pipe", "pipe", "ignore"] as any };
  return JSON.parse(execFileSync("php", ["-r", code], options).toString());
}

describe("settings of tool_objectfs", () => {
  before(function () {
    if (spawnSync("php", ["--version"]).status !== 0) {
      leaveOut(this, "there is no PHP: apt-get install php-cli");
    }
  });

  it("are what the plugin needs to sign for CloudFront", () => {
    const made = run(render(access), {
      MOODLE_CUSTOM_FILES_KEY_ID: "K1",
      MOODLE_CUSTOM_FILES_PRIVATE_KEY: "line 1\nline 2",
      MOODLE_OBJECTS_BUCKET: "objects",
    });
    assert.equal(made.alternative_file_system_class, "\\tool_objectfs\\s3_file_system");
    assert.equal(made.h5pcrossorigin, undefined);
    assert.deepEqual(made.forced_plugin_settings.tool_objectfs, {
      enabletasks: 1,
      filesystem: "\\tool_objectfs\\s3_file_system",
      s3_usesdkcreds: 1,
      s3_bucket: "objects",
      s3_region: "eu-west-2",
      key_prefix: "objectfs/",
      sizethreshold: 10_240,
      minimumage: 604_800,
      consistencydelay: 600,
      deletelocal: 0,
      maxtaskruntime: 600,
      deleteexternal: 0,
      enablepresignedurls: 1,
      presignedminfilesize: 65_536,
      signingwhitelist: "archive,audio,document,image,presentation,spreadsheet,video",
      expirationtime: 7200,
      signingmethod: "cf",
      cloudfrontresourcedomain: "https://moodle.example.org/objectfs",
      cloudfrontkeypairid: "K1",
      cloudfrontprivatekey: "line 1\nline 2",
    });
  });

  it("are nothing without the key's id: the plugin has no tables before the installation", () => {
    const made = run(render(access), {});
    assert.equal(made.alternative_file_system_class, undefined);
    assert.equal(made.forced_plugin_settings, undefined);
  });

  it("copy files without a signature where there is no CDN that reads the bucket, and not in the first installation", () => {
    const unsigned = { keyPrefix: "objectfs/", region: "eu-west-2" };
    const bucket = { MOODLE_OBJECTS_BUCKET: "objects" };
    const made = run(render(unsigned), { ...bucket, ...(objectFilesVariables(unsigned) as Record<string, string>) });
    assert.equal(made.alternative_file_system_class, "\\tool_objectfs\\s3_file_system");
    const plugin = made.forced_plugin_settings.tool_objectfs;
    assert.deepEqual(
      [plugin.s3_bucket, plugin.key_prefix, plugin.enablepresignedurls, plugin.deletelocal, plugin.signingmethod],
      ["objects", "objectfs/", 0, 0, undefined],
    );
    assert.equal(run(render(unsigned), bucket).alternative_file_system_class, undefined);
  });

  it("ask browsers for CORS only where the host is another", () => {
    assert.ok(!render(access).includes("crossorigin"));
    const other = render({ ...access, otherOrigin: true, address: "https://files.example.org/objectfs" });
    assert.match(other, /\$CFG->h5pcrossorigin = 'anonymous';\n {4}\$CFG->mod_hvp_crossorigin = 'anonymous';/);
  });

  it("never hold the private key itself, nor where it is", () => {
    assert.ok(!render(access).includes("secretsmanager"));
    assert.match(render(access), /\['cloudfrontprivatekey'\] = getenv\('MOODLE_CUSTOM_FILES_PRIVATE_KEY'\);/);
  });
});
