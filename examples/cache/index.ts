import * as aws from "@pulumi/aws";
import { Cache } from "../../components/cache/cache";
import { EncryptionKey } from "../../components/encryption/encryptionKey";
import { Network } from "../../components/network/network";

const region = "eu-west-2";
const tags = { Project: "timetable", Environment: "prod", Owner: "Registry", CostCentre: "RG-0002" };
const provider = new aws.Provider("aws", { region, defaultTags: { tags } });

const key = new EncryptionKey("key", {}, { provider, protect: true });
const network = new Network(
  "network",
  {
    cidr: "10.71.0.0/16",
    region,
    availabilityZones: ["eu-west-2a", "eu-west-2b", "eu-west-2c"],
    kmsKeyArn: key.arn,
  },
  { provider },
);
const cache = new Cache(
  "cache",
  { network, purpose: "application", nodeType: "cache.r7g.large", replicas: 1, kmsKeyArn: key.arn },
  { provider, protect: true },
);

export const primary = cache.primaryEndpoint;
