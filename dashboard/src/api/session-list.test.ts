import { expect, test } from "vitest";
import { mergePage, pagesToRefresh, rowsOf, type Session, type SessionList, type SessionPage } from "./session-list";

/** Sessions are named by when they were made, so that s9 is newer than s1. */
function session(id: string, changes: Partial<Session> = {}): Session {
  const at = `2026-01-01T00:00:0${id.slice(1)}Z`;
  return { id, created_at: at, last_activity_at: at, status: "running", ...changes } as Session;
}

function page(ids: string[], next_cursor: string | null): SessionPage {
  return { items: ids.map((id) => session(id)), next_cursor };
}

const list: SessionList = {
  pages: [page(["s8", "s7", "s6"], "c1"), page(["s5", "s4"], "c2"), page(["s2", "s1"], null)],
  pageParams: [null, "c1", "c2"],
};

test("only the pages that hold what changed are read again, and the first for what is new", () => {
  expect(pagesToRefresh(list, new Set(["s4"]))).toEqual([1]);
  expect(pagesToRefresh(list, new Set(["s9"]))).toEqual([0]);
  expect(pagesToRefresh(list, new Set(["s1", "s8", "s7"]))).toEqual([0, 2]);
});

test("what begins to match the filters is looked for where its age puts it", () => {
  expect(pagesToRefresh(list, new Set(["s3"]))).toEqual([2]);
  expect(pagesToRefresh(list, new Set(["s0"]))).toEqual([2]);
});

test("by last activity, whatever changes comes to the first page", () => {
  expect(pagesToRefresh(list, new Set(["s1"]), "activity")).toEqual([0]);
});

test("a new row pushes none off the list", () => {
  const merged = mergePage(page(["s8", "s7", "s6"], "c1"), page(["s9", "s8", "s7"], "c1b"));
  expect(merged.items.map(({ id }) => id)).toEqual(["s9", "s8", "s7", "s6"]);
  expect(merged.next_cursor).toBe("c1");
});

test("a row that no longer matches leaves, though others stay", () => {
  const merged = mergePage(page(["s8", "s7", "s6"], null), page(["s8", "s6"], null));
  expect(merged.items.map(({ id }) => id)).toEqual(["s8", "s6"]);
});

test("pages that overlap for a moment show each row once, as it was read last", () => {
  const fresh = session("s1", { status: "completed" });
  const rows = rowsOf({ pages: [{ items: [fresh, session("s8")], next_cursor: "c" }, page(["s2", "s1"], null)] });
  expect(rows.map(({ id, status }) => [id, status])).toEqual([
    ["s1", "completed"],
    ["s8", "running"],
    ["s2", "running"],
  ]);
});
