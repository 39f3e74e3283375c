/** What needs a person, wherever in the tenant. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, bodyOf } from "./client";
import type { components, paths } from "./schema";

export type InboxItem = components["schemas"]["InboxItem"];
export type InboxKind = InboxItem["kind"];
export type InboxFilters = Omit<NonNullable<paths["/api/v1/inbox"]["get"]["parameters"]["query"]>, "limit" | "cursor">;

const PAGE_ITEMS = 50;
/** Nothing happens when a session falls silent or a month begins, so there is no event that could say so. */
const UNTOLD_MS = 60_000;
const REFRESHED_BY = ["session", "approval", "budget", "quota", "provider"];

export const inboxQueries = {
  list: (filters: InboxFilters) =>
    infiniteQueryOptions({
      queryKey: ["inbox", "list", filters],
      queryFn: ({ pageParam, signal }) => inboxPage(filters, PAGE_ITEMS, signal, pageParam),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.next_cursor ?? undefined,
      placeholderData: keepPreviousData,
      refetchInterval: UNTOLD_MS,
      meta: { refreshedBy: REFRESHED_BY },
    }),

  /** The one of that id, wherever in the list it is; null when it needs nobody any more. */
  item: (id: string) =>
    queryOptions({
      queryKey: ["inbox", "item", id],
      queryFn: async ({ signal }) => (await inboxPage({ id }, 1, signal)).items[0] ?? null,
      refetchInterval: UNTOLD_MS,
      meta: { refreshedBy: REFRESHED_BY },
    }),
};

export function inboxPage(filters: InboxFilters, limit: number, signal?: AbortSignal, cursor?: string) {
  return bodyOf(api.GET("/api/v1/inbox", { params: { query: { ...filters, limit, cursor } }, signal }));
}
