import { expect, test } from "vitest";
import { ownPath } from "./links";
import { count, exactly, money } from "./money";
import { oneOf, parseSearch, someOf, stringifySearch, textOf } from "./search";
import { canDo, reasonOf } from "./status";
import { ago, duration, until } from "./time";

const NOW = Date.parse("2026-05-01T12:00:00Z");
const before = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();

test.each([
  [0, "$0"],
  [12, "<$0.0001"],
  [4200, "$0.0042"],
  [999_999, "$1.0000"],
  [1_250_000, "$1.25"],
  [1_234_500_000, "$1,234.50"],
  [-2_000_000, "−$2.00"],
])("%i micro-USD are %s", (microUsd, text) => expect(money(microUsd)).toBe(text));

test.each([
  [0, "0"],
  [999, "999"],
  [1000, "1.0k"],
  [1999, "1.9k"],
  [34_999, "34k"],
  [5_600_000, "5.6M"],
  [2_000_000_000, "2.0G"],
])("%i tokens are %s", (tokens, text) => expect(count(tokens)).toBe(text));

test("every digit is to be had", () => expect(exactly(1_234_567)).toBe("1,234,567"));

test.each([
  [-5, "0s"],
  [59, "59s"],
  [60, "1m"],
  [3600 * 5 + 10, "5h"],
  [86_400 * 9, "9d"],
  [86_400 * 90, "2026-01-31"],
])("what was %i seconds ago is written %s", (seconds, text) => expect(ago(before(seconds), NOW)).toBe(text));

test.each([
  [1, "due"],
  [-30, "in 30s"],
  [-61, "in 2m"],
])("a deadline %i seconds ago is %s", (seconds, text) => expect(until(before(seconds), NOW)).toBe(text));

test.each([
  [0.84, "0.8s"],
  [42, "42s"],
  [185, "3m 05s"],
  [7620, "2h 07m"],
  [86_400 * 3 + 4 * 3600, "3d 4h"],
])("%d seconds are %s", (seconds, text) => expect(duration(seconds)).toBe(text));

test("filters go into the address as people write them, and come back", () => {
  const text = stringifySearch({ status: ["running", "queued"], agent: "build", model: undefined, q: "a b&c" });
  expect(text).toBe("?status=running&status=queued&agent=build&q=a+b%26c");
  expect(parseSearch(text)).toEqual({ status: ["running", "queued"], agent: "build", q: "a b&c" });
});

test("nonsense in the address is left out", () => {
  expect(oneOf("sideways", ["table", "board"])).toBeUndefined();
  expect(someOf(["running", "<script>"], ["running", "queued"])).toEqual(["running"]);
  expect(someOf("nothing", ["running"])).toBeUndefined();
  expect(textOf("  ")).toBeUndefined();
});

test.each([
  ["/fleet?status=running", "/fleet?status=running"],
  ["//evil.example", "/"],
  ["/\\evil.example", "/"],
  ["https://evil.example", "/"],
  [undefined, "/"],
])("after the sign-in %s leads to %s", (next, path) => expect(ownPath(next)).toBe(path));

test("deeds fit the state", () => {
  expect(canDo("retry", "failed")).toBe(true);
  expect(canDo("retry", "running")).toBe(false);
  expect(canDo("stop", "paused")).toBe(true);
  expect(canDo("stop", "completed")).toBe(false);
});

test("a queued session says what it waits for, and one that is asked to stop says that first", () => {
  const session = {
    status: "queued",
    status_reason: "accepted",
    queue_reason: "tenant_concurrency",
    queue_detail: "3 of 3 running",
    failure: null,
    requested: null,
    verification_reason: null,
  } as const;
  expect(reasonOf(session)).toBe("tenant_concurrency: 3 of 3 running");
  expect(reasonOf({ ...session, status: "running", requested: "stop" })).toBe("asked to stop");
});
