import { Link } from "@tanstack/react-router";
import type { ListedPlan } from "@/api/plans";
import { titleOf } from "@/lib/goal";
import { unhidden, unhiddenName } from "@/lib/hidden";
import { planPage } from "@/lib/links";
import { repositoryName } from "@/lib/repository";
import { Money, RelativeTime, Tokens } from "@/ui/amounts";
import { StateBadge, VerificationBadge } from "@/ui/badge";
import { type Column, DataTable } from "@/ui/data-table";
import { Done } from "./progress";
import { PLAN_STATES } from "./states";

const COLUMNS: Column<ListedPlan>[] = [
  { id: "status", header: "Status", width: "10rem", cell: ({ status }) => <StateBadge state={PLAN_STATES[status]} /> },
  { id: "goal", header: "Goal", width: "minmax(12rem, 3fr)", cell: (plan) => <Goal plan={plan} /> },
  { id: "done", header: "Done", width: "9rem", cell: ({ progress }) => <Done progress={progress} /> },
  {
    id: "reason",
    header: "Reason",
    width: "minmax(8rem, 2fr)",
    from: 900,
    cell: (plan) => <Reason plan={plan} />,
  },
  {
    id: "repository",
    header: "Repository",
    width: "minmax(6rem, 1fr)",
    from: 720,
    cell: ({ repository }) => (
      <span title={repository ?? undefined}>{repository === null ? "–" : repositoryName(repository)}</span>
    ),
  },
  {
    id: "tokens",
    header: "Tokens",
    width: "4.5rem",
    align: "right",
    from: 1040,
    cell: ({ usage }) => <Tokens input={usage.input_tokens} output={usage.output_tokens} />,
  },
  {
    id: "spent",
    header: "Spent",
    width: "5.5rem",
    align: "right",
    cell: ({ usage }) => <Money microUsd={usage.cost_micro_usd} />,
  },
  {
    id: "age",
    header: "Age",
    width: "4.5rem",
    align: "right",
    from: 640,
    cell: ({ created_at }) => <RelativeTime at={created_at} />,
  },
];

function Goal({ plan: { id, goal, verification } }: { plan: ListedPlan }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <Link {...planPage(id)} className="min-w-0 truncate font-medium hover:underline">
        {unhiddenName(titleOf(goal))}
      </Link>
      {verification && <VerificationBadge verification={verification} />}
    </span>
  );
}

function Reason({ plan: { status_reason } }: { plan: ListedPlan }) {
  return (
    <span className="text-ink-soft" title={unhidden(status_reason)}>
      {unhidden(status_reason)}
    </span>
  );
}

interface PlanTableProps {
  plans: readonly ListedPlan[];
  hasMore: boolean;
  onEnd(): void;
  onOpen(plan: ListedPlan): void;
}

export function PlanTable({ plans, ...rest }: PlanTableProps) {
  return (
    <DataTable
      label="Plans"
      rows={plans}
      rowKey={({ id }) => id}
      columns={COLUMNS}
      card={(plan) => <Card plan={plan} />}
      {...rest}
    />
  );
}

function Card({ plan }: { plan: ListedPlan }) {
  return (
    <span className="flex min-w-0 flex-col gap-1">
      <span className="flex min-w-0 items-center gap-2">
        <span className="min-w-0 grow truncate">
          <Goal plan={plan} />
        </span>
        <span className="text-2xs text-ink-faint">
          <RelativeTime at={plan.created_at} />
        </span>
      </span>
      <span className="flex min-w-0 items-center gap-2 text-xs">
        <StateBadge state={PLAN_STATES[plan.status]} />
        <span className="min-w-0 truncate">
          <Reason plan={plan} />
        </span>
      </span>
      <span className="flex items-center gap-3 text-2xs text-ink-faint">
        <span className="min-w-0 grow">
          <Done progress={plan.progress} />
        </span>
        <Money microUsd={plan.usage.cost_micro_usd} />
      </span>
    </span>
  );
}
