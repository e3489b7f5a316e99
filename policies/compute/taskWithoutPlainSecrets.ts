import type { Resource } from "../lib/resource";
import { allowed, resourceRule } from "../lib/rule";
import { taskDefinition } from "../lib/types";
import { pass, undecided, violation, type Verdict, type Verdicts } from "../lib/verdict";
import { isUnknown } from "../lib/view";
import { eachContainer } from "./containers";

const lambda = "aws:lambda/function:Function";

/** Names that hold a secret, but not those that say where one is (DB_SECRET_ARN, TOKEN_URL, PASSWORD_FILE). */
const secretName = /(PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIAL|(^|_)AUTH$)/i;
const placeName = /_(ARN|NAME|ID|URL|URI|FILE|PATH|HOST|PREFIX|HEADER|TTL|SECONDS|LENGTH|VERSION)$/i;

export const taskWithoutPlainSecrets = resourceRule({
  id: "task-without-plain-secrets",
  group: "compute",
  severity: "critical",
  title: "No secret is a plain environment variable of a task or function.",
  why: "Plain variables are readable by everyone who may describe the task, and stay in every revision of it and in the state.",
  fix: "Move it to `secrets` with valueFrom naming a Secrets Manager secret (a key of a JSON secret: <arn>:<key>::) or SSM parameter, and let the execution role read it.",
  serves: ["Security Hub ECS.8", "Well-Architected SEC02-BP03", "Moodle R25"],
  example: `containerDefinitions: JSON.stringify([{ name: "web", secrets: [{ name: "DB_PASSWORD", valueFrom: \`\${secret.arn}:password::\` }] }])`,
  types: [taskDefinition, lambda],
  limits: { notSecret: allowed([], "Names of variables that look like secrets and are none.") },
  check: (resource, limits) =>
    resource.type === lambda
      ? ofFunction(resource, limits.notSecret)
      : eachContainer(resource, (container, name) => {
          const variables = container.items("environment");
          return isUnknown(variables)
            ? undecided(variables)
            : variables.map((variable) => judge(variable.text("name"), variable.has("value"), name, limits.notSecret));
        }),
});

function ofFunction(resource: Resource, notSecret: readonly string[]): Verdicts {
  const variables = resource.props.at("environment.variables");
  return isUnknown(variables)
    ? undecided(variables)
    : resource.props
        .object("environment.variables")
        .keys()
        .map((key) => judge(key, true, resource.name, notSecret));
}

function judge(name: unknown, hasValue: boolean, where: string, notSecret: readonly string[]): Verdict {
  if (typeof name !== "string" || !hasValue || notSecret.includes(name)) {
    return pass;
  }
  return secretName.test(name) && !placeName.test(name) ? violation(`"${where}" has the plain variable ${name}`) : pass;
}
