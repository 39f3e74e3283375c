import { expect, test } from "vitest";
import { Writing } from "./writing";

function made(): { writing: Writing; frame(): void; add(part: string, text: string): void } {
  const frames: (() => void)[] = [];
  const writing = new Writing((show) => frames.push(show));
  return {
    writing,
    frame: () => {
      for (const show of frames.splice(0)) show();
    },
    add: (part_id, text) => writing.add({ session_id: "s", part_id, text }),
  };
}

test("what comes within a frame is shown once", () => {
  const { writing, frame, add } = made();
  let drawn = 0;
  writing.subscribe(() => {
    drawn += 1;
  });
  for (const letter of "Hello") add("p", letter);
  frame();
  expect([writing.get(), drawn]).toEqual([[{ part_id: "p", text: "Hello" }], 1]);
});

test("a finished part is written no more, and a late piece of another goes on", () => {
  const { writing, frame, add } = made();
  add("a", "one");
  add("b", "two");
  frame();
  writing.finished(["a", "z"]);
  expect(writing.get()).toEqual([{ part_id: "b", text: "two" }]);
  writing.end();
  expect(writing.get()).toEqual([]);
});

test("where the stream was cut it says so, once", () => {
  const { writing, frame, add } = made();
  add("p", "The disc");
  writing.interrupted();
  add("p", "ount");
  add("p", " is off.");
  frame();
  expect(writing.get()[0]?.text).toBe("The disc\n[…]\nount is off.");
});
