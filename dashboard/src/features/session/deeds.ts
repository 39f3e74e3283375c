/** What can be done with a session, and why something cannot be done with it now. */

import { isOnThisMachine } from "@/lib/repository";
import type { Session } from "@/lib/session-tabs";
import { canDo, type Deed, isFinal, STATUSES } from "@/lib/status";

export type AnyDeed = Deed | "fork" | "accept" | "reject" | "push" | "rebase" | "rate" | "reverted";

/** Null when it can be done. The reason of the role comes first: it is not going to change. */
export function whyNotNow(deed: AnyDeed, session: Session, ofRole: string | null): string | null {
  return ofRole ?? ofStatus(deed, session);
}

function ofStatus(deed: AnyDeed, session: Session): string | null {
  const { status, requested } = session;
  const is = `It is ${STATUSES[status].label.toLowerCase()}`;
  switch (deed) {
    case "accept":
    case "reject":
      return ofDecision(deed, session);
    case "rate":
    case "reverted":
      return isFinal(status) ? null : `${is}: its work is judged when it has ended.`;
    case "push":
      if (session.repository === null) return "It has no repository to push to.";
      if (isOnThisMachine(session.repository))
        return "The repository is on the orchestrator's machine: the branch is in it.";
      if (!isFinal(status)) return `${is}: a result is pushed when it has ended.`;
      return session.commit === null || status === "cancelled" ? "There is no result to push." : null;
    case "rebase":
      if (session.repository === null) return "It has no repository whose base could have moved.";
      if (status === "cancelled") return `${is} for good.`;
      return session.commit === null ? "It has done nothing yet that could be put upon another base." : null;
    case "fork":
      return session.base_commit === null ? "It has not begun, so there is no checkpoint to begin at." : null;
    case "pause":
      if (requested) return `It has been asked to ${requested} already.`;
      return canDo(deed, status) ? null : `${is}: only what works or is queued can be paused.`;
    case "stop":
      if (requested === "stop") return "It has been asked to stop already.";
      return canDo(deed, status) ? null : `${is}: there is nothing to stop.`;
    case "resume":
      return canDo(deed, status) ? null : `${is}: only a paused session can be resumed.`;
    case "start":
      return canDo(deed, status) ? null : `${is}: it has been started.`;
    case "cancel":
      return canDo(deed, status) ? null : `${is}: it has ended already.`;
    case "retry":
      return canDo(deed, status) ? null : `${is}: only what has ended can be handed in again.`;
  }
}

function ofDecision(deed: "accept" | "reject", { status, decision }: Session): string | null {
  if (!isFinal(status)) return "There is no result yet.";
  return decision === `${deed}ed` ? `It is ${decision} already.` : null;
}
