import { awsDefaults } from "../lib/awsDefaults";
import { required, stackRule } from "../lib/rule";
import { replicationGroup } from "../lib/types";
import { expect, pass, undecided, violation } from "../lib/verdict";
import { isUnknown, type Read } from "../lib/view";

const parameterGroup = "aws:elasticache/parameterGroup:ParameterGroup";

export const sessionCacheNoEviction = stackRule({
  id: "session-cache-no-eviction",
  group: "cache",
  severity: "critical",
  title: "A cache that holds sessions never evicts.",
  why: "Sessions have an expiry and cached objects have none, so under the default policy (volatile-lru) only sessions go when memory runs out. Hundreds are logged out in the middle of an exam.",
  fix: "Give the session cache a replication group of its own, with a parameter group in which maxmemory-policy is noeviction.",
  serves: ["Moodle R11", "Moodle R25"],
  example: `new aws.elasticache.ParameterGroup("sessions", { family: "valkey8", parameters: [{ name: "maxmemory-policy", value: "noeviction" }] });`,
  types: [replicationGroup],
  limits: { names: required(["session"], "What the name, id or description of a cache that holds sessions contains.") },
  check: (cache, stack, limits) => {
    const texts = [cache.name, cache.props.text("replicationGroupId"), cache.props.text("description")];
    if (!texts.some((text) => typeof text === "string" && holdsSessions(text, limits.names))) {
      return undefined;
    }
    const found = stack.references(cache, "parameterGroupName", [parameterGroup]);
    const [group] = found.exact;
    if (group === undefined) {
      const name = found.outside[0];
      return name !== undefined && !name.startsWith("default.")
        ? undecided(`parameter group ${name} (not in this stack)`)
        : found.unknown !== undefined || found.possible.length > 0
          ? undecided("parameterGroupName")
          : violation(
              `it has no parameter group of its own, and the default one evicts (${awsDefaults.cacheEviction.value})`,
            );
    }
    const parameters = group.props.items("parameters");
    if (isUnknown(parameters)) {
      return undecided(parameters);
    }
    const policy: Read<string> = parameters.find((one) => one.text("name") === "maxmemory-policy")?.text("value");
    const verdict = expect(
      policy,
      (value) => value === "noeviction",
      (value) =>
        `its parameter group "${group.name}" has maxmemory-policy ${value ?? `${awsDefaults.cacheEviction.value} (the default)`}`,
    );
    return verdict.kind === "pass" ? pass : verdict;
  },
});

function holdsSessions(text: string, names: readonly string[]): boolean {
  return names.some((name) => text.toLowerCase().includes(name.toLowerCase()));
}
