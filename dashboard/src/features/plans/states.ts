/** How plans, their tasks and their merges stand: a word and a shape, and then a colour. */
import {
  Ban,
  CheckCircle2,
  CircleDashed,
  CirclePause,
  Eye,
  GitMerge,
  GitPullRequestClosed,
  HelpCircle,
  Lock,
  PlayCircle,
  Shuffle,
  XCircle,
} from "lucide-react";
import type { MergeStatus, PlanStatus, TaskStatus } from "@/api/plans";
import type { State } from "@/ui/badge";

export const PLAN_STATES: Record<PlanStatus, State> = {
  awaiting_approval: { label: "Awaits approval", tone: "attention", icon: HelpCircle },
  running: { label: "Running", tone: "busy", icon: PlayCircle },
  blocked: { label: "Blocked", tone: "attention", icon: Lock },
  paused: { label: "Paused", tone: "attention", icon: CirclePause },
  completed: { label: "Completed", tone: "good", icon: CheckCircle2 },
  failed: { label: "Failed", tone: "bad", icon: XCircle },
  cancelled: { label: "Cancelled", tone: "muted", icon: Ban },
};

export const TASK_STATES: Record<TaskStatus, State> = {
  pending: { label: "Pending", tone: "neutral", icon: CircleDashed },
  running: { label: "Running", tone: "busy", icon: PlayCircle },
  reviewing: { label: "Reviewing", tone: "busy", icon: Eye },
  merging: { label: "Merging", tone: "busy", icon: GitMerge },
  resolving: { label: "Resolving", tone: "attention", icon: Shuffle },
  done: { label: "Done", tone: "good", icon: CheckCircle2 },
  failed: { label: "Failed", tone: "bad", icon: XCircle },
  blocked: { label: "Blocked", tone: "attention", icon: Lock },
  cancelled: { label: "Cancelled", tone: "muted", icon: Ban },
};

export const MERGE_STATES: Record<MergeStatus, State> = {
  running: { label: "Running", tone: "busy", icon: PlayCircle },
  merged: { label: "Merged", tone: "good", icon: GitMerge },
  rejected: { label: "Rejected", tone: "bad", icon: GitPullRequestClosed },
  failed: { label: "Failed", tone: "bad", icon: XCircle },
};
