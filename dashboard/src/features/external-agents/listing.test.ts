import { expect, test } from "vitest";
import type { ExternalAgent } from "@/api/external";
import { enrolmentStanding, livingOf, standingOf, typedCapabilities, wanted } from "./listing";
import { externalAgentSearch, externalSearch, isNarrowed } from "./search";

function agent(change: Partial<ExternalAgent>): ExternalAgent {
  const usual: Partial<ExternalAgent> = {
    name: "fixer",
    agent_type: "custom",
    last_error: null,
    transport: "pull",
    desired: "continue",
    liveness: "live",
    proven: true,
    revoked_at: null,
    leases: 0,
  };
  return { ...usual, ...change } as ExternalAgent;
}

const LIVE = agent({ leases: 2 });
const UNPROVEN = agent({ name: "new", proven: false });
const LOST = agent({ name: "old", liveness: "lost", transport: "push", last_error: "Disk is FULL" });
const REVOKED = agent({ name: "gone", revoked_at: "2026-01-01T00:00:00Z", proven: false });

test("who is revoked or has not proven its key is told so, however lively it is", () => {
  expect([LIVE, UNPROVEN, LOST, REVOKED].map(standingOf)).toEqual(["live", "unproven", "lost", "revoked"]);
  expect(livingOf([LIVE, UNPROVEN, LOST, REVOKED])).toEqual({ live: 1, joined: 3, leases: 2 });
});

test("they are found by how they stand, what carries their work, what is wanted of them, and words", () => {
  const all = [LIVE, UNPROVEN, LOST, REVOKED];
  expect(wanted(all, {})).toEqual(all);
  expect(wanted(all, { is: "unproven" })).toEqual([UNPROVEN]);
  expect(wanted(all, { via: "push" })).toEqual([LOST]);
  expect(wanted(all, { to: "drain" })).toEqual([]);
  expect(wanted(all, { q: "disk is full" })).toEqual([LOST]);
  expect(wanted(all, { q: "fix", is: "lost" })).toEqual([]);
});

test("an address that makes no sense shows the usual", () => {
  expect(externalSearch({ tab: "x", is: "well", via: "post", to: "stop", q: " " })).toEqual({});
  expect(isNarrowed(externalSearch({ tab: "enrolments" }))).toBe(false);
  expect(isNarrowed(externalSearch({ is: "lost" }))).toBe(true);
  expect(externalAgentSearch({ tab: "about", open: "1" })).toEqual({ tab: "about", open: "1" });
});

test("an enrolment that was used stays so, and one ends with its quarter of an hour", () => {
  const ends = "2026-01-01T00:15:00Z";
  const open = { used_at: null, revoked_at: null, expires_at: ends };
  const at = Date.parse(ends);
  expect(enrolmentStanding(open, at - 1)).toBe("open");
  expect(enrolmentStanding(open, at)).toBe("expired");
  expect(enrolmentStanding({ ...open, used_at: ends }, at + 1)).toBe("used");
  expect(enrolmentStanding({ ...open, revoked_at: ends }, at + 1)).toBe("taken-back");
});

test("capabilities that nobody typed are any", () => {
  expect(typedCapabilities(" , ")).toBeNull();
  expect(typedCapabilities("Testing, bug-fix testing")).toEqual(["bug-fix", "testing"]);
});
