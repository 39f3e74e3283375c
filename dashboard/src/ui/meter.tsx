import { AlertTriangle, OctagonAlert } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "@/lib/cx";

/** From here on the server warns too. */
const WARNING_PERCENT = 80;

interface MeterProps {
  label: string;
  used: number;
  /** Null is no limit. */
  limit: number | null;
  format(value: number): string;
  /** Follows the numbers: when they begin anew, what of it is held. */
  note?: ReactNode;
}

/** How much of a limit is used, in numbers and as a bar; from 80 % on it warns by icon and word. */
export function Meter({ label, used, limit, format, note }: MeterProps) {
  const percent = percentOf(used, limit);
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <div className="flex items-center gap-3 text-xs">
        <span className="numbers">
          {format(used)} <span className="text-ink-faint">/ {limit === null ? "no limit" : format(limit)}</span>
        </span>
        {percent !== null && <Standing percent={percent} />}
        {note && <span className="ml-auto truncate text-ink-faint">{note}</span>}
      </div>
      {percent !== null && (
        <div className="relative h-1.5 border border-line-strong bg-ground">
          <meter className="sr-only" aria-label={label} min={0} max={100} value={Math.min(100, percent)}>
            {percent} %
          </meter>
          <div
            className={cx(
              "h-full",
              percent >= 100 ? "bg-bad" : percent >= WARNING_PERCENT ? "bg-attention" : "bg-good",
            )}
            style={{ width: `${Math.min(100, percent)}%` }}
          />
        </div>
      )}
    </div>
  );
}

function Standing({ percent }: { percent: number }) {
  if (percent < WARNING_PERCENT) return <span className="numbers text-ink-faint">{percent} %</span>;
  const isSpent = percent >= 100;
  const Icon = isSpent ? OctagonAlert : AlertTriangle;
  return (
    <span className={cx("numbers inline-flex items-center gap-1", isSpent ? "text-bad" : "text-attention")}>
      <Icon aria-hidden className="size-3" /> {percent} % {isSpent ? "used up" : "warning"}
    </span>
  );
}

/** Whole percents, rounded down, so that 100 is said only when nothing is left. */
function percentOf(used: number, limit: number | null): number | null {
  if (limit === null) return null;
  return limit === 0 ? 100 : Math.floor((used / limit) * 100);
}
