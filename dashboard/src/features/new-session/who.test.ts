import { expect, test } from "vitest";
import { agentsFor, modelsFor } from "./who";

const names = (choices: readonly (readonly unknown[])[]) => choices.map(([name]) => name);

test("what an earlier session had is offered though nobody offers it now: else another one would seem to be chosen", () => {
  expect(names(agentsFor("", []))).toEqual(["build", "plan"]);
  expect(names(agentsFor("plan", []))).toEqual(["build", "plan"]);
  expect(names(agentsFor("reviewer", []))).toEqual(["build", "plan", "reviewer"]);
  expect(modelsFor("acme/old", [])[1]).toEqual(["acme/old", "acme/old – not offered now"]);
});

test("the tenant's own agents are offered with what they are for, and one that is switched off cannot be chosen", () => {
  const own = [
    { name: "reviewer", enabled: true, version: { definition: { description: "Reads a change" } } },
    { name: "writer", enabled: false, version: { definition: { description: "Writes" } } },
  ];
  expect(agentsFor("reviewer", own).slice(2)).toEqual([
    ["reviewer", "reviewer – Reads a change", false],
    ["writer", "writer – switched off now", true],
  ]);
});

test("a model that is out of use cannot be chosen, and the default says which one it is", () => {
  const offered = [
    { name: "acme/big", usable: true, default: true },
    { name: "acme/spent", usable: false, default: false },
  ];
  expect(modelsFor("", offered)).toEqual([
    ["", "Default: acme/big"],
    ["acme/big", "acme/big", false],
    ["acme/spent", "acme/spent – out of use now", true],
  ]);
});
