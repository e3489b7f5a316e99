import { allowed, resourceRule } from "../lib/rule";
import { secretPaths } from "../lib/receivedSecrets";
import { secretIn, secretInFile, secretOf, showsSecret } from "../lib/secretForm";
import { pass, undecided, violation, type Verdict } from "../lib/verdict";
import { isUnknown } from "../lib/view";
import { shownAnywhere, shownFields, shownTypes, type Shown } from "./shownFields";

/** Types of which the SDK marks a shown property by itself, whatever is in it. A test compares them with the installed @pulumi/aws. */
export const markedBySdk: readonly string[] = [
  "aws:appconfig/hostedConfigurationVersion:HostedConfigurationVersion",
  "aws:glue/connection:Connection",
  "aws:mwaa/environment:Environment",
  "aws:ssm/parameter:Parameter",
];

export const taskWithoutPlainSecrets = resourceRule({
  id: "task-without-plain-secrets",
  group: "compute",
  severity: "critical",
  title: "No secret is where everybody reads it who may describe the resource.",
  why: "Variables, command lines, labels and user data are readable by everyone who may describe the resource, and stay in every revision of it and in the state.",
  fix: "Move it to `secrets`, with valueFrom naming a Secrets Manager secret (a key of a JSON secret: <arn>:<key>::) or a SecureString. Let the execution role read it.",
  serves: ["Security Hub ECS.8", "Well-Architected SEC02-BP03", "Moodle R25"],
  example: `containerDefinitions: JSON.stringify([{ name: "web", secrets: [{ name: "DB_PASSWORD", valueFrom: \`\${secret.arn}:password::\` }] }])`,
  types: shownTypes,
  limits: { notSecret: allowed([], "Names of variables that look like secrets and are none.") },
  everywhere: true,
  check: (resource, limits) => {
    const marked = markedBySdk.includes(resource.type) ? [] : secretPaths(resource.urn);
    const verdicts = shownFields(resource).map((one) =>
      isUnknown(one) ? undecided(one) : judge(one, marked, limits.notSecret),
    );
    return verdicts.some(({ kind }) => kind === "violation")
      ? verdicts
      : [...verdicts, ...shownAnywhere(resource).map((one) => judge(one, [], limits.notSecret))];
  },
});

function judge(one: Shown, marked: readonly string[], notSecret: readonly string[]): Verdict {
  const { where, name, value, isFile, anywhere } = one;
  if (name !== undefined && notSecret.includes(name)) {
    return pass;
  }
  if (isMarked(one, marked)) {
    return violation(`${where}: ${name ?? one.path} holds a value that the program marks as a secret`);
  }
  const text = typeof value === "string" || typeof value === "number" ? String(value) : undefined;
  // A variable without a value holds nothing.
  const found =
    name === undefined
      ? text === undefined
        ? undefined
        : (isFile ? secretInFile : anywhere ? showsSecret : secretIn)(text)
      : value === undefined || value === ""
        ? undefined
        : (secretOf(name, text) ?? (text === undefined ? undefined : secretIn(text)));
  if (found !== undefined) {
    return violation(`${where} has ${found}`);
  }
  return name === undefined && isUnknown(value) ? undecided(value) : pass;
}

/** The property as a whole, what it is part of, or the one value in it; of a list it is not told which. */
function isMarked({ path, name }: Shown, marked: readonly string[]): boolean {
  return marked.some(
    (one) =>
      one === path ||
      path.startsWith(`${one}.`) ||
      (name !== undefined && (one === `${path}.${name}` || (one.startsWith(`${path}.`) && /\.\d+\.value$/.test(one)))),
  );
}
