import { useInfiniteQuery } from "@tanstack/react-query";
import { type Assignment, externalQueries } from "@/api/external";
import { unhiddenName } from "@/lib/hidden";
import { useMore, useRows } from "@/lib/pages";
import { turnNumber } from "@/lib/turns";
import { RelativeTime } from "@/ui/amounts";
import { AssignmentBadge } from "@/ui/assignment-badge";
import { type Column, DataTable } from "@/ui/data-table";
import { EmptyState, Loaded } from "@/ui/panels";
import { SessionLink } from "@/ui/session-link";
import { AssignmentDrawer } from "./assignment-drawer";

const COLUMNS: Column<Assignment>[] = [
  { id: "status", header: "Status", width: "8.5rem", cell: ({ status }) => <AssignmentBadge status={status} /> },
  { id: "session", header: "Session", width: "7rem", cell: (row) => <OfSession assignment={row} /> },
  { id: "turn", header: "Turn", width: "4rem", align: "right", cell: ({ turn }) => <Num value={turnNumber(turn)} /> },
  { id: "type", header: "Type", width: "7rem", from: 760, cell: ({ task_type }) => task_type },
  {
    id: "attempt",
    header: "Attempt",
    width: "5rem",
    align: "right",
    cell: ({ attempt }) => <Num value={attempt} />,
  },
  {
    id: "epoch",
    header: "Epoch",
    width: "5rem",
    align: "right",
    from: 700,
    cell: ({ lease_epoch }) => <Num value={lease_epoch} />,
  },
  {
    id: "reason",
    header: "Reason",
    width: "minmax(8rem, 2fr)",
    from: 640,
    cell: ({ reason }) => <span className="truncate text-xs text-ink-soft">{reason ? unhiddenName(reason) : "–"}</span>,
  },
  {
    id: "files",
    header: "Files",
    width: "4rem",
    align: "right",
    from: 820,
    cell: ({ artifacts }) => <Num value={artifacts.length} />,
  },
  {
    id: "leased",
    header: "Leased",
    width: "5.5rem",
    align: "right",
    cell: ({ leased_at }) => (leased_at ? <RelativeTime at={leased_at} /> : "–"),
  },
];

function Num({ value }: { value: number }) {
  return <span className="numbers">{value}</span>;
}

function OfSession({ assignment: { session_id } }: { assignment: Assignment }) {
  return (
    <SessionLink id={session_id} className="numbers text-xs underline">
      {session_id.slice(-8)}
    </SessionLink>
  );
}

interface AssignmentsProps {
  /** Its id. */
  agent: string;
  openId: string | undefined;
  onOpen(id: string | undefined): void;
}

/** What it was given: the newest first. */
export function Assignments({ agent, openId, onOpen }: AssignmentsProps) {
  const list = useInfiniteQuery(externalQueries.assignments(agent));
  const rows = useRows(list);
  const more = useMore(list);
  const open = rows?.find(({ id }) => id === openId);
  return (
    <>
      <Loaded query={{ ...list, data: rows }} label="assignments">
        {(all) =>
          all.length === 0 ? (
            <EmptyState title="It was given nothing yet">
              Work is for it when its agent is named, or when routing chooses it.
            </EmptyState>
          ) : (
            <DataTable
              label="Assignments"
              rows={all}
              rowKey={({ id }) => id}
              columns={COLUMNS}
              hasMore={list.hasNextPage}
              onEnd={more}
              onOpen={({ id }) => onOpen(id)}
              card={(row) => <Card assignment={row} />}
            />
          )
        }
      </Loaded>
      {open && <AssignmentDrawer assignment={open} onClose={() => onOpen(undefined)} />}
    </>
  );
}

function Card({ assignment }: { assignment: Assignment }) {
  const { status, turn, attempt, reason } = assignment;
  return (
    <span className="flex min-w-0 flex-col gap-1">
      <span className="flex min-w-0 items-center gap-2">
        <AssignmentBadge status={status} />
        <OfSession assignment={assignment} />
      </span>
      <span className="numbers truncate text-2xs text-ink-faint">
        {`turn ${turnNumber(turn)} · attempt ${attempt}${reason ? ` · ${unhiddenName(reason)}` : ""}`}
      </span>
    </span>
  );
}
