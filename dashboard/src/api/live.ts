/** Ties the event stream to the queries: an event makes old what it speaks of, and nothing else. */
import type { Query } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";
import { signedOut, tenantHeaders } from "./client";
import { type AppEvent, type Delta, EventStream, type LiveState } from "./events";
import { queryClient, SESSION_LISTS, type SessionFilters, sessionPage } from "./queries";
import { refetchShown } from "./refetch";
import { mergePage, type Order, pagesToRefresh, type SessionList, type SessionPage } from "./session-list";
import { sharedBetweenTabs } from "./shared-stream";
import { chosenTenant } from "./tenant";

const GATHER_MS = 150;
/** A busy fleet has news all the time; one refresh a second is enough to read. */
const BETWEEN_MS = 1000;
/** What an agent writes changes only numbers in a list; these may be some seconds old. */
const LISTS_OF_WRITING_MS = 5000;

const gathered = new Map<string, AppEvent>();
const written = new Set<string>();
const lastEvents = new Map<string, string>();
const lastEventListeners = new Set<() => void>();
let isGathering = false;
let refreshedAtMs = 0;
let isWriting = false;

export const events = new EventStream({
  open: sharedBetweenTabs(
    (after, signal) =>
      fetch(`/api/v1/events${after === null ? "" : `?after=${after}`}`, {
        headers: { ...tenantHeaders(), Accept: "text/event-stream" },
        cache: "no-store",
        signal,
      }),
    () => `events of ${chosenTenant() ?? "the one tenant"}`,
  ),
  onReopened: () => refetchShown(queryClient),
  onPoll: () => refetchShown(queryClient),
  onSignedOut: signedOut,
});

events.onEvent((event) => {
  gathered.set(`${event.type} ${event.session_id} ${event.data.plan_id}`, event);
  if (!isGathering) setTimeout(refreshGathered, Math.max(GATHER_MS, refreshedAtMs + BETWEEN_MS - Date.now()));
  isGathering = true;
  if (event.session_id) lastEvents.set(event.session_id, event.created_at);
});

export function useLiveState(): LiveState {
  return useSyncExternalStore(events.onState, () => events.state);
}

/** Text of one session while it is being written. */
export function useDeltas(sessionId: string, onDelta: (delta: Delta) => void): void {
  useEffect(() => events.onDelta(sessionId, onDelta), [sessionId, onDelta]);
}

/** When something last happened in the session, as far as this tab has seen it. */
export function useLastEvent(sessionId: string): string | undefined {
  return useSyncExternalStore(onLastEvent, () => lastEvents.get(sessionId));
}

function onLastEvent(listener: () => void): () => void {
  lastEventListeners.add(listener);
  return () => lastEventListeners.delete(listener);
}

function refreshGathered(): void {
  const news = [...gathered.values()];
  gathered.clear();
  isGathering = false;
  refreshedAtMs = Date.now();
  for (const tell of lastEventListeners) tell();
  queryClient.invalidateQueries({ predicate: (query) => news.some((event) => isMadeOld(query, event)) });
  const changed = new Set<string>();
  for (const event of news) {
    if (event.session_id) (topicOf(event) === "transcript" ? written : changed).add(event.session_id);
  }
  if (changed.size > 0) refreshSessionLists(changed);
  if (written.size === 0 || isWriting) return;
  isWriting = true;
  setTimeout(refreshWritten, LISTS_OF_WRITING_MS);
}

function refreshWritten(): void {
  const changed = new Set(written);
  written.clear();
  isWriting = false;
  refreshSessionLists(changed);
}

function isMadeOld(query: Query, event: AppEvent): boolean {
  const { refreshedBy, session, plan } = query.meta ?? {};
  if (session !== undefined && session !== event.session_id) return false;
  if (plan !== undefined && plan !== event.data.plan_id) return false;
  return refreshedBy?.some((word) => word === topicOf(event) || word === event.type) ?? false;
}

function topicOf(event: AppEvent): string {
  return event.type.split(".", 1)[0] ?? event.type;
}

/** Lists that are shown are read again where they changed; the others are read when they are shown. */
function refreshSessionLists(changed: ReadonlySet<string>): void {
  for (const query of queryClient.getQueryCache().findAll({ queryKey: SESSION_LISTS })) {
    if (!query.isActive()) query.invalidate();
    else refreshList(query, changed).catch(() => queryClient.invalidateQueries({ queryKey: query.queryKey }));
  }
}

async function refreshList(query: Query, changed: ReadonlySet<string>): Promise<void> {
  const filters = query.queryKey[SESSION_LISTS.length] as SessionFilters;
  const list = queryClient.getQueryData<SessionList>(query.queryKey);
  if (!list) return;
  for (const index of pagesToRefresh(list, changed, filters.order)) {
    const cursor = list.pageParams[index] ?? null;
    const fresh = await sessionPage(filters, cursor);
    queryClient.setQueryData<SessionList>(query.queryKey, (now) => now && withPage(now, cursor, fresh, filters.order));
  }
}

/** The list may have grown or begun anew meanwhile, so the page is found by where it begins. */
function withPage(list: SessionList, cursor: string | null, fresh: SessionPage, order?: Order): SessionList {
  const index = list.pageParams.indexOf(cursor);
  return { ...list, pages: list.pages.map((page, at) => (at === index ? mergePage(page, fresh, order) : page)) };
}
