import {
  Archive,
  Ban,
  CheckCircle2,
  CircleDashed,
  CirclePause,
  Clock,
  FlaskConical,
  PlayCircle,
  XCircle,
} from "lucide-react";
import type { JobStatus, Stage } from "@/api/training";
import { Badge, type State, StateBadge } from "@/ui/badge";

const JOBS: Record<JobStatus, State> = {
  pending: { label: "looking at its data", tone: "neutral", icon: CircleDashed },
  queued: { label: "queued", tone: "neutral", icon: Clock },
  running: { label: "running", tone: "busy", icon: PlayCircle },
  paused: { label: "paused", tone: "attention", icon: CirclePause },
  succeeded: { label: "succeeded", tone: "good", icon: CheckCircle2 },
  failed: { label: "failed", tone: "bad", icon: XCircle },
  cancelled: { label: "cancelled", tone: "muted", icon: Ban },
};

const STAGES: Record<Stage, State> = {
  candidate: { label: "candidate", tone: "neutral", icon: FlaskConical },
  production: { label: "production", tone: "good", icon: CheckCircle2 },
  retired: { label: "retired", tone: "muted", icon: Archive },
};

export function JobBadge({ status }: { status: JobStatus }) {
  const { label, tone, icon } = JOBS[status];
  return (
    <Badge tone={tone} icon={icon} isBlinking={tone === "busy"}>
      {label}
    </Badge>
  );
}

export function StageBadge({ stage }: { stage: Stage }) {
  return <StateBadge state={STAGES[stage]} />;
}
