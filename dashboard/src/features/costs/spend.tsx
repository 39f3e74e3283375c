import { lazy, Suspense, useMemo } from "react";
import type { Costs, Range, UsageItem } from "@/api/costs";
import { count, exactly } from "@/lib/money";
import { counted } from "@/lib/words";
import { Money } from "@/ui/amounts";
import { Panel, Stat } from "@/ui/panel";
import { Breakdown } from "./breakdown";
import { MonthForecast } from "./month";
import { Outcomes } from "./outcomes";
import { daysOf, daysSinceFirstCall, fleetDays } from "./search";

const DayChart = lazy(() => import("./chart"));

export function Spend({ costs, range }: { costs: Costs; range: Range }) {
  const { totals } = costs;
  const { from, to } = range;
  const days = useMemo(() => daysOf({ from, to }), [from, to]);
  const spentDays = useMemo(() => daysSinceFirstCall(costs.days), [costs.days]);
  const byDay = useMemo(() => spendOf(days, costs.days), [days, costs.days]);
  return (
    <div className="flex min-h-0 flex-col gap-3 overflow-y-auto p-3">
      <div className="grid grid-cols-2 gap-3 lg:grid-cols-4">
        <Stat
          label="Spent"
          value={<Money microUsd={totals.cost_micro_usd} />}
          note={unpriced(totals.unpriced_requests)}
        />
        <Stat
          label="Tokens"
          value={
            <span title={exactly(totals.input_tokens + totals.output_tokens)}>
              {count(totals.input_tokens + totals.output_tokens)}
            </span>
          }
          note={`${count(totals.input_tokens)} in, ${count(totals.cached_input_tokens)} of it cached, ${count(totals.output_tokens)} out`}
        />
        <Stat
          label="Model calls"
          value={count(totals.requests)}
          note={`${count(totals.estimated_requests)} with estimated numbers`}
        />
        <Stat
          label="A day"
          value={<Money microUsd={Math.round(totals.cost_micro_usd / spentDays)} />}
          note={
            spentDays === days.length
              ? `mean of ${counted(spentDays, "day")}`
              : `mean of ${counted(spentDays, "day")} since the first call`
          }
        />
      </div>
      <MonthForecast month={costs.month} />
      <Panel title="Spend by day">
        <Suspense fallback={<div className="h-48" />}>
          <DayChart days={days} costs={byDay} />
        </Suspense>
      </Panel>
      <div className="grid gap-3 xl:grid-cols-2">
        <Outcomes costs={costs} days={fleetDays(range)} />
        <Breakdown
          title="By day"
          range={range}
          none=""
          items={[...costs.days].reverse()}
          partOf={({ key }) => ({ day: key })}
          isTall
        />
        <Breakdown
          title="By agent"
          range={range}
          none="no agent"
          items={costs.agents}
          partOf={({ key }) => ({ agent: key })}
          isTall
        />
        <Breakdown
          title="By model"
          range={range}
          none="no model"
          items={costs.models}
          partOf={({ key }) => ({ model: key })}
        />
        <Breakdown
          title="By member"
          range={range}
          none="nobody"
          items={costs.members}
          partOf={({ key }) => ({ owner: key })}
        />
        <Breakdown
          title="By repository"
          range={range}
          none="no repository"
          items={costs.repositories}
          partOf={({ label }) => (label ? { repository: label } : undefined)}
        />
      </div>
    </div>
  );
}

function spendOf(days: readonly string[], items: readonly UsageItem[]): number[] {
  const costs = new Map(items.map(({ key, cost_micro_usd }) => [key, cost_micro_usd]));
  return days.map((day) => costs.get(day) ?? 0);
}

function unpriced(requests: number): string {
  return requests === 0
    ? "every call had a price"
    : `${requests === 1 ? "1 call" : `${count(requests)} calls`} without a price ${requests === 1 ? "is" : "are"} not in it`;
}
