import { expect, test } from "vitest";
import { sentComments } from "./queries";

const message = (of: object) =>
  ({
    id: "m",
    kind: "review_comment",
    author: "user:1",
    text: "",
    created_at: "",
    turn: null,
    details: {},
    ...of,
  }) as never;

test("a review's comments, and a single one, keep where they were made", () => {
  const comments = [
    { path: "a.py", line: 3, end_line: 5, side: "old", body: "why?" },
    { path: "b.py", line: 1, body: "no" },
  ];
  const [one, two, three, ...none] = sentComments([
    message({ details: { comments, commit: "abc" }, turn: 2 }),
    message({ id: "n", text: "alone", details: { path: "c.py", line: 9 } }),
    message({ id: "o", kind: "message", text: "hello" }),
    message({ id: "p", text: "about no line", details: { path: "c.py" } }),
  ]);
  expect(one).toMatchObject({ path: "a.py", side: "old", line: 3, endLine: 5, commit: "abc", turn: 2 });
  expect(two).toMatchObject({ path: "b.py", side: "new", line: 1, endLine: 1, body: "no" });
  expect(three).toMatchObject({ path: "c.py", line: 9, body: "alone", commit: null });
  expect(none).toEqual([]);
});
