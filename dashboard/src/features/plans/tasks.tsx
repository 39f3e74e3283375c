import { List, Network, Plus } from "lucide-react";
import { Suspense, useMemo, useState } from "react";
import { useWhyNot } from "@/api/me";
import type { Plan, PlanGraph, Task } from "@/api/plans";
import { loadable } from "@/lib/loadable";
import { useIsWide } from "@/lib/wide";
import { IconButton } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { ClearFilters, FilterBar, FilterSelect, TextFilter } from "@/ui/filters";
import { EmptyState, Skeleton } from "@/ui/panels";
import { isOpen } from "./deeds";
import { type PlanSearch, TASK_STATUSES } from "./search";
import { TASK_STATES } from "./states";
import { TaskDetail } from "./task-detail";
import { TaskForm } from "./task-form";
import { TaskList } from "./task-list";

const Graph = loadable(() => import("./graph"));

interface TasksProps {
  plan: Plan;
  graph: PlanGraph;
  search: PlanSearch;
  onChange(change: PlanSearch): void;
}

/** The tasks as a list and as a graph, side by side where there is room; and the one that is open. */
export function Tasks({ plan, graph, search, onChange }: TasksProps) {
  const isWide = useIsWide();
  const open = plan.tasks.find(({ key }) => key === search.task);
  const choose = (task: string | undefined) => onChange({ task });
  const detail = open && (
    <TaskDetail
      key={open.key}
      plan={plan}
      task={open}
      expected={graph.nodes.find(({ key }) => key === open.key)?.expected ?? null}
      onOpen={choose}
    />
  );
  const picture = (
    <Suspense fallback={<Skeleton label="Loading the graph" />}>
      <Graph graph={graph} open={open?.key} onOpen={choose} />
    </Suspense>
  );
  const list = <FilteredList {...{ plan, graph, search, onChange }} isWide={isWide} />;
  if (!isWide) {
    return (
      <>
        {search.view === "graph" ? (
          <>
            <Views view="graph" onChange={onChange} />
            <div className="min-h-0 grow">{picture}</div>
          </>
        ) : (
          list
        )}
        <Dialog isOpen={open !== undefined} onOpenChange={() => choose(undefined)} place="right" title={open?.title}>
          {detail}
        </Dialog>
      </>
    );
  }
  return (
    <div className="flex min-h-0 grow">
      <div className="flex w-96 shrink-0 flex-col border-r border-line">{list}</div>
      <div className="flex min-h-0 min-w-0 grow flex-col">
        <div className="min-h-0 grow">{picture}</div>
        {open && (
          <section
            aria-label={`Task ${open.key}`}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard.
            tabIndex={0}
            className="max-h-[50%] shrink-0 overflow-y-auto border-t border-line-strong bg-panel p-4"
          >
            {detail}
          </section>
        )}
      </div>
    </div>
  );
}

function FilteredList({ plan, graph, search, onChange, isWide }: TasksProps & { isWide: boolean }) {
  const { q, only } = search;
  const rows = useMemo(() => plan.tasks.filter((task) => isWanted(task, q, only)), [plan.tasks, q, only]);
  return (
    <>
      <FilterBar>
        {!isWide && <ViewButtons view="list" onChange={onChange} />}
        <TextFilter label="Key or title" value={q} onChange={(next) => onChange({ q: next })} isSearch />
        <FilterSelect
          label="Status"
          value={only ?? ""}
          onChange={(next) => onChange({ only: (next || undefined) as PlanSearch["only"] })}
        >
          <option value="">Any status</option>
          {TASK_STATUSES.map((one) => (
            <option key={one} value={one}>
              {TASK_STATES[one].label}
            </option>
          ))}
        </FilterSelect>
        {isOpen(plan) && <AddTask plan={plan} />}
        {(q ?? only) !== undefined && <ClearFilters onClear={() => onChange({ q: undefined, only: undefined })} />}
      </FilterBar>
      {rows.length === 0 ? (
        <EmptyState title="No task matches" />
      ) : (
        <TaskList plan={plan} graph={graph} rows={rows} open={search.task} onOpen={(task) => onChange({ task })} />
      )}
    </>
  );
}

function AddTask({ plan }: { plan: Plan }) {
  const [isAdding, setAdding] = useState(false);
  const whyNot = useWhyNot("sessions:write");
  return (
    <>
      <IconButton
        size="small"
        className="order-last ml-auto"
        label="Add a task"
        whyNot={whyNot}
        onClick={() => setAdding(true)}
      >
        <Plus />
      </IconButton>
      {isAdding && <TaskForm plan={plan} onClose={() => setAdding(false)} />}
    </>
  );
}

function isWanted({ key, title, status }: Task, q: string | undefined, only: string | undefined): boolean {
  const hasWords = q === undefined || `${key} ${title}`.toLowerCase().includes(q.toLowerCase());
  return hasWords && (only === undefined || status === only);
}

type ViewsProps = { view: "list" | "graph"; onChange(change: PlanSearch): void };

function Views(props: ViewsProps) {
  return (
    <div className="flex shrink-0 border-b border-line px-4 py-1.5">
      <ViewButtons {...props} />
    </div>
  );
}

function ViewButtons({ view, onChange }: ViewsProps) {
  const look = (one: string) => (view === one ? "h-7! bg-raised text-ink!" : "h-7!");
  return (
    <span className="flex shrink-0 border border-line-strong">
      <IconButton
        label="List"
        aria-pressed={view === "list"}
        className={look("list")}
        onClick={() => onChange({ view: undefined })}
      >
        <List />
      </IconButton>
      <IconButton
        label="Graph"
        aria-pressed={view === "graph"}
        className={look("graph")}
        onClick={() => onChange({ view: "graph" })}
      >
        <Network />
      </IconButton>
    </span>
  );
}
