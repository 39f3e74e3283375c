import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Puts src/theme-first.js ahead of everything else: hashed in a build, as it stands while developing. */
function themeFirst(): Plugin {
  const source = "src/theme-first.js";
  let reference: string | null = null;
  let isBuild = false;
  const tag = (src: string) => [{ tag: "script", attrs: { src }, injectTo: "head-prepend" as const }];
  return {
    name: "theme-first",
    configResolved({ command }) {
      isBuild = command === "build";
    },
    buildStart() {
      if (!isBuild) return;
      reference = this.emitFile({ type: "asset", name: "theme-first.js", source: readFileSync(here(source), "utf8") });
    },
    generateBundle() {
      if (reference) reference = this.getFileName(reference);
    },
    transformIndexHtml: {
      order: "post",
      handler: (_, context) => tag(context.bundle ? `/${reference}` : `/${source}`),
    },
  };
}

/** @pierre/diffs writes styles into HTML text, which the policy below refuses; src/lib/diff-styles.ts has its other way. */
function diffsWithoutInlineStyles(): Plugin {
  const styles = here("src/lib/diff-styles.ts");
  return {
    name: "diffs-without-inline-styles",
    apply: "build",
    enforce: "pre",
    resolveId: (id, importer) =>
      id.endsWith("/hostTheme.js") && importer?.includes("@pierre/diffs/") ? styles : undefined,
    transform(code, id) {
      if (!id.endsWith("@pierre/diffs/dist/utils/hastToHtml.js")) return;
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what stands in the package.
      const changed = code.replace('`style="${escapeAttribute(value)}"`', "styleAttribute(value)");
      if (changed === code)
        this.error("@pierre/diffs writes styles in another way than it did: see src/lib/diff-styles.ts");
      return { code: `import { styleAttribute } from ${JSON.stringify(styles)};\n${changed}`, map: null };
    },
  };
}

/** What the server sends with the pages; `npm run preview` sends it too, so that what it forbids is found here. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

/** What nearly every page is made of comes in one file: each of them for itself would be a request of its own. What is large
 * and not on every page stays out of it, as the shell loads this file too. */
const PARTS =
  /\/dashboard\/src\/(ui\/(?!virtual-list|data-table|markdown|approval-card)|lib|api)\/|lucide-react|\/fileRoute\.|useInfiniteQuery/;

export default defineConfig({
  plugins: [react(), tailwindcss(), themeFirst(), diffsWithoutInlineStyles()],
  resolve: {
    alias: [
      { find: /^@\//, replacement: here("src/") },
      // Radix' scroll lock writes a <style> element, which the content security policy refuses.
      { find: /^react-style-singleton$/, replacement: here("src/lib/style-singleton.ts") },
      // All 300 grammars of Shiki would be built twice, 20 MB of them.
      { find: /^shiki\/langs$/, replacement: here("src/lib/shiki-langs.ts") },
    ],
  },
  build: {
    outDir: here("../src/orchestrator/web/dist"),
    emptyOutDir: true,
    assetsDir: "assets",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: "es2023",
    reportCompressedSize: false,
    // What may be how large `npm run size` checks; who starts the orchestrator is not to be warned of it.
    chunkSizeWarningLimit: 1_000,
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "parts", test: PARTS, minShareCount: 4 }] } } },
  },
  server: {
    proxy: Object.fromEntries(
      ["/api", "/auth", "/health"].map((path) => [
        path,
        {
          target: process.env.ORCHESTRATOR_URL ?? "http://127.0.0.1:8700",
          headers: process.env.ORCHESTRATOR_API_KEY
            ? { Authorization: `Bearer ${process.env.ORCHESTRATOR_API_KEY}` }
            : {},
        },
      ]),
    ),
  },
  preview: { headers: { "Content-Security-Policy": CONTENT_SECURITY_POLICY } },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/test-setup.ts"],
    // A process and a browser's environment for each of the files took nine tenths of all the time.
    isolate: false,
  },
});
