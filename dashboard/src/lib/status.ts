/** The words and the possible deeds of each session status: docs/reference/session-states.md. */
import type { components } from "@/api/schema";
import { unhidden } from "./hidden";

export type Status = components["schemas"]["Status"];
export type Tone = "neutral" | "busy" | "attention" | "good" | "bad" | "muted";

export const STATUSES: Record<Status, { label: string; tone: Tone }> = {
  pending: { label: "Pending", tone: "muted" },
  queued: { label: "Queued", tone: "neutral" },
  running: { label: "Running", tone: "busy" },
  waiting: { label: "Waiting", tone: "attention" },
  degraded: { label: "Degraded", tone: "attention" },
  verifying: { label: "Verifying", tone: "busy" },
  paused: { label: "Paused", tone: "attention" },
  orphaned: { label: "Orphaned", tone: "bad" },
  completed: { label: "Completed", tone: "good" },
  partially_completed: { label: "Partial", tone: "attention" },
  failed: { label: "Failed", tone: "bad" },
  timed_out: { label: "Timed out", tone: "bad" },
  stopped: { label: "Stopped", tone: "muted" },
  cancelled: { label: "Cancelled", tone: "muted" },
};

export type Verification = components["schemas"]["Verification"];

export const VERIFICATIONS: Record<Verification, { label: string; tone: Tone }> = {
  verified: { label: "Verified", tone: "good" },
  unverified: { label: "Unverified", tone: "muted" },
  needs_review: { label: "Needs review", tone: "attention" },
  failed: { label: "Checks fail", tone: "bad" },
};

export type Outcome = components["schemas"]["Outcome"];

/** What became of a session, as the costs count it. */
export const OUTCOMES: Record<Outcome, string> = {
  verified: "Completed and verified",
  unverified: "Completed, unverified",
  needs_review: "Completed, needs review",
  partially_completed: "Partially completed",
  failed: "Failed or timed out",
  stopped: "Stopped or cancelled",
  open: "Still under way",
};

export const ALL_STATUSES = Object.keys(STATUSES) as Status[];

/** The columns of the board, from left to right. */
export const STAGES: { name: string; statuses: Status[] }[] = [
  { name: "Queued", statuses: ["pending", "queued"] },
  { name: "Working", statuses: ["running", "verifying", "degraded", "orphaned"] },
  { name: "Needs attention", statuses: ["waiting", "paused"] },
  { name: "Done", statuses: ["completed", "partially_completed"] },
  { name: "Ended", statuses: ["failed", "timed_out", "stopped", "cancelled"] },
];

const FINAL: readonly Status[] = ["completed", "partially_completed", "failed", "timed_out", "stopped", "cancelled"];

const OPEN: readonly Status[] = ALL_STATUSES.filter((status) => !FINAL.includes(status));

const AT_WORK: readonly Status[] = ["running", "waiting", "degraded", "verifying"];

export type Deed = "start" | "pause" | "resume" | "stop" | "cancel" | "retry";

const POSSIBLE: Record<Deed, readonly Status[]> = {
  start: ["pending"],
  pause: [...AT_WORK, "queued"],
  resume: ["paused"],
  stop: [...AT_WORK, "queued", "paused"],
  cancel: OPEN,
  retry: FINAL,
};

export function statusesFor(deed: Deed): readonly Status[] {
  return POSSIBLE[deed];
}

export function canDo(deed: Deed, status: Status): boolean {
  return POSSIBLE[deed].includes(status);
}

export function isFinal(status: Status): boolean {
  return FINAL.includes(status);
}

type Told = Pick<
  components["schemas"]["SessionRead"],
  "status" | "status_reason" | "queue_reason" | "queue_detail" | "failure" | "requested" | "verification_reason"
>;

/** Why the session is where it is, in words; null when the status says it all. */
export function reasonOf(session: Told): string | null {
  const reason = toldOf(session);
  return reason === null ? null : unhidden(reason);
}

function toldOf(session: Told): string | null {
  if (session.requested === "drain") return "its node is being drained: it goes on at another one";
  if (session.requested) return `asked to ${session.requested}`;
  if (session.status === "queued" && session.queue_reason) {
    return session.queue_detail ? `${session.queue_reason}: ${session.queue_detail}` : session.queue_reason;
  }
  if (session.failure && !AT_WORK.includes(session.status)) return session.failure.message;
  return session.status_reason ?? session.verification_reason ?? null;
}
