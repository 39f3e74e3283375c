import { useInfiniteQuery } from "@tanstack/react-query";
import { createLazyRoute, getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { Columns3, OctagonX, Rows3 } from "lucide-react";
import { useCallback, useMemo, useState } from "react";
import { useWhyNot } from "@/api/me";
import { queries } from "@/api/queries";
import { rowsOf, type Session } from "@/api/session-list";
import { useCommands } from "@/lib/commands";
import { useShortcuts } from "@/lib/keys";
import { sessionPath } from "@/lib/links";
import { useMore } from "@/lib/pages";
import { counted } from "@/lib/words";
import { Button, IconButton } from "@/ui/button";
import { Page } from "@/ui/page";
import { EmptyState, ErrorPanel, Skeleton } from "@/ui/panels";
import { Board } from "./board";
import type { Refusal } from "./bulk";
import { BulkBar } from "./bulk-bar";
import { Chips } from "./chips";
import { Filters } from "./filters";
import { Refusals } from "./refusals";
import { filtersOf, isNarrowed, type View } from "./search";
import { StopAll } from "./stop-all";
import { SessionTable } from "./table";

const route = getRouteApi("/shell/fleet");

function Fleet() {
  const search = route.useSearch();
  const navigate = useNavigate({ from: "/fleet" });
  const [openedAtMs] = useState(Date.now);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [isStopping, setStopping] = useState(false);
  const [refused, setRefused] = useState<Refusal[]>([]);
  const whyNotAct = useWhyNot("sessions:write");
  const filters = filtersOf(search, openedAtMs);
  const list = useInfiniteQuery(queries.sessions(filters));
  const rows = useMemo(() => rowsOf(list.data), [list.data]);
  const view = search.view ?? "table";

  const show = useCallback(
    (next: View) => void navigate({ to: "/fleet", search: (now) => ({ ...now, view: next }) }),
    [navigate],
  );
  const open = useCallback((session: Session) => void navigate({ to: sessionPath(session.id) as string }), [navigate]);
  const stopAll = useCallback(() => setStopping(true), []);
  const more = useMore(list);

  useShortcuts([{ keys: "v", label: "Table or board", run: () => show(view === "table" ? "board" : "table") }]);
  useFleetCommands(whyNotAct, stopAll);

  const content = () => {
    if (list.isPending) return <Skeleton rows={14} label="Loading sessions" />;
    if (list.isError && rows.length === 0) return <ErrorPanel error={list.error} onRetry={() => list.refetch()} />;
    if (rows.length === 0)
      return <NoSessions isNarrowed={isNarrowed(search)} onWiden={() => void navigate({ to: "/fleet" })} />;
    if (view === "board") return <Board filters={filters} />;
    return (
      <SessionTable
        rows={rows}
        selected={selected}
        onSelect={setSelected}
        onOpen={open}
        hasMore={list.hasNextPage}
        onEnd={more}
      />
    );
  };

  return (
    <Page
      title="Fleet"
      note={
        <span className="numbers">
          {list.hasNextPage ? `${rows.length}+ sessions` : counted(rows.length, "session")}
        </span>
      }
      actions={<Actions view={view} onView={show} whyNotStop={whyNotAct} onStop={stopAll} />}
    >
      <Filters search={search} />
      <Chips search={search} ownerName={rows.find(({ owner }) => owner === search.owner)?.owner_name} />
      {content()}
      <BulkBar
        sessions={rows.filter(({ id }) => selected.has(id))}
        whyNot={whyNotAct}
        onRefused={setRefused}
        onDone={() => setSelected(new Set())}
      />
      <StopAll isOpen={isStopping} onOpenChange={setStopping} onRefused={setRefused} />
      <Refusals
        refusals={refused}
        titleOf={(id) => rows.find((row) => row.id === id)?.title}
        onClose={() => setRefused([])}
      />
    </Page>
  );
}

/** What the palette offers here. */
function useFleetCommands(whyNotAct: string | null, onStopAll: () => void): void {
  const navigate = useNavigate({ from: "/fleet" });
  useCommands(
    useMemo(
      () => [
        { id: "fleet-stop-all", label: "Stop all sessions", whyNot: whyNotAct, run: () => onStopAll() },
        {
          id: "fleet-needs-me",
          label: "Show sessions that need me",
          run: () => void navigate({ to: "/fleet", search: { needs: "1" } }),
        },
        {
          id: "fleet-failed",
          label: "Show failed sessions",
          run: () => void navigate({ to: "/fleet", search: { status: ["failed", "timed_out"] } }),
        },
      ],
      [whyNotAct, onStopAll, navigate],
    ),
  );
}

interface ActionsProps {
  view: View;
  onView(view: View): void;
  whyNotStop: string | null;
  onStop(): void;
}

function Actions({ view, onView, whyNotStop, onStop }: ActionsProps) {
  return (
    <>
      <div className="flex border border-line-strong">
        <ViewButton view="table" chosen={view} onChoose={onView} />
        <ViewButton view="board" chosen={view} onChoose={onView} />
      </div>
      <Button look="danger" icon={<OctagonX />} whyNot={whyNotStop} onClick={onStop}>
        Stop all
      </Button>
    </>
  );
}

function ViewButton({ view, chosen, onChoose }: { view: View; chosen: View; onChoose(view: View): void }) {
  return (
    <IconButton
      label={view === "table" ? "Table" : "Board"}
      hint="v"
      aria-pressed={view === chosen}
      className={view === chosen ? "h-7! bg-raised text-ink!" : "h-7!"}
      onClick={() => onChoose(view)}
    >
      {view === "table" ? <Rows3 /> : <Columns3 />}
    </IconButton>
  );
}

function NoSessions({ isNarrowed, onWiden }: { isNarrowed: boolean; onWiden(): void }) {
  const whyNot = useWhyNot("sessions:write");
  if (isNarrowed) {
    return (
      <EmptyState title="No session matches" action={<Button onClick={onWiden}>Show all</Button>}>
        Take one of the filters away, or look at all sessions.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title="No sessions yet"
      action={
        whyNot === null && (
          <Link to="/new" className="text-accent-ink underline">
            Hand in new work
          </Link>
        )
      }
    >
      The first piece of work can also be handed in from a terminal:
      <code className="numbers mt-2 block border border-line bg-panel p-2 text-left text-xs">
        orchestrator run --repository . "Fix the failing test"
      </code>
    </EmptyState>
  );
}

export const page = createLazyRoute("/shell/fleet")({ component: Fleet });
