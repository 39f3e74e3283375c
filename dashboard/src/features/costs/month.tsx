import { Link } from "@tanstack/react-router";
import type { Month } from "@/api/costs";
import { cx } from "@/lib/cx";
import { count, money } from "@/lib/money";
import { counted } from "@/lib/words";
import { Meter } from "@/ui/meter";
import { Panel } from "@/ui/panel";

/** What this month will come to, with the range in which 4 of 5 months end, against the tenant's limits. */
export function MonthForecast({ month }: { month: Month }) {
  return (
    <Panel
      title={`Month ${month.month}`}
      note={noteOf(month)}
      actions={
        <Link to="/costs" search={{ tab: "budgets" }} className="text-xs text-accent-ink underline">
          Quotas and budgets
        </Link>
      }
    >
      <div className="grid gap-x-6 gap-y-3 p-3 md:grid-cols-2">
        <Sums label="Money" sums={month.cost} format={money} days={month.days_of_data} />
        <Sums label="Tokens" sums={month.tokens} format={count} days={month.days_of_data} />
      </div>
    </Panel>
  );
}

function noteOf({ days_left, days_of_data, cost }: Month): string {
  const left = `${days_left.toFixed(1)} days left in UTC`;
  return cost.forecast ? `${left}; the forecast rests on the last ${counted(days_of_data, "whole day")}` : left;
}

interface SumsProps {
  label: string;
  sums: Month["cost"];
  format(value: number): string;
  /** Whole ones before today of which anything is known. */
  days: number;
}

function Sums({ label, sums, format, days }: SumsProps) {
  const { spent, limit, forecast } = sums;
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <h3 className="text-xs font-medium">{label}</h3>
      <Meter label={`${label} of this month used`} used={spent} limit={limit} format={format} />
      {forecast ? (
        <p className="text-xs text-ink-soft">
          To the end of the month about <strong className="numbers text-ink">{format(forecast.expected)}</strong>, 4 of
          5 months between <span className="numbers">{format(forecast.low)}</span> and{" "}
          <span className="numbers">{format(forecast.high)}</span>. <Against limit={limit} forecast={forecast} />
        </p>
      ) : (
        <p className="text-xs text-ink-faint">
          A forecast needs three whole days of data before today; there {days === 1 ? "is" : "are"} {days}.
        </p>
      )}
    </div>
  );
}

function Against({
  limit,
  forecast,
}: {
  limit: number | null;
  forecast: { expected: number; low: number; high: number };
}) {
  if (limit === null) return <>There is no limit.</>;
  const isOver = forecast.expected > limit;
  const told = isOver
    ? "That is over the limit."
    : forecast.high > limit
      ? "The limit may be reached."
      : "The limit will do.";
  return (
    <span className={cx(isOver ? "text-bad" : forecast.high > limit ? "text-attention" : "text-good")}>{told}</span>
  );
}
