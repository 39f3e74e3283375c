import type { Session } from "@/api/session-list";
import { unhiddenName } from "@/lib/hidden";
import { repositoryName } from "@/lib/repository";
import { reasonOf } from "@/lib/status";
import { Money, Tokens } from "@/ui/amounts";
import { StatusBadge, VerificationBadge } from "@/ui/badge";
import { type Column, DataTable } from "@/ui/data-table";
import { LastActivity } from "@/ui/last-activity";
import { SessionLink } from "@/ui/session-link";

const COLUMNS: Column<Session>[] = [
  { id: "status", header: "Status", width: "7.5rem", cell: (row) => <StatusBadge status={row.status} /> },
  {
    id: "session",
    header: "Session",
    width: "minmax(14rem, 3fr)",
    cell: (row) => (
      <span className="flex items-center gap-2">
        <SessionLink id={row.id} className="truncate font-medium hover:underline">
          {row.title}
        </SessionLink>
        {row.verification && <VerificationBadge verification={row.verification} />}
      </span>
    ),
  },
  { id: "reason", header: "Reason", width: "minmax(10rem, 2fr)", from: 760, cell: (row) => <Reason session={row} /> },
  {
    id: "repository",
    header: "Repository",
    width: "minmax(6rem, 1fr)",
    from: 1080,
    cell: (row) => (
      <span title={row.repository ?? undefined}>{row.repository === null ? "–" : repositoryName(row.repository)}</span>
    ),
  },
  {
    id: "owner",
    header: "Owner",
    width: "7rem",
    from: 1320,
    cell: (row) => <span className="text-ink-soft">{row.owner_name ?? "–"}</span>,
  },
  { id: "agent", header: "Agent", width: "6rem", from: 900, cell: (row) => <Mono>{row.agent}</Mono> },
  { id: "model", header: "Model", width: "minmax(7rem, 1fr)", from: 980, cell: (row) => <Mono>{row.model}</Mono> },
  { id: "active", header: "Active", width: "4.5rem", align: "right", cell: (row) => <LastActivity session={row} /> },
  {
    id: "tokens",
    header: "Tokens",
    width: "4.5rem",
    align: "right",
    from: 640,
    cell: ({ usage }) => <Tokens input={usage.input_tokens} output={usage.output_tokens} />,
  },
  {
    id: "cost",
    header: "Cost",
    width: "5.5rem",
    align: "right",
    cell: (row) => <Money microUsd={row.usage.cost_micro_usd} />,
  },
];

interface SessionTableProps {
  rows: Session[];
  selected: ReadonlySet<string>;
  onSelect(selected: ReadonlySet<string>): void;
  onOpen(session: Session): void;
  hasMore: boolean;
  onEnd(): void;
}

export function SessionTable({ rows, selected, onSelect, onOpen, hasMore, onEnd }: SessionTableProps) {
  return (
    <DataTable
      label="Sessions"
      rows={rows}
      rowKey={idOf}
      columns={COLUMNS}
      onOpen={onOpen}
      selection={{ selected, onChange: onSelect, labelOf: (row) => unhiddenName(row.title) }}
      card={(row) => <SessionCard session={row} />}
      hasMore={hasMore}
      onEnd={onEnd}
    />
  );
}

/** A session in three short lines: on a phone and on the board. */
export function SessionCard({ session }: { session: Session }) {
  const { usage } = session;
  return (
    <span className="flex min-w-0 flex-col gap-1">
      <span className="flex items-center gap-2">
        <SessionLink id={session.id} className="min-w-0 grow truncate font-medium hover:underline">
          {session.title}
        </SessionLink>
        <span className="text-2xs text-ink-faint">
          <LastActivity session={session} />
        </span>
      </span>
      <span className="flex min-w-0 items-center gap-2 text-xs">
        <StatusBadge status={session.status} />
        {session.verification && <VerificationBadge verification={session.verification} />}
        <span className="min-w-0 truncate">
          <Reason session={session} />
        </span>
      </span>
      <span className="flex items-center gap-2 text-2xs text-ink-faint">
        <span className="numbers min-w-0 grow truncate">{`${session.agent} · ${session.model}`}</span>
        <Tokens input={usage.input_tokens} output={usage.output_tokens} />
        <Money microUsd={usage.cost_micro_usd} />
      </span>
    </span>
  );
}

function Reason({ session }: { session: Session }) {
  const reason = reasonOf(session);
  return (
    <span className="text-ink-soft" title={reason ?? undefined}>
      {reason}
    </span>
  );
}

function Mono({ children }: { children: string }) {
  return (
    <span className="numbers text-xs text-ink-soft" title={children}>
      {children}
    </span>
  );
}

function idOf({ id }: Session): string {
  return id;
}
