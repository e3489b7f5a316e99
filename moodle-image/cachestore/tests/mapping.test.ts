import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { leaveOut } from "../../../testing/leftOut";

interface Mapping {
  readonly stores: Record<string, { readonly plugin: string; readonly why: string }>;
  readonly default: { readonly store: string; readonly why: string };
  readonly definitions: Record<string, { readonly store: string; readonly why: string }>;
}

const mapping = JSON.parse(readFileSync(join(__dirname, "..", "mapping.json"), "utf8")) as Mapping;

/** Moodle's configuration for four definitions, or the error. */
function configure(
  changed: Mapping,
): { readonly stores: Record<string, { configuration: object }>; readonly definitionmappings: object[] } | string {
  const program = `
    require '${join(__dirname, "php", "stub.php")}';
    require '${join(__dirname, "..", "configuration.php")}';
    foreach (['file', 'session', 'static', 'apcu'] as $plugin) {
        eval("class cachestore_$plugin { static function get_supported_features() { return 0; } static function get_supported_modes() { return 1; } }");
    }
    $CFG = (object) ['localcachedir' => '/local'];
    $definitions = ['core/string' => ['mode' => 1], 'core/htmlpurifier' => ['mode' => 1], 'local_x/y' => ['mode' => 1], 'core/coursecat' => ['mode' => 2]];
    try {
        echo json_encode(cachestore_tiered\\configuration($definitions, json_decode(stream_get_contents(STDIN), true), ['server' => 'h:1', 'prefix' => 'p:'], 's'));
    } catch (InvalidArgumentException $e) {
        echo json_encode($e->getMessage());
    }`;
  const { stdout, stderr } = spawnSync("php", ["-r", program], { input: JSON.stringify(changed), encoding: "utf8" });
  try {
    return JSON.parse(stdout) as ReturnType<typeof configure>;
  } catch {
    throw new Error(`${stdout}${stderr}`);
  }
}

describe("mapping of caches to stores", () => {
  before(function () {
    if (spawnSync("php", ["-r", "exit(class_exists('Redis') ? 0 : 1);"]).status !== 0) {
      leaveOut(this, "PHP or its redis extension is not installed: apt-get install php-cli php-redis");
    }
  });

  it("has a reason for every line, and only stores that exist", () => {
    for (const [id, entry] of [...Object.entries(mapping.definitions), ["default", mapping.default] as const]) {
      assert.ok(entry.why.length > 20, `${id} has no reason`);
      assert.ok(entry.store in mapping.stores, `${id} is mapped to ${entry.store}`);
    }
  });

  it("maps what is listed, gives the rest the default, and leaves session caches alone", () => {
    const configuration = configure(mapping);
    assert.ok(typeof configuration === "object");
    assert.deepEqual(configuration.definitionmappings, [
      { definition: "core/string", store: "tiered", sort: 1 },
      { definition: "core/htmlpurifier", store: "node", sort: 1 },
      { definition: "local_x/y", store: "tiered", sort: 1 },
    ]);
    assert.deepEqual(configuration.stores.tiered!.configuration, { local: true, server: "h:1", prefix: "p:" });
    assert.deepEqual(configuration.stores.shared!.configuration, { local: false, server: "h:1", prefix: "p:" });
    assert.deepEqual(configuration.stores.node!.configuration, { prefix: "p:" });
    // Without APCu, what is mapped to "node" goes to the default store: never to the shared files.
    assert.deepEqual(configuration.stores.default_application!.configuration, { path: "/local/muc", autocreate: true });
  });

  it("refuses a store that does not exist, and a cache that is not an application cache", () => {
    const wrong = (id: string, store: string) =>
      configure({ ...mapping, definitions: { [id]: { store, why: "a test" } } });
    assert.equal(
      wrong("core/string", "near"),
      'mapping.json: core/string is mapped to "near"; stores are tiered, personal, shared, node',
    );
    assert.equal(
      wrong("core/coursecat", "tiered"),
      "mapping.json: core/coursecat is not an application cache, so it cannot be mapped; delete the entry",
    );
  });
});
