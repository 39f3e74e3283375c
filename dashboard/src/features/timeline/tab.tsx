import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { useMore } from "@/lib/pages";
import type { Session } from "@/lib/session-tabs";
import { duration } from "@/lib/time";
import { turnNumber } from "@/lib/turns";
import { Money, Tokens, useNow } from "@/ui/amounts";
import { Badge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { type Column, DataTable } from "@/ui/data-table";
import { EmptyState, ErrorPanel, Skeleton } from "@/ui/panels";
import { Chart } from "./chart";
import { type Bar, barsOf, kindName, nameOf, timeline } from "./queries";
import { type Window, windowInWords, windowOf } from "./scale";

const LEAST_WHOLE_MS = 1000;

/** Where the time went. */
export default function Timeline({ session }: { session: Session }) {
  const found = useInfiniteQuery(timeline(session.id));
  const { zoom } = useSearch({ strict: false }) as { zoom?: string };
  const navigate = useNavigate();
  const pages = found.data?.pages;
  const startMs = Date.parse(session.created_at);
  const spans = useMemo(() => pages?.flatMap(({ items }) => items) ?? [], [pages]);
  const goesOn = spans.some(({ ended_at }) => ended_at === null);
  const now = useNow();
  // What goes on ends at this moment; else the picture stands still.
  const endMs = goesOn ? now : 0;
  const bars = useMemo(() => barsOf(spans, startMs, endMs), [spans, startMs, endMs]);
  const whole = useMemo(
    () => ({ from: 0, to: 1.02 * bars.reduce((most, { to }) => Math.max(most, to), LEAST_WHOLE_MS) }),
    [bars],
  );
  const shown = windowOf(zoom, whole) ?? whole;
  const show = useCallback(
    (next: Window) => {
      const text = next.from <= whole.from && next.to >= whole.to ? undefined : windowInWords(next);
      void navigate({ to: ".", search: (before: object) => ({ ...before, zoom: text }), replace: true } as never);
    },
    [navigate, whole],
  );
  const more = useMore(found);
  if (found.isPending) return <Skeleton label="Loading the timeline" />;
  if (found.isError && !pages) return <ErrorPanel error={found.error} onRetry={() => found.refetch()} />;
  if (bars.length === 0) {
    return <EmptyState title="Nothing has happened yet">It begins when the session is started.</EmptyState>;
  }
  return (
    <div className="flex min-h-0 grow flex-col">
      <div className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-1 px-3 py-1.5 text-xs">
        {pages?.[0]?.sums?.map(({ kind, label, spans: count, duration_ms }) => (
          <span key={`${kind} ${label}`} className="flex items-center gap-1.5">
            <span className="text-ink-faint">{label ?? kindName(kind)}</span>
            <span className="numbers">{`${count} × ${duration(duration_ms / 1000)}`}</span>
          </span>
        ))}
        <span className="ml-auto flex gap-1">
          {found.hasNextPage && (
            <Button size="small" isBusy={found.isFetchingNextPage} onClick={more}>
              Load what came later
            </Button>
          )}
          <Button size="small" whyNot={zoom === undefined ? "All of it is shown." : null} onClick={() => show(whole)}>
            Show all
          </Button>
        </span>
      </div>
      <Chart bars={bars} whole={whole} shown={shown} onShow={show} />
      <DataTable
        label="Everything on the timeline"
        rows={bars}
        rowKey={({ span }) => span.id}
        columns={COLUMNS}
        onOpen={({ from, to }) => {
          const around = Math.max(200, (to - from) * 0.5);
          show({ from: Math.max(0, from - around), to: Math.min(whole.to, to + around) });
        }}
        hasMore={found.hasNextPage}
        onEnd={more}
      />
    </div>
  );
}

const number = (text: string | number) => <span className="numbers">{text}</span>;

const COLUMNS: Column<Bar>[] = [
  { id: "kind", header: "What", width: "8rem", cell: ({ span }) => kindName(span.kind) },
  {
    id: "label",
    header: "Which",
    width: "minmax(8rem, 2fr)",
    cell: ({ span }) => <span title={nameOf(span)}>{nameOf(span)}</span>,
  },
  {
    id: "turn",
    header: "Turn",
    width: "4rem",
    align: "right",
    from: 600,
    cell: ({ span }) => number(span.turn === null ? "" : turnNumber(span.turn)),
  },
  { id: "from", header: "From", width: "6rem", align: "right", cell: ({ from }) => number(duration(from / 1000)) },
  {
    id: "took",
    header: "Took",
    width: "6rem",
    align: "right",
    cell: (bar) => number(duration((bar.to - bar.from) / 1000)),
  },
  {
    id: "tokens",
    header: "Tokens",
    width: "6rem",
    align: "right",
    from: 700,
    cell: ({ span }) =>
      span.input_tokens !== null && <Tokens input={span.input_tokens} output={span.output_tokens ?? 0} />,
  },
  {
    id: "cost",
    header: "Cost",
    width: "6rem",
    align: "right",
    from: 700,
    cell: ({ span }) => span.cost_micro_usd !== null && <Money microUsd={span.cost_micro_usd} />,
  },
  {
    id: "outcome",
    header: "Outcome",
    width: "minmax(8rem, 1fr)",
    cell: ({ span, isFailed }) => (
      <span className="flex items-center gap-2" title={span.reason ?? undefined}>
        {span.outcome && <Badge tone={isFailed ? "bad" : "muted"}>{span.outcome}</Badge>}
        <span className="truncate text-ink-faint">{span.ended_at === null ? "goes on" : span.reason}</span>
      </span>
    ),
  },
];
