/** What a tenant's sessions, agents and people share: entries in versions, and writes of them that collided. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, bodyOf } from "./client";
import { queryClient } from "./queries";
import type { components } from "./schema";

type Schemas = components["schemas"];
export type ContextItem = Schemas["ContextItem"];
export type ContextEntry = Schemas["ContextRead"];

export type ContextConflict = Schemas["ContextConflictRead"];
export type Scope = ContextItem["scope"];
export type Policy = Schemas["Policy"];

export interface EntryFilters {
  scope?: Scope;
  scope_id?: string;
  deleted?: boolean;
}

const CONTEXTS = ["contexts"] as const;
const ROWS = 50;
const MOST_FOUND = 100;
const TOLD_BY = ["context"];

const pages = {
  initialPageParam: null as string | null,
  getNextPageParam: (page: { next_cursor?: string | null }) => page.next_cursor ?? null,
  placeholderData: keepPreviousData,
  meta: { refreshedBy: TOLD_BY },
};
const query = (cursor: string | null) => ({ limit: ROWS, cursor: cursor ?? undefined });

export const contextQueries = {
  /** Those that have the words, the best first; without words all, those written last first. */
  list: (words: string | undefined, filters: EntryFilters) =>
    infiniteQueryOptions({
      ...pages,
      queryKey: [...CONTEXTS, "list", words, filters],
      queryFn: ({ pageParam, signal }) => {
        if (words === undefined) {
          return bodyOf(
            api.GET("/api/v1/contexts", { params: { query: { ...filters, ...query(pageParam) } }, signal }),
          );
        }
        const { scope, scope_id } = filters;
        const asked = { q: words, scope, scope_id, limit: MOST_FOUND };
        return bodyOf(api.GET("/api/v1/contexts/search", { params: { query: asked }, signal }));
      },
    }),

  /** What the session's agent said of its work at the end; null when it said nothing. */
  summary: (sessionId: string) =>
    queryOptions({
      queryKey: [...CONTEXTS, "summary", sessionId],
      queryFn: async ({ signal }) => {
        const wanted = { scope: "SESSION", scope_id: sessionId, key: "summary", limit: 1 } as const;
        const [found] = (await bodyOf(api.GET("/api/v1/contexts", { params: { query: wanted }, signal }))).items;
        if (!found) return null;
        const path = { context_id: found.id };
        const { value } = await bodyOf(api.GET("/api/v1/contexts/{context_id}", { params: { path }, signal }));
        return typeof value === "string" ? value : null;
      },
      meta: { refreshedBy: TOLD_BY },
    }),

  one: (id: string) =>
    queryOptions({
      queryKey: [...CONTEXTS, "one", id],
      queryFn: ({ signal }) =>
        bodyOf(api.GET("/api/v1/contexts/{context_id}", { params: { path: { context_id: id } }, signal })),
      meta: { refreshedBy: TOLD_BY },
    }),

  /** The newest first. */
  versions: (id: string) =>
    infiniteQueryOptions({
      ...pages,
      queryKey: [...CONTEXTS, "versions", id],
      queryFn: ({ pageParam, signal }) => {
        const params = { path: { context_id: id }, query: query(pageParam) };
        return bodyOf(api.GET("/api/v1/contexts/{context_id}/versions", { params, signal }));
      },
    }),

  /** It never changes. */
  version: (id: string, number: number) =>
    queryOptions({
      queryKey: [...CONTEXTS, "version", id, number],
      queryFn: ({ signal }) => {
        const params = { path: { context_id: id, number } };
        return bodyOf(api.GET("/api/v1/contexts/{context_id}/versions/{number}", { params, signal }));
      },
      staleTime: Number.POSITIVE_INFINITY,
    }),

  /** Open ones, or all. */
  conflicts: (isAll: boolean) =>
    infiniteQueryOptions({
      ...pages,
      queryKey: [...CONTEXTS, "conflicts", isAll],
      queryFn: ({ pageParam, signal }) => {
        const asked = { resolved: isAll ? undefined : false, ...query(pageParam) };
        return bodyOf(api.GET("/api/v1/contexts/conflicts", { params: { query: asked }, signal }));
      },
    }),

  conflict: (id: string) =>
    queryOptions({
      queryKey: [...CONTEXTS, "conflict", id],
      queryFn: ({ signal }) =>
        bodyOf(api.GET("/api/v1/contexts/conflicts/{conflict_id}", { params: { path: { conflict_id: id } }, signal })),
      meta: { refreshedBy: TOLD_BY },
    }),
};

/** What was refused is news as well: it is kept as a conflict. */
async function changed<Value>(work: Promise<Value>): Promise<Value> {
  try {
    return await work;
  } finally {
    await queryClient.invalidateQueries({ queryKey: CONTEXTS });
  }
}

/** An entry's ETag is its version: a writer says from which one it is to be merged. */
const ifMatch = (version: number) => ({ "If-Match": `"${version}"` });

export const contexts = {
  /** `version`: the one that was read; none of an entry that is new. */
  write: (body: Schemas["ContextPut"], version?: number) => {
    const params = { header: version === undefined ? {} : ifMatch(version) };
    return changed(bodyOf(api.PUT("/api/v1/contexts", { params, body })));
  },

  /** Nobody waits until the lists are read again, and the entry itself is not: there is none any more. */
  remove: async (id: string, version: number) => {
    const params = { path: { context_id: id }, header: ifMatch(version) };
    await api.DELETE("/api/v1/contexts/{context_id}", { params });
    const isGone = (key: readonly unknown[]) => key[1] === "one" && key[2] === id;
    void queryClient.invalidateQueries({ queryKey: CONTEXTS, predicate: ({ queryKey }) => !isGone(queryKey) });
  },

  /** `version`: the newest one that was looked at. */
  resolve: (id: string, body: Schemas["ContextResolve"], version: number) => {
    const params = { path: { conflict_id: id }, header: ifMatch(version) };
    return changed(bodyOf(api.POST("/api/v1/contexts/conflicts/{conflict_id}/resolve", { params, body })));
  },
};
