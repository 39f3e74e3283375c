/** What a person does with one session beyond what `act` does. */
import { api, bodyOf, idempotencyKey } from "./client";
import { queries, queryClient, type Session } from "./queries";
import type { components } from "./schema";

type ForkCreate = components["schemas"]["ForkCreate"];
export type NewMessage = components["schemas"]["MessageCreate"];

export function decide(id: string, decision: "accept" | "reject", reason: string): Promise<Session> {
  const params = { path: { session_id: id } };
  return bodyOf(api.POST(`/api/v1/sessions/{session_id}/${decision}`, { params, body: { reason: reason || null } }));
}

/** Null takes a rating back. */
export function rate(id: string, rating: "good" | "bad" | null, comment: string): Promise<Session> {
  const params = { path: { session_id: id } };
  return bodyOf(
    api.POST("/api/v1/sessions/{session_id}/rating", { params, body: { rating, comment: comment || null } }),
  );
}

export function sayReverted(id: string, reverted: boolean, reason: string): Promise<Session> {
  const params = { path: { session_id: id } };
  const body = { reverted, reason: reason || null };
  return bodyOf(api.POST("/api/v1/sessions/{session_id}/reverted", { params, body }));
}

export function push(id: string): Promise<components["schemas"]["PushRead"]> {
  return bodyOf(api.POST("/api/v1/sessions/{session_id}/push", { params: { path: { session_id: id } } }));
}

export function rebase(id: string, onto: string): Promise<Session> {
  const params = { path: { session_id: id } };
  return bodyOf(api.POST("/api/v1/sessions/{session_id}/rebase", { params, body: { onto: onto || null } }));
}

/** The answer is the new session. */
export function fork(id: string, body: ForkCreate): Promise<Session> {
  const params = { path: { session_id: id }, header: idempotencyKey() };
  return bodyOf(api.POST("/api/v1/sessions/{session_id}/fork", { params, body }));
}

/** `key`: see `lib/once.ts`. */
export function say(id: string, body: NewMessage, key: string): Promise<components["schemas"]["MessageRead"]> {
  const params = { path: { session_id: id }, header: { "Idempotency-Key": key } };
  return bodyOf(api.POST("/api/v1/sessions/{session_id}/messages", { params, body }));
}

/** What was just done is shown at once, and not only when the stream tells of it. */
export function keepSession(session: Session): void {
  queryClient.setQueryData(queries.session(session.id).queryKey, session);
}
