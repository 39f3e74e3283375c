import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { type Checkpoint, type Note, trainingQueries } from "@/api/training";
import { bytes } from "@/lib/bytes";
import { unhidden } from "@/lib/hidden";
import { useMore, useRows } from "@/lib/pages";
import { RelativeTime } from "@/ui/amounts";
import { Badge } from "@/ui/badge";
import { type Column, DataTable } from "@/ui/data-table";
import { Mono } from "@/ui/mono";
import { EmptyState, Loaded } from "@/ui/panels";
import { measured } from "./numbers";

/** What a job can go on from. */
export function Checkpoints({ id }: { id: string }) {
  const checkpoints = useQuery(trainingQueries.checkpoints(id));
  return (
    <Loaded query={checkpoints} label="checkpoints">
      {(all) =>
        all.length > 0 ? (
          <DataTable
            label="Checkpoints"
            rows={all}
            rowKey={({ step }) => String(step)}
            columns={CHECKPOINTS}
            onOpen={nothing}
          />
        ) : (
          <EmptyState title="No checkpoint yet" />
        )
      }
    </Loaded>
  );
}

const CHECKPOINTS: Column<Checkpoint>[] = [
  { id: "step", header: "Step", width: "6rem", align: "right", cell: ({ step }) => step },
  { id: "loss", header: "Loss", width: "6rem", align: "right", cell: ({ metrics }) => measured(metrics.loss) },
  {
    id: "digest",
    header: "Digest of its manifest",
    width: "minmax(9rem, 2fr)",
    cell: ({ sha256 }) => <Mono text={sha256} />,
  },
  { id: "bytes", header: "Size", width: "6rem", align: "right", cell: (one) => bytes(one.bytes) },
  {
    id: "kept",
    header: "Kept",
    width: "7rem",
    cell: ({ dropped_at }) => <Badge tone={dropped_at ? "muted" : "good"}>{dropped_at ? "dropped" : "kept"}</Badge>,
  },
  { id: "at", header: "Made", width: "5rem", align: "right", cell: (one) => <RelativeTime at={one.created_at} /> },
];

/** What a job said, the newest first. */
export function Log({ id }: { id: string }) {
  const found = useInfiniteQuery(trainingQueries.notes(id));
  const notes = useRows(found);
  const more = useMore(found);
  return (
    <Loaded query={{ ...found, data: notes }} label="the log">
      {(all) => (
        <DataTable
          label="Log"
          rows={all}
          rowKey={(note) => note.id}
          columns={NOTES}
          hasMore={found.hasNextPage}
          onEnd={more}
          onOpen={nothing}
        />
      )}
    </Loaded>
  );
}

/** A row says all there is of it. */
function nothing(): void {}

const NOTES: Column<Note>[] = [
  { id: "at", header: "When", width: "5rem", align: "right", cell: (one) => <RelativeTime at={one.created_at} /> },
  {
    id: "level",
    header: "Level",
    width: "5rem",
    cell: ({ level }) => (
      <Badge tone={level === "error" ? "bad" : level === "warn" ? "attention" : "muted"}>{level}</Badge>
    ),
  },
  {
    id: "message",
    header: "Said",
    width: "minmax(12rem, 4fr)",
    cell: ({ message }) => <span title={unhidden(message)}>{unhidden(message)}</span>,
  },
];
