import type { Merge, Plan, PlanGraph } from "@/api/plans";
import { unhidden } from "@/lib/hidden";
import { duration } from "@/lib/time";
import { counted } from "@/lib/words";
import { RelativeTime, useNow } from "@/ui/amounts";
import { StateBadge } from "@/ui/badge";
import { type Column, DataTable } from "@/ui/data-table";
import { Mono } from "@/ui/mono";
import { EmptyState } from "@/ui/panels";
import { SessionLink } from "@/ui/session-link";
import { MERGE_STATES } from "./states";

/** What waits to be merged in its order, and what became of each merge. */
export function Merges({ plan, graph }: { plan: Plan; graph: PlanGraph }) {
  return (
    <>
      <Queue queue={graph.queue} running={graph.merges.find(({ status }) => status === "running")} />
      {graph.merges.length === 0 ? (
        <EmptyState title="Nothing was merged yet">
          Whatever is done by the time a merge begins is merged at once onto <Mono text={plan.branch} />, and verified
          before the branch moves.
        </EmptyState>
      ) : (
        <DataTable
          label="Merges"
          rows={graph.merges}
          rowKey={({ number }) => String(number)}
          columns={COLUMNS}
          onOpen={nothingMore}
          card={(merge) => <Card merge={merge} />}
        />
      )}
    </>
  );
}

/** A row has everything that there is to see, and leads to its session by a link. */
function nothingMore(): void {}

function Queue({ queue, running }: { queue: string[]; running: Merge | undefined }) {
  const waiting = queue.filter((key) => !running?.task_keys.includes(key));
  return (
    <section aria-label="Queue of merges" className="shrink-0 border-b border-line bg-panel px-4 py-2">
      <p>
        {running ? `Merge ${running.number} runs: ${running.task_keys.join(", ")}.` : "No merge runs."}{" "}
        <span className="text-ink-soft">
          {waiting.length === 0 ? "Nothing waits." : `${counted(waiting.length, "task waits", "tasks wait")}:`}
        </span>
      </p>
      {waiting.length > 0 && (
        <ol
          aria-label="Tasks that wait for their merge"
          className="numbers mt-1 flex flex-wrap gap-x-4 gap-y-1 text-xs"
        >
          {waiting.map((key, at) => (
            <li key={key}>
              <span className="text-ink-faint">{at + 1}.</span> {key}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

const COLUMNS: Column<Merge>[] = [
  { id: "number", header: "No.", width: "4rem", cell: ({ number }) => <span className="numbers">{number}</span> },
  { id: "status", header: "Status", width: "8rem", cell: ({ status }) => <StateBadge state={MERGE_STATES[status]} /> },
  {
    id: "tasks",
    header: "Tasks",
    width: "minmax(10rem, 2fr)",
    cell: ({ task_keys }) => <span title={task_keys.join(", ")}>{task_keys.join(", ")}</span>,
  },
  {
    id: "reason",
    header: "Reason",
    width: "minmax(8rem, 2fr)",
    from: 760,
    cell: (merge) => <Reason merge={merge} />,
  },
  {
    id: "commit",
    header: "Commit",
    width: "7rem",
    from: 900,
    cell: ({ commit }) => <span className="numbers text-xs">{commit?.slice(0, 10) ?? "–"}</span>,
  },
  { id: "took", header: "Took", width: "6rem", align: "right", from: 640, cell: (merge) => <Took merge={merge} /> },
  {
    id: "at",
    header: "Age",
    width: "5rem",
    align: "right",
    cell: ({ created_at }) => <RelativeTime at={created_at} />,
  },
  {
    id: "session",
    header: "Session",
    width: "7rem",
    cell: ({ session_id }) => (
      <SessionLink id={session_id} tab="evidence" className="underline">
        Evidence
      </SessionLink>
    ),
  },
];

function Reason({ merge: { reason } }: { merge: Merge }) {
  if (reason === null) return <span className="text-ink-faint">–</span>;
  return (
    <span className="text-ink-soft" title={unhidden(reason)}>
      {unhidden(reason)}
    </span>
  );
}

function Took({ merge: { created_at, ended_at } }: { merge: Merge }) {
  const now = useNow();
  const endMs = ended_at === null ? now : Date.parse(ended_at);
  return <span className="numbers">{duration(Math.max(0, (endMs - Date.parse(created_at)) / 1000))}</span>;
}

function Card({ merge }: { merge: Merge }) {
  return (
    <span className="flex min-w-0 flex-col gap-1">
      <span className="flex items-center gap-2">
        <span className="numbers">{merge.number}.</span>
        <StateBadge state={MERGE_STATES[merge.status]} />
        <span className="ml-auto text-2xs text-ink-faint">
          <RelativeTime at={merge.created_at} />
        </span>
      </span>
      <span className="flex items-center gap-2">
        <span className="min-w-0 grow truncate">{merge.task_keys.join(", ")}</span>
        <SessionLink id={merge.session_id} tab="evidence" className="underline">
          Evidence
        </SessionLink>
      </span>
      <span className="truncate text-xs">
        <Reason merge={merge} />
      </span>
    </span>
  );
}
