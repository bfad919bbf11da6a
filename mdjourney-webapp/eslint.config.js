import js from "@eslint/js";
import hooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

// app -> features -> forms | components | lib; nothing imports upwards, no feature imports another.
const zone = (folder, regex, message) => ({
  files: [`src/${folder}/**/*.{ts,tsx}`],
  rules: { "no-restricted-imports": ["error", { patterns: [{ regex, message }] }] },
});

const zones = [
  zone("features", "(^|/)\\.\\./app/|^\\.\\./[^.]|/features/", "A feature knows neither the app nor another feature; compose them in app/."),
  zone("forms", "(^|/)\\.\\./(app|features)/", "Forms know no feature."),
  zone("components", "(^|/)\\.\\./(app|features|forms)/", "Components are plain."),
  zone("lib", "(^|/)\\.\\./(app|features|forms|components)/", "lib stands below all."),
  zone("api", "(^|/)\\.\\./(app|features|forms|components)/", "api stands below all."),
];

export default tseslint.config(
  { ignores: ["dist", "node_modules", "bench/dist", "bench/page", "bench/vite.config.ts"] },
  js.configs.recommended,
  {
    files: ["e2e/**/*.mjs", "bench/*.mjs", "openapi/*.mjs", "eslint.config.js"],
    languageOptions: {
      globals: { process: "readonly", console: "readonly", URL: "readonly", Buffer: "readonly", setTimeout: "readonly", setInterval: "readonly", clearInterval: "readonly", document: "readonly", window: "readonly", fetch: "readonly", Event: "readonly", FocusEvent: "readonly" },
    },
  },
  {
    files: ["src/**/*.{ts,tsx}", "vite.config.ts"],
    extends: [...tseslint.configs.recommendedTypeChecked],
    plugins: { "react-hooks": hooks },
    languageOptions: { parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    rules: {
      "react-hooks/rules-of-hooks": "error",
      "react-hooks/exhaustive-deps": "error",
      "no-restricted-syntax": [
        "error",
        { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: "Text is shown as text." },
      ],
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
    },
  },
  ...zones,
);
