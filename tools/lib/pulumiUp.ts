import { stackSettings } from "./stackFile";

/** `pulumi up` of a stack as people should run it: judged by the policies of its profile. */
export function pulumiUp(stack: string): string {
  const { profile } = stackSettings(stack);
  return `pulumi up --stack ${stack} --policy-pack policies --policy-pack-config policies/config/${profile}.json`;
}
