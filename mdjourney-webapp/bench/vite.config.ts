/** The production build of the pages that are measured; unlike the app it holds stock rjsf with its own validator. */
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here("./page"),
  base: "./",
  publicDir: false,
  plugins: [react()],
  build: { outDir: process.env.BENCH_DIST ?? here("./dist"), emptyOutDir: true, modulePreload: { polyfill: false }, chunkSizeWarningLimit: 4000 },
});
