import tseslint from "typescript-eslint";

/**
 * What each room may import besides itself, core and protocol: core <- protocol <- {engine, feed, host, webview}, and
 * cli over engine and feed.
 * `type` imports count too. The unit test of the architecture holds the same arrows on the real graph, and no cycles.
 */
const rooms = {
  core: { modules: ["@noble", "@noble/hashes", "@noble/hashes/**"], others: [] },
  protocol: { modules: ["valibot"], others: ["core"] },
  engine: { modules: ["valibot", "node:*", "node:*/**", "quicktype-core"], others: ["core", "protocol"] },
  feed: { modules: ["valibot", "node:*", "node:*/**", "zeromq"], others: ["core", "protocol"] },
  host: { modules: ["valibot", "node:*", "node:*/**", "vscode"], others: ["core", "protocol"] },
  webview: { modules: ["valibot", "@vscode/codicons/**"], others: ["core", "protocol"] },
  cli: { modules: ["node:*", "node:*/**"], others: ["core", "protocol", "engine", "feed"] },
};

const roomRules = Object.entries(rooms).map(([room, { modules, others }]) => {
  const foreign = Object.keys(rooms).filter((other) => other !== room && !others.includes(other));
  const group = [
    "*",
    "!.",
    "!..",
    "!./**",
    "!../**",
    ...modules.map((name) => `!${name}`),
    ...foreign.map((other) => `**/${other}/**`),
    "**/build/**",
    "**/extension",
  ];
  return {
    files: [`src/${room}/**/*.ts`],
    rules: {
      "no-restricted-imports": ["error", { patterns: [{ group, message: `${room} does not know this.` }] }],
    },
  };
});

export default tseslint.config(
  { ignores: ["dist/", ".cache/", "node_modules/"] },
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: "error", noInlineConfig: true },
    rules: {
      "no-restricted-exports": ["error", { restrictDefaultExports: { direct: true, named: true, defaultFrom: true } }],
      eqeqeq: "error",
      "object-shorthand": "error",
      "prefer-const": "error",
      "no-var": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/naming-convention": [
        "error",
        {
          selector: "typeLike",
          format: ["PascalCase"],
          custom: { regex: "^I[A-Z]|Manager|Helper|Util", match: false },
        },
      ],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      // Passing a void result on is shorter and as clear.
      "@typescript-eslint/no-confusing-void-expression": "off",
      // Interfaces of VS Code and of rooms say Promise where an implementation may have nothing to wait for.
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/no-misused-spread": ["error", { allow: [{ from: "lib", name: "string" }, "string"] }],
      // `while (true)` with a break says what it means.
      "@typescript-eslint/no-unnecessary-condition": [
        "error",
        { allowConstantLoopConditions: "only-allowed-literals" },
      ],
    },
  },
  ...roomRules,
  {
    files: ["src/core/**/*.ts"],
    rules: {
      "no-restricted-globals": [
        "error",
        "process",
        "setTimeout",
        "setInterval",
        "setImmediate",
        "performance",
        "document",
        "window",
      ],
      "no-restricted-properties": [
        "error",
        { object: "Date", property: "now", message: "The time is passed in." },
        { object: "Math", property: "random", message: "Randomness is passed in." },
      ],
    },
  },
  {
    files: ["test/**/*.ts"],
    rules: {
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-floating-promises": [
        "error",
        { allowForKnownSafeCalls: [{ from: "package", package: "mocha", name: ["describe", "it"] }] },
      ],
    },
  },
  { files: ["**/*.mjs"], extends: [tseslint.configs.disableTypeChecked], rules: { "no-restricted-exports": "off" } },
);
