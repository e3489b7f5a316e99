/**
 * Delays of AWS for each step between load and a task that serves it. Documented where AWS documents it; else a common
 * value, marked as an assumption. The alarm on scaling speed in production measures the sum.
 */
import type { Known } from "./measured";

function delay(value: number, basis: Known["basis"], source: string, unit = "s"): Known {
  return { value, unit, basis, source };
}

export const delays = {
  metricPeriod: delay(
    60,
    "documented",
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html",
  ),
  metricLag: delay(
    60,
    "assumption",
    "From the end of the minute to the alarm seeing its datapoint; not promised by AWS",
  ),
  highAlarmMinutes: delay(
    3,
    "assumption",
    "Alarms that target tracking makes: 3 of 3 one-minute datapoints; seen, not promised",
    "datapoints",
  ),
  lowAlarmMinutes: delay(
    15,
    "assumption",
    "15 of 15 datapoints below 90 % of the target; seen, not promised",
    "datapoints",
  ),
  lowAlarmShare: delay(
    0.9,
    "documented",
    '"usually more than 10 % below": https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html',
    "of the target",
  ),
  clusterHighMinutes: delay(
    1,
    "assumption",
    "CapacityProviderReservation's high alarm: 1 datapoint; seen, not promised",
    "datapoints",
  ),
  clusterLowMinutes: delay(15, "assumption", "Its low alarm: 15 datapoints; seen, not promised", "datapoints"),
  clusterLag: delay(30, "assumption", "From the minute's end to Auto Scaling's launch for CapacityProviderReservation"),
  instanceBoot: delay(
    100,
    "assumption",
    "EC2 launch to an ECS instance that takes tasks, ECS-optimised AMI with the user data of this cluster",
  ),
  warmStart: delay(
    40,
    "published",
    'Warm pool: "as low as 30 seconds" (https://www.infoq.com/news/2021/05/aws-warm-pools/), and 10 s for the agent',
  ),
  imagePull: delay(
    25,
    "assumption",
    "Some 350 MiB from ECR through the VPC endpoint, and unpacking; nothing on an instance that has it",
  ),
  taskStart: delay(15, "assumption", "Placement, network interface and container start on EC2"),
  fargateStart: delay(45, "assumption", "The same on Fargate, with its own pull"),
  phpHealthy: delay(10, "assumption", "php-fpm starts and passes its container check (every 5 s), then nginx starts"),
  registration: delay(5, "assumption", "ECS registers the task with the target group"),
  connectTimeout: delay(
    10,
    "documented",
    "The load balancer gives up a connection after 10 s: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html",
  ),
  zoneLossSeen: delay(120, "assumption", "ECS marks the tasks of a lost zone as stopped"),
  failover: delay(
    60,
    "documented",
    '"typically restored in less than 60 seconds, and often less than 30": https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.AuroraHighAvailability.html',
  ),
  databaseWait: delay(5, "assumption", "Moodle's connect time-out to the database: a few seconds"),
  acuPerSecond: delay(
    0.1,
    "assumption",
    "Aurora Serverless grows by a tenth of its capacity a second, at least 0.5 ACU",
    "share/s",
  ),
} as const satisfies Readonly<Record<string, Known>>;
export type DelayName = keyof typeof delays;
export type Delays = { readonly [K in DelayName]: number };

export const delayValues: Delays = Object.fromEntries(
  Object.entries(delays).map(([name, { value }]) => [name, value]),
) as Delays;
