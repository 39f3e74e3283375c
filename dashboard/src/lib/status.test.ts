import { expect, test } from "vitest";
import { reasonOf } from "./status";

test("a reason that names an agent's file shows the characters in it that nobody sees", () => {
  const session = {
    status: "completed",
    status_reason: null,
    queue_reason: null,
    queue_detail: null,
    failure: null,
    requested: null,
    verification_reason: "it changed tests/\u202eyp.tset",
  } as const;
  expect(reasonOf(session)).toBe("it changed tests/⟨U+202E⟩yp.tset");
});
