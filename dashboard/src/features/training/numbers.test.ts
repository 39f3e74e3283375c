import { expect, test } from "vitest";
import type { Point } from "@/api/training";
import { curvesOf, measured } from "./numbers";

const point = (step: number, kind: string, metrics: Point["metrics"]): Point => ({
  seq: step,
  step,
  kind,
  metrics,
  measured_at: "2026-11-27T00:00:00Z",
});

test("losses of both kinds stand at their steps, in whatever order they came", () => {
  const points = [
    point(20, "train", { loss: 0.5 }),
    point(10, "train", { loss: 1.5 }),
    point(10, "heldout", { loss: 1.75 }),
    point(30, "train", { tokens: 3 }),
    point(40, "other", { loss: 1 }),
  ];
  expect(curvesOf(points)).toEqual({ steps: [10, 20], train: [1.5, 0.5], heldout: [1.75, null] });
});

test("numbers keep four digits that count", () => {
  expect([0.015312, 1.5, 12, 1234.5, null, Number.NaN].map(measured)).toEqual([
    "0.01531",
    "1.5",
    "12",
    "1,235",
    "–",
    "–",
  ]);
});
