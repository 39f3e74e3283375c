import {
  Ban,
  CheckCircle2,
  CircleDot,
  CirclePause,
  Clock,
  Hourglass,
  KeyRound,
  LogOut,
  TimerOff,
  Undo2,
  Unplug,
} from "lucide-react";
import type { Desired, ExternalAgent } from "@/api/external";
import { Badge, type State, StateBadge } from "@/ui/badge";
import { type EnrolmentStanding, standingOf } from "./listing";
import type { Standing } from "./search";

export const STANDING_STATES: Record<Standing, State> = {
  live: { label: "Live", tone: "good", icon: CircleDot },
  suspect: { label: "Suspect", tone: "attention", icon: Hourglass },
  lost: { label: "Lost", tone: "bad", icon: Unplug },
  unproven: { label: "Key not proven", tone: "attention", icon: KeyRound },
  revoked: { label: "Revoked", tone: "muted", icon: Ban },
};

export const ENROLMENT_STATES: Record<EnrolmentStanding, State> = {
  open: { label: "Open", tone: "busy", icon: Clock },
  used: { label: "Used", tone: "good", icon: CheckCircle2 },
  "taken-back": { label: "Taken back", tone: "muted", icon: Undo2 },
  expired: { label: "Expired", tone: "muted", icon: TimerOff },
};

export const DESIRED_TOLD: Record<Desired, string> = {
  continue: "Goes on",
  drain: "To drain",
  pause: "To pause",
};

/** As we find it. */
export function StandingBadge({ agent }: { agent: ExternalAgent }) {
  return <StateBadge state={STANDING_STATES[standingOf(agent)]} />;
}

/** As it says itself. */
export function OwnStatus({ agent: { status } }: { agent: ExternalAgent }) {
  return (
    <span className="numbers text-xs text-ink-soft" title="As it says itself">
      {status}
    </span>
  );
}

export function DesiredBadge({ agent: { desired } }: { agent: ExternalAgent }) {
  if (desired === "continue") return <span className="text-xs text-ink-faint">{DESIRED_TOLD.continue}</span>;
  return (
    <Badge tone="attention" icon={desired === "drain" ? LogOut : CirclePause}>
      {DESIRED_TOLD[desired]}
    </Badge>
  );
}
