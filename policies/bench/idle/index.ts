/** A pack that judges nothing, to be measured beside ours. */
import { PolicyPack } from "@pulumi/policy";
import { idle } from "./policies";

new PolicyPack("idle", { policies: idle });
