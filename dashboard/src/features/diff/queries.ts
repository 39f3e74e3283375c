import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, bodyOf } from "@/api/client";
import type { components } from "@/api/schema";

type Message = components["schemas"]["MessageRead"];

/** Of a patch, at first; a longer one is loaded when it is asked for, up to what the server gives. */
export const FIRST_BYTES = 256 * 1024;
export const MOST_BYTES = 4 * 1024 * 1024;

export const diffQueries = {
  /** Of the session's last commit, which a checkpoint or its end changes. */
  files: (id: string, commit: string | null) =>
    queryOptions({
      queryKey: ["diff", id, "files", commit],
      queryFn: ({ signal }) =>
        bodyOf(api.GET("/api/v1/sessions/{session_id}/diff/files", { params: { path: { session_id: id } }, signal })),
      placeholderData: keepPreviousData,
      enabled: commit !== null,
      staleTime: 60_000,
    }),

  file: (id: string, commit: string, path: string, mostBytes: number) =>
    queryOptions({
      queryKey: ["diff", id, "file", commit, path, mostBytes],
      queryFn: ({ signal }) =>
        bodyOf(
          api.GET("/api/v1/sessions/{session_id}/diff/file", {
            params: { path: { session_id: id }, query: { path, most_bytes: mostBytes } },
            signal,
          }),
        ),
      staleTime: Number.POSITIVE_INFINITY,
    }),
};

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
