import { expect, test } from "vitest";
import type { Task } from "@/api/plans";
import { titleOf } from "@/lib/goal";
import { followersOf, reasonOf, tookSeconds } from "./words";

const task = (key: string, status: Task["status"], depends_on: string[] = [], status_reason: string | null = null) =>
  ({ key, status, depends_on, status_reason }) as Task;
const byKey = (...tasks: Task[]) => new Map(tasks.map((one) => [one.key, one]));

test("a task that waits names what it waits for, and only that", () => {
  const tasks = byKey(task("a", "done"), task("b", "running"), task("c", "pending", ["a", "b"]));
  expect(reasonOf(tasks.get("c") as Task, tasks)).toBe("waits for b");
  expect(reasonOf(task("d", "pending", ["a"]), tasks)).toBeNull();
});

test("what the server says goes before what is worked out here", () => {
  const blocked = task("c", "blocked", ["a"], "it depends on a, which failed");
  expect(reasonOf(blocked, byKey(blocked))).toBe("it depends on a, which failed");
});

test("who waits for a task are those that name it, not those behind them", () => {
  expect(followersOf("a", [task("a", "done"), task("b", "pending", ["a"]), task("c", "pending", ["b"])])).toEqual([
    "b",
  ]);
});

test("a title is the first line, cut where it is too long", () => {
  expect(titleOf("\n  Discounts in the shop\nand more")).toBe("Discounts in the shop");
  expect(titleOf("x".repeat(200))).toHaveLength(100);
});

test("time is counted from the start to the end, or to now", () => {
  const begun = { started_at: "2026-01-01T00:00:00Z", finished_at: null };
  expect(tookSeconds(begun, Date.parse("2026-01-01T00:01:00Z"))).toBe(60);
  expect(tookSeconds({ ...begun, finished_at: "2026-01-01T00:00:30Z" }, Date.now())).toBe(30);
  expect(tookSeconds({ started_at: null, finished_at: null }, 0)).toBeUndefined();
});
