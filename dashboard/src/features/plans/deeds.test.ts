import { expect, test } from "vitest";
import { canDo, canDoTask } from "./deeds";

test("what can be done to a plan hangs on how it stands", () => {
  const possible = (status: Parameters<typeof canDo>[1]["status"]) =>
    (["approve", "pause", "resume", "cancel", "see"] as const).filter((deed) => canDo(deed, { status, seen_at: null }));
  expect(possible("awaiting_approval")).toEqual(["approve", "cancel"]);
  expect(possible("running")).toEqual(["pause", "cancel"]);
  expect(possible("blocked")).toEqual(["resume", "cancel"]);
  expect(possible("completed")).toEqual(["see"]);
  expect(canDo("see", { status: "failed", seen_at: "2026-07-01T10:00:00Z" })).toBe(false);
});

test("a task that failed is tried again even when its plan has ended, unless that was cancelled", () => {
  expect(canDoTask("retry", { status: "failed" }, { status: "failed" })).toBe(true);
  expect(canDoTask("retry", { status: "cancelled" }, { status: "cancelled" })).toBe(false);
  expect(canDoTask("cancel", { status: "running" }, { status: "merging" })).toBe(false);
  expect(canDoTask("cancel", { status: "failed" }, { status: "blocked" })).toBe(false);
});
