import {
  AlertTriangle,
  Ban,
  CheckCircle2,
  CircleDashed,
  CirclePause,
  CircleStop,
  Clock,
  Eye,
  HelpCircle,
  Hourglass,
  type LucideIcon,
  PlayCircle,
  ShieldAlert,
  ShieldCheck,
  ShieldQuestion,
  ShieldX,
  TimerOff,
  Unplug,
  XCircle,
} from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "@/lib/cx";
import { STATUSES, type Status, type Tone, VERIFICATIONS, type Verification } from "@/lib/status";

const TONES: Record<Tone, string> = {
  neutral: "border-line-strong text-ink-soft",
  muted: "border-line text-ink-faint",
  busy: "border-busy/50 bg-busy-wash text-busy",
  good: "border-good/50 bg-good-wash text-good",
  attention: "border-attention/50 bg-attention-wash text-attention",
  bad: "border-bad/50 bg-bad-wash text-bad",
};

interface BadgeProps {
  tone?: Tone;
  icon?: LucideIcon;
  isBlinking?: boolean;
  children: ReactNode;
}

/** A fact in a word: always with text, so that nothing hangs on its colour. */
export function Badge({ tone = "neutral", icon: Icon, isBlinking, children }: BadgeProps) {
  return (
    <span
      className={cx(
        "inline-flex h-5 shrink-0 items-center gap-1 border px-1.5 font-mono text-2xs whitespace-nowrap",
        TONES[tone],
      )}
    >
      {Icon && <Icon aria-hidden className={cx("size-3", isBlinking && "blinking")} />}
      {children}
    </span>
  );
}

export interface State {
  label: string;
  tone: Tone;
  icon: LucideIcon;
}

/** How something stands, by icon and word and then by colour. */
export function StateBadge({ state: { label, ...look } }: { state: State }) {
  return <Badge {...look}>{label}</Badge>;
}

const ICONS: Record<Status, LucideIcon> = {
  pending: CircleDashed,
  queued: Clock,
  running: PlayCircle,
  waiting: HelpCircle,
  degraded: AlertTriangle,
  verifying: Eye,
  paused: CirclePause,
  orphaned: Unplug,
  completed: CheckCircle2,
  partially_completed: Hourglass,
  failed: XCircle,
  timed_out: TimerOff,
  stopped: CircleStop,
  cancelled: Ban,
};

export function StatusBadge({ status }: { status: Status }) {
  const { label, tone } = STATUSES[status];
  return (
    <Badge tone={tone} icon={ICONS[status]} isBlinking={tone === "busy"}>
      {label}
    </Badge>
  );
}

const VERIFIED: Record<Verification, LucideIcon> = {
  verified: ShieldCheck,
  unverified: ShieldQuestion,
  needs_review: ShieldAlert,
  failed: ShieldX,
};

export function VerificationBadge({ verification }: { verification: Verification }) {
  return <StateBadge state={{ ...VERIFICATIONS[verification], icon: VERIFIED[verification] }} />;
}
