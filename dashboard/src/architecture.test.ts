import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const SRC = resolve(import.meta.dirname);
const MOST_LINES = 300;
/** What each floor may import; `main.tsx` and `router.tsx` put it all together. Types of the API may be named anywhere. */
const ALLOWED: Record<string, string[]> = {
  lib: ["lib"],
  api: ["api", "lib"],
  ui: ["ui", "api", "lib"],
};

const files = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((path) => /\.tsx?$/.test(path) && !/\.test\.tsx?$|\.d\.ts$/.test(path))
  .map((path) => path.replaceAll("\\", "/"));

test("features import api, ui and lib, and never each other; below that, imports point downwards", () => {
  expect(files.length).toBeGreaterThan(40);
  expect(
    files.flatMap((path) =>
      importsOf(path)
        .filter((to) => !isAllowed(path, to))
        .map((to) => `${path} → ${to}`),
    ),
  ).toEqual([]);
});

test("the rule of imports sees what it is for", () => {
  expect(isAllowed("features/fleet/page.tsx", "features/shell/sidebar")).toBe(false);
  expect(isAllowed("features/fleet/page.tsx", "features/fleet/table")).toBe(true);
  expect(isAllowed("ui/button.tsx", "features/fleet/page")).toBe(false);
  expect(isAllowed("lib/money.ts", "ui/button")).toBe(false);
});

test("no file leads back to itself by what it imports", () => {
  const byName = new Map(files.map((path) => [path.replace(/\.tsx?$/, ""), path]));
  const imports = new Map(files.map((path) => [path, importsOf(path).flatMap((to) => byName.get(to) ?? [])]));
  expect([...imports.values()].flat().length).toBeGreaterThan(files.length);
  expect(files.filter((path) => reachedFrom(path, imports).has(path))).toEqual([]);
});

test("files stay below 300 lines", () => {
  const long = files.filter((path) => readFileSync(join(SRC, path), "utf8").split("\n").length > MOST_LINES);
  expect(long).toEqual([]);
});

/** Stand in for modules of packages, which name what they hold. */
const STAND_INS = ["lib/diff-styles.ts", "lib/shiki-langs.ts", "lib/style-singleton.ts"];

test("nothing is exported that no other file names", () => {
  const sources = new Map(
    readdirSync(SRC, { recursive: true, encoding: "utf8" })
      .filter((path) => /\.tsx?$/.test(path))
      .map((path) => [path.replaceAll("\\", "/"), readFileSync(join(SRC, path), "utf8")]),
  );
  sources.delete("api/schema.d.ts");
  const dead = files
    .filter((path) => sources.has(path) && !STAND_INS.includes(path))
    .flatMap((path) =>
      exportsOf(sources.get(path) ?? "")
        .filter(
          (name) => ![...sources].some(([other, text]) => other !== path && new RegExp(`\\b${name}\\b`).test(text)),
        )
        .map((name) => `${path}: ${name}`),
    );
  expect(dead).toEqual([]);
});

test("what was read stays on the page when it cannot be read anew, and what was typed into it with it", () => {
  const thrownAway = files.filter((path) => /if \((\w+\.)?isError\)/.test(readFileSync(join(SRC, path), "utf8")));
  // Both look first whether there is an answer.
  expect(thrownAway.sort()).toEqual(["features/shell/shell.tsx", "ui/panels.tsx"]);
});

test("nothing keeps a secret: what is stored is the theme, the tenant, an upgrade under way, and what lib/kept.ts is given", () => {
  const keeping = files.filter((path) => /\b(local|session)Storage\b/.test(readFileSync(join(SRC, path), "utf8")));
  expect(keeping).toEqual(["api/tenant.ts", "lib/kept.ts", "lib/theme.ts", "lib/upgrade.ts"]);
});

function exportsOf(source: string): string[] {
  const named = source.matchAll(/^export (?:async )?(?:function|const|class|interface|type|enum) (\w+)/gm);
  return [...named].map(([, name]) => name ?? "");
}

function importsOf(path: string): string[] {
  const source = readFileSync(join(SRC, path), "utf8").replaceAll(/import type [^;]*schema";/g, "");
  const named = [...source.matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map(([, to]) => to ?? "");
  return named.flatMap((to) => {
    if (to.startsWith("@/")) return [to.slice(2)];
    return to.startsWith(".") ? [relative(SRC, resolve(SRC, path, "..", to)).replaceAll("\\", "/")] : [];
  });
}

function reachedFrom(path: string, imports: ReadonlyMap<string, string[]>): Set<string> {
  const reached = new Set<string>();
  const waiting = [...(imports.get(path) ?? [])];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (reached.has(next)) continue;
    reached.add(next);
    waiting.push(...(imports.get(next) ?? []));
  }
  return reached;
}

function isAllowed(from: string, to: string): boolean {
  const [floor, feature] = from.split("/");
  const [toFloor, toFeature] = to.split("/");
  if (!from.includes("/")) return true;
  if (floor === "features")
    return toFloor === "features" ? toFeature === feature : toFloor !== undefined && toFloor in ALLOWED;
  return toFloor !== undefined && (ALLOWED[floor ?? ""]?.includes(toFloor) ?? false);
}
