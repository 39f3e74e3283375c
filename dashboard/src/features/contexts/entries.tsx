import { useInfiniteQuery } from "@tanstack/react-query";
import { type ContextItem, contextQueries } from "@/api/contexts";
import { bytes } from "@/lib/bytes";
import { unhidden } from "@/lib/hidden";
import { useMore, useRows } from "@/lib/pages";
import { RelativeTime } from "@/ui/amounts";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { type Column, DataTable } from "@/ui/data-table";
import { Checkbox } from "@/ui/field";
import { ClearFilters, FilterBar, FilterSelect, TextFilter } from "@/ui/filters";
import { Mono } from "@/ui/mono";
import { EmptyState, Loaded } from "@/ui/panels";
import { EntryDrawer } from "./entry-drawer";
import { type ContextsSearch, filtersOf, isNarrowed, SCOPES } from "./search";
import { SCOPE_WORDS, Whose } from "./whose";

interface EntriesProps {
  search: ContextsSearch;
  onChange(change: ContextsSearch): void;
}

const NOTHING = { q: undefined, scope: undefined, of: undefined };

export function Entries({ search, onChange }: EntriesProps) {
  const list = useInfiniteQuery(contextQueries.list(search.q, filtersOf(search)));
  const rows = useRows(list);
  const more = useMore(list);
  return (
    <>
      <Filters search={search} onChange={onChange} />
      <Loaded query={{ ...list, data: rows }} label="entries">
        {(entries) =>
          entries.length === 0 ? (
            <NoEntries isNarrowed={isNarrowed(search)} onWiden={() => onChange(NOTHING)} />
          ) : (
            <DataTable
              label="Entries"
              rows={entries}
              rowKey={({ id }) => id}
              columns={COLUMNS}
              onOpen={({ id }) => onChange({ entry: id })}
              hasMore={list.hasNextPage}
              onEnd={more}
              card={(entry) => <Card entry={entry} />}
            />
          )
        }
      </Loaded>
      {search.entry && (
        <EntryDrawer
          id={search.entry}
          listed={rows?.find(({ id }) => id === search.entry)}
          onClose={() => onChange({ entry: undefined })}
        />
      )}
    </>
  );
}

function Filters({ search, onChange }: EntriesProps) {
  return (
    <FilterBar>
      <TextFilter
        label="Words in keys and values"
        value={search.q}
        onChange={(q) => onChange({ q })}
        className="w-52!"
        isSearch
      />
      <FilterSelect
        label="Scope"
        value={search.scope ?? ""}
        onChange={(scope) => onChange({ scope: (scope || undefined) as ContextsSearch["scope"], of: undefined })}
      >
        <option value="">Any scope</option>
        {SCOPES.map((scope) => (
          <option key={scope} value={scope}>
            {SCOPE_WORDS[scope].label}
          </option>
        ))}
      </FilterSelect>
      {search.q === undefined && (
        <Checkbox
          label="Deleted ones too"
          className="shrink-0 text-xs"
          checked={search.deleted === "1"}
          onChange={({ target }) => onChange({ deleted: target.checked ? "1" : undefined })}
        />
      )}
      {isNarrowed(search) && <ClearFilters onClear={() => onChange(NOTHING)} />}
    </FilterBar>
  );
}

function NoEntries({ isNarrowed, onWiden }: { isNarrowed: boolean; onWiden(): void }) {
  if (isNarrowed) return <EmptyState title="No entry matches" action={<Button onClick={onWiden}>Show all</Button>} />;
  return (
    <EmptyState title="Nothing is shared yet">
      What one session finds out, the next need not find out again. From a terminal:
      <code className="numbers mt-2 block border border-line bg-panel p-2 text-left text-xs">
        orchestrator contexts put conventions/money '"An integer of micro-USD."'
      </code>
    </EmptyState>
  );
}

const COLUMNS: Column<ContextItem>[] = [
  { id: "key", header: "Key", width: "minmax(10rem, 1fr)", cell: (entry) => <Key entry={entry} /> },
  { id: "scope", header: "Whose", width: "11rem", cell: (entry) => <Whose of={entry} /> },
  { id: "value", header: "Value", width: "minmax(10rem, 2fr)", cell: (entry) => <Preview entry={entry} /> },
  {
    id: "version",
    header: "Version",
    width: "5rem",
    align: "right",
    from: 700,
    cell: ({ version }) => <span className="numbers">{version}</span>,
  },
  {
    id: "size",
    header: "Size",
    width: "5rem",
    align: "right",
    from: 1000,
    cell: ({ size_bytes }) => <span className="numbers">{bytes(size_bytes)}</span>,
  },
  { id: "author", header: "Written by", width: "9rem", from: 860, cell: ({ author }) => <Mono text={author} /> },
  {
    id: "at",
    header: "Written",
    width: "5.5rem",
    align: "right",
    cell: ({ updated_at }) => <RelativeTime at={updated_at} />,
  },
];

function Key({ entry: { key, deleted } }: { entry: ContextItem }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <span className="numbers min-w-0 truncate text-xs font-medium" title={key}>
        {key}
      </span>
      {deleted && <Badge tone="muted">deleted</Badge>}
    </span>
  );
}

function Preview({ entry: { preview } }: { entry: ContextItem }) {
  return <span className="numbers text-xs text-ink-soft">{unhidden(preview)}</span>;
}

function Card({ entry }: { entry: ContextItem }) {
  return (
    <span className="flex min-w-0 flex-col gap-1">
      <span className="flex min-w-0 items-center gap-2">
        <span className="min-w-0 grow">
          <Key entry={entry} />
        </span>
        <span className="text-2xs text-ink-faint">
          <RelativeTime at={entry.updated_at} />
        </span>
      </span>
      <span className="flex">
        <Whose of={entry} />
      </span>
      <span className="truncate">
        <Preview entry={entry} />
      </span>
    </span>
  );
}
