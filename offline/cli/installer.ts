/** The official download into a given folder: `installer.ts <version> <folder>`. Started and watched by download.ts. */
import { PulumiCommand } from "@pulumi/pulumi/automation";

const [version, root] = process.argv.slice(2);
type Version = NonNullable<NonNullable<Parameters<typeof PulumiCommand.install>[0]>["version"]>;

PulumiCommand.install({ version: version as unknown as Version, root: root! }).catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
