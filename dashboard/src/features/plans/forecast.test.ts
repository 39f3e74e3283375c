import { expect, test } from "vitest";
import { expectedOf, leftOf } from "./forecast";

const time = { low: 60, middle: 120, high: 600 };
const money = { low: 0, middle: 250_000.4, high: 1_000_000 };
const known = { seconds: time, one_by_one_seconds: time, cost_micro_usd: money, unknown: [] };

test("what is left is told as a range, in time and money", () => {
  expect(leftOf(known)).toBe("2m 00s (1m 00s to 10m 00s), $0.2500 ($0 to $1.00)");
  expect(leftOf({ ...known, seconds: { low: 0, middle: 0, high: 0 } })).toContain("0.0s, ");
});

test("what nobody knows is not guessed", () => {
  expect(leftOf({ ...known, seconds: null, unknown: ["a", "b"] })).toContain("fewer than 5 sessions were like 2 tasks");
  expect(leftOf({ ...known, seconds: null })).toBe("not known: nobody is there to work on it");
  expect(leftOf(null)).toBeNull();
});

test("a task says on what its forecast stands", () => {
  expect(expectedOf({ seconds: time, cost_micro_usd: money, sessions: 7, alike: "work" })).toMatch(
    /by 7 sessions of this kind$/,
  );
});
