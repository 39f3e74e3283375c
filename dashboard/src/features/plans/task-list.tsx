import { Route } from "lucide-react";
import { useMemo } from "react";
import type { Plan, PlanGraph, Task } from "@/api/plans";
import { cx } from "@/lib/cx";
import { unhidden, unhiddenName } from "@/lib/hidden";
import { StateBadge } from "@/ui/badge";
import { VirtualList } from "@/ui/virtual-list";
import { TASK_STATES } from "./states";
import { reasonOf } from "./words";

interface TaskListProps {
  plan: Plan;
  graph: PlanGraph;
  rows: readonly Task[];
  open: string | undefined;
  onOpen(key: string): void;
}

/** By the arrow keys as well: what the graph shows by lines stands here in words. */
export function TaskList({ plan, graph, rows, open, onOpen }: TaskListProps) {
  const tasks = useMemo(() => new Map(plan.tasks.map((task) => [task.key, task])), [plan.tasks]);
  const critical = useMemo(
    () => new Set(graph.nodes.filter((node) => node.critical).map(({ key }) => key)),
    [graph.nodes],
  );
  return (
    <VirtualList
      label="Tasks"
      rows={rows}
      rowKey={({ key }) => key}
      estimatedHeight={62}
      choice={{ chosen: open ?? null, onChoose: ({ key }) => onOpen(key) }}
      render={(task) => (
        <Row
          task={task}
          reason={reasonOf(task, tasks)}
          isCritical={critical.has(task.key)}
          isOpen={task.key === open}
        />
      )}
    />
  );
}

interface RowProps {
  task: Task;
  reason: string | null;
  isCritical: boolean;
  isOpen: boolean;
}

function Row({ task, reason, isCritical, isOpen }: RowProps) {
  return (
    <div
      className={cx(
        "flex flex-col gap-1 border-b border-line px-4 py-2",
        isOpen ? "bg-accent-wash" : "bg-panel hover:bg-raised",
      )}
    >
      <span className="truncate font-medium">{unhiddenName(task.title)}</span>
      <span className="flex items-center gap-2">
        <StateBadge state={TASK_STATES[task.status]} />
        <span className="numbers min-w-0 grow truncate text-xs text-ink-soft">{task.key}</span>
        {isCritical && (
          <span className="flex items-center gap-1 text-2xs text-accent-ink">
            <Route aria-hidden className="size-3" /> critical
          </span>
        )}
      </span>
      {reason && <span className="line-clamp-2 text-xs break-words text-ink-soft">{unhidden(reason)}</span>}
    </div>
  );
}
