import { expect, test } from "vitest";
import { hunkFrom, linesOf, placeOf, rangeBetween } from "./patch-lines";

const PATCH = `diff --git a/a.py b/a.py
--- a/a.py
+++ b/a.py
@@ -1,3 +1,3 @@ def
 one
-two
+zwei
 three
@@ -20 +20,2 @@
-last
+--- very
+last
\\ No newline at end of file
`;

test("lines have the numbers of their sides, and the headers are none of them", () => {
  expect(linesOf(PATCH).map(({ side, line, hunk }) => `${side} ${line} ${hunk}`)).toEqual([
    "new 1 0",
    "old 2 0",
    "new 2 0",
    "new 3 0",
    "old 20 1",
    "new 20 1",
    "new 21 1",
  ]);
});

test("an unchanged line is found by its old number too", () => {
  const lines = linesOf(PATCH);
  expect(placeOf(lines, "old", 3)).toBe(3);
  expect(placeOf(lines, "old", 2)).toBe(1);
  expect(placeOf(lines, "new", 4)).toBe(-1);
});

test("hunks follow each other and end at the last", () => {
  const lines = linesOf(PATCH);
  expect(hunkFrom(lines, -1, 1)).toBe(0);
  expect(hunkFrom(lines, 2, 1)).toBe(4);
  expect(hunkFrom(lines, 5, 1)).toBe(4);
  expect(hunkFrom(lines, 5, -1)).toBe(0);
  expect(hunkFrom([], -1, 1)).toBe(-1);
});

test("a range is of the side where it ends", () => {
  const lines = linesOf(PATCH);
  expect(rangeBetween(lines, 0, 3)).toEqual({ side: "new", line: 1, endLine: 3 });
  expect(rangeBetween(lines, 3, 1)).toEqual({ side: "old", line: 2, endLine: 2 });
  expect(rangeBetween(lines, 2, 2)).toEqual({ side: "new", line: 2, endLine: 2 });
  expect(rangeBetween(lines, 0, 99)).toBeNull();
});
