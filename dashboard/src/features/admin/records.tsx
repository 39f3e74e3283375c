import type { ReactNode } from "react";
import { type Column, DataTable } from "@/ui/data-table";
import { ErrorPanel, Skeleton } from "@/ui/panels";

/** What of a query the list of its rows needs; only those that come in pages have the last three. */
interface Loading {
  isPending: boolean;
  isError: boolean;
  error: unknown;
  refetch(): unknown;
  hasNextPage?: boolean;
  isFetchingNextPage?: boolean;
  fetchNextPage?(): unknown;
}

interface RecordsProps<Row> {
  query: Loading;
  rows: readonly Row[];
  rowKey(row: Row): string;
  label: string;
  columns: Column<Row>[];
  card(row: Row): ReactNode;
  onOpen(row: NoInfer<Row>): void;
  empty: ReactNode;
}

/** The rows of a part of the administration: loading, failed, none yet, or a table. */
export function Records<Row>({ query, rows, empty, ...table }: RecordsProps<Row>) {
  if (query.isPending) return <Skeleton label={`Loading ${table.label.toLowerCase()}`} />;
  if (query.isError && rows.length === 0) return <ErrorPanel error={query.error} onRetry={() => query.refetch()} />;
  if (rows.length === 0) return <>{empty}</>;
  return (
    <DataTable
      {...table}
      rows={rows}
      hasMore={query.hasNextPage ?? false}
      onEnd={() => {
        if (!query.isFetchingNextPage) query.fetchNextPage?.();
      }}
    />
  );
}

/** The line above a part's content: what it is, and what can be done. */
export function Bar({ children, actions }: { children: ReactNode; actions?: ReactNode }) {
  return (
    <div className="flex min-h-11 shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 py-1.5">
      <p className="min-w-0 grow basis-64 text-xs text-ink-faint">{children}</p>
      {actions}
    </div>
  );
}

/** A row in two lines, where a table has no room. */
export function Card({ head, tail }: { head: ReactNode; tail: ReactNode }) {
  return (
    <span className="flex min-w-0 flex-col gap-1">
      <span className="flex min-w-0 items-center gap-2 font-medium">{head}</span>
      <span className="flex min-w-0 items-center gap-2 truncate text-xs text-ink-soft">{tail}</span>
    </span>
  );
}
