import { templateOf } from "../lib/launchTemplates";
import type { Resource } from "../lib/resource";
import { stackRule } from "../lib/rule";
import type { Stack } from "../lib/stack";
import { anyOf, expect, pass, undecided, violation, type Tri, type Verdict, type Verdicts } from "../lib/verdict";
import { isUnknown, type View } from "../lib/view";

const volume = "aws:ebs/volume:Volume";
const launchTemplate = "aws:ec2/launchTemplate:LaunchTemplate";
const instance = "aws:ec2/instance:Instance";
const encryptionByDefault = "aws:ebs/encryptionByDefault:EncryptionByDefault";
/** What copies a snapshot leaves it as it is unless told otherwise. */
const copies: readonly string[] = ["aws:ebs/snapshotCopy:SnapshotCopy", "aws:ec2/amiCopy:AmiCopy"];
const image = "aws:ec2/ami:Ami";
const recipe = "aws:imagebuilder/imageRecipe:ImageRecipe";
const workspace = "aws:workspaces/workspace:Workspace";
const launchConfiguration = "aws:ec2/launchConfiguration:LaunchConfiguration";

export const volumesEncrypted = stackRule({
  id: "volumes-encrypted",
  group: "storage",
  severity: "high",
  title: "Volumes of instances are encrypted.",
  why: "Root volumes collect swap, logs and cached files; a snapshot of one is easily shared by mistake.",
  fix: 'In a launch template give blockDeviceMappings for the root device (/dev/xvda on Amazon Linux) with ebs.encrypted: "true"; on an instance set rootBlockDevice.encrypted: true; on a volume encrypted: true.',
  serves: ["CIS AWS 3.0 2.2.1", "Security Hub EC2.3", "Well-Architected SEC08-BP02"],
  example: `new aws.ec2.LaunchTemplate("cluster", { blockDeviceMappings: [{ deviceName: "/dev/xvda", ebs: { encrypted: "true", volumeSize: 40 } }], ... });`,
  types: [volume, launchTemplate, recipe, instance, launchConfiguration, image, workspace, ...copies],
  limits: {},
  check,
});

function check(resource: Resource, stack: Stack): Verdicts {
  if (resource.type === workspace) {
    // Of a service of its own, which the account's setting does not reach.
    return ["rootVolumeEncryptionEnabled", "userVolumeEncryptionEnabled"].map((name) =>
      expect(resource.props.flag(name), (on) => on === true, `${name} is not true`),
    );
  }
  const account = byAccount(stack);
  const own = ofResource(resource, stack);
  if (account === false || own === undefined) {
    return own ?? pass;
  }
  return account === true ? pass : undecided(account);
}

/** Whether the account encrypts every new volume, also one that says false: https://docs.aws.amazon.com/ebs/latest/userguide/encryption-by-default.html */
function byAccount(stack: Stack): Tri {
  return anyOf(
    stack.ofType(encryptionByDefault).map(({ props }): Tri => {
      const enabled = props.flag("enabled");
      return isUnknown(enabled) ? enabled : enabled !== false;
    }),
  );
}

function ofResource(resource: Resource, stack: Stack): Verdicts | undefined {
  const { type, props } = resource;
  if (type === volume) {
    return encrypted(props, "the volume");
  }
  if (copies.includes(type)) {
    return encrypted(props, "the copy");
  }
  if (type === launchTemplate) {
    return ofMappings(props);
  }
  if (type === recipe) {
    // Whoever starts an instance of the image chooses, unless the recipe does.
    return props.has("blockDeviceMappings") ? ofMappings(props) : undefined;
  }
  const others = props.items("ebsBlockDevices");
  if (type === image) {
    // A volume that is made of a snapshot is as that is.
    return isUnknown(others)
      ? undecided(others)
      : others.filter((one) => !one.has("snapshotId")).map((one) => encrypted(one, device(one)));
  }
  const template = templateOf(stack, resource);
  const devices = isUnknown(others) ? [undecided(others)] : others.map((one) => encrypted(one, device(one)));
  if (props.has("rootBlockDevice.encrypted") || template === undefined) {
    return [encrypted(props.object("rootBlockDevice"), "the root volume"), ...devices];
  }
  // The template is judged where it is written.
  return isUnknown(template) ? [undecided(template), ...devices] : [...devices, ...ofMappings(template.props)];
}

function ofMappings(props: View): readonly Verdict[] {
  const mappings = props.items("blockDeviceMappings");
  if (isUnknown(mappings)) {
    return [undecided(mappings)];
  }
  return mappings.length === 0
    ? [violation("it names no block device, so the root volume is as the image has it, not encrypted")]
    : mappings.filter((one) => one.has("ebs")).map((one) => encrypted(one.object("ebs"), device(one)));
}

function encrypted(volume: View, what: string): Verdict {
  return expect(volume.flag("encrypted"), (on) => on === true, `encrypted is not true for ${what}`);
}

function device(mapping: View): string {
  const name = mapping.text("deviceName");
  return typeof name === "string" ? name : "a block device";
}
