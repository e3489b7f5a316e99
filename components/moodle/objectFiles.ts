import type * as pulumi from "@pulumi/pulumi";
import { phpLiteral, type SettingValue } from "./configuration";
import type { SecretKey } from "./environment";

/** The place where tool_objectfs keeps files. */
export interface ObjectFilesAccess {
  /** Put before each object's name in the bucket, with a slash at the end. The plugin does not sign it: the address holds it. */
  readonly keyPrefix: string;
  /** Region of the bucket. */
  readonly region: string;
}

/** The same, and the plugin's signature of their addresses for a CDN. */
export interface SignedFilesAccess extends ObjectFilesAccess {
  /** With https:// and without a slash at the end: the part before the object's name. */
  readonly address: string;
  /** Whether the address is of another host than the site. */
  readonly otherOrigin: boolean;
  /** Moodle itself serves smaller files. */
  readonly minimumKb: number;
  readonly keyPairId: pulumi.Input<string>;
  /** ARN of a secret whose whole value is the private key as PEM. */
  readonly privateKeySecretArn: string;
  /** The one before, until a release has replaced its tasks: new ones of the old task definition still read it. */
  readonly formerPrivateKeySecretArn?: string | undefined;
}

// Names that the image leaves to sites.
const keyIdVariable = "MOODLE_CUSTOM_FILES_KEY_ID";
const unsignedVariable = "MOODLE_CUSTOM_FILES_IN_BUCKET";
const privateKeyVariable = "MOODLE_CUSTOM_FILES_PRIVATE_KEY";

/** Further secrets of a container that signs. */
export const signingSecrets: Readonly<Record<string, SecretKey>> = { [privateKeyVariable]: { secret: "fileSigning" } };

const isSigned = (access: ObjectFilesAccess | SignedFilesAccess): access is SignedFilesAccess => "keyPairId" in access;

/** Variables of a container that uses the bucket, which all do but that of the first installation. */
export const objectFilesVariables = (
  access: ObjectFilesAccess | SignedFilesAccess,
): Readonly<Record<string, pulumi.Input<string>>> =>
  isSigned(access) ? { [keyIdVariable]: access.keyPairId } : { [unsignedVariable]: "1" };

/** A value that is in the container's environment. */
interface FromEnvironment {
  readonly environment: string;
}

const [minute, day, kb] = [60, 86_400, 1024];

/**
 * Lines of config.php. Names: classes/local/manager.php of https://github.com/catalyst/moodle-tool_objectfs.
 *
 * They apply only where one variable is in the environment, which is everywhere except in the first installation: the
 * plugin reads its own tables on every access to a file, and they do not exist yet.
 *
 * The plugin's settings page shows the private key, like every forced setting, to site administrators only.
 */
export function objectFilesLines(access: ObjectFilesAccess | SignedFilesAccess): readonly string[] {
  const signed = isSigned(access) ? access : undefined;
  const plugin: Readonly<Record<string, SettingValue | FromEnvironment>> = {
    enabletasks: 1,
    filesystem: "\\tool_objectfs\\s3_file_system",
    s3_usesdkcreds: 1,
    s3_bucket: { environment: "MOODLE_OBJECTS_BUCKET" },
    s3_region: access.region,
    key_prefix: access.keyPrefix,
    sizethreshold: 10 * kb,
    minimumage: 7 * day,
    consistencydelay: 10 * minute,
    // Copies stay on the shared disk until the plugin's report shows that all are in the bucket.
    deletelocal: 0,
    maxtaskruntime: 10 * minute,
    // Never: the tasks have no permission to, and another site may have been restored from this one's database.
    deleteexternal: 0,
    ...(signed === undefined ? { enablepresignedurls: 0 } : signingSettings(signed)),
  };
  const core: Readonly<Record<string, SettingValue>> = {
    alternative_file_system_class: "\\tool_objectfs\\s3_file_system",
    ...(signed?.otherOrigin === true && { h5pcrossorigin: "anonymous", mod_hvp_crossorigin: "anonymous" }),
  };
  return [
    `if (getenv(${phpLiteral(signed === undefined ? unsignedVariable : keyIdVariable)}) !== false) {`,
    ...Object.entries(core).map(([name, value]) => `    $CFG->${name} = ${phpLiteral(value)};`),
    ...Object.entries(plugin).map(
      ([name, value]) => `    $CFG->forced_plugin_settings['tool_objectfs'][${phpLiteral(name)}] = ${phpValue(value)};`,
    ),
    "}",
  ];
}

function signingSettings(access: SignedFilesAccess): Readonly<Record<string, SettingValue | FromEnvironment>> {
  return {
    enablepresignedurls: 1,
    presignedminfilesize: access.minimumKb * kb,
    // Groups of Moodle's own file types, without web pages: relative links in a SCORM or H5P page would point into the
    // bucket (https://github.com/catalyst/moodle-tool_objectfs/issues/713).
    signingwhitelist: "archive,audio,document,image,presentation,spreadsheet,video",
    expirationtime: 120 * minute,
    signingmethod: "cf",
    cloudfrontresourcedomain: access.address,
    cloudfrontkeypairid: { environment: keyIdVariable },
    cloudfrontprivatekey: { environment: privateKeyVariable },
  };
}

function phpValue(value: SettingValue | FromEnvironment): string {
  return typeof value === "object" ? `getenv(${phpLiteral(value.environment)})` : phpLiteral(value);
}
