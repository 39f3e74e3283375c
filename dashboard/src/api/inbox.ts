/** What needs a person, wherever in the tenant. */
import {
  type InfiniteData,
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  replaceEqualDeep,
} from "@tanstack/react-query";
import { api, bodyOf } from "./client";
import { INBOX_TOLD_BY } from "./queries";
import type { components, paths } from "./schema";

export type InboxItem = components["schemas"]["InboxItem"];
export type InboxKind = InboxItem["kind"];
export type InboxFilters = Omit<NonNullable<paths["/api/v1/inbox"]["get"]["parameters"]["query"]>, "limit" | "cursor">;

type InboxPage = components["schemas"]["InboxRead"];
/** Where a page begins, the first without a cursor, and how many it may hold. */
type Place = { cursor?: string; limit: number };
type InboxList = InfiniteData<InboxPage, Place>;

const PAGE_ITEMS = 50;
/** The server gives no more at once. */
const MOST_ITEMS = 500;
/** Nothing happens when a session falls silent or a month begins, so there is no event that could say so. */
const UNTOLD_MS = 60_000;

export const inboxQueries = {
  list: (filters: InboxFilters) =>
    infiniteQueryOptions({
      queryKey: ["inbox", "list", filters],
      queryFn: ({ pageParam, signal }) => inboxPage(filters, pageParam.limit, signal, pageParam.cursor),
      initialPageParam: { limit: PAGE_ITEMS } as Place,
      getNextPageParam: placeAfter,
      structuralSharing: (before, now) => replaceEqualDeep(before, joined(now as InboxList)),
      placeholderData: keepPreviousData,
      refetchInterval: UNTOLD_MS,
      meta: { refreshedBy: INBOX_TOLD_BY },
    }),

  /** The one of that id, wherever in the list it is; null when it needs nobody any more. */
  item: (id: string) =>
    queryOptions({
      queryKey: ["inbox", "item", id],
      queryFn: async ({ signal }) => (await inboxPage({ id }, 1, signal)).items[0] ?? null,
      refetchInterval: UNTOLD_MS,
      meta: { refreshedBy: INBOX_TOLD_BY },
    }),
};

/** Once the first page is as large as can be, each further one is so too. */
function placeAfter({ next_cursor }: InboxPage, _: InboxPage[], __: Place, [first]: Place[]): Place | undefined {
  if (!next_cursor) return undefined;
  return { cursor: next_cursor, limit: first && first.limit >= MOST_ITEMS ? MOST_ITEMS : PAGE_ITEMS };
}

/** With its second page in its first, as long as one answer can hold both: an event has all that is shown read again, and
 * the server goes through everything for each page. */
function joined(list: InboxList): InboxList {
  const [first, second, ...pages] = list.pages;
  const [place, next, ...places] = list.pageParams;
  if (!first || !second || !place || !next || place.limit + next.limit > MOST_ITEMS) return list;
  const both = { ...second, items: [...first.items, ...second.items] };
  return joined({ pages: [both, ...pages], pageParams: [{ limit: place.limit + next.limit }, ...places] });
}

export function inboxPage(filters: InboxFilters, limit: number, signal?: AbortSignal, cursor?: string) {
  return bodyOf(api.GET("/api/v1/inbox", { params: { query: { ...filters, limit, cursor } }, signal }));
}
