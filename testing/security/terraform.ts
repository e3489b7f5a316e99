import type { Recorded } from "../values/recorded";

/**
 * A recorded stack as Terraform's language, for rule sets that read that: Pulumi's AWS provider is Terraform's, so that
 * types and properties differ in spelling alone. Names of resources are kept as far as the language takes them.
 */
export function toTerraform(resources: readonly Recorded[]): string {
  const addresses = new Map<string, string>();
  const named = resources
    .filter(({ type }) => type.startsWith("aws:"))
    .map((resource) => ({
      resource,
      type: terraformType(resource.type),
      label: resource.name.replaceAll(/[^\w-]/g, "_"),
    }));
  for (const { resource, type, label } of named) {
    for (const attribute of ["id", "arn"] as const) {
      const value = resource[attribute];
      if (value !== undefined && value.length > 4 && !addresses.has(value)) {
        addresses.set(value, `${type}.${label}.${attribute}`);
      }
    }
  }
  return named
    .map(({ resource, type, label }) => {
      const own = `${type}.${label}.`;
      const body = block(resource.inputs, "  ", (value) => {
        const address = addresses.get(value);
        return address === undefined || address.startsWith(own) ? undefined : address;
      });
      return `resource "${type}" "${label}" {\n${body}}\n`;
    })
    .join("\n");
}

/** Types whose name does not follow from Pulumi's. */
const exceptions: Readonly<Record<string, string>> = {
  "aws:lb/loadBalancer:LoadBalancer": "aws_lb",
  "aws:cloudtrail/trail:Trail": "aws_cloudtrail",
  "aws:fsx/openZfsFileSystem:OpenZfsFileSystem": "aws_fsx_openzfs_file_system",
  "aws:s3/bucketObjectv2:BucketObjectv2": "aws_s3_object",
};

function terraformType(type: string): string {
  const [, path = ""] = type.split(":");
  const [module = "", resource = ""] = path.split("/");
  return exceptions[type] ?? (module === "ec2" ? `aws_${snake(resource)}` : `aws_${module}_${snake(resource)}`);
}

type Reference = (value: string) => string | undefined;

function block(properties: Readonly<Record<string, unknown>>, indent: string, reference: Reference): string {
  return Object.entries(properties)
    .filter(([key, value]) => !key.startsWith("__") && value !== undefined && value !== null)
    .map(([key, value]) => {
      const name = snake(key);
      if (Array.isArray(value) && value.length > 0 && value.every(isRecord)) {
        const single = name.replace(/ies$/, "y").replace(/(?<!s)s$/, "");
        return value.map((each) => nested(single, each, indent, reference)).join("");
      }
      return isRecord(value) && Object.keys(value).every((inner) => /^[a-z]\w*$/.test(inner)) && !maps.has(name)
        ? nested(name, value, indent, reference)
        : `${indent}${name} = ${expression(value, reference)}\n`;
    })
    .join("");
}

/** Properties that hold names of somebody's choice, not properties. */
const maps = new Set(["tags", "variables", "dimensions", "parameters"]);

function nested(name: string, value: Readonly<Record<string, unknown>>, indent: string, reference: Reference): string {
  return `${indent}${name} {\n${block(value, `${indent}  `, reference)}${indent}}\n`;
}

function expression(value: unknown, reference: Reference): string {
  if (typeof value === "string") {
    return reference(value) ?? JSON.stringify(value).replaceAll("${", "$${").replaceAll("%{", "%%{");
  }
  if (Array.isArray(value)) {
    return `[${value.map((each) => expression(each, reference)).join(", ")}]`;
  }
  if (isRecord(value)) {
    return `{ ${Object.entries(value)
      .map(([key, each]) => `${JSON.stringify(key)} = ${expression(each, reference)}`)
      .join(", ")} }`;
  }
  return JSON.stringify(value);
}

function snake(name: string): string {
  return name.replaceAll(/(?<=[a-z0-9])([A-Z])/g, "_$1").toLowerCase();
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
