import { expect, test } from "vitest";
import type { Session } from "@/lib/session-tabs";
import { ALL_STATUSES } from "@/lib/status";
import { type AnyDeed, whyNotNow } from "./deeds";

function session(of: Partial<Session>): Session {
  return {
    status: "running",
    requested: null,
    repository: "https://git.example/r.git",
    commit: "c",
    base_commit: "b",
    decision: null,
    ...of,
  } as Session;
}

const DEEDS: AnyDeed[] = [
  "start",
  "pause",
  "resume",
  "stop",
  "cancel",
  "retry",
  "fork",
  "accept",
  "reject",
  "push",
  "rebase",
  "rate",
  "reverted",
];

test("the role's reason stands before every other", () => {
  for (const deed of DEEDS) expect(whyNotNow(deed, session({}), "No.")).toBe("No.");
});

test("a result in a repository on the orchestrator's machine is there already", () => {
  const done = session({ status: "completed", repository: "/srv/shop" });
  expect(whyNotNow("push", done, null)).toContain("the branch is in it");
  expect(whyNotNow("push", { ...done, repository: "git@git.example:shop.git" }, null)).toBeNull();
});

test("in every state something can be done, and what cannot says why in a sentence", () => {
  for (const status of ALL_STATUSES) {
    const reasons = DEEDS.map((deed) => whyNotNow(deed, session({ status }), null));
    expect(reasons, status).toContain(null);
    for (const reason of reasons) expect(reason ?? "Fine.").toMatch(/^[A-Z].*\.$/);
  }
});

test.each<[AnyDeed, Partial<Session>]>([
  ["pause", { status: "paused" }],
  ["pause", { requested: "pause" }],
  ["stop", { requested: "stop" }],
  ["resume", { status: "running" }],
  ["retry", { status: "running" }],
  ["accept", { status: "running" }],
  ["accept", { status: "completed", decision: "accepted" }],
  ["push", { repository: null }],
  ["push", { status: "completed", commit: null }],
  ["push", { status: "running" }],
  ["fork", { base_commit: null }],
  ["cancel", { status: "completed" }],
])("%s is refused of %j", (deed, of) => {
  expect(whyNotNow(deed, session(of), null)).not.toBeNull();
});

test.each<[AnyDeed, Partial<Session>]>([
  ["stop", { requested: "pause" }],
  ["resume", { status: "paused" }],
  ["reject", { status: "completed", decision: "accepted" }],
  ["fork", { status: "running" }],
  ["retry", { status: "failed" }],
])("%s can be done with %j", (deed, of) => {
  expect(whyNotNow(deed, session(of), null)).toBeNull();
});
