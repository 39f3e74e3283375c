import { expect, test } from "vitest";
import { bytes } from "./bytes";
import { limitOf, typedOf } from "./quota";

test("what is typed and what is limited are the same number in two units", () => {
  expect(typedOf(1_250_000, 1_000_000)).toBe("1.25");
  expect(limitOf("1.25", 1_000_000)).toBe(1_250_000);
  expect(typedOf(null, 1)).toBe("");
  expect(limitOf("  ", 1)).toBeNull();
});

test("what is no limit is told apart from no limit at all", () => {
  for (const wrong of ["-1", "many", "1e40"]) expect(limitOf(wrong, 1)).toBeUndefined();
  expect(limitOf("0", 1)).toBe(0);
});

test("sizes are written in the largest unit that fits", () => {
  expect([0, 512, 1536, 20 * 1024 ** 3].map(bytes)).toEqual(["0 B", "512 B", "1.5 KiB", "20 GiB"]);
});
