/// <reference types="vitest/config" />
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const target = process.env.MDJ_API ?? "http://127.0.0.1:8000";

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@rjsf/validator-ajv8": fileURLToPath(new URL("./src/forms/noAjv.ts", import.meta.url)) } },
  // Scripts find each other and the API from where they were loaded; only index.html holds absolute addresses.
  experimental: { renderBuiltUrl: (file, { hostType }) => (hostType === "html" ? `/${file}` : { relative: true }) },
  build: { outDir: "dist", sourcemap: false, chunkSizeWarningLimit: 900, modulePreload: { polyfill: false } },
  server: { proxy: { "/api": target } },
  test: { server: { deps: { inline: [/@rjsf/] } }, environment: "jsdom", globals: false, include: ["src/**/*.test.{ts,tsx}"], restoreMocks: true },
});
