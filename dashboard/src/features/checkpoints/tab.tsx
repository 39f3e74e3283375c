import { useQuery } from "@tanstack/react-query";
import { GitFork } from "lucide-react";
import { useState } from "react";
import { useWhyNot } from "@/api/me";
import { type Checkpoint, sessionQueries } from "@/api/session-queries";
import { bytes } from "@/lib/bytes";
import type { Session } from "@/lib/session-tabs";
import { turnNumber } from "@/lib/turns";
import { RelativeTime } from "@/ui/amounts";
import { Button } from "@/ui/button";
import { CopyButton } from "@/ui/copy-button";
import { type Column, DataTable } from "@/ui/data-table";
import { ForkDialog } from "@/ui/fork-dialog";
import { EmptyState, ErrorPanel, Skeleton } from "@/ui/panels";

const KINDS = { turn: "end of a turn", pause: "a pause", step: "within a turn" } as const;

/** Where the session can be gone on from, the newest first. */
export default function Checkpoints({ session }: { session: Session }) {
  const found = useQuery(sessionQueries.checkpoints(session.id));
  const [chosen, setChosen] = useState<Checkpoint | null>(null);
  const whyNot = useWhyNot("sessions:write");
  if (found.isPending) return <Skeleton label="Loading the checkpoints" />;
  if (found.isError && !found.data) return <ErrorPanel error={found.error} onRetry={() => found.refetch()} />;
  const rows = [...found.data.items].reverse();
  if (rows.length === 0) {
    return (
      <EmptyState title="No checkpoint yet">
        The first one is taken when a turn ends or the session is paused, and while a long turn goes on.
      </EmptyState>
    );
  }
  return (
    <>
      <DataTable
        label="Checkpoints"
        rows={rows}
        rowKey={({ id }) => id}
        columns={columnsOf(whyNot, setChosen)}
        onOpen={(row) => whyNot === null && setChosen(row)}
      />
      {chosen && <ForkDialog session={session} checkpoint={chosen.number} onClose={() => setChosen(null)} />}
    </>
  );
}

function columnsOf(whyNot: string | null, onFork: (row: Checkpoint) => void): Column<Checkpoint>[] {
  return [
    {
      id: "number",
      header: "No.",
      width: "4rem",
      align: "right",
      cell: ({ number }) => <span className="numbers">{number}</span>,
    },
    { id: "kind", header: "Taken at", width: "minmax(7rem, 1fr)", cell: ({ kind }) => KINDS[kind] },
    {
      id: "turn",
      header: "Turn",
      width: "4rem",
      align: "right",
      cell: ({ turn }) => <span className="numbers">{turnNumber(turn)}</span>,
    },
    {
      id: "attempt",
      header: "Attempt",
      width: "5rem",
      align: "right",
      from: 700,
      cell: ({ attempt }) => <span className="numbers">{attempt}</span>,
    },
    {
      id: "commit",
      header: "Commit",
      width: "9rem",
      cell: ({ commit }) => (
        <span className="numbers flex items-center gap-1">
          {commit.slice(0, 10)} <CopyButton text={commit} label="Copy the commit" />
        </span>
      ),
    },
    {
      id: "changed",
      header: "Files",
      width: "8rem",
      from: 600,
      cell: ({ changed }) => (changed ? "changed" : "as the base"),
    },
    {
      id: "size",
      header: "Size",
      width: "6rem",
      align: "right",
      from: 800,
      cell: ({ bytes: size }) => <span className="numbers">{size === null ? "node only" : bytes(size)}</span>,
    },
    {
      id: "at",
      header: "Age",
      width: "5rem",
      align: "right",
      cell: ({ created_at }) => <RelativeTime at={created_at} />,
    },
    {
      id: "fork",
      header: "Go on",
      width: "9rem",
      align: "right",
      cell: (row) => (
        <Button size="small" icon={<GitFork />} whyNot={whyNot} onClick={() => onFork(row)}>
          Fork from here<span className="sr-only">{` (checkpoint ${row.number})`}</span>
        </Button>
      ),
    },
  ];
}
