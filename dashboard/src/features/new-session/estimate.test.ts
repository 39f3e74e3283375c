import { expect, test } from "vitest";
import type { Estimate } from "@/api/intake";
import { basisOf, waitOf } from "./estimate";

const AMOUNTS = { p50: 1, p90: 2 };
const KNOWN: Estimate = {
  agent: "build",
  model: "any",
  sessions: 12,
  alike: ["repository", "agent", "model"],
  widened: [],
  cost_micro_usd: AMOUNTS,
  tokens: AMOUNTS,
  minutes: AMOUNTS,
  wait: { minutes: 0, queued: 0, parallel: 4, room: 4 },
};
const TOO_FEW: Estimate = { ...KNOWN, alike: ["agent"], cost_micro_usd: null, tokens: null, minutes: null };

test("on which sessions it rests, and how far it had to look", () => {
  expect(basisOf(KNOWN)).toBe("12 with the same repository, agent and model");
  expect(basisOf({ ...KNOWN, alike: ["agent", "model"], widened: ["repository"] })).toBe(
    "12 with the same agent and model; the repository may differ",
  );
  expect(basisOf({ ...KNOWN, alike: ["agent"], widened: ["repository", "model"] })).toBe(
    "12 with the same agent; the repository and the model may differ",
  );
});

test("too few say nothing", () => {
  expect(basisOf({ ...TOO_FEW, sessions: 0 })).toBe("Too few to say: no session with the same agent came to an end.");
  expect(basisOf({ ...TOO_FEW, sessions: 1 })).toContain("only 1 session with");
  expect(basisOf({ ...TOO_FEW, sessions: 4 })).toContain("only 4 sessions with");
});

test("when it could begin, or why nobody knows", () => {
  const wait = { minutes: null, queued: 3, parallel: 4, room: 0 };
  expect(waitOf(KNOWN)).toBe("none");
  expect(waitOf({ ...KNOWN, wait: { ...wait, minutes: 4 } })).toBe("about 4m 00s (3 queued)");
  expect(waitOf({ ...KNOWN, wait })).toBe("unknown: the month's budget is spent");
  expect(waitOf({ ...TOO_FEW, wait })).toBe("unknown (3 queued)");
  expect(waitOf({ ...TOO_FEW, wait: { ...wait, parallel: 0 } })).toBe("unknown: no node takes sessions");
});
