import { expect, test } from "vitest";
import { rowsOf } from "./shown-rows";
import type { Part } from "./window";

const part = (part_id: string, output?: string) => ({ part_id, type: "tool", data: { output } }) as unknown as Part;
const idsOf = (rows: readonly { part_id: string }[]) => rows.map(({ part_id }) => part_id);

test("what is under way stands at its place: of two tools at once the second may end first", () => {
  const rows = rowsOf([part("prt_1"), part("prt_3", "done")], [part("prt_2")], [{ part_id: "prt_4", text: "I" }]);
  expect(idsOf(rows)).toEqual(["prt_1", "prt_2", "prt_3", "prt_4"]);
});

test("a call that has ended takes the place of the same when it ran", () => {
  const rows = rowsOf([part("prt_1", "done")], [part("prt_1")], [{ part_id: "prt_1", text: "late" }]);
  expect(rows).toEqual([part("prt_1", "done")]);
});

test("nothing under way, nothing made anew", () => {
  const parts = [part("prt_1")];
  expect(rowsOf(parts, [], [])).toBe(parts);
});
