import { expect, test } from "vitest";
import { placesOf } from "./layout";
import { NODE } from "./shape";

test("what is depended on stands to the left, and no two tasks overlap", () => {
  const keys = ["price", "first", "second", "all"];
  const edges = [
    ["price", "first"],
    ["price", "second"],
    ["first", "all"],
    ["second", "all"],
  ] as const;
  const places = placesOf({ keys, edges });
  const at = (key: string) => places.get(key) ?? { x: Number.NaN, y: Number.NaN };
  for (const [before, after] of edges) expect(at(before).x + NODE.width).toBeLessThan(at(after).x);
  expect(Math.abs(at("first").y - at("second").y)).toBeGreaterThanOrEqual(NODE.height);
  expect(at("first").x).toBe(at("second").x);
});

test("tasks that wait for nobody have their places too", () => {
  const places = placesOf({ keys: ["a", "b"], edges: [] });
  expect([...places.values()].every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
});
