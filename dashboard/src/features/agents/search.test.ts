import { expect, test } from "vitest";
import { agentSearch, agentsSearch, needsOf, newSeed, questionOf } from "./search";

test("capabilities are typed with spaces or commas, and each is asked for once", () => {
  expect(needsOf("Bug-fix, python  bug-fix")).toEqual(["bug-fix", "python"]);
  expect(needsOf(" , ")).toBeUndefined();
});

test("nothing is asked before there is a seed, which then makes it the same for whoever opens the address", () => {
  expect(questionOf(agentsSearch({ asks: "testing" }))).toBeNull();
  expect(questionOf(agentsSearch({ asks: ["testing", "python"], seed: "7", model: "fast" }))).toEqual({
    capabilities: ["python", "testing"],
    model: "fast",
    seed: 7,
  });
  expect(questionOf(agentsSearch({ seed: newSeed() }))?.seed).toBeLessThan(2 ** 31);
});

test("an address that makes no sense shows the usual", () => {
  expect(agentsSearch({ tab: "x", state: "maybe", by: "size", seed: "-1" })).toEqual({});
  expect(agentsSearch({ seed: String(2 ** 31) }).seed).toBeUndefined();
  expect(agentSearch({ tab: "x", version: "newest" })).toEqual({});
  expect(agentSearch({ tab: "file", version: "3" })).toEqual({ tab: "file", version: "3" });
});
