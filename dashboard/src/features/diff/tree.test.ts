import { expect, test } from "vitest";
import { type ChangedFile, matchesFilter, treeOf } from "./tree";

const file = (path: string, old_path: string | null = null) => ({ path, old_path }) as ChangedFile;
const FILES = ["a/b/c/two.py", "a/b/c/one.py", "a/b/z.py", "top.py", "lone/way/down.py"].map((path) => file(path));

test("folders come first, and those that hold one folder alone stand in a row with it", () => {
  expect(
    treeOf(FILES, new Set()).map(
      ({ kind, name, depth }) => `${"  ".repeat(depth)}${name}${kind === "folder" ? "/" : ""}`,
    ),
  ).toEqual(["a/b/", "  c/", "    one.py", "    two.py", "  z.py", "lone/way/", "  down.py", "top.py"]);
});

test("a closed folder says how many files are in it", () => {
  const [first, second] = treeOf(FILES, new Set(["a/b"]));
  expect(first).toMatchObject({ path: "a/b", files: 3, isOpen: false });
  expect(second).toMatchObject({ path: "lone/way" });
});

test("a filter is words of the path, in any case, the old path included", () => {
  expect(matchesFilter(file("Shop/Price.py"), "price shop")).toBe(true);
  expect(matchesFilter(file("new.py", "old.py"), "old")).toBe(true);
  expect(matchesFilter(file("new.py"), "new.ts")).toBe(false);
});
