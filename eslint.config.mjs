import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["node_modules/", ".offline/"] },
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
    // Files that end in .cjs are read by programs that know no other modules.
    files: ["offline/**/*.ts", "tools/report/plan/runTree.ts", "**/*.cjs"],
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
);
