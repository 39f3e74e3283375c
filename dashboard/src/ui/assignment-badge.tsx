import { Ban, CheckCircle2, Clock, PlayCircle, XCircle } from "lucide-react";
import type { AssignmentStatus } from "@/api/external";
import { type State, StateBadge } from "./badge";

const STATES: Record<AssignmentStatus, State> = {
  queued: { label: "Not taken yet", tone: "neutral", icon: Clock },
  leased: { label: "Leased", tone: "busy", icon: PlayCircle },
  completed: { label: "Handed in", tone: "good", icon: CheckCircle2 },
  failed: { label: "Failed", tone: "bad", icon: XCircle },
  cancelled: { label: "Cancelled", tone: "muted", icon: Ban },
};

/** How far a piece of work is that was given to an external agent; what it is worth is the session's evidence. */
export function AssignmentBadge({ status }: { status: AssignmentStatus }) {
  return <StateBadge state={STATES[status]} />;
}
