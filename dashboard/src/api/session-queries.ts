/** What is read of one session besides itself. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, bodyOf } from "./client";
import type { components } from "./schema";
import { transcriptPage } from "./transcript";

export type Checkpoint = components["schemas"]["CheckpointRead"];
export type EvidenceItem = components["schemas"]["EvidenceItem"];

const MOST_FOUND = 200;

export const sessionQueries = {
  turns: (id: string) =>
    queryOptions({
      queryKey: ["sessions", "turns", id],
      queryFn: ({ signal }) =>
        bodyOf(api.GET("/api/v1/sessions/{session_id}/turns", { params: { path: { session_id: id } }, signal })),
      meta: { session: id, refreshedBy: ["turn", "session"] },
    }),

  messages: (id: string) =>
    queryOptions({
      queryKey: ["sessions", "messages", id],
      queryFn: ({ signal }) =>
        bodyOf(api.GET("/api/v1/sessions/{session_id}/messages", { params: { path: { session_id: id } }, signal })),
      meta: { session: id, refreshedBy: ["session", "turn"] },
    }),

  checkpoints: (id: string) =>
    queryOptions({
      queryKey: ["sessions", "checkpoints", id],
      queryFn: ({ signal }) =>
        bodyOf(api.GET("/api/v1/sessions/{session_id}/checkpoints", { params: { path: { session_id: id } }, signal })),
      meta: { session: id, refreshedBy: ["checkpoint"] },
    }),

  /** What the orchestrator's own verification ran. */
  evidence: (id: string) =>
    queryOptions({
      queryKey: ["sessions", "evidence", id],
      queryFn: ({ signal }) =>
        bodyOf(api.GET("/api/v1/sessions/{session_id}/evidence", { params: { path: { session_id: id } }, signal })),
      meta: { session: id, refreshedBy: ["evidence", "session"] },
    }),

  /** Parts of one session's transcript that have the words in them, the newest first. */
  transcriptSearch: (id: string, words: string) =>
    queryOptions({
      queryKey: ["sessions", "transcript-search", id, words],
      queryFn: ({ signal }) => transcriptPage(id, { q: words, order: "newest", limit: MOST_FOUND }, signal),
      enabled: words !== "",
      placeholderData: keepPreviousData,
      meta: { session: id, refreshedBy: ["transcript"] },
    }),
};
