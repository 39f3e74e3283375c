/** How each kind of item is called and marked. */
import {
  AlertTriangle,
  Eye,
  GitMerge,
  GitPullRequest,
  HelpCircle,
  KeyRound,
  Lock,
  type LucideIcon,
  ShieldX,
  Siren,
  UploadCloud,
  Wallet,
  Workflow,
  XCircle,
} from "lucide-react";
import type { InboxItem, InboxKind } from "@/api/inbox";
import { titleOf as goalTitle } from "@/lib/goal";
import { unhiddenName } from "@/lib/hidden";
import type { Tone } from "@/lib/status";

export const KINDS: Record<InboxKind, { label: string; many: string; icon: LucideIcon }> = {
  approval: { label: "Approval", many: "Approvals", icon: KeyRound },
  question: { label: "Question", many: "Questions", icon: HelpCircle },
  verification_failed: { label: "Checks fail", many: "Checks fail", icon: ShieldX },
  needs_review: { label: "Needs review", many: "Needs review", icon: Eye },
  result_ready: { label: "Result", many: "Results", icon: GitPullRequest },
  failed: { label: "Failed", many: "Failed", icon: XCircle },
  stuck: { label: "Stuck", many: "Stuck", icon: AlertTriangle },
  budget_warning: { label: "Budget", many: "Budgets", icon: Wallet },
  plan_approval: { label: "Plan to approve", many: "Plans to approve", icon: Workflow },
  plan_blocked: { label: "Plan blocked", many: "Plans blocked", icon: Lock },
  plan_failed: { label: "Plan failed", many: "Plans failed", icon: XCircle },
  plan_push_failed: { label: "Plan not pushed", many: "Plans not pushed", icon: UploadCloud },
  plan_completed: { label: "Plan completed", many: "Plans completed", icon: GitMerge },
};

export const RISKS: Record<InboxItem["risk"]["level"], { label: string; tone: Tone; icon?: LucideIcon }> = {
  high: { label: "High risk", tone: "bad", icon: Siren },
  medium: { label: "Medium risk", tone: "attention" },
  low: { label: "Low risk", tone: "muted" },
};

const DEFAULTS: Record<string, string> = {
  deny: "Denied",
  allow: "Allowed",
  answer: "Answered without you",
};

/** What happens at the deadline: "Denied", of "Denied in 4m". */
export function atDeadline(action: string | null): string {
  return action === null ? "Due" : (DEFAULTS[action] ?? action);
}

export function titleOf({ session, plan, budget }: InboxItem): string {
  if (session) return unhiddenName(session.title);
  if (plan) return unhiddenName(goalTitle(plan.goal));
  return budget?.scope === "tenant" ? "Budget of the tenant" : `Budget of ${budget?.label ?? budget?.subject}`;
}
