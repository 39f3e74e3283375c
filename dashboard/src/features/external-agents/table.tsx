import { Link } from "@tanstack/react-router";
import type { ExternalAgent } from "@/api/external";
import { unhidden, unhiddenName } from "@/lib/hidden";
import { externalAgentPage } from "@/lib/links";
import { RelativeTime } from "@/ui/amounts";
import { type Column, DataTable } from "@/ui/data-table";
import { DesiredBadge, OwnStatus, StandingBadge } from "./states";

const COLUMNS: Column<ExternalAgent>[] = [
  { id: "state", header: "Liveness", width: "8.5rem", cell: (agent) => <StandingBadge agent={agent} /> },
  {
    id: "name",
    header: "Agent",
    width: "minmax(9rem, 2fr)",
    cell: ({ id, name }) => (
      <Link {...externalAgentPage(id)} className="font-medium hover:underline">
        {name}
      </Link>
    ),
  },
  {
    id: "type",
    header: "Type",
    width: "minmax(7rem, 1fr)",
    from: 860,
    cell: ({ agent_type, version }) => (
      <span className="numbers truncate text-xs text-ink-soft">{unhiddenName(`${agent_type} ${version}`)}</span>
    ),
  },
  {
    id: "transport",
    header: "By",
    width: "4rem",
    from: 760,
    cell: ({ transport }) => <span className="numbers text-xs text-ink-soft">{transport}</span>,
  },
  { id: "status", header: "Says it is", width: "6.5rem", from: 640, cell: (agent) => <OwnStatus agent={agent} /> },
  { id: "desired", header: "Is wanted", width: "7rem", from: 700, cell: (agent) => <DesiredBadge agent={agent} /> },
  {
    id: "load",
    header: "Load",
    width: "4.5rem",
    align: "right",
    from: 700,
    cell: ({ current_load }) => <span className="numbers">{loadTold(current_load)}</span>,
  },
  { id: "leases", header: "Leases", width: "5rem", align: "right", cell: (agent) => <Leases agent={agent} /> },
  { id: "heartbeat", header: "Heartbeat", width: "6rem", align: "right", cell: (agent) => <Heartbeat agent={agent} /> },
  {
    id: "error",
    header: "Last error",
    width: "minmax(8rem, 2fr)",
    from: 980,
    cell: ({ last_error }) => (
      <span className="truncate text-xs text-ink-soft" title={last_error ? unhidden(last_error) : undefined}>
        {last_error ? unhiddenName(last_error) : "–"}
      </span>
    ),
  },
];

export function loadTold(load: number): string {
  return String(Math.round(load * 100) / 100);
}

export function Leases({ agent: { leases, max_tasks } }: { agent: ExternalAgent }) {
  return (
    <span className="numbers">
      {leases}/{max_tasks}
    </span>
  );
}

function Heartbeat({ agent: { heartbeat_at } }: { agent: ExternalAgent }) {
  return heartbeat_at ? <RelativeTime at={heartbeat_at} /> : <span className="text-ink-faint">none yet</span>;
}

interface TableProps {
  agents: readonly ExternalAgent[];
  hasMore: boolean;
  onEnd(): void;
  onOpen(agent: ExternalAgent): void;
}

export function ExternalTable({ agents, ...rest }: TableProps) {
  return (
    <DataTable
      label="External agents"
      rows={agents}
      rowKey={({ id }) => id}
      columns={COLUMNS}
      card={(agent) => <Card agent={agent} />}
      {...rest}
    />
  );
}

function Card({ agent }: { agent: ExternalAgent }) {
  return (
    <span className="flex min-w-0 flex-col gap-1">
      <span className="flex min-w-0 items-center gap-2">
        <StandingBadge agent={agent} />
        <Link {...externalAgentPage(agent.id)} className="min-w-0 grow truncate font-medium hover:underline">
          {agent.name}
        </Link>
        <Heartbeat agent={agent} />
      </span>
      <span className="flex min-w-0 items-center gap-2 text-2xs text-ink-faint">
        <Leases agent={agent} /> leases · says <OwnStatus agent={agent} /> ·{" "}
        <span className="truncate">{agent.last_error ? unhiddenName(agent.last_error) : "no error"}</span>
      </span>
    </span>
  );
}
