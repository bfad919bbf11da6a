import js from "@eslint/js";
import importX from "eslint-plugin-import-x";
import hooks from "eslint-plugin-react-hooks";
import tseslint from "typescript-eslint";

const features = ["session", "tree", "documents", "runs", "files", "history", "inbox", "catalogue", "admin", "instruments"];

// app -> features -> forms | components | lib; nothing imports upwards, no feature imports another.
const zones = [
  { target: "./src/features", from: "./src/app", message: "A feature does not know the app." },
  { target: "./src/forms", from: ["./src/app", "./src/features"], message: "Forms know no feature." },
  { target: "./src/components", from: ["./src/app", "./src/features", "./src/forms"], message: "Components are plain." },
  { target: "./src/lib", from: ["./src/app", "./src/features", "./src/forms", "./src/components"], message: "lib stands below all." },
  { target: "./src/api", from: ["./src/app", "./src/features", "./src/forms", "./src/components"], message: "api stands below all." },
  ...features.map((name) => ({
    target: `./src/features/${name}`,
    from: "./src/features",
    except: [`./${name}`],
    message: "No feature imports another; compose them in app/.",
  })),
];

export default tseslint.config(
  { ignores: ["dist", "node_modules"] },
  js.configs.recommended,
  {
    files: ["e2e/**/*.mjs", "eslint.config.js"],
    languageOptions: {
      globals: { process: "readonly", console: "readonly", URL: "readonly", Buffer: "readonly", setTimeout: "readonly", setInterval: "readonly", clearInterval: "readonly", document: "readonly", window: "readonly", fetch: "readonly" },
    },
  },
  {
    files: ["src/**/*.{ts,tsx}", "vite.config.ts"],
    extends: [...tseslint.configs.recommendedTypeChecked],
    plugins: { "import-x": importX, "react-hooks": hooks },
    languageOptions: { parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    settings: { "import-x/resolver": { node: { extensions: [".ts", ".tsx"] } } },
    rules: {
      "import-x/no-restricted-paths": ["error", { zones }],
      "react-hooks/rules-of-hooks": "error",
      "react-hooks/exhaustive-deps": "error",
      "no-restricted-syntax": [
        "error",
        { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: "Text is shown as text." },
      ],
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
    },
  },
);
