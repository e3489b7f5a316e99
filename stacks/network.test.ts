import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { describeNetwork, routeForAll } from "../offline/providers/existingNetwork";
import { invoke } from "../offline/providers/invokes";
import type { Properties } from "../offline/providers/values";
import { exampleConfig } from "../testing/examples/settings";
import { lookUpNetwork } from "./network";
import { makeProviders } from "./providers";
import { loadSettings } from "./settings/load";

type Answer = (args: Properties) => Properties;
const place = { region: "eu-west-2", partition: "aws", defaultTags: {} };
const example =
  (token: string): Answer =>
  (args) =>
    invoke(`aws:ec2/${token}:${token}`, args, place);

const vpcId = "vpc-0123456789abcdef0";
const cidr = "10.60.0.0/16";
const tiers = { public: 0, application: 1, data: 2 };
type Tier = keyof typeof tiers;
const subnetId = (tier: Tier, letter: string) => `subnet-0123456789abcd0${tiers[tier]}${letter}`;

const byTags = {
  kind: "existing",
  vpcId,
  cidr,
  subnetTags: { application: "Tier=application", data: "Tier=data" },
};
const byIds = {
  kind: "existing",
  vpcId,
  cidr,
  subnets: ["a", "b", "c"].map((letter) => ({
    zone: `eu-west-2${letter}`,
    public: subnetId("public", letter),
    application: subnetId("application", letter),
    data: subnetId("data", letter),
  })),
};

/** Looks a network up in an account whose answers differ from the example's. */
async function lookUp(network: object, answers: Readonly<Record<string, Answer>> = {}, others: object = {}) {
  await pulumi.runtime.setMocks(
    {
      newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: inputs }),
      call: ({ token, inputs }) => (answers[token.split(":").at(-1)!] ?? example(token.split(":").at(-1)!))(inputs),
    },
    "moodle",
    "test",
    true,
  );
  const settings = loadSettings(exampleConfig({ network, ...others }), "test");
  describeNetwork("subnetTags" in network ? byTags : byIds);
  return lookUpNetwork(settings, makeProviders(settings));
}

/** A subnet of the example with other properties, or with other routes. */
const subnet = (id: string, changes: Properties) => ({
  getSubnet: (args: Properties) => ({ ...example("getSubnet")(args), ...(args["id"] === id && changes) }),
});
const routes = (tier: "public" | "application" | "data", letter: string, routes: readonly Properties[]) => ({
  getRouteTable: (args: Properties) => {
    const found = example("getRouteTable")(args);
    return { ...found, ...(args["routeTableId"] === subnetId(tier, letter).replace("subnet", "rtb") && { routes }) };
  },
});
const [application, data] = [subnetId("application", "b"), subnetId("data", "b")];
const publicSubnet = subnetId("public", "b");

describe("A network that exists", () => {
  it("is found by tags, and by ids", async () => {
    const found = await lookUp(byTags);
    assert.deepEqual(
      found?.zones.map((zone) => [zone.zone, zone.public, zone.application, zone.data]),
      ["a", "b", "c"].map((letter) => [
        `eu-west-2${letter}`,
        undefined,
        `subnet-0123456789abcde0${letter}`,
        `subnet-0123456789abcde1${letter}`,
      ]),
    );
    assert.deepEqual(found.natPublicIps, ["198.51.100.97", "198.51.100.98", "198.51.100.99"]);
    assert.equal((await lookUp(byIds))?.zones[1]?.public, publicSubnet);
  });

  it("may leave through a transit gateway", async () => {
    const getRouteTable = (args: Properties) => {
      const found = example("getRouteTable")(args);
      const leads = (found["routes"] as Properties[]).length > 0;
      return { ...found, routes: leads ? [{ ...routeForAll, transitGatewayId: "tgw-0a1b2c3d" }] : [] };
    };
    assert.deepEqual((await lookUp(byTags, { getRouteTable }))?.natPublicIps, []);
  });

  it("may be shared by AWS RAM: its NAT gateways are its owner's alone to see", async () => {
    const getNatGateway = () => {
      throw new Error("UnauthorizedOperation: You are not authorized to perform this operation.");
    };
    assert.deepEqual((await lookUp(byIds, { getNatGateway }))?.natPublicIps, []);
  });

  it("is not looked up where the stack makes its own", async () => {
    const getVpc = () => assert.fail("it was looked up");
    assert.equal(await lookUp({}, { getVpc }), undefined);
  });

  const refused: readonly (readonly [string, object, Readonly<Record<string, Answer>>, RegExp])[] = [
    [
      "a VPC that is not there",
      { ...byTags, vpcId: "vpc-0a1b2c3d" },
      {},
      /network\.vpcId: got "vpc-0a1b2c3d", .*AWS says/,
    ],
    [
      "no names for mount targets",
      byTags,
      { getVpc: (args) => ({ ...example("getVpc")(args), enableDnsHostnames: false }) },
      /DNS host names off.*expected a VPC with both on/,
    ],
    [
      "no internet gateway for CloudFront",
      byTags,
      {
        getInternetGateway: () => {
          throw new Error("no matching EC2 Internet Gateway found");
        },
      },
      /expected a VPC with an internet gateway, which CloudFront/,
    ],
    [
      "a tag that no subnet has",
      { ...byTags, subnetTags: { ...byTags.subnetTags, data: "Tier=db" } },
      {},
      /eu-west-2a; none has it/,
    ],
    [
      "a tag of two subnets",
      byTags,
      { getSubnets: () => ({ ids: [application, data] }) },
      new RegExp(`${application}, ${data} have it`),
    ],
    [
      "a subnet that is not there",
      { ...byIds, subnets: byIds.subnets.map((row, index) => ({ ...row, data: `subnet-0a1b2c3${index}` })) },
      {},
      /a subnet of this account/,
    ],
    [
      "a subnet of another VPC",
      byIds,
      subnet(data, { vpcId: "vpc-9a9b9c9d" }),
      /of vpc-9a9b9c9d", expected a subnet of vpc-0123/,
    ],
    [
      "a subnet of another zone",
      byIds,
      subnet(data, { availabilityZone: "eu-west-2a" }),
      /in eu-west-2a", expected a subnet in eu-west-2b/,
    ],
    [
      "addresses outside the block",
      byIds,
      subnet(data, { cidrBlock: "10.61.0.0/24" }),
      /10\.61\.0\.0\/24", expected addresses inside 10\.60/,
    ],
    [
      "no room for tasks",
      byIds,
      subnet(application, { cidrBlock: "10.60.20.0/27" }),
      /which has 27 addresses", expected at least 7\d/,
    ],
    [
      "no room for the database",
      byIds,
      subnet(data, { cidrBlock: "10.60.20.0/28" }),
      /which has 11 addresses", expected at least 16/,
    ],
    [
      "public addresses for tasks",
      byIds,
      subnet(application, { mapPublicIpOnLaunch: true }),
      /which gives public addresses/,
    ],
    [
      "a route table that may not be read",
      byIds,
      {
        getRouteTable: () => {
          throw new Error("UnauthorizedOperation: no");
        },
      },
      /whose route table may be read\. AWS says:/,
    ],
    ["only the main route table", byIds, { getRouteTables: () => ({ ids: [] }) }, /not the VPC's main one/],
    [
      "tasks on the internet",
      byIds,
      routes("application", "b", [{ ...routeForAll, gatewayId: "igw-0a1b2c3d" }]),
      /expected a private application/,
    ],
    ["tasks without a way out", byIds, routes("application", "b", []), /no route for 0\.0\.0\.0\/0/],
    [
      "a database on the internet",
      byIds,
      routes("data", "b", [{ ...routeForAll, gatewayId: "igw-0a1b2c3d" }]),
      /expected a private data/,
    ],
    [
      "a database with a way out",
      byIds,
      routes("data", "b", [{ ...routeForAll, natGatewayId: "nat-0a1b2c3d" }]),
      /without a way to the internet/,
    ],
    [
      "a database with a way out by IPv6",
      byIds,
      routes("data", "b", [
        { ...routeForAll, cidrBlock: "", ipv6CidrBlock: "::/0", egressOnlyGatewayId: "egress-0a1b2c3d" },
      ]),
      /without a way to the internet/,
    ],
    ["a public subnet that is none", byIds, routes("public", "b", []), /expected a public subnet/],
    [
      "the NAT gateway of another zone",
      byIds,
      { getNatGateway: (args) => ({ ...example("getNatGateway")(args), subnetId: subnetId("public", "a") }) },
      /leaves by nat-[0-9a-f]+ in eu-west-2a", expected a NAT gateway in eu-west-2b/,
    ],
  ];
  for (const [name, network, answers, message] of refused) {
    it(`is refused with ${name}`, async () => {
      await assert.rejects(lookUp(network, answers), (error: Error) => {
        assert.match(error.message, /The network of stack "test" does not fit; nothing was changed\./);
        assert.match(error.message.replaceAll('\\"', '"'), message);
        return true;
      });
    });
  }
});
