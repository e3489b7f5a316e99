import { resourceRule } from "../lib/rule";
import { violation } from "../lib/verdict";

export const noLongLivedKeys = resourceRule({
  id: "no-long-lived-keys",
  group: "identity",
  severity: "high",
  title: "Stacks make no access keys and no console passwords.",
  why: "A key is in the state, in a settings file and in a backup of both, and works until someone remembers it.",
  fix: "Use a role: of the task or instance for software, through single sign-on for people, through OpenID Connect for pipelines.",
  serves: ["Well-Architected SEC02-BP02"],
  example: `new aws.iam.Role("pipeline", { assumeRolePolicy: trustOfGitHubRepository });`,
  types: [
    "aws:iam/accessKey:AccessKey",
    "aws:iam/userLoginProfile:UserLoginProfile",
    "aws:iam/serviceSpecificCredential:ServiceSpecificCredential",
  ],
  limits: {},
  check: () => violation("it is a credential that does not expire"),
});
