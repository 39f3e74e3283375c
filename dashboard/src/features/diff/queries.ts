import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, bodyOf } from "@/api/client";
import type { components } from "@/api/schema";

type Message = components["schemas"]["MessageRead"];

/** Of a patch, at first; a longer one is loaded when it is asked for, up to what the server gives. */
export const FIRST_BYTES = 256 * 1024;
export const MOST_BYTES = 4 * 1024 * 1024;

/** Whose changes are looked at: a session's, or all that is on the branch of a plan. */
export interface Changed {
  of: "session" | "plan";
  id: string;
}

export const diffQueries = {
  /** Up to that commit, which a checkpoint, a session's end or a merge changes. */
  files: (changed: Changed, commit: string | null) =>
    queryOptions({
      queryKey: ["diff", changed.id, "files", commit],
      queryFn: ({ signal }) => readFiles(changed, signal),
      placeholderData: keepPreviousData,
      enabled: commit !== null,
      staleTime: 60_000,
    }),

  file: (changed: Changed, commit: string, path: string, mostBytes: number) =>
    queryOptions({
      queryKey: ["diff", changed.id, "file", commit, path, mostBytes],
      queryFn: ({ signal }) => readFile(changed, { path, most_bytes: mostBytes }, signal),
      staleTime: Number.POSITIVE_INFINITY,
    }),
};

function readFiles({ of, id }: Changed, signal: AbortSignal) {
  if (of === "plan")
    return bodyOf(api.GET("/api/v1/plans/{plan_id}/diff/files", { params: { path: { plan_id: id } }, signal }));
  return bodyOf(api.GET("/api/v1/sessions/{session_id}/diff/files", { params: { path: { session_id: id } }, signal }));
}

function readFile({ of, id }: Changed, query: { path: string; most_bytes: number }, signal: AbortSignal) {
  if (of === "plan") {
    const params = { path: { plan_id: id }, query };
    return bodyOf(api.GET("/api/v1/plans/{plan_id}/diff/file", { params, signal }));
  }
  const params = { path: { session_id: id }, query };
  return bodyOf(api.GET("/api/v1/sessions/{session_id}/diff/file", { params, signal }));
}

/** A comment that was sent, and the commit whose lines it is about. */
export interface SentComment {
  key: string;
  path: string;
  side: "old" | "new";
  line: number;
  endLine: number;
  body: string;
  author: string;
  at: string;
  commit: string | null;
  /** The turn that took it; null while it waits. */
  turn: number | null;
}

interface Told {
  path: string;
  side?: "old" | "new";
  line: number;
  end_line?: number | null;
  body: string;
}

export function sentComments(messages: readonly Message[]): SentComment[] {
  return messages.flatMap(({ id, kind, author, details, created_at, turn, text }) => {
    if (kind !== "review_comment") return [];
    const commit = typeof details.commit === "string" ? details.commit : null;
    const one = { path: details.path, line: details.line, body: text } as Told;
    const told = (details.comments as Told[] | undefined) ?? (one.path && one.line ? [one] : []);
    return told.map((comment, at) => ({
      key: `${id} ${at}`,
      path: comment.path,
      side: comment.side ?? "new",
      line: comment.line,
      endLine: comment.end_line ?? comment.line,
      body: comment.body,
      author,
      at: created_at,
      commit,
      turn,
    }));
  });
}
