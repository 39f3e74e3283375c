import { expect, test } from "vitest";
import { counted } from "./words";

test("one session is not many", () => {
  expect([0, 1, 2, 1200].map((number) => counted(number, "session"))).toEqual([
    "0 sessions",
    "1 session",
    "2 sessions",
    "1,200 sessions",
  ]);
  expect(counted(1, "session is", "sessions are")).toBe("1 session is");
  expect(counted(3, "session is", "sessions are")).toBe("3 sessions are");
});
