/** What the scripts of the page and their tests are held to; run from the top of the repository. */
import js from "@eslint/js";
import globals from "globals";

const rules = {
  ...js.configs.recommended.rules,
  "prefer-const": "error",
  "no-var": "error",
  eqeqeq: "error",
  curly: ["error", "multi-line"],
  "object-shorthand": "error",
  "no-shadow": "error",
  "max-lines": ["error", { max: 320 }],
};

export default [
  { ignores: ["src/page/web/vendor/**"] },
  {
    files: ["src/page/web/*.js"],
    languageOptions: { ecmaVersion: 2022, sourceType: "module", globals: globals.browser },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules,
  },
  {
    files: ["tests/page/**/*.mjs"],
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
    rules,
  },
];
