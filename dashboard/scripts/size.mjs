// Fails when the shell (what index.html loads at once) or the whole build outgrows its budget.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const SHELL_BYTES = 180 * 1024;
const DIST_BYTES = 10 * 1024 * 1024;

const dist = fileURLToPath(new URL("../../src/orchestrator/web/dist/", import.meta.url));
const html = readFileSync(join(dist, "index.html"), "utf8");
const shell = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)].map(([, path]) => path);
const gzipped = (path) => gzipSync(readFileSync(join(dist, path)), { level: 9 }).length;
const sizes = shell.map((path) => [path, gzipped(path)]);
const shellBytes = sizes.reduce((sum, [, bytes]) => sum + bytes, 0);
const files = readdirSync(dist, { recursive: true }).map((name) => join(dist, name));
const distBytes = files.map((path) => statSync(path)).reduce((sum, stat) => sum + (stat.isFile() ? stat.size : 0), 0);

const kib = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;
for (const [path, bytes] of sizes) console.log(`${kib(bytes).padStart(12)}  ${path}`);
console.log(
  `shell: ${kib(shellBytes)} gzip of at most ${kib(SHELL_BYTES)}; dist: ${kib(distBytes)} of at most ${kib(DIST_BYTES)}`,
);
if (shell.length === 0 || shellBytes > SHELL_BYTES || distBytes > DIST_BYTES) {
  console.error(
    "size: the dashboard is too large, or its index.html names no script.\n  hint: import heavy libraries lazily, below a route.",
  );
  process.exit(1);
}
