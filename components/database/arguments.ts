import * as pulumi from "@pulumi/pulumi";
import { type Windows } from "../lib/windows";
import { type Network } from "../network/network";
import { type Capacity } from "./connections";

/** What a new cluster is made from: a snapshot, or another cluster as it was at a time (RFC 3339, UTC). */
export type DatabaseSource =
  { readonly snapshotArn: string } | { readonly clusterIdentifier: string; readonly time: string };

export interface DatabaseArgs {
  readonly network: Pick<Network, "vpcId" | "dataSubnetIds" | "availabilityZones">;
  /** Written in full. @default the newest patch of the long-term support version, see engine.ts */
  readonly engineVersion?: string;
  /**
   * Size of every instance, the writer's and the readers' alike, since any may become the writer. *Cost*: the largest
   * part of this component's cost; per instance-hour, or per ACU-hour.
   */
  readonly capacity: Capacity;
  /** Readers beside the writer, 0 to 15, each in the next zone. With 0, a failover must first create an instance. */
  readonly readers: number;
  /** 1 to 35 days of point-in-time restore. */
  readonly backupRetentionDays: number;
  /** AWS itself refuses deletion, to every caller. */
  readonly deletionProtection: boolean;
  /** Encrypts storage, snapshots, secrets, logs and performance data. */
  readonly kmsKeyArn: pulumi.Input<string>;
  /** Topic for failovers, failures and maintenance. @default none */
  readonly signalsTopicArn?: pulumi.Input<string>;
  /** In UTC. @default a backup at 02:00 and maintenance on Sunday at 03:30, outside European teaching hours */
  readonly windows?: Windows;
  /**
   * CloudWatch Database Insights. Standard is free and keeps 7 days; advanced adds lock trees and execution plans and
   * keeps 465 days. *Cost* of advanced: per vCPU or ACU hour. @default "standard"
   */
  readonly databaseInsights?: "standard" | "advanced";
  /** @default 90 */
  readonly logRetentionDays?: number;
  /**
   * Makes a new cluster from a backup. A cluster that is there would be replaced, which `protect` refuses. Left out
   * later, nothing changes. @default an empty database
   */
  readonly source?: DatabaseSource | undefined;
}
