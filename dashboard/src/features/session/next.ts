/** What moves a session forward next, in words: docs/reference/session-states.md says the same of each state. */
import type { Session } from "@/lib/session-tabs";

export function nextOf(session: Session): string {
  switch (session.status) {
    case "pending":
      return "Start it; until then nothing happens.";
    case "queued":
      return session.queue_detail ?? "It starts as soon as a node has room for it.";
    case "running":
      return session.verify?.length
        ? "The agent works; when its turn ends, the checks are run."
        : "The agent works; when its turn ends, the session is done.";
    case "waiting":
      return "The agent waits for an answer. At the deadline the policy answers for it.";
    case "degraded":
      return "The provider is tried again by itself.";
    case "verifying":
      return session.max_feedback_rounds > 0
        ? "The checks run. What fails goes back to the agent."
        : "The checks run; then the session is done.";
    case "paused":
      return pausedNext(session);
    case "orphaned":
      return "Its node is lost. It goes on from its last checkpoint at another one.";
    case "completed":
    case "partially_completed":
      return resultNext(session);
    case "failed":
    case "timed_out":
    case "stopped":
      return session.failure?.hint || "Say what to do next, or hand it in again with Retry.";
    case "cancelled":
      return "It is over for good. Retry and Fork make new sessions of it.";
  }
}

function pausedNext({ pause_reason }: Session): string {
  if (pause_reason === "budget") return "It goes on by itself when the budget is raised.";
  if (pause_reason === "provider") return "It goes on by itself when the provider takes calls again.";
  return "Resume it; it goes on from its checkpoint.";
}

function resultNext({ decision }: Session): string {
  if (decision === "accepted") return "It is accepted. Push its branch, or say what to do next.";
  if (decision === "rejected") return "It is rejected. Say what to do next, or hand it in again with Retry.";
  return "Review it: accept or reject, or say what to do next.";
}
