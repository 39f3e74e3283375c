/** What several pages ask for: its key, how it is read, and which events make it old. */
import { infiniteQueryOptions, keepPreviousData, QueryClient, queryOptions } from "@tanstack/react-query";
import { isId } from "@/lib/links";
import type { Deed } from "@/lib/status";
import { api, bodyOf, idempotencyKey } from "./client";
import { ApiError } from "./errors";
import type { components, paths } from "./schema";

declare module "@tanstack/react-query" {
  interface Register {
    queryMeta: {
      /** The first word of the events that make it old, `session` for `session.status`, or all of it. */
      refreshedBy?: string[];
      /** Only events of this session count. */
      session?: string;
      /** Only events of this plan count. */
      plan?: string;
    };
  }
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      refetchOnWindowFocus: false,
      retry: (failures, error) => isPassing(error) && failures < 2,
    },
    mutations: { retry: false },
  },
});

/** Whether trying again may help: the server was not reached, or could not answer at the time. */
function isPassing(error: unknown): boolean {
  return !(error instanceof ApiError) || error.status === 0 || error.status >= 500;
}

export type Session = components["schemas"]["SessionRead"];
export type Model = components["schemas"]["ModelRead"];
export type Agent = components["schemas"]["AgentRead"];

export const PAGE_ROWS = 100;

/** What a list of sessions is narrowed down to and ordered by, as the server takes it. */
export type SessionFilters = Omit<
  NonNullable<paths["/api/v1/sessions"]["get"]["parameters"]["query"]>,
  "limit" | "cursor"
>;

export const SESSION_LISTS = ["sessions", "list"] as const;
/** Of plans only what becomes of the whole: their tasks have news all the time. */
export const INBOX_TOLD_BY = [
  ...["session", "approval", "budget", "quota", "provider"],
  ...["plan.created", "plan.status", "plan.seen", "plan.pushed", "plan.push_failed"],
];
export const MODELS = ["models"] as const;

export const queries = {
  me: () =>
    queryOptions({
      queryKey: ["me"],
      queryFn: ({ signal }) => bodyOf(api.GET("/api/v1/me", { signal })),
      staleTime: 60_000,
    }),

  sessions: (filters: SessionFilters) =>
    infiniteQueryOptions({
      queryKey: [...SESSION_LISTS, filters],
      queryFn: ({ pageParam, signal }) => sessionPage(filters, pageParam, signal),
      initialPageParam: null as string | null,
      getNextPageParam: (page) => page.next_cursor ?? null,
      placeholderData: keepPreviousData,
    }),

  session: (id: string) =>
    queryOptions({
      queryKey: ["sessions", "one", id],
      queryFn: ({ signal }) =>
        bodyOf(api.GET("/api/v1/sessions/{session_id}", { params: { path: { session_id: id } }, signal })),
      meta: { session: id, refreshedBy: ["session", "turn", "checkpoint", "approval"] },
    }),

  models: () =>
    queryOptions({
      queryKey: MODELS,
      queryFn: ({ signal }) => bodyOf(api.GET("/api/v1/models", { signal })),
      staleTime: 60_000,
      meta: { refreshedBy: ["provider"] },
    }),

  agents: () =>
    queryOptions({
      queryKey: ["agents"],
      queryFn: ({ signal }) => bodyOf(api.GET("/api/v1/agents", { signal })),
      staleTime: 60_000,
      meta: { refreshedBy: ["agent"] },
    }),

  /** Those that have the text in their title or prompt, the last active first; or the one of that id. */
  sessionSearch: (text: string) =>
    queryOptions({
      queryKey: ["sessions", "search", text],
      queryFn: ({ signal }) => searchSessions(text, signal),
      placeholderData: keepPreviousData,
    }),

  /** How many things need a person, by kind. */
  inboxCount: () =>
    queryOptions({
      queryKey: ["inbox", "count"],
      queryFn: ({ signal }) => bodyOf(api.GET("/api/v1/inbox/count", { signal })),
      meta: { refreshedBy: INBOX_TOLD_BY },
    }),
};

export function sessionPage(filters: SessionFilters, cursor: string | null, signal?: AbortSignal) {
  const query = { ...filters, limit: PAGE_ROWS, cursor: cursor ?? undefined };
  return bodyOf(api.GET("/api/v1/sessions", { params: { query }, signal }));
}

const FOUND_ROWS = 20;

async function searchSessions(text: string, signal: AbortSignal): Promise<Session[]> {
  if (isId(text)) return [await queryClient.fetchQuery(queries.session(text))];
  const query = { q: text || undefined, order: "activity" as const, limit: FOUND_ROWS };
  return (await bodyOf(api.GET("/api/v1/sessions", { params: { query }, signal }))).items;
}

/** What a person does to a session; the answer is the session afterwards, for `retry` the new one. */
export function act(deed: Deed, id: string): Promise<Session> {
  const path = { session_id: id };
  if (deed === "retry") {
    return bodyOf(api.POST("/api/v1/sessions/{session_id}/retry", { params: { path, header: idempotencyKey() } }));
  }
  return bodyOf(api.POST(`/api/v1/sessions/{session_id}/${deed}`, { params: { path } }));
}

export type BulkDeed = components["schemas"]["Action"];
export type BulkAnswer = components["schemas"]["BulkRead"];

/** The same to many sessions, each for itself; `all` is every session that it can be done to, the newest 500 at once. */
export function actOnMany(deed: BulkDeed, which: string[] | "all"): Promise<BulkAnswer> {
  const chosen = which === "all" ? { filter: { mine: false, needs_me: false } } : { ids: which };
  const params = { header: idempotencyKey() };
  return bodyOf(api.POST("/api/v1/sessions/bulk", { params, body: { action: deed, ...chosen } }));
}
