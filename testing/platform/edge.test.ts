import * as assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunResult, stopStandIns, up } from "../../offline/engine";
import { root } from "../../offline/stackFiles";

const { publicKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
const secretArn = "arn:aws:secretsmanager:eu-west-2:123456789012:secret:moodle-file-signing-AbCdEf";
// Given, not built: so that every value is known, and the plugin is the pipeline's business.
const image = JSON.stringify({ kind: "digest", digest: `sha256:${"a".repeat(64)}` });

function one(result: RunResult, type: string, name: string): Record<string, any> {
  const found = result.resources.filter((resource) => resource.type.endsWith(`:${type}`) && resource.name === name);
  assert.equal(found.length, 1, `${type} ${name}: ${result.resources.map((resource) => resource.name).join(" ")}`);
  return { id: found[0]!.id, ...found[0]!.outputs };
}

function mandatory(result: RunResult): readonly string[] {
  return result.violations.filter(({ level }) => level === "mandatory").map(({ policy }) => policy);
}

/** The containers of the web task, by name. */
function webTask(result: RunResult): Record<string, any> {
  const containers: any[] = JSON.parse(one(result, "TaskDefinition", "dev-moodle-web-task")["containerDefinitions"]);
  return Object.fromEntries(containers.map((container) => [container.name, container]));
}

function variable(container: any, name: string): string | undefined {
  return container.environment.find((entry: { name: string }) => entry.name === name)?.value;
}

/** The address that nginx takes for the viewer's with real_ip_recursive: the last one that is not a trusted proxy's. */
function viewerOf(peer: string, forwardedFor: string, trusted: readonly string[]): string {
  const chain = [...forwardedFor.split(", "), peer];
  const isTrusted = (address: string): boolean => trusted.some((cidr) => covers(cidr, address));
  while (chain.length > 1 && isTrusted(chain[chain.length - 1]!)) {
    chain.pop();
  }
  return chain[chain.length - 1]!;
}

function covers(cidr: string, address: string): boolean {
  const [network = "", bits = "32"] = cidr.split("/");
  const number = (text: string): number => text.split(".").reduce((acc, part) => acc * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(bits));
  return Math.floor(number(network) / size) === Math.floor(number(address) / size);
}

describe("the edge of a whole stack", () => {
  const folder = mkdtempSync(join(tmpdir(), "edge-"));
  const runs = ["edge-signed", "edge-domain", "edge-external"];
  const forget = () => runs.forEach((run) => rmSync(join(root, ".offline", run), { recursive: true, force: true }));
  before(forget);
  // The stand-in of AWS remembers which load balancer uses a target group. Each run here is a stack in an empty account.
  afterEach(stopStandIns);
  after(() => {
    forget();
    rmSync(folder, { recursive: true });
  });

  const deploy = (run: string, edge: object, packs?: Parameters<typeof up>[1], further: Record<string, string> = {}) =>
    up("dev", {
      run,
      quiet: true,
      config: { "moodle:image": image, "moodle:edge": JSON.stringify(edge), ...further },
      ...packs,
    });

  it("serves files from the bucket to signed addresses alone, under the site's own name", async () => {
    const result = await deploy("edge-signed", {
      signedFiles: { publicKeys: [publicKey], privateKeySecretArn: secretArn },
    });
    assert.ok(result.ok, result.printed);
    assert.deepEqual(mandatory(result), []);

    const distribution = one(result, "Distribution", "dev-cdn-distribution");
    const first = distribution["orderedCacheBehaviors"].find((b: any) => b.pathPattern === "/objectfs/*");
    const keys = one(result, "KeyGroup", "dev-signed-files-keys");
    assert.deepEqual(first.trustedKeyGroups, [keys["id"]]);

    // The bucket lets exactly this distribution in, and the key lets CloudFront decrypt.
    const policy = JSON.parse(one(result, "BucketPolicy", "dev-objects-policy")["policy"]);
    const read = policy.Statement.find(({ Sid }: { Sid: string }) => Sid === "AllowCloudFrontToReadFiles");
    assert.deepEqual(read.Condition, { StringEquals: { "aws:SourceArn": distribution["arn"] } });
    assert.ok(one(result, "Key", "dev-key-key")["policy"].includes("AllowCloudFrontOfThisAccount"));

    // Moodle signs with the key that the group holds.
    const web = webTask(result);
    assert.equal(variable(web["php-fpm"], "MOODLE_CUSTOM_FILES_KEY_ID"), keys["items"][0]);
    const secrets: { name: string; valueFrom: string }[] = web["php-fpm"].secrets;
    assert.equal(secrets.find(({ name }) => name === "MOODLE_CUSTOM_FILES_PRIVATE_KEY")?.valueFrom, secretArn);
    assert.deepEqual(web["nginx"].secrets, []);
    const install = JSON.parse(one(result, "TaskDefinition", "dev-moodle-install-task")["containerDefinitions"]);
    assert.ok(!JSON.stringify(install).includes("MOODLE_CUSTOM_FILES"));
    const file: string = one(result, "BucketObjectv2", "dev-moodle-config-php")["content"];
    assert.match(file, /\['cloudfrontresourcedomain'\] = 'https:\/\/moodle-dev\.example\.org\/objectfs';/);
    const role: string = one(result, "RolePolicy", "dev-moodle-execution-policy")["policy"];
    assert.ok(role.includes(secretArn));
  });

  it("serves files under a name of their own, from a distribution of their own", async () => {
    const files = { publicKeys: [publicKey], privateKeySecretArn: secretArn, domain: "files.example.org" };
    const result = await deploy("edge-domain", { signedFiles: files });
    assert.ok(result.ok, result.printed);
    assert.deepEqual(mandatory(result), []);
    const distribution = one(result, "Distribution", "dev-files-cdn-distribution");
    assert.equal(distribution["defaultCacheBehavior"].trustedKeyGroups.length, 1);
    const patterns = one(result, "Distribution", "dev-cdn-distribution")["orderedCacheBehaviors"].map(
      (b: any) => b.pathPattern,
    );
    assert.ok(!patterns.includes("/objectfs/*"));
    const policy: string = one(result, "BucketPolicy", "dev-objects-policy")["policy"];
    assert.ok(policy.includes(distribution["arn"]));
    const file: string = one(result, "BucketObjectv2", "dev-moodle-config-php")["content"];
    assert.match(file, /'https:\/\/files\.example\.org\/objectfs'/);
    assert.match(file, /h5pcrossorigin = 'anonymous'/);
  });

  it("stands behind another network: its ranges alone, its secret, and the viewer's own address", async () => {
    // As the rule itself requires: the environment's owner must allow an internet-facing load balancer.
    const rules = JSON.parse(readFileSync(join(root, "policies/config/dev.json"), "utf8"));
    rules["internal-load-balancers"] = { ...rules["internal-load-balancers"], allowInternetFacing: true };
    const config = join(folder, "external.json");
    writeFileSync(config, JSON.stringify(rules));
    const ranges = ["198.51.100.0/24", "203.0.113.0/24"];
    const edge = { kind: "external", allowedCidrs: ranges };
    const result = await deploy(
      "edge-external",
      edge,
      { policyPacks: [{ path: join(root, "policies"), config }] },
      { "moodle:moodle": JSON.stringify({ objectFiles: true }) },
    );
    assert.ok(result.ok, result.printed);
    assert.deepEqual(mandatory(result), []);
    // Files are in the bucket all the same, and nothing signs their addresses.
    assert.equal(variable(webTask(result)["php-fpm"], "MOODLE_CUSTOM_FILES_IN_BUCKET"), "1");
    const file: string = one(result, "BucketObjectv2", "dev-moodle-config-php")["content"];
    assert.match(file, /\['enablepresignedurls'\] = 0;/);

    // The load balancer's log can be asked in any case; CloudFront's is not there.
    const edgeOnly = result.resources.filter(
      ({ type, name }) => /cloudfront|wafv2/.test(type) || (/athena|glue/.test(type) && name.startsWith("dev-edge-")),
    );
    assert.deepEqual(edgeOnly, []);
    const open = result.resources.filter(
      ({ type, name }) => type.endsWith("SecurityGroupIngressRule") && name.startsWith("dev-lb-"),
    );
    assert.deepEqual([...new Set(open.map(({ outputs }) => outputs["cidrIpv4"]))].sort(), ranges);
    assert.equal(one(result, "LoadBalancer", "dev-lb-alb")["internal"], false);

    const conditions: any[] = one(result, "ListenerRule", "dev-lb-site")["conditions"];
    assert.ok(JSON.stringify(conditions).includes("httpHeader") || (conditions as unknown) === "[secret]");
    const secret = one(result, "Secret", "dev-origin-secrets");
    assert.equal(result.outputs["originSecretsArn"], secret["arn"]);

    const trusted = variable(webTask(result)["nginx"], "MOODLE_TRUSTED_PROXIES")!.split(",");
    assert.ok(ranges.every((range) => trusted.includes(range)));
    // The viewer wrote the first entry; the network added the viewer, the load balancer the network.
    const [vpc = ""] = trusted;
    const peer = vpc.replace(/\.0\/\d+$/, ".9");
    assert.equal(viewerOf(peer, "9.9.9.9, 192.0.2.77, 203.0.113.9", trusted), "192.0.2.77");
    assert.equal(viewerOf(peer, "198.51.100.1, 192.0.2.77, 203.0.113.9", trusted), "192.0.2.77");
  });
});
