import { expect, test } from "vitest";
import type { InboxItem } from "@/api/inbox";
import { questionsOf, toAnswers, toggled } from "@/lib/questions";
import { itemAfter } from "./order";
import { inboxSearch } from "./search";
import { latestRound } from "./session-facts";

const items = (...ids: string[]) => ids.map((id) => ({ id }) as InboxItem);

test("after an item comes the next that is still there, else the one before", () => {
  const order = ["a", "b", "c", "d"];
  expect(itemAfter("b", order, items("a", "c", "d"))).toBe("c");
  expect(itemAfter("b", order, items("a", "d"))).toBe("d");
  expect(itemAfter("d", order, items("a", "b", "c"))).toBe("c");
  expect(itemAfter("a", order, items("a"))).toBeUndefined();
  expect(itemAfter("unknown", order, items("a", "b"))).toBe("a");
});

const [one, many] = questionsOf({
  questions: [
    { question: "Which colour?", header: "Colour", options: [{ label: "red", description: "" }, { label: "blue" }] },
    { question: "Which ones?", multiple: true, options: [{ label: "x" }, { label: "y" }, { label: "z" }] },
  ],
});

test("of one choice the other goes, and own words go with a choice; of many all are kept in their order", () => {
  if (!one || !many) throw new Error("two questions were asked");
  expect(toggled(one, { chosen: ["red"], own: "green" }, "blue")).toEqual({ chosen: ["blue"], own: "" });
  const both = toggled(many, toggled(many, { chosen: [], own: " and w " }, "z"), "x");
  expect(toAnswers([one, many], { 0: { chosen: ["blue"], own: "" }, 1: both })).toEqual([
    ["blue"],
    ["x", "z", "and w"],
  ]);
  expect(toggled(many, both, "x").chosen).toEqual(["z"]);
});

test("a question in a shape of its own breaks nothing", () => {
  expect(questionsOf({})).toEqual([]);
  expect(questionsOf({ questions: ["what?", { question: 5 }] })).toEqual([
    { question: "", header: "", options: [], multiple: false },
  ]);
});

test("of the evidence only the last round counts, what failed first", () => {
  const ran = (command: string, attempt: number, round: number, exit_code: number) => ({
    command,
    attempt,
    round,
    exit_code,
    timed_out: false,
    duration_ms: 1,
    commit: "c",
    output: "",
    flaky: false,
    pre_existing: false,
  });
  const found = latestRound([ran("old", 1, 2, 1), ran("passes", 2, 0, 0), ran("fails", 2, 0, 1)]);
  expect(found.map(({ command }) => command)).toEqual(["fails", "passes"]);
});

test("nonsense in the address is left out", () => {
  expect(inboxSearch({ kind: ["approval", "nonsense"], mine: "yes", item: "result:1" })).toEqual({
    kind: ["approval"],
    repository: undefined,
    mine: undefined,
    item: "result:1",
  });
});
