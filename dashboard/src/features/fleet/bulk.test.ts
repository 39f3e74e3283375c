import { expect, test } from "vitest";
import type { BulkAnswer } from "@/api/queries";
import { stopEverything, told } from "./bulk";

function answer(ids: string[], more: boolean, refused: string[] = []): BulkAnswer {
  const items = ids.map((id) => ({
    id,
    done: !refused.includes(id),
    code: null,
    message: refused.includes(id) ? `${id} is refused.` : null,
    session_id: id,
    status: null,
    requested: null,
  }));
  return { items, more };
}

function answering(answers: BulkAnswer[]) {
  const left = [...answers];
  return () => {
    const next = left.shift();
    return next ? Promise.resolve(next) : Promise.reject(new Error("asked once too often"));
  };
}

test("everything is stopped, however many requests it takes", async () => {
  const progress: number[] = [];
  const stop = answering([answer(["a", "b"], true), answer(["c"], false, ["c"])]);
  expect(await stopEverything((asked) => progress.push(asked), stop)).toEqual({
    done: 2,
    refused: [{ id: "c", message: "c is refused." }],
    isMore: false,
  });
  expect(progress).toEqual([2, 3]);
});

test("what was asked already and has not ended yet is not asked for ever", async () => {
  const stop = answering([answer(["a", "b"], true), answer(["b", "a"], true)]);
  expect(await stopEverything(() => {}, stop)).toEqual({ done: 2, refused: [], isMore: true });
});

test("what was done and what was not, in words", () => {
  expect(told("stop", { done: 3, refused: [], isMore: false })).toEqual({ text: "3 asked to stop.", hint: undefined });
  const { text, hint } = told("retry", { done: 1, refused: [{ id: "a", message: "No." }], isMore: true });
  expect(text).toBe("1 handed in again, 1 refused.");
  expect(hint).toContain("There are more");
});
