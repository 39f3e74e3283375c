/** What agents ask of people: how it is read, and how it is answered. */
import { queryOptions } from "@tanstack/react-query";
import { api, bodyOf } from "./client";
import type { components } from "./schema";

export type Approval = components["schemas"]["ApprovalRead"];
export type Remember = NonNullable<components["schemas"]["Allow"]["remember"]>;

export const approvalQueries = {
  one: (id: string) =>
    queryOptions({
      queryKey: ["approvals", "one", id],
      queryFn: ({ signal }) =>
        bodyOf(api.GET("/api/v1/approvals/{approval_id}", { params: { path: { approval_id: id } }, signal })),
      meta: { refreshedBy: ["approval"] },
    }),

  /** What one session waits for a person to answer. */
  pendingOf: (id: string) =>
    queryOptions({
      queryKey: ["approvals", "of", id],
      queryFn: ({ signal }) =>
        bodyOf(
          api.GET("/api/v1/approvals", {
            params: { query: { status: ["pending"], session_id: id, limit: 100 } },
            signal,
          }),
        ),
      meta: { session: id, refreshedBy: ["approval", "session"] },
    }),
};

export function allow(approvalId: string, remember: Remember): Promise<Approval> {
  const path = { approval_id: approvalId };
  return bodyOf(api.POST("/api/v1/approvals/{approval_id}/allow", { params: { path }, body: { remember } }));
}

/** The agent reads the reason. */
export function deny(approvalId: string, remember: Remember, reason: string): Promise<Approval> {
  const path = { approval_id: approvalId };
  const body = { remember, reason: reason || undefined };
  return bodyOf(api.POST("/api/v1/approvals/{approval_id}/deny", { params: { path }, body }));
}

/** For each question the chosen labels and words of one's own. */
export function answer(approvalId: string, answers: string[][]): Promise<Approval> {
  const path = { approval_id: approvalId };
  return bodyOf(api.POST("/api/v1/approvals/{approval_id}/answer", { params: { path }, body: { answers } }));
}
