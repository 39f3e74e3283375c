import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";

const css = readFileSync(resolve(import.meta.dirname, "theme.css"), "utf8");
const TEXT = ["ink", "ink-soft", "ink-faint", "accent-ink", "busy", "good", "attention", "bad"];
const GROUNDS = ["ground", "panel", "raised"];
const WASHED = ["busy", "good", "attention", "bad"];

function tokens(theme: string): Record<string, string> {
  const block = css.split(`[data-theme="${theme}"] {`)[1]?.split("}")[0] ?? "";
  return Object.fromEntries(
    [...block.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]),
  );
}

function luminance(hex: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const pairs = [
  ...TEXT.flatMap((text) => GROUNDS.map((ground) => [text, ground])),
  ...WASHED.map((tone) => [tone, `${tone}-wash`]),
  ...["ink", "ink-soft", "ink-faint"].map((text) => [text, "accent-wash"]),
  ["on-accent", "accent"],
] as [string, string][];

test.each(["dark", "light"])("in the %s theme every text can be read on every ground", (theme) => {
  const of = tokens(theme);
  const weak = pairs.filter(([text, ground]) => contrast(of[text] ?? "#000000", of[ground] ?? "#000000") < 4.5);
  expect(weak).toEqual([]);
});

test("both themes have the same tokens", () => {
  expect(Object.keys(tokens("dark")).sort()).toEqual(Object.keys(tokens("light")).sort());
  expect(Object.keys(tokens("dark")).length).toBeGreaterThan(15);
});
