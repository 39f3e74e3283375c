import { expect, test } from "vitest";
import { costsSearch, daysOf, daysSinceFirstCall, rangeOf } from "./search";

const NOON = Date.parse("2026-03-02T12:00:00Z");

test("a range is whole days in UTC, today the last of them", () => {
  expect(rangeOf("7d", NOON)).toEqual({ from: "2026-02-24T00:00:00.000Z", to: "2026-03-03T00:00:00.000Z" });
});

test("each day of the range is there, over the end of a month", () => {
  const days = daysOf(rangeOf("7d", NOON));
  expect(days).toHaveLength(7);
  expect(days.slice(-3)).toEqual(["2026-02-28", "2026-03-01", "2026-03-02"]);
});

test("an address that makes no sense shows the usual", () => {
  expect(costsSearch({ days: "1000d", tab: "x" })).toEqual({ days: undefined, tab: undefined });
});

test("a mean counts no days before the first call", () => {
  const days = (...requests: number[]) => requests.map((one) => ({ requests: one }));
  expect(daysSinceFirstCall(days(0, 0, 0, 5))).toBe(1);
  expect(daysSinceFirstCall(days(0, 3, 0, 0))).toBe(3);
  expect(daysSinceFirstCall(days(0, 0))).toBe(2);
});
