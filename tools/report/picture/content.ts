import type { Action } from "../changes";
import type { Kind } from "./kinds";

export interface Box {
  readonly urn: string;
  readonly title: string;
  readonly label: string;
  readonly details: string;
  readonly place: Kind["place"];
  /** In a tier: its name. */
  readonly tier: string | undefined;
  readonly row: number;
  /** Contents by zone: `a: db.r7g.2xlarge`. */
  readonly zones: readonly { readonly zone: string; readonly what: string }[];
  readonly change: Action | undefined;
  /** Beside the VPC: resources that refer to it. */
  readonly usedBy: readonly string[];
  /** Names in a box for several resources. */
  readonly names: readonly string[];
}

export interface Line {
  readonly from: string;
  readonly to: string;
  readonly label: string;
}

/** Subnets with one purpose, one in each zone. */
export interface Tier {
  readonly name: string;
  /** Its way out, derived from its routes. */
  readonly out: "to and from the internet" | "out through NAT" | "no way to the internet";
  readonly subnets: readonly { readonly zone: string; readonly cidr: string }[];
}

export interface Architecture {
  readonly vpcCidr: string;
  readonly tiers: readonly Tier[];
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
}
