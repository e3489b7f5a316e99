import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { build, BuildOptions, isUnknown, settled } from "../../testing/build";
import { cloudFrontPrefixList } from "./access";
import { tlsPolicy } from "./listeners";
import type { LoadBalancerArgs } from "./arguments";
import { LoadBalancer } from "./loadBalancer";

const secret = "s".repeat(40);
const ids = (tier: string) => ["a", "b"].map((zone) => pulumi.output(`subnet-${tier}-${zone}`));

const args: LoadBalancerArgs = {
  network: {
    vpcId: pulumi.output("vpc-1"),
    publicSubnetIds: ids("public"),
    applicationSubnetIds: ids("application"),
  },
  access: { kind: "cloudfront" },
  domain: "moodle.example.ac.uk",
  certificateArn: "arn:aws:acm:eu-west-2:123456789012:certificate/c",
  originSecrets: [pulumi.secret(secret)],
  idleTimeoutSeconds: 90,
  deregistrationDelaySeconds: 120,
  accessLogsBucket: "logs",
  deletionProtection: true,
};

const calls: BuildOptions["calls"] = {
  "aws:ec2/getManagedPrefixList:getManagedPrefixList": ({ name }) => ({ id: `pl-of-${name}` }),
};

const make = (changes: Partial<LoadBalancerArgs> = {}, preview = false, name = "edge") =>
  build((opts) => new LoadBalancer(name, { ...args, ...changes }, opts), { calls, preview });

const cidrs = (...list: string[]): Partial<LoadBalancerArgs> => ({
  access: { kind: "cidrs", cidrs: list },
  originSecrets: [],
});

const common = [
  "aws:ec2/securityGroup:SecurityGroup::edge-alb-group",
  "aws:lb/listener:Listener::edge-http",
  "aws:lb/listener:Listener::edge-https",
  "aws:lb/listenerRule:ListenerRule::edge-site",
  "aws:lb/loadBalancer:LoadBalancer::edge-alb",
  "aws:lb/targetGroup:TargetGroup::edge-tg",
  "moodle:load-balancer:LoadBalancer::edge",
];

describe("LoadBalancer", () => {
  it("sends old host names on with their path and query, only with the secret", async () => {
    const built = await make({ redirectHosts: ["vle.example.ac.uk", "old.example.ac.uk"] });
    // One secret value makes the whole list one: the mocks show it wrapped.
    const rules = ["vle", "old"].map((host) => {
      const { priority, conditions, actions } = built.get(`edge-redirect-${host}.example.ac.uk`).inputs;
      return { priority, actions, conditions: conditions.value };
    });
    assert.deepEqual(
      rules.map(({ priority, conditions }) => [priority, conditions[0].hostHeader.values]),
      [
        [200, ["vle.example.ac.uk"]],
        [201, ["old.example.ac.uk"]],
      ],
    );
    for (const { conditions, actions } of rules) {
      assert.equal(conditions[1].httpHeader.httpHeaderName, "X-Origin-Verify");
      assert.deepEqual(actions, [
        {
          type: "redirect",
          redirect: {
            protocol: "HTTPS",
            port: "443",
            host: "moodle.example.ac.uk",
            path: "/#{path}",
            query: "#{query}",
            statusCode: "HTTP_301",
          },
        },
      ]);
    }
  });

  it("has rules that close the site when it is closable: as open as the site's own, with its conditions, and before it", async () => {
    assert.equal((await make()).component.closing, undefined);
    for (const preview of [true, false]) {
      const built = await make(
        { ...cidrs("198.51.100.0/24"), originSecrets: [pulumi.secret(secret)], closable: true },
        preview,
      );
      const site = built.get("edge-site").inputs;
      for (const [name, priority, more] of [
        ["edge-testers", 10, 1],
        ["edge-closed", 20, 0],
      ] as const) {
        const { inputs, options } = built.get(name);
        assert.deepEqual([inputs["priority"], options.ignoreChanges], [priority, ["actions"]], name);
        assert.equal(isUnknown(inputs["listenerArn"]), preview);
        if (preview) continue;
        assert.deepEqual(inputs["actions"], site["actions"], name);
        assert.deepEqual(inputs["conditions"].value.slice(0, 2), site["conditions"].value, name);
        assert.equal(inputs["conditions"].value.length, 2 + more);
      }
      if (!preview) {
        const [, , { httpHeader }] = built.get("edge-testers").inputs["conditions"].value;
        assert.equal(httpHeader.httpHeaderName, "Cookie");
        assert.match(String(httpHeader.values[0].value ?? httpHeader.values[0]), /^\*outage_pass=.+\*$/);
      }
    }
  });

  it("behind CloudFront is internal, in the application subnets, open to CloudFront on 443 alone", async () => {
    const built = await make();
    assert.deepEqual(
      built.identities,
      [...common, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule::edge-https-cloudfront"].sort(),
    );
    const { internal, subnets, securityGroups } = built.get("edge-alb").inputs;
    assert.deepEqual([internal, subnets], [true, ["subnet-application-a", "subnet-application-b"]]);
    assert.deepEqual(securityGroups, ["edge-alb-group-id"]);
    assert.deepEqual(built.get("edge-https-cloudfront").inputs, {
      securityGroupId: "edge-alb-group-id",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      description: "CloudFront on 443",
      prefixListId: `pl-of-${cloudFrontPrefixList}`,
    });
  });

  it("behind another network faces the internet, open to its ranges on 80 and 443 alone", async () => {
    const built = await make(cidrs("198.51.100.0/24", "2001:db8::/32"));
    const { internal, subnets } = built.get("edge-alb").inputs;
    assert.deepEqual([internal, subnets], [false, ["subnet-public-a", "subnet-public-b"]]);
    const rules = built
      .ofType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
      .map(({ name, inputs }) => [
        name,
        inputs["cidrIpv4"] ?? inputs["cidrIpv6"],
        inputs["fromPort"],
        inputs["toPort"],
      ]);
    assert.deepEqual(rules, [
      ["edge-https-198-51-100-0-24", "198.51.100.0/24", 443, 443],
      ["edge-http-198-51-100-0-24", "198.51.100.0/24", 80, 80],
      ["edge-https-2001-db8-32", "2001:db8::/32", 443, 443],
      ["edge-http-2001-db8-32", "2001:db8::/32", 80, 80],
    ]);
  });

  it("keeps its security group closed but for those rules", async () => {
    const { ingress, egress } = (await make()).get("edge-alb-group").inputs;
    assert.deepEqual([ingress, egress], [undefined, undefined]);
  });

  it("hardens requests and keeps the viewer's address", async () => {
    const { inputs } = (await make()).get("edge-alb");
    const {
      idleTimeout,
      enableDeletionProtection,
      enableHttp2,
      dropInvalidHeaderFields,
      desyncMitigationMode,
      xffHeaderProcessingMode,
      enableXffClientPort,
      preserveHostHeader,
      accessLogs,
    } = inputs;
    assert.deepEqual(
      [idleTimeout, enableDeletionProtection, enableHttp2, dropInvalidHeaderFields, desyncMitigationMode],
      [90, true, true, true, "defensive"],
    );
    assert.deepEqual([xffHeaderProcessingMode, enableXffClientPort, preserveHostHeader], ["append", false, true]);
    assert.deepEqual(accessLogs, { bucket: "logs", prefix: "load-balancer", enabled: true });
  });

  it("redirects port 80 to the site's own name, whoever asks", async () => {
    for (const changes of [{}, cidrs("198.51.100.0/24")]) {
      const { port, protocol, defaultActions } = (await make(changes)).get("edge-http").inputs;
      assert.deepEqual([port, protocol], [80, "HTTP"]);
      assert.deepEqual(defaultActions, [
        {
          type: "redirect",
          redirect: { protocol: "HTTPS", port: "443", host: "moodle.example.ac.uk", statusCode: "HTTP_301" },
        },
      ]);
    }
  });

  it("answers 403 unless the host name and a secret are right", async () => {
    const built = await make({ originSecrets: [pulumi.secret(secret), "t".repeat(40)] });
    const https = built.get("edge-https").inputs;
    assert.deepEqual([https["port"], https["protocol"], https["sslPolicy"]], [443, "HTTPS", tlsPolicy]);
    assert.equal(https["defaultActions"][0].fixedResponse.statusCode, "403");
    const rule = built.get("edge-site").inputs;
    // One secret value makes the whole list one: the mocks show it wrapped.
    assert.deepEqual(rule["conditions"].value, [
      { hostHeader: { values: ["moodle.example.ac.uk"] } },
      { httpHeader: { httpHeaderName: "X-Origin-Verify", values: [secret, "t".repeat(40)] } },
    ]);
    assert.deepEqual(rule["actions"], [
      { type: "forward", targetGroupArn: await settled(built.component.targetGroupArn) },
    ]);
  });

  it("asks for no header when another network sends none", async () => {
    const { conditions } = (await make(cidrs("198.51.100.0/24"))).get("edge-site").inputs;
    assert.equal(conditions.length, 1);
  });

  it("checks tasks by a fixed path and 200 alone, and lets them finish", async () => {
    const { inputs } = (await make()).get("edge-tg");
    assert.deepEqual(inputs["healthCheck"], {
      path: "/healthz",
      protocol: "HTTP",
      port: "traffic-port",
      interval: 10,
      timeout: 5,
      healthyThreshold: 2,
      unhealthyThreshold: 3,
      matcher: "200",
    });
    assert.deepEqual(
      [inputs["targetType"], inputs["port"], inputs["deregistrationDelay"], inputs["loadBalancingAlgorithmType"]],
      ["ip", 8080, 120, "least_outstanding_requests"],
    );
    assert.equal(inputs["stickiness"].enabled, false);
  });

  it("makes everything its child, and the same in a preview", async () => {
    const built = await make({}, true);
    assert.ok(built.resources.slice(1).every(({ options }) => options.parent === built.component));
    assert.deepEqual(built.identities, (await make()).identities);
    assert.ok(isUnknown(built.get("edge-https").inputs["loadBalancerArn"]));
    assert.equal(await settled(built.component.dnsName), undefined);
  });

  const refused: readonly [string, Partial<LoadBalancerArgs>, RegExp][] = [
    ["the whole world", cidrs("0.0.0.0/0"), /access\.cidrs\[0\]: got "0\.0\.0\.0\/0"/],
    ["the whole IPv6 world", cidrs("::/0"), /access\.cidrs\[0\]: got "::\/0"/],
    ["bits after the prefix", cidrs("198.51.100.7/24"), /Did you mean 198\.51\.100\.0\/24/],
    ["no range", cidrs("10.0.0.1"), /access\.cidrs\[0\]/],
    ["a range twice", cidrs("10.0.0.0/8", "10.0.0.0/8"), /access\.cidrs\[1\].*each network once/],
    ["no ranges", cidrs(), /access\.cidrs: got "0 networks"/],
    [
      "too many ranges",
      cidrs(...Array.from({ length: 31 }, (_, i) => `10.${i}.0.0/16`)),
      /"31 IPv4 networks".*at most 30 of each family/,
    ],
    ["CloudFront without a secret", { originSecrets: [] }, /originSecrets: got "0 values".*1 to 2 values/],
    ["three secrets", { originSecrets: [secret, secret, secret] }, /originSecrets: got "3 values"/],
    ["a secret that is a wildcard", { originSecrets: ["*"] }, /originSecrets\[0\]: got "a secret of 1 characters"/],
    ["an idle timeout of 0", { idleTimeoutSeconds: 0 }, /idleTimeoutSeconds: got 0, .* 1 to 4000/],
    ["a delay of more than an hour", { deregistrationDelaySeconds: 3601 }, /deregistrationDelaySeconds: got 3601/],
    ["a relative health check", { healthCheckPath: "healthz" }, /healthCheckPath: got "healthz"/],
  ];
  for (const [what, changes, expected] of refused) {
    it(`refuses ${what}`, () => assert.rejects(make(changes), expected));
  }

  it("refuses a name that AWS would find too long", () =>
    assert.rejects(make({}, false, "a-name-that-is-too-long"), /name: .* up to 20 characters/));

  it("uses the TLS policy that AWS recommends", () =>
    assert.equal(tlsPolicy, "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"));
});
