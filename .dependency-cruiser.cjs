/** Allowed imports between folders: an import that no line of `allowed` names is an error. `make check` runs it. */
const tests = "(\\.test\\.ts$|/tests?/)";
/** Code that esbuild bundles for Lambda: it runs on AWS, with the packages that the runtime brings. */
const lambda = "^components/.+/lambda/";
const onAws = `(${lambda}|^components/outage/pages/function\\.js$)`;
/** The code of a room. Its tests may import test support and whatever they test. */
const room = (from, ...to) => ({ from: { path: from, pathNot: tests }, to: { path: [...to, "(^|/)node_modules/"] } });

module.exports = {
  forbidden: [
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
    {
      name: "not-to-unresolvable",
      severity: "error",
      // Modules that CloudFront's and CloudWatch's runtimes bring.
      from: { pathNot: onAws },
      to: { couldNotResolve: true },
    },
    {
      name: "program-needs-no-dev-dependency",
      comment: "What `pulumi up` loads belongs to the dependencies of package.json, not to its devDependencies.",
      severity: "error",
      from: { path: "^(index\\.ts$|stacks/|components/)", pathNot: `(${tests}|${lambda})` },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"] },
    },
    {
      name: "program-does-not-load-lambda-code",
      comment: "Code for Lambda is bundled, not loaded: its packages are not among the program's dependencies.",
      severity: "error",
      // `make outage` publishes as the editor's function does.
      from: { pathNot: `(${tests}|${lambda}|^testing/|^tools/outage/)` },
      to: { path: lambda },
    },
  ],
  allowed: [
    room("^index\\.ts$", "^stacks/"),
    room("^stacks/", "^stacks/", "^components/", "^moodle-image/[a-z]+\\.lock\\.json$"),
    room("^components/lib/", "^components/lib/"),
    room("^components/(?!lib/)", "^components/"),
    room("^examples/", "^components/"),
    room("^plugin/", "^plugin/", "^components/"),
    room("^policies/", "^policies/"),
    room("^offline/", "^offline/", "^policies/", "^index\\.ts$"),
    room("^moodle-image/", "^moodle-image/"),
    room("^pipelines/", "^pipelines/"),
    room("^tools/", "^tools/", "^offline/", "^stacks/", "^components/"),
    // The one table of AWS's types, which the policy pack owns.
    room("^tools/", "^policies/lib/resourceTypes\\.ts$"),
    room("^tools/(plugins-|moodle-lock/|lib/pluginKinds)", "^moodle-image/plugins/"),
    room("^tools/(moodle-lock/|actions/|lib/incidents)", "^moodle-image/patches/"),
    room("^tools/exemptions/", "^policies/(lib/exemptions|rules)\\.ts$"),
    // Writes what these say into documents.
    room(
      "^tools/generate/",
      "^policies/scripts/",
      "^testing/(platform/identities|security/decisions|evidence/evidence)\\.ts$",
    ),
    // Builds the firewall's component under Pulumi's mocks.
    room("^tools/waf/acl\\.ts$", "^testing/build\\.ts$"),
    room("^testing/", ".*"),
    { from: { path: tests }, to: {} },
    { from: {}, to: { dependencyTypes: ["core"] } },
    { from: { path: onAws }, to: { couldNotResolve: true } },
  ],
  allowedSeverity: "error",
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: "specify",
    // Packages that name their files under `exports` alone.
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "require", "node", "default"] },
    tsConfig: { fileName: "tsconfig.json" },
    // For packages that name their entry by `exports` alone.
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["require", "node", "default", "types"] },
  },
};
