import type { SloDefinition } from "../definition";

export interface ReportSettings {
  readonly environment: string;
  /** Of the metrics of requests. */
  readonly namespace: string;
  readonly objectives: readonly SloDefinition[];
  readonly cluster: string;
  /** The web service. */
  readonly service: string;
  /** `app/<name>/<id>`, as the metrics of a load balancer name it. */
  readonly loadBalancer: string;
  /** Of both caches, all nodes. */
  readonly cacheNodes: readonly string[];
  /** Of one web task. */
  readonly taskVcpu: number;
}

export interface MetricDataQuery {
  readonly Id: string;
  readonly MetricStat: {
    readonly Metric: {
      readonly Namespace: string;
      readonly MetricName: string;
      readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
    };
    readonly Period: number;
    readonly Stat: string;
  };
}

export interface GetMetricDataInput {
  readonly MetricDataQueries: readonly MetricDataQuery[];
  readonly StartTime: Date;
  readonly EndTime: Date;
  readonly NextToken?: string;
}

export interface GetMetricDataOutput {
  readonly MetricDataResults?: readonly {
    readonly Id: string;
    readonly Label?: string;
    readonly Timestamps?: readonly Date[];
    readonly Values?: readonly number[];
    readonly StatusCode: "Complete" | "PartialData" | "InternalError" | "Forbidden";
  }[];
  readonly NextToken?: string;
}

export interface ReportWorld {
  readonly settings: ReportSettings;
  getMetricData(input: GetMetricDataInput): Promise<GetMetricDataOutput>;
  release(): Promise<{ readonly id: string; readonly deployedAt: number }>;
  read(key: string): Promise<string | undefined>;
  write(key: string, body: string, type: string): Promise<unknown>;
  publish(subject: string, text: string): Promise<unknown>;
  now(): number;
}

export function weekly(world: ReportWorld): Promise<void>;
export function queries(settings: ReportSettings): readonly MetricDataQuery[];
export function releaseOf(taskDefinition: {
  readonly containerDefinitions: readonly { readonly image: string }[];
}): string;
export function handler(): Promise<void>;
