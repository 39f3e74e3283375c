import { expect, test } from "vitest";
import { moved, ticks, windowInWords, windowOf, zoomed } from "./scale";

const WHOLE = { from: 0, to: 100_000 };

test("zooming keeps what is under the pointer, and never leaves the whole", () => {
  expect(zoomed(WHOLE, 0.5, 25_000, WHOLE)).toEqual({ from: 12_500, to: 62_500 });
  expect(zoomed({ from: 0, to: 10 }, 0.5, 5, WHOLE)).toEqual({ from: 0, to: 20 });
  expect(zoomed({ from: 90_000, to: 100_000 }, 100, 95_000, WHOLE)).toEqual(WHOLE);
});

test("moving stops at both ends", () => {
  expect(moved({ from: 10_000, to: 20_000 }, -5, WHOLE)).toEqual({ from: 0, to: 10_000 });
  expect(moved({ from: 80_000, to: 90_000 }, 5, WHOLE)).toEqual({ from: 90_000, to: 100_000 });
});

test("ticks are round and few", () => {
  expect(ticks({ from: 1200, to: 9900 }, 10)).toEqual([2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000]);
  expect(ticks({ from: 0, to: 3_600_000 }, 8).length).toBeLessThanOrEqual(9);
});

test("the address holds a window, and whatever else stands there is none", () => {
  expect(windowOf(windowInWords({ from: 1500, to: 9000 }), WHOLE)).toEqual({ from: 1500, to: 9000 });
  for (const text of [undefined, "", "5", "9-3", "a-b", "1-1"]) expect(windowOf(text, WHOLE)).toBeNull();
});
