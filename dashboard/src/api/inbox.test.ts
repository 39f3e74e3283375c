import { InfiniteQueryObserver, QueryClient } from "@tanstack/react-query";
import { expect, test } from "vitest";
import { type InboxItem, inboxQueries } from "./inbox";

/** A list that is shown, of so many items; it tells what was asked for. */
function shown(total: number) {
  const asked: { from: number; limit: number }[] = [];
  const observer = new InfiniteQueryObserver(new QueryClient(), {
    ...inboxQueries.list({}),
    queryFn: async ({ pageParam: { cursor = "0", limit } }) => {
      const from = Number(cursor);
      asked.push({ from, limit });
      const to = Math.min(total, from + limit);
      const items = Array.from({ length: to - from }, (_, at) => ({ id: `i${from + at}` }) as InboxItem);
      return { items, next_cursor: to < total ? String(to) : null, counts: {}, total };
    },
  });
  observer.subscribe(() => {});
  const ids = () => (observer.getCurrentResult().data?.pages ?? []).flatMap(({ items }) => items.map(({ id }) => id));
  return { observer, asked, ids };
}

const named = (count: number) => Array.from({ length: count }, (_, at) => `i${at}`);

test("however far somebody scrolled, what is shown is read again in one request", async () => {
  const { observer, asked, ids } = shown(130);
  await observer.refetch();
  await observer.fetchNextPage();
  await observer.fetchNextPage();
  expect(ids()).toEqual(named(130));
  expect(observer.getCurrentResult().hasNextPage).toBe(false);
  asked.length = 0;
  await observer.refetch();
  expect(asked).toEqual([{ from: 0, limit: 150 }]);
  expect(ids()).toEqual(named(130));
});

test("of more than one answer can hold, in as few as can be", async () => {
  const { observer, asked, ids } = shown(1200);
  await observer.refetch();
  while (observer.getCurrentResult().hasNextPage) await observer.fetchNextPage();
  expect(ids()).toEqual(named(1200));
  asked.length = 0;
  await observer.refetch();
  expect(asked.map(({ limit }) => limit)).toEqual([500, 500, 500]);
  expect(ids()).toEqual(named(1200));
});
