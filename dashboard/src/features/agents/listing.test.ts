import { expect, test } from "vitest";
import type { AgentListed } from "@/api/agents";
import { allCapabilities, rowsFor } from "./listing";
import { loadOf, share } from "./numbers";

function agent(
  name: string,
  capabilities: string[],
  more: { sure?: number; n?: number; enabled?: boolean } = {},
): AgentListed {
  const overall = { n: more.n ?? 9, lower_bound: more.sure ?? 0.5 };
  const definition = { description: `It is ${name}`, prompt: "", capabilities, limits: {} };
  return {
    id: name,
    name,
    enabled: more.enabled ?? true,
    version: { definition, performance: { overall } },
  } as AgentListed;
}

const AGENTS = [
  agent("docs", ["documentation"], { sure: 0.6 }),
  agent("new", ["testing"], { n: 0, sure: 0.9 }),
  agent("tester", ["python", "testing"], { sure: 0.8, enabled: false }),
];
const namesOf = (...asked: Parameters<typeof rowsFor>) => rowsFor(...asked).map((row) => row.agent.name);

test("a list is narrowed down by words, by a capability as a whole, and by who takes work", () => {
  expect(namesOf(AGENTS, undefined, { q: "IT IS T" })).toEqual(["tester"]);
  expect(namesOf(AGENTS, undefined, { can: "testing" })).toEqual(["new", "tester"]);
  expect(namesOf(AGENTS, undefined, { can: "test" })).toEqual([]);
  expect(namesOf(AGENTS, undefined, { state: "off" })).toEqual(["tester"]);
});

test("who has proved nothing stands last, whatever the bound of nothing is", () => {
  expect(namesOf(AGENTS, undefined, { by: "proved" })).toEqual(["tester", "docs", "new"]);
});

test("load is by name, and unknown before it is told", () => {
  expect(namesOf(AGENTS, new Map([["docs", 3]]), { by: "load" })).toEqual(["docs", "new", "tester"]);
  expect(rowsFor(AGENTS, undefined, {})[0]?.live).toBeUndefined();
  expect([loadOf(undefined, 4), loadOf(0, 4), loadOf(2, null)]).toEqual(["–", "0 of 4", "2"]);
});

test("what can be asked for is what anybody here is good at", () => {
  expect(allCapabilities(AGENTS)).toEqual(["documentation", "python", "testing"]);
});

test("a share is never written higher than it is", () => {
  expect([share(0.95), share(0.9499), share(0.57), share(1), share(0)]).toEqual([
    "95.0 %",
    "94.9 %",
    "57.0 %",
    "100.0 %",
    "0.0 %",
  ]);
});
