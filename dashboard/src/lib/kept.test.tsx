import { act, createElement } from "react";
import { createRoot } from "react-dom/client";
import { beforeEach, expect, test } from "vitest";
import { useKept, type Where } from "./kept";

const EMPTY: string[] = [];
const isList = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === "string");

let kept: ReturnType<typeof useKept<string[]>>;

function Probe({ where }: { where: Where }) {
  kept = useKept({ where, name: "list", empty: EMPTY, isValid: isList });
  return null;
}

function show(where: Where): () => void {
  const root = createRoot(document.createElement("div"));
  act(() => root.render(createElement(Probe, { where })));
  return () => act(() => root.unmount());
}

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
});

test.each([
  ["tab", "sessionStorage"],
  ["browser", "localStorage"],
] as const)("what is kept for the %s is in its own store, and there again", (where, store) => {
  const leave = show(where);
  act(() => kept[1]((list) => [...list, "one"]));
  act(() => kept[1]((list) => [...list, "two"]));
  expect(kept[0]).toEqual(["one", "two"]);
  leave();
  show(where);
  expect(kept[0]).toEqual(["one", "two"]);
  expect(window[store].getItem("list")).toBe('["one","two"]');
  act(() => kept[1](() => EMPTY));
  expect(window[store].length).toBe(0);
});

test.each(["{", "7", "[1]"])("what another version left there (%s) counts for nothing", (text) => {
  localStorage.setItem("list", text);
  show("browser");
  expect(kept[0]).toBe(EMPTY);
});
