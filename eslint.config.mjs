import tseslint from "typescript-eslint";

/** One arrow of the layout: files under `from` may not import what `patterns` match. */
const noImport = (from, patterns, message) => ({
  files: [`${from}/**/*.ts`],
  ignores: ["**/*.test.ts"],
  rules: { "no-restricted-imports": ["error", { patterns: [{ group: patterns, message }] }] },
});

// index.ts -> stacks/ -> components/ -> components/lib/. Test support, policies and the offline engine stand apart.
const apart = ["**/tools/**", "**/offline/**", "**/testing/**", "**/bench/**", "**/policies/**"];

export default tseslint.config(
  { ignores: ["node_modules/", ".offline/", "**/*.cjs"] },
  ...tseslint.configs.recommended,
  {
    rules: {
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      eqeqeq: "error",
    },
  },
  {
    // Mocks and recorded inputs are of any shape.
    files: ["**/*.test.ts", "testing/**/*.ts", "moodle-image/test/**/*.ts"],
    rules: { "@typescript-eslint/no-explicit-any": "off" },
  },
  {
    // The program's own modules are loaded afresh for every run, or from another tree, which only require can do.
    files: ["offline/**/*.ts", "report/plan/runTree.ts"],
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
  {
    files: ["index.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            { group: ["./components/**", "./offline/**", "./policies/**"], message: "index.ts uses stacks/ only." },
          ],
        },
      ],
    },
  },
  noImport("stacks", [...apart, "**/index"], "stacks/ may use components/ and packages only."),
  noImport("components", [...apart, "**/stacks/**"], "components/ may use components/ and packages only."),
  noImport(
    "components/lib",
    [...apart, "**/stacks/**", "../!(lib)/**"],
    "components/lib/ holds helpers that know no component.",
  ),
  noImport(
    "policies",
    ["**/tools/**", "**/offline/**", "**/components/**", "**/stacks/**", "**/index"],
    "policies/ judges any program, so it imports nothing of this one.",
  ),
);
