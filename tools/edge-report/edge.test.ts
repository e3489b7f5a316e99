import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { cachedPaths, lifetimes } from "../../components/cdn/cacheBehaviours";
import { cloudfrontCachedPaths } from "../../policies/edge/cloudfrontCachedPaths";
import { judge } from "./caching";
import { readCorpus } from "./corpus/read";
import { pageViews } from "./pageViews";
import { firstMatch, matches, normalisePath } from "./pathPattern";
import { table } from "./command";
import { corpusSummary, results } from "./summary";
import { reportPage } from "./page";
import { edgePercent, total } from "./shares";

const now = Date.UTC(2026, 10, 23);
const corpus = readCorpus(now);
const of = (group: string) => corpus.filter((row) => row.group === group);

describe("path patterns", () => {
  const table: readonly [string, string, boolean][] = [
    ["*", "/", true],
    ["*", "/any/thing", true],
    ["/a/*", "/a/", true],
    ["/a/*", "/a", false],
    ["/a/*", "/a/b/c", true],
    ["a/*", "/a/b", true],
    ["/a/*", "/A/b", false],
    ["/a?c", "/abc", true],
    ["/a?c", "/ac", false],
    ["/a?c", "/a/c", true],
    ["/*.js", "/x/y.js", true],
    ["/*.js", "/x/y.jsx", false],
    ["/a*b*c", "/a--b--b--c", true],
    ["/a*b*c", "/a--b--b--", false],
    ["/a**", "/a", true],
    ["/p/1/theme_*/*", "/p/1/theme_boost/logo/1/x.png", true],
    ["/p/1/theme_*/*", "/p/1/theme_boost", false],
    ["/a.c", "/abc", false],
  ];
  for (const [pattern, path, expected] of table) {
    it(`${pattern} ${expected ? "matches" : "does not match"} ${path}`, () =>
      assert.equal(matches(pattern, path), expected));
  }

  it("takes the first that matches", () => {
    const first = (path: string) => firstMatch([{ pattern: "/a/b*" }, { pattern: "/a*" }], path)?.pattern;
    assert.deepEqual(["/a/b?c=1", "/a/b/..?c=1", "/a/c", "/b"].map(first), ["/a/b*", "/a*", "/a*", undefined]);
  });

  it("normalises before it matches, and leaves what is encoded for a reason", () => {
    const paths = { "/a/../b": "/b", "//a///b": "/a/b", "/%61/%2e%2E/c/": "/c/", "/a%2fb": "/a%2Fb", "/a/.": "/a/" };
    assert.deepEqual(Object.keys(paths).map(normalisePath), Object.values(paths));
  });

  const text = fc.stringMatching(/^\/[a-c/]{0,8}$/);
  it("agrees with a regular expression, for any pattern and path", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\/[a-c/*?]{0,8}$/), text, (pattern, path) => {
        const expression = new RegExp(`^${pattern.replace(/\*/g, ".*").replace(/\?/g, ".")}$`, "s");
        assert.equal(matches(pattern, path), expression.test(path));
      }),
      { numRuns: 2000 },
    );
  });

  it("normalises what is normal to itself", () => {
    const odd = fc.array(fc.constantFrom("a", "/", ".", "..", "%2e", "%2F", "%61", "~"), { maxLength: 12 });
    fc.assert(
      fc.property(odd, (parts) => {
        const once = normalisePath(`/${parts.join("")}`);
        assert.equal(normalisePath(once), once);
        assert.ok(once.startsWith("/") && !once.split("/").includes(".."));
      }),
    );
  });
});

describe("the table of cached paths", () => {
  it("is the allow list of the policy pack", () => {
    const { paths } = (cloudfrontCachedPaths as unknown as { limits: { paths: { value: string[] } } }).limits;
    const allowed = new Set(paths.value);
    // The pack also knows this spelling, which the table has no use for: CloudFront does not look at queries.
    allowed.delete("/lib/ajax/service-nologin.php*");
    assert.deepEqual(new Set(cachedPaths.map(({ pattern }) => pattern)), allowed);
  });

  it("keeps nothing longer than Moodle says, and has room for its longest", () => {
    assert.deepEqual(lifetimes, { minTtl: 0, defaultTtl: 0, maxTtl: 31_104_000 });
    assert.equal(Math.max(...cachedPaths.map(({ longestSeconds }) => longestSeconds)), lifetimes.maxTtl);
  });

  it("has no two patterns that match the same path, so its order decides nothing", () => {
    for (const { target } of corpus) {
      const hits = cachedPaths.filter(({ pattern }) => matches(pattern, normalisePath(target)));
      assert.ok(hits.length <= 1, `${target}: ${hits.map(({ pattern }) => pattern).join(", ")}`);
    }
  });

  const part = fc.stringMatching(/^[A-Za-z0-9_.~-]{1,12}$/);
  it("never reaches the rest of pluginfile.php, whatever the context, component or file", () => {
    const component = fc.constantFrom("mod_resource", "user", "course", "question", "core_h5p", "blog", "core_adminx");
    fc.assert(
      fc.property(fc.nat({ max: 99_999 }), component, fc.array(part, { maxLength: 6 }), (context, name, rest) => {
        const target = `/pluginfile.php/${context}/${name}/${rest.join("/")}`;
        assert.equal(firstMatch(cachedPaths, target), undefined, target);
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 99_999 }), fc.array(part, { maxLength: 5 }), (context, rest) => {
        for (const name of ["core_admin", "theme_boost"]) {
          assert.equal(firstMatch(cachedPaths, `/pluginfile.php/${context}/${name}/${rest.join("/")}`), undefined);
        }
      }),
    );
  });

  it("never reaches a private script, however many dots lead out of a cached one", () => {
    const scripts = [
      "pluginfile.php",
      "draftfile.php",
      "tokenpluginfile.php",
      "webservice/pluginfile.php",
      "my/index.php",
    ];
    const dots = fc.constantFrom("..", "%2e%2e", "%2E.", ".%2e");
    const cached = fc.constantFrom(...cachedPaths.map(({ pattern }) => pattern.replace(/\*/g, "x")));
    fc.assert(
      fc.property(
        cached,
        fc.array(dots, { minLength: 8, maxLength: 9 }),
        fc.constantFrom(...scripts),
        (from, up, to) => {
          const target = `${from}/${up.join("/")}/${to}/23/mod_resource/x.pdf`;
          assert.equal(firstMatch(cachedPaths, target), undefined, target);
        },
      ),
    );
  });
});

describe("the corpus", () => {
  it("has several hundred addresses, each with the file that its headers are from", () => {
    assert.ok(corpus.length > 600, String(corpus.length));
    assert.ok(corpus.every(({ source, target }) => source !== "" && target.startsWith("/")));
    assert.equal(
      new Set(corpus.map((row) => JSON.stringify([row.method, row.target, row.status, row.headers]))).size,
      corpus.length,
    );
  });

  it("has every cached path, with a right revision and otherwise", () => {
    for (const { pattern } of cachedPaths) {
      const groups = new Set(corpus.filter((row) => judge(row, now).pattern === pattern).map(({ group }) => group));
      assert.ok(groups.has("revisioned"), pattern);
      // yui_image.php has no revision to be wrong.
      assert.ok(groups.has("stale") || pattern === "/theme/yui_image.php*", pattern);
    }
  });

  it("is kept as long as Moodle says where the revision is right", () => {
    for (const row of of("revisioned")) {
      const { pattern, seconds } = judge(row, now);
      const entry = cachedPaths.find((path) => path.pattern === pattern);
      assert.equal(seconds, entry?.longestSeconds, row.target);
    }
  });

  it("is not pinned where Moodle asks for care: 15 seconds at most, and errors not at all", () => {
    for (const row of of("stale")) {
      const { pattern, seconds } = judge(row, now);
      assert.ok(pattern !== undefined && seconds <= 15, `${row.target}: ${pattern} ${seconds}`);
      assert.ok(row.status < 400 || seconds === 0);
    }
  });

  it("never keeps a page, a form or a service", () => {
    for (const row of of("default")) {
      assert.deepEqual([judge(row, now).pattern, judge(row, now).seconds], [undefined, 0], row.target);
    }
  });

  it("never keeps anything private, even where Moodle calls it public", () => {
    const rows = corpus.filter((row) => row.private === true);
    assert.ok(rows.length > 100 && rows.some(({ headers }) => headers["cache-control"]?.includes("public") === true));
    for (const row of rows) {
      assert.equal(judge(row, now).pattern, undefined, row.target);
    }
  });
});

describe("keeping", () => {
  const ask = (headers: Record<string, string>, method = "GET", status = 200) =>
    judge({ method, target: "/theme/styles.php/boost/1/all", status, headers }, now).seconds;

  it("obeys private, no-store and no-cache before any lifetime", () => {
    for (const word of ["private", "no-store", "no-cache"]) {
      assert.equal(ask({ "cache-control": `${word}, max-age=600` }), 0);
    }
  });

  it("takes s-maxage before max-age before Expires, up to the longest", () => {
    const expires = new Date(now + 5000).toUTCString();
    assert.equal(ask({ "cache-control": "public, max-age=60, s-maxage=30", expires }), 30);
    assert.equal(ask({ "cache-control": "public, max-age=60", expires }), 60);
    assert.equal(ask({ expires }), 5);
    assert.equal(ask({ expires: "0" }), 0);
    assert.equal(ask({ "cache-control": "public, max-age=99999999" }), lifetimes.maxTtl);
  });

  it("keeps nothing without a header, of other methods, or of errors", () => {
    assert.equal(ask({}), 0);
    assert.equal(ask({ "cache-control": "public, max-age=60" }, "POST"), 0);
    assert.equal(ask({ "cache-control": "public, max-age=60" }, "OPTIONS"), 0);
    assert.equal(ask({ "cache-control": "public, max-age=60" }, "GET", 404), 0);
  });
});

describe("the report", () => {
  it("gives every page view, and adds up", () => {
    const all = results();
    assert.equal(all.length, pageViews.length * 3);
    for (const { requests, bytes, view } of all) {
      const own = pageViews.find(({ name }) => name === view)?.requests ?? [];
      assert.equal(total(requests), own.length);
      assert.equal(
        total(bytes),
        own.reduce((sum, request) => sum + request.bytes, 0),
      );
    }
    assert.equal(table(all).split("\n").length, 1 + all.length);
  });

  it("has the edge answer most of what a new browser asks for, and nothing right after a release", () => {
    for (const { temperature, bytes, requests } of results()) {
      assert.ok(temperature !== "first" || requests.edge === 0);
      assert.ok(temperature !== "cold" || (edgePercent(bytes) ?? 0) > 75);
    }
  });

  it("draws a page that needs nothing else", async () => {
    const page = await reportPage(results(), corpusSummary(now));
    assert.ok(!/<script|<link|src=|url\(|http/.test(page.replaceAll(/xmlns(:xlink)?="[^"]*"/g, "")));
    assert.equal(page.match(/<figure>/g)?.length, pageViews.length);
  });
});
