/** Keeps a long list of sessions fresh without reading all of it again: only the pages that hold what changed. */
import type { InfiniteData } from "@tanstack/react-query";
import type { components } from "./schema";

export type Session = components["schemas"]["SessionRead"];
export type SessionPage = components["schemas"]["Page_SessionRead_"];
export type SessionList = InfiniteData<SessionPage, string | null>;

export type Order = components["schemas"]["Order"];

/** The numbers of the pages to read again: those that hold a changed session, and those where one would now stand that
 * is not in the list yet. Ids sort by the time they were made, as the list does, the newest first. In a list by last
 * activity whatever changes is now on the first page. */
export function pagesToRefresh(list: SessionList, changed: ReadonlySet<string>, order: Order = "created"): number[] {
  if (order === "activity") return [0];
  const wanted = new Set<number>();
  for (const id of changed) {
    const holder = list.pages.findIndex((page) => page.items.some((row) => row.id === id));
    const place = list.pages.findIndex((page) => (page.items.at(-1)?.id ?? "") < id);
    wanted.add(Math.max(0, holder >= 0 ? holder : place >= 0 ? place : list.pages.length - 1));
  }
  return [...wanted].sort((one, other) => one - other);
}

/** The page as it is now. What was pushed over its end by new rows stays here, as the next page begins behind it;
 * what is missing in between no longer belongs to the list. */
export function mergePage(before: SessionPage, fresh: SessionPage, order: Order = "created"): SessionPage {
  const last = fresh.items.at(-1);
  const known = new Set(fresh.items.map(({ id }) => id));
  const isPushedOut = (row: Session) => last !== undefined && !known.has(row.id) && isBehind(row, last, order);
  const pushedOut = fresh.next_cursor ? before.items.filter(isPushedOut) : [];
  return { items: [...fresh.items, ...pushedOut], next_cursor: before.next_cursor ?? fresh.next_cursor };
}

/** All rows, each once: pages overlap for a moment when one of them was read again. */
export function rowsOf(list: { pages: readonly SessionPage[] } | undefined): Session[] {
  const rows = new Map<string, Session>();
  for (const page of list?.pages ?? []) for (const row of page.items) if (!rows.has(row.id)) rows.set(row.id, row);
  return [...rows.values()];
}

function isBehind(row: Session, other: Session, order: Order): boolean {
  const [at, otherAt] =
    order === "activity" ? [row.last_activity_at, other.last_activity_at] : [row.created_at, other.created_at];
  return at < otherAt || (at === otherAt && row.id < other.id);
}
