/** What a version proved: the share that is sure, always with the number of outcomes that it stands on. */
import { ShieldCheck, ShieldX } from "lucide-react";
import type { Badge as Checked, Proved, Score } from "@/api/market";
import { exactly } from "@/lib/money";
import { Badge } from "@/ui/badge";

/** Rounded down, so that none looks like more than it is. */
function share(value: number): string {
  return `${(Math.floor(Math.round(value * 10_000) / 10) / 10).toFixed(1)} %`;
}

export function Rating({ score }: { score: Score | null | undefined }) {
  if (!score) {
    return (
      <span
        className="text-xs text-ink-faint"
        title="Fewer than 30 outcomes that the orchestrator verified, or of fewer than three tenants besides its publisher"
      >
        not enough yet
      </span>
    );
  }
  return (
    <span className="numbers whitespace-nowrap" title={`${exactly(score.successes)} of ${exactly(score.n)} succeeded`}>
      {`> ${share(score.lower_bound)}`} <span className="text-xs text-ink-soft">n {exactly(score.n)}</span>
    </span>
  );
}

/** From nothing to all, filled as far as it is sure. The numbers beside it say the same. */
export function SureBar({ score: { lower_bound, successes, n } }: { score: Score }) {
  return (
    <span aria-hidden className="relative block h-2 w-full min-w-16 border border-line-strong bg-ground">
      <span className="absolute inset-y-0 left-0 bg-accent" style={{ width: `${lower_bound * 100}%` }} />
      <span className="absolute -inset-y-0.5 w-0.5 bg-ink" style={{ left: `${(successes / n) * 100}%` }} />
    </span>
  );
}

/** Which checks it passed, when, and in which version of them. */
export function Badges({ rating }: { rating: Proved }) {
  return (
    <span className="flex flex-wrap gap-1">
      {rating.badges.map((one) => (
        <CheckBadge key={one.suite} check={one} />
      ))}
    </span>
  );
}

function CheckBadge({ check: { suite, suite_version, protocol, passed, checked_at } }: { check: Checked }) {
  return (
    <Badge tone={passed ? "good" : "bad"} icon={passed ? ShieldCheck : ShieldX}>
      {`${suite} ${passed ? "passed" : "failed"} ${checked_at.slice(0, 10)}, v${suite_version}${protocol ? `, protocol ${protocol}` : ""}`}
    </Badge>
  );
}
