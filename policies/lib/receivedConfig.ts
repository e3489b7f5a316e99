import * as messages from "@pulumi/pulumi/proto/analyzer_pb";
import { configProblems, type PackConfig } from "./config";
import type { Received } from "./policy";
import type { Rule } from "./rule";

interface PolicyConfigMap {
  entries(): Iterable<[string, { getProperties(): { toJavaScript(): object } | undefined }]>;
}
interface ConfigureRequest {
  getPolicyconfigMap(): PolicyConfigMap;
}

/**
 * Refuses a configuration that names a policy or a threshold that does not exist.
 *
 * The engine checks the types of known thresholds and nothing else, and the SDK hands each policy its own part only, so
 * a misspelt name would be dropped without a word, and the rule would run at its default. The message in which the engine
 * sends the whole configuration is the one place where all names can be seen; so its reader is wrapped.
 * What it sent is kept, so that a rule's thresholds are known before the SDK calls it.
 * If a later SDK reads it in another way, this does nothing; the configurations of this repository are tested as well.
 */
export function refuseUnknownNames(rules: readonly Rule[]): Received {
  const received: Received = {};
  const { ConfigureAnalyzerRequest } = messages as unknown as {
    ConfigureAnalyzerRequest?: { prototype: ConfigureRequest };
  };
  const prototype = ConfigureAnalyzerRequest?.prototype;
  if (prototype === undefined || typeof prototype.getPolicyconfigMap !== "function") {
    return received;
  }
  const read = prototype.getPolicyconfigMap;
  const wrapped = new WeakSet<PolicyConfigMap>();
  prototype.getPolicyconfigMap = function (this: ConfigureRequest) {
    const map = read.call(this);
    if (wrapped.has(map)) {
      return map;
    }
    wrapped.add(map);
    const entries = map.entries.bind(map);
    // Filled while the message is unpacked, through the same reader; walked only when all of it is there.
    map.entries = () => {
      const given = [...entries()].map(
        ([name, config]) => [name, config.getProperties()?.toJavaScript() ?? {}] as const,
      );
      received.config = Object.fromEntries(given.filter(([name]) => name !== "all"));
      refuse(configProblems(received.config as PackConfig, rules));
      return entries();
    };
    return map;
  };
  return received;
}

function refuse(problems: readonly string[]): void {
  if (problems.length === 0) {
    return;
  }
  const error = new Error(`The policy configuration is wrong:\n${problems.map((one) => `  - ${one}`).join("\n")}`);
  // The SDK sends the stack as the message; nobody needs to see where this line is.
  error.stack = error.message;
  throw error;
}
