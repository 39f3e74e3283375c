import { expect, test } from "vitest";
import type { Session } from "@/lib/session-tabs";
import { ALL_STATUSES } from "@/lib/status";
import { nextOf } from "./next";

function session(of: Partial<Session>): Session {
  return { verify: null, queue_detail: null, failure: null, decision: null, max_feedback_rounds: 0, ...of } as Session;
}

test("every state says what moves it forward", () => {
  for (const status of ALL_STATUSES) expect(nextOf(session({ status })), status).toMatch(/\w.*\.$/);
});

test("a queued session says what the server knows of the queue", () => {
  const detail = "3 of 3 sessions of the tenant run.";
  expect(nextOf(session({ status: "queued", queue_detail: detail }))).toBe(detail);
});

test("a paused one tells who is waited for", () => {
  expect(nextOf(session({ status: "paused", pause_reason: "budget" }))).toContain("budget");
  expect(nextOf(session({ status: "paused", pause_reason: "person" }))).toContain("Resume");
});

test("a result asks for a decision until there is one", () => {
  expect(nextOf(session({ status: "completed" }))).toContain("accept or reject");
  expect(nextOf(session({ status: "completed", decision: "accepted" }))).toContain("Push");
});

test("a failure says its remedy", () => {
  const failure = { class: "repository", message: "gone", hint: "Look at the address.", retryable: false, retries: 0 };
  expect(nextOf(session({ status: "failed", failure } as Partial<Session>))).toBe("Look at the address.");
});
