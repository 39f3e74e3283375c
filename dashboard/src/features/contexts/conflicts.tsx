import { useInfiniteQuery } from "@tanstack/react-query";
import { CircleCheck, GitMergeConflict } from "lucide-react";
import { type ContextConflict, contextQueries } from "@/api/contexts";
import { useMore, useRows } from "@/lib/pages";
import { RelativeTime } from "@/ui/amounts";
import { type State, StateBadge } from "@/ui/badge";
import { type Column, DataTable } from "@/ui/data-table";
import { Checkbox } from "@/ui/field";
import { FilterBar } from "@/ui/filters";
import { Mono } from "@/ui/mono";
import { EmptyState, Loaded } from "@/ui/panels";
import { ConflictDrawer } from "./conflict-drawer";
import type { ContextsSearch } from "./search";
import { Whose } from "./whose";

const OPEN: State = { label: "Open", tone: "attention", icon: GitMergeConflict };
const RESOLVED: State = { label: "Resolved", tone: "good", icon: CircleCheck };
const stateOf = ({ resolution }: ContextConflict) => (resolution === null ? OPEN : RESOLVED);

/** Writes that were refused because both sides had changed the same: whoever looks decides, and nothing is lost till then. */
export function Conflicts({ search, onChange }: { search: ContextsSearch; onChange(change: ContextsSearch): void }) {
  const isAll = search.all === "1";
  const list = useInfiniteQuery(contextQueries.conflicts(isAll));
  const rows = useRows(list);
  const more = useMore(list);
  return (
    <>
      <FilterBar>
        <Checkbox
          label="Resolved ones too"
          className="shrink-0 text-xs"
          checked={isAll}
          onChange={({ target }) => onChange({ all: target.checked ? "1" : undefined })}
        />
      </FilterBar>
      <Loaded query={{ ...list, data: rows }} label="conflicts">
        {(conflicts) =>
          conflicts.length === 0 ? (
            <EmptyState title={isAll ? "There was no conflict yet" : "No conflict waits"}>
              When two change the same of an entry at once, the later write is kept here until somebody decides.
            </EmptyState>
          ) : (
            <DataTable
              label="Conflicts"
              rows={conflicts}
              rowKey={({ id }) => id}
              columns={COLUMNS}
              onOpen={({ id }) => onChange({ conflict: id })}
              hasMore={list.hasNextPage}
              onEnd={more}
              card={(conflict) => <Card conflict={conflict} />}
            />
          )
        }
      </Loaded>
      {search.conflict && <ConflictDrawer id={search.conflict} onClose={() => onChange({ conflict: undefined })} />}
    </>
  );
}

/** An empty pointer is the whole value. */
function pathsOf({ paths }: ContextConflict): string {
  return paths.map((path) => path || "the whole value").join(", ");
}

const COLUMNS: Column<ContextConflict>[] = [
  { id: "state", header: "State", width: "7.5rem", cell: (conflict) => <StateBadge state={stateOf(conflict)} /> },
  {
    id: "key",
    header: "Key",
    width: "minmax(10rem, 1fr)",
    cell: ({ key }) => <span className="numbers text-xs font-medium">{key}</span>,
  },
  { id: "whose", header: "Whose", width: "11rem", from: 760, cell: (conflict) => <Whose of={conflict} /> },
  {
    id: "paths",
    header: "Both changed",
    width: "minmax(10rem, 2fr)",
    cell: (conflict) => <span className="numbers text-xs text-ink-soft">{pathsOf(conflict)}</span>,
  },
  { id: "author", header: "Refused", width: "9rem", from: 860, cell: ({ author }) => <Mono text={author} /> },
  {
    id: "at",
    header: "Age",
    width: "5rem",
    align: "right",
    cell: ({ created_at }) => <RelativeTime at={created_at} />,
  },
];

function Card({ conflict }: { conflict: ContextConflict }) {
  return (
    <span className="flex min-w-0 flex-col gap-1">
      <span className="flex min-w-0 items-center gap-2">
        <StateBadge state={stateOf(conflict)} />
        <span className="numbers min-w-0 grow truncate text-xs font-medium">{conflict.key}</span>
        <span className="text-2xs text-ink-faint">
          <RelativeTime at={conflict.created_at} />
        </span>
      </span>
      <span className="numbers truncate text-xs text-ink-soft">{pathsOf(conflict)}</span>
    </span>
  );
}
