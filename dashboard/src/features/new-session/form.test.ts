import { expect, test } from "vitest";
import { ApiError } from "@/api/errors";
import type { Session } from "@/api/queries";
import { EMPTY, fieldOf, formOf, problemsOf, requestOf, tokensOf } from "./form";

test.each([
  ["", null],
  ["500000", 500_000],
  ["500 000", 500_000],
  ["1,234,567", 1_234_567],
  ["500k", 500_000],
  ["1.5M", 1_500_000],
  ["0", undefined],
  ["many", undefined],
  ["-5", undefined],
])("%j are %s tokens", (typed, tokens) => expect(tokensOf(typed)).toBe(tokens));

test("what is left empty is left to the server", () => {
  expect(requestOf({ ...EMPTY, prompt: "Fix it" }, true)).toEqual({
    prompt: "Fix it",
    title: null,
    repository: null,
    base_ref: null,
    agent: null,
    model: null,
    verify: null,
    isolation: "tenant",
    priority: 0,
    timeout_seconds: 3600,
    max_feedback_rounds: 2,
    max_turns: 50,
    max_steps: null,
    stall_seconds: null,
    max_tokens: null,
    max_cost_micro_usd: null,
    start: true,
  });
});

test("what was handed in once is handed in again as it was", () => {
  const before = {
    prompt: "Fix it\nand test it",
    title: "Fix it",
    repository: "/shop",
    base_ref: "main",
    agent: "plan",
    model: "m",
    verify: ["make test", "make lint"],
    isolation: "session",
    priority: -3,
    timeout_seconds: 90,
    max_feedback_rounds: 0,
    max_turns: 3,
    max_steps: 9,
    stall_seconds: 40,
    max_tokens: 900_001,
    max_cost_micro_usd: 1_250_001,
  };
  const form = formOf(before as Session);
  expect(problemsOf(form)).toEqual({});
  expect(requestOf(form, false)).toEqual({ ...before, title: null, start: false });
});

test("no verification and that of the repository are two things", () => {
  const verifyOf = (verify: string[] | null) => requestOf(formOf({ ...SESSION, verify } as Session), true).verify;
  expect(verifyOf(null)).toBeNull();
  expect(verifyOf([])).toEqual([]);
});

test("what can be known here is said before the server is asked", () => {
  const form = { ...EMPTY, verifyBy: "commands" as const, turns: "1.5", timeoutMinutes: "", usd: "0" };
  expect(Object.keys(problemsOf(form)).sort()).toEqual(["commands", "prompt", "timeoutMinutes", "turns", "usd"]);
});

test.each([
  ["invalid", "max_tokens: Input should be less", "tokens"],
  ["invalid", "verify.0: String should match", "commands"],
  ["invalid", "something: else", null],
  ["ref_not_found", "The repository has no branch", "baseRef"],
  ["repository_outside_roots", "/x lies outside", "repository"],
  ["unknown_agent", "There is no agent", "agent"],
  ["unknown_model", "There is no model", "model"],
  ["queue_full", "The tenant has 9 sessions", null],
])("the refusal %s, %j, is about %s", (code, message, field) => {
  expect(fieldOf(new ApiError(422, { code, message, hint: "" }))).toBe(field);
});

const SESSION = {
  ...EMPTY,
  title: "x",
  timeout_seconds: 60,
  priority: 0,
  max_feedback_rounds: 1,
  max_turns: 1,
} as object;
