import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { leaveOut } from "../../../testing/leftOut";
import { Nodes, type Operation } from "./nodes";
import { Proxy } from "./proxy";

/** A small generator with a seed, so that a failure can be repeated: TEST_SEED=<number>. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const seed = Number(process.env.TEST_SEED ?? Date.now() % 1_000_000);
const everywhere = ["a", "b"] as const;

function leaveOutWithoutNodes(context: Mocha.Context): void {
  const why = Nodes.missing();
  if (why !== undefined) {
    leaveOut(context, why);
  }
}

describe(`tiered cache store, several nodes (seed ${seed})`, () => {
  let nodes: Nodes;

  before(async function () {
    leaveOutWithoutNodes(this);
    nodes = await Nodes.start();
  });
  after(() => nodes?.stop());
  beforeEach(() => nodes.redis("flushall"));

  const get = async (node: string, definition: string, key: string) =>
    (await nodes.request(node, [["get", definition, [key]]]))[0];

  it("one request after the other: every node always agrees with a model", async () => {
    const pick = random(seed);
    const model = new Map<string, number>();
    let operations = 0;
    for (let step = 0; step < 1500; step += 1) {
      const where = pick(60) === 0 ? "cli" : everywhere[pick(2)]!;
      const batch: Operation[] = [];
      const expected: unknown[] = [];
      for (let i = 0; i <= pick(4); i += 1) {
        const definition = ["d1", "d2", "ttl"][pick(3)]!;
        const keys = Array.from({ length: 1 + pick(4) }, () => `k${pick(12)}`).filter(
          (key, at, all) => all.indexOf(key) === at,
        );
        const at = (key: string) => model.get(`${definition}/${key}`) ?? null;
        const value = step * 10 + i;
        switch (pick(12)) {
          case 0:
          case 1:
            batch.push(["set", definition, [keys[0], value]]);
            expected.push(true);
            model.set(`${definition}/${keys[0]}`, value);
            break;
          case 2:
            batch.push(["set_many", definition, keys.map((key) => [key, value])]);
            expected.push(keys.length);
            keys.forEach((key) => model.set(`${definition}/${key}`, value));
            break;
          case 3:
            batch.push(["delete", definition, [keys[0]]]);
            expected.push(model.delete(`${definition}/${keys[0]}`));
            break;
          case 4:
            batch.push(["delete_many", definition, keys]);
            expected.push(keys.filter((key) => model.delete(`${definition}/${key}`)).length);
            break;
          case 5:
            if (pick(8) === 0) {
              batch.push(["purge", definition, []]);
              expected.push(true);
              [...model.keys()].filter((key) => key.startsWith(`${definition}/`)).forEach((key) => model.delete(key));
            }
            break;
          case 6:
            batch.push(["has", definition, [keys[0]]]);
            expected.push(at(keys[0]!) !== null);
            break;
          case 7:
          case 8:
            batch.push(["get_many", definition, keys]);
            expected.push(Object.fromEntries(keys.map((key) => [key, at(key)])));
            break;
          default:
            batch.push(["get", definition, [keys[0]]]);
            expected.push(at(keys[0]!));
        }
      }
      assert.deepEqual(
        await nodes.request(where, batch, String(pick(3))),
        expected,
        `step ${step} on ${where}: ${JSON.stringify(batch)}`,
      );
      operations += batch.length;
      // What an operator, an eviction or a failover does to the shared cache and to a node's memory.
      const fault = pick(150);
      if (fault === 0) {
        nodes.redis("flushall");
        model.clear();
      } else if (fault === 1) {
        nodes.redis("del", "test:log");
      } else if (fault === 2) {
        nodes.redis("client", "kill", "type", "normal");
      } else if (fault === 3) {
        await nodes.request(everywhere[pick(2)]!, [["clear_node", "d1", []]]);
      } else if (fault === 4) {
        nodes.redis("script", "flush");
      }
    }
    process.stdout.write(`      ${operations} operations\n`);
  });

  it("writers and readers at the same time: no reader sees what was overwritten before it began", async () => {
    const pick = random(seed + 1);
    const keys = Array.from({ length: 8 }, (_, i) => `k${i}`);
    // Each key has one writer; states are numbered, a deletion is a state as well.
    const history = keys.map(() => [null] as (number | null)[]);
    const done = keys.map(() => 0);
    let reads = 0;
    let writing = keys.length;
    const writer = async (index: number) => {
      for (let i = 1; i <= 250; i += 1) {
        const remove = i % 7 === 0;
        history[index]!.push(remove ? null : i);
        const operation: Operation = remove ? ["delete", "shared", [keys[index]]] : ["set", "shared", [keys[index], i]];
        await nodes.request(everywhere[pick(2)]!, [operation]);
        done[index] = i;
        assert.equal(
          await get(everywhere[pick(2)]!, "shared", keys[index]!),
          history[index]![i],
          "the writer's own next request",
        );
      }
      writing -= 1;
    };
    const reader = async () => {
      while (writing > 0) {
        const before = [...done];
        const found = (await nodes.request(everywhere[pick(2)]!, [["get_many", "shared", keys]]))[0] as Record<
          string,
          number | null
        >;
        keys.forEach((key, index) => {
          const possible = history[index]!.slice(before[index]);
          assert.ok(possible.includes(found[key]!), `${key}: ${found[key]} is older than ${JSON.stringify(possible)}`);
        });
        reads += keys.length;
      }
    };
    await Promise.all([...keys.map((_, index) => writer(index)), ...Array.from({ length: 3 }, reader)]);
    process.stdout.write(`      ${keys.length * 250} writes, ${reads} reads\n`);
  });

  it("null is a value, and not the same as none: Moodle caches the answer that there is nothing", async () => {
    assert.deepEqual(await nodes.request("a", [["null", "n", ["k"]]]), [[true, null, true]]);
    for (const node of ["a", "b", "b", "cli"]) {
      assert.deepEqual(
        await nodes.request(node, [
          ["is_null", "n", ["k"]],
          ["is_null", "n", ["absent"]],
        ]),
        [true, false],
      );
    }
  });

  it("an old value that a child stores after its node has heard of the change is neither kept nor read", async () => {
    await nodes.request("b", [["set", "race", ["k", 7]]]);
    assert.deepEqual(await nodes.request("a", [["race", "race", ["k"]]]), [false]);
    assert.equal(await get("a", "race", "k"), 7);
  });

  it("learns what a page needs, and fetches it at once for another user on another node", async () => {
    const keys = (user: number) => Array.from({ length: 30 }, (_, i) => `${i}_u_${user}-x`);
    const page = (user: number): Operation[] => ["common1", "common2", ...keys(user)].map((key) => ["get", "w", [key]]);
    await nodes.request("a", [
      ["set_many", "w", ["common1", "common2", ...keys(41), ...keys(42)].map((key) => [key, 5])],
    ]);
    await nodes.request("b", page(41), "w", {}, 41);
    assert.deepEqual(await nodes.request("b", [["get", "w", ["common1"]]]), [5]);
    const calls = () => nodes.redis("info", "commandstats").match(/(hget|evalsha):calls=(\d+)/g);
    nodes.redis("config", "resetstat");
    assert.deepEqual(
      await nodes.request("b", page(42), "w", {}, 42),
      Array.from({ length: 32 }, () => 5),
    );
    // One question for news, two single reads and the third that sets off the prefetch: all 30 keys of this user.
    assert.deepEqual(calls()?.sort(), ["evalsha:calls=2", `hget:calls=${2 + 30}`]);
  });

  describe("a value to which a page adds one entry after the other (completion)", () => {
    const definition = "core/completion";
    const grown = (entries: number, state = 0) =>
      Object.fromEntries(Array.from({ length: entries }, (_, cm) => [`cm${cm}`, { state }]));
    const shown = async (node: string) => (await nodes.request(node, [["get_raw", definition, ["1_2"]]]))[0];
    const writes = (from: number, to: number): Operation[] =>
      Array.from({ length: to - from }, (_, i) => ["set_raw", definition, ["1_2", grown(from + i + 1)]]);

    it("is written twice, and is whole in the request itself and in all that come after it", async () => {
      const scripts = () => Number(/evalsha:calls=(\d+)/.exec(nodes.redis("info", "commandstats"))?.[1] ?? 0);
      await nodes.request("a", [["get_raw", definition, ["1_2"]]]);
      const before = scripts();
      const answers = await nodes.request("a", [...writes(0, 50), ["get_raw", definition, ["1_2"]]]);
      assert.deepEqual(answers.at(-1), grown(50));
      // What has changed, once for the reads and once at the end; the first value; the last.
      assert.ok(scripts() - before <= 4, `${scripts() - before} scripts`);
      for (const node of ["b", "a", "cli"]) assert.deepEqual(await shown(node), grown(50), node);
    });

    /** Runs something on node b while a request of node a has done its writes and waits. */
    const meanwhile = async (operations: readonly Operation[], run: () => Promise<void>) => {
      const [first, go] = [`first-${turn}`, `go-${turn}`];
      turn += 1;
      const running = nodes.request("a", [...operations, ["set_raw", "d1", [first, 1]], ["await", definition, [go]]]);
      while ((await nodes.request("b", [["get_raw", "d1", [first]]]))[0] !== 1);
      await run();
      writeFileSync(join(nodes.folder, go), "");
      await running;
    };
    let turn = 0;

    it("is seen at once when an entry changes or goes, by whoever asks meanwhile", async () => {
      for (const changed of [grown(3, 1), grown(2)]) {
        await meanwhile([...writes(0, 3), ["set_raw", definition, ["1_2", changed]]], async () =>
          assert.deepEqual(await shown("b"), changed),
        );
        assert.deepEqual(await shown("b"), changed);
        await nodes.request("b", [["delete", definition, ["1_2"]]]);
      }
    });

    it("puts nothing in the place of what others have changed, deleted or purged meanwhile", async () => {
      for (const [operation, args] of [
        ["set_raw", ["1_2", grown(1, 1)]],
        ["delete", ["1_2"]],
        ["purge", []],
      ] as const) {
        await meanwhile(writes(0, 3), async () => {
          await nodes.request("b", [[operation, definition, [...args]]]);
        });
        for (const node of everywhere) assert.equal(await shown(node), false, `${operation}, read by ${node}`);
      }
    });

    it("is not there again when the request itself deletes it", async () => {
      await nodes.request("a", [...writes(0, 3), ["delete", definition, ["1_2"]]]);
      for (const node of everywhere) assert.equal(await shown(node), false);
    });
  });

  it("a purge reaches all nodes", async () => {
    for (let i = 1; i <= 40; i += 1) {
      await nodes.request("a", [
        [
          "set_many",
          "p",
          [
            ["x", i],
            ["y", i],
          ],
        ],
      ]);
      assert.deepEqual([await get("a", "p", "x"), await get("b", "p", "x")], [i, i]);
      await nodes.request(i % 3 === 0 ? "cli" : everywhere[i % 2]!, [["purge", "p", []]]);
      assert.deepEqual([await get("a", "p", "x"), await get("b", "p", "y")], [null, null]);
    }
  });

  it("a node that was away while the log was cut off forgets what it has", async () => {
    await nodes.request("a", [["set", "log", ["x", 1]]]);
    assert.equal(await get("b", "log", "x"), 1);
    await nodes.request("a", [["set", "log", ["x", 2]]]);
    for (let i = 0; i < 5; i += 1) {
      await nodes.request("a", [["set_many", "filler", Array.from({ length: 5000 }, (_, n) => [`${i}-${n}`, n])]]);
    }
    assert.ok(Number(nodes.redis("zcard", "test:log")) <= 25_000);
    assert.equal(await get("b", "log", "x"), 2);
  });

  it("a newer version in Redis outlives the deletion of an older one by a node that has not heard of it", async () => {
    await nodes.request("a", [["set_version", "v", ["course", 1]]]);
    assert.deepEqual(await nodes.request("b", [["get_version", "v", ["course"]]]), [1]);
    const slow = nodes.request("b", [
      ["get_version", "v", ["course"]],
      ["sleep", "v", [400_000]],
      ["delete", "v", ["course"]],
      ["get_version", "v", ["course"]],
    ]);
    await new Promise((resolve) => setTimeout(resolve, 150));
    await nodes.request("a", [["set_version", "v", ["course", 2]]]);
    assert.deepEqual(
      (await slow).filter((result) => typeof result === "number"),
      [1, 2],
    );
    assert.deepEqual(await nodes.request("a", [["get_version", "v", ["course"]]]), [2]);
  });

  it("locks: many that add one to the same value at the same time lose none", async () => {
    const each = 60;
    const adding = async (node: string) => {
      for (let i = 0; i < each; i += 1) {
        assert.deepEqual(await nodes.request(node, [["increment", "l", ["n"]]]), [true]);
      }
    };
    await Promise.all(["a", "b", "a", "b"].map(adding));
    assert.deepEqual([await get("a", "l", "n"), await get("b", "l", "n")], [4 * each, 4 * each]);
  });

  it("costs one round trip on a warm node, for any number of keys", async () => {
    const keys = Array.from({ length: 50 }, (_, i) => `k${i}`);
    await nodes.request("a", [["set_many", "warm", keys.map((key) => [key, 1])]]);
    const reads: Operation[] = keys.map((key) => ["get", "warm", [key]]);
    await nodes.request("a", reads);
    const commands = () => Number(/total_commands_processed:(\d+)/.exec(nodes.redis("info", "stats"))![1]);
    const before = commands();
    await nodes.request("a", [...reads, ["get", "warm", ["absent"]], ["get", "warm", ["absent"]]]);
    const between = commands();
    await nodes.request("a", [...reads, ["get", "warm", ["absent"]]]);
    const after = commands();
    // "info" itself is counted, and so is each redis.call inside a script: sync is evalsha + zrevrange + zscore.
    assert.deepEqual([between - before, after - between], [5, 4]);
  });
});

describe("tiered cache store over TLS with a password", () => {
  it("keeps its connections, checks the certificate, and goes without the cache if it is refused", async function () {
    leaveOutWithoutNodes(this);
    const nodes = await Nodes.start({ secure: true });
    try {
      assert.deepEqual(await nodes.request("a", [["set", "d", ["k", 1]]]), [true]);
      assert.deepEqual(await nodes.request("b", [["get", "d", ["k"]]]), [1]);
      const connections = () => Number(/total_connections_received:(\d+)/.exec(nodes.redis("info", "stats"))![1]);
      const before = connections();
      for (let i = 0; i < 40; i += 1) {
        await nodes.request(everywhere[i % 2]!, [["get", "d", ["k"]]]);
      }
      // Four children per node connect once each; reading the statistics is one more.
      assert.ok(connections() - before <= 2 * 4 + 1, `${connections() - before} new connections`);
      for (const wrong of [{ password: "wrong" }, { cafile: "/etc/hostname" }, { encryption: false }]) {
        const server = `localhost:${nodes.port}`;
        assert.deepEqual(
          await nodes.request(
            "cli",
            [
              ["get", "d", ["k"]],
              ["set", "d", ["k", 2]],
            ],
            "1",
            { server, ...wrong },
          ),
          [null, false],
          JSON.stringify(wrong),
        );
      }
      assert.deepEqual(await nodes.request("b", [["get", "d", ["k"]]]), [1]);
    } finally {
      await nodes.stop();
    }
  });
});

describe("tiered cache store without its server", () => {
  it("reads are misses, writes are lost, and a deletion that can be neither delivered nor noted is an error", async function () {
    leaveOutWithoutNodes(this);
    const nodes = await Nodes.start();
    try {
      await nodes.request("a", [["set", "d", ["k", 1]]]);
      await nodes.request("a", [["get", "d", ["k"]]]);
      nodes.redis("shutdown", "nosave");
      assert.deepEqual(
        await nodes.request("a", [
          ["get", "d", ["k"]],
          ["set", "d", ["k", 2]],
          ["has", "d", ["k"]],
          ["get_many", "d", ["k", "q"]],
        ]),
        [null, false, false, { k: null, q: null }],
      );
      // Ready, so that Moodle does not go to another store; a lock, because what it protects is not written either.
      assert.deepEqual(
        await nodes.request("a", [
          ["ready", "d", []],
          ["lock", "d", ["k", "owner"]],
          ["unlock", "d", ["k", "owner"]],
        ]),
        [true, true, false],
      );
      // The database has the change: whoever makes it goes on, and the note makes up for it.
      const changes: Operation[] = [
        ["delete", "d", ["k"]],
        ["delete_many", "d", ["k", "q"]],
        ["purge", "d", []],
      ];
      assert.deepEqual(await nodes.request("a", changes), [true, 2, true]);
      for (const change of changes) {
        const nowhere = nodes.request("a", [change], "1", { dataroot: "/proc/nowhere" });
        await assert.rejects(nowhere, /cachestore_tiered\/unreachable/);
      }
    } finally {
      await nodes.stop();
    }
  });
});

describe("tiered cache store after a cut in which its server kept its values", () => {
  let nodes: Nodes;
  let way: Proxy;

  beforeEach(async function () {
    leaveOutWithoutNodes(this);
    nodes = await Nodes.start();
    way = await Proxy.start(nodes.port);
  });
  afterEach(async () => {
    await way?.stop();
    await nodes?.stop();
  });

  /** All of these go by the way that is cut; what `nodes.request` asks without it reaches the server at any time. */
  const ask = (node: string, ...operations: Operation[]) =>
    nodes.request(node, operations, "1", { server: `127.0.0.1:${way.port}` });
  const get = (definition: string, key = "k"): Operation => ["get", definition, [key]];
  const set = (definition: string, value: number, key = "k"): Operation => ["set", definition, [key, value]];
  const commands = () => Number(/total_commands_processed:(\d+)/.exec(nodes.redis("info", "stats"))![1]);

  for (const writer of ["a", "cli"] as const) {
    describe(`made by ${writer === "a" ? "a node" : "the command line"}`, () => {
      const old = [set("d1", 1), set("d1", 1, "beside"), set("d2", 1), set("d3", 1)];
      const read = [get("d1"), get("d1", "beside"), get("d2"), get("d3")];

      it("what was deleted or purged is gone at the next contact on all nodes, and nothing else is", async () => {
        await ask("a", ...old);
        for (const node of everywhere) assert.deepEqual(await ask(node, ...read), [1, 1, 1, 1]);
        await way.cut();
        assert.deepEqual(await ask(writer, ["delete", "d1", ["k"]], ["purge", "d2", []]), [true, true]);
        // Still cut off: nothing is forgotten by trying.
        for (const node of [writer, ...everywhere])
          assert.deepEqual(await ask(node, ...read), [null, null, null, null]);
        await way.join();
        // The writer's next request, whatever it reads, and then everybody's.
        assert.deepEqual(await ask(writer, get("d3")), [1]);
        for (const node of [...everywhere, "cli"]) assert.deepEqual(await ask(node, ...read), [null, 1, null, 1], node);
        await ask("b", set("d1", 2));
        assert.deepEqual(await ask("a", ...read), [2, 1, null, 1], "it is made up for once");
      });

      it("an old value does not come back where a new one was written, also when it was written over twice", async () => {
        await ask("a", ...old);
        for (const node of everywhere) assert.deepEqual(await ask(node, ...read), [1, 1, 1, 1]);
        await way.cut();
        // d1/k: another value. d1/beside: built again from the same data. d2: another one and back. d3: by two nodes, one with old data.
        assert.deepEqual(await ask(writer, set("d1", 2), set("d1", 1, "beside"), set("d2", 2), set("d3", 2)), [
          false,
          false,
          false,
          false,
        ]);
        await ask(writer, set("d2", 1));
        await ask("b", set("d3", 1));
        await way.join();
        await ask("b", get("d4"));
        await ask(writer, get("d4"));
        for (const node of [...everywhere, "cli"])
          assert.deepEqual(await ask(node, ...read), [null, 1, null, null], node);
      });

      it("an event that tells caches of old values is not lost: their next contact drops all that listens to it", async () => {
        await ask("a", set("core/eventinvalidation", 1, "event"), set("core/eventinvalidation", 1, "other"));
        await way.cut();
        await ask(writer, set("core/eventinvalidation", 2, "event"));
        await way.join();
        await ask(writer, get("d3"));
        for (const node of everywhere)
          assert.deepEqual(
            await ask(node, ["get_event", "core/eventinvalidation", ["event"]], get("core/eventinvalidation", "other")),
            [["purged"], 1],
          );
      });

      it("the time up to which a cache has heard of events stays what it was", async () => {
        await ask("a", set("listening", 1, "lastinvalidation"), set("listening", 1));
        await way.cut();
        await ask(writer, set("listening", 2, "lastinvalidation"), set("listening", 2));
        await way.join();
        await ask(writer, get("d3"));
        for (const node of everywhere)
          assert.deepEqual(await ask(node, get("listening", "lastinvalidation"), get("listening")), [1, null]);
      });
    });
  }

  it("a cut in which nothing changed costs no value, in the server and in the nodes", async () => {
    const keys = Array.from({ length: 1500 }, (_, i) => `k${i}`);
    const fill: Operation = ["set_many", "warm", keys.map((key) => [key, 1])];
    const read: Operation = ["get_many", "warm", keys];
    await ask("a", fill);
    for (const node of everywhere) await ask(node, read);
    await way.cut();
    for (let i = 0; i < 3; i += 1) for (const node of everywhere) await ask(node, read, fill);
    await way.join();
    for (const node of everywhere) {
      const [began, before] = [performance.now(), commands()];
      assert.deepEqual(await ask(node, read), [Object.fromEntries(keys.map((key) => [key, 1]))]);
      const took = Math.round(performance.now() - began);
      process.stdout.write(`      ${commands() - before} commands and ${took} ms at the next contact of ${node}\n`);
    }
    const before = commands();
    await ask("a", read);
    // "info", and the one question with what it asks inside.
    assert.equal(commands() - before, 4);
  });

  it("notes have a limit: beyond it a definition is purged", async () => {
    const pair = (i: number) => [`key-${"x".repeat(180)}-${i}`, 2] as const;
    await ask("a", set("many", 1), set("few", 1));
    await way.cut();
    for (let batch = 0; batch < 8; batch += 1)
      await ask("b", ["set_many", "many", Array.from({ length: 1000 }, (_, i) => pair(1000 * batch + i))]);
    await ask("b", set("few", 1));
    await ask("b", set("many", 1));
    const folder = join(nodes.folder, "cachestore_tiered", createHash("md5").update("test:").digest("hex"));
    const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    assert.ok(bytes > 1 << 20 && bytes < 1.5 * (1 << 20), `${bytes} bytes`);
    await way.join();
    assert.deepEqual(await ask("b", get("many"), get("few")), [null, null]);
    assert.deepEqual(readdirSync(folder), []);
  });

  it("what another node settles while the writer is still cut off is noted again", async () => {
    const beside = (...operations: Operation[]) => nodes.request("b", operations);
    await beside(set("d1", 1));
    await way.cut();
    for (let i = 0; i < 2; i += 1) {
      await ask("a", set("d1", 2));
      await nodes.request("cli", [get("d3")]);
      assert.deepEqual(await beside(get("d1")), [null], `time ${i}`);
      await beside(set("d1", 1));
    }
  });
});

describe("tiered cache store after a failover", () => {
  it("does not go on reading from a demoted primary over a kept connection", async function () {
    leaveOutWithoutNodes(this);
    const nodes = await Nodes.start();
    try {
      await nodes.request("a", [["set", "d", ["k", 1]]]);
      assert.deepEqual(await nodes.request("b", [["get", "d", ["k"]]]), [1]);
      nodes.redis("replicaof", "127.0.0.1", "1");
      assert.deepEqual(await nodes.request("b", [["get", "d", ["k"]]]), [null]);
      nodes.redis("replicaof", "no", "one");
      assert.deepEqual(await nodes.request("b", [["get", "d", ["k"]]]), [1]);
    } finally {
      await nodes.stop();
    }
  });
});

describe("tiered cache store, memory of the node too small", () => {
  it("stays right when APCu is full all the time", async function () {
    leaveOutWithoutNodes(this);
    const nodes = await Nodes.start({ memory: "1M" });
    try {
      const pick = random(seed + 2);
      const model = new Map<string, number>();
      for (let step = 0; step < 600; step += 1) {
        const key = `k${pick(300)}`;
        const value = 2000 + pick(900);
        if (pick(2) === 0) {
          await nodes.request(everywhere[pick(2)]!, [["set", "full", [key, value]]]);
          model.set(key, value);
        }
        const many = Array.from({ length: 20 }, () => `k${pick(300)}`).filter(
          (one, at, all) => all.indexOf(one) === at,
        );
        const [found] = await nodes.request(everywhere[pick(2)]!, [["get_many", "full", many]]);
        assert.deepEqual(found, Object.fromEntries(many.map((one) => [one, model.get(one) ?? null])), `step ${step}`);
      }
    } finally {
      await nodes.stop();
    }
  });
});
