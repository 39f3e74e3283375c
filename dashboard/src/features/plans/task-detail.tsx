import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useMemo } from "react";
import { type Expected, type Plan, planQueries, type Task } from "@/api/plans";
import { unhidden, unhiddenName } from "@/lib/hidden";
import { momentOr } from "@/lib/time";
import { StateBadge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { Literal, Part } from "@/ui/literal";
import { Facts } from "@/ui/panel";
import { Loaded } from "@/ui/panels";
import { SessionLink } from "@/ui/session-link";
import { expectedOf } from "./forecast";
import { TASK_STATES } from "./states";
import { TaskDeeds } from "./task-deeds";
import { followersOf, reasonOf } from "./words";

interface TaskDetailProps {
  plan: Plan;
  task: Task;
  /** What it will take; null of one that is over, and where nothing is known. */
  expected: Expected | null;
  /** Another task, by its key. */
  onOpen(key: string): void;
}

/** All that is known of a task, what it waits for and who waits for it, and what can be done with it. */
export function TaskDetail({ plan, task, expected, onOpen }: TaskDetailProps) {
  const tasks = useMemo(() => new Map(plan.tasks.map((one) => [one.key, one])), [plan.tasks]);
  const whole = useQuery(planQueries.task(plan.id, task.key));
  const reason = reasonOf(task, tasks);
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <StateBadge state={TASK_STATES[task.status]} />
        <h2 className="min-w-0 grow truncate font-semibold max-lg:hidden">{unhiddenName(task.title)}</h2>
        {task.session_id && (
          <SessionLink id={task.session_id} className="text-accent-ink underline">
            Open its session
          </SessionLink>
        )}
        <TaskDeeds plan={plan} task={task} />
      </div>
      {reason && <p className="break-words text-ink-soft">{unhidden(reason)}</p>}
      <div className="grid gap-4 xl:grid-cols-2">
        <Part title="Prompt">
          <Loaded query={whole} label="its prompt" rows={3}>
            {({ prompt }) => <Literal isLong>{prompt}</Literal>}
          </Loaded>
        </Part>
        <Facts facts={factsOf(task, expected, followersOf(task.key, plan.tasks), onOpen)} />
      </div>
    </div>
  );
}

function factsOf(
  task: Task,
  expected: Expected | null,
  followers: string[],
  onOpen: (key: string) => void,
): [string, ReactNode][] {
  const facts: [string, ReactNode][] = [
    [
      "Key",
      <span key="key" className="numbers">
        {task.key}
      </span>,
    ],
    ["Depends on", <Keys key="before" keys={task.depends_on} onOpen={onOpen} />],
    ["Who waits for it", <Keys key="after" keys={followers} onOpen={onOpen} />],
    ["Asks for", task.capabilities.join(", ") || "nothing in particular"],
    ["Paths", task.paths.map(unhidden).join(", ") || "not named"],
    ["Verified by", task.verify === null ? "the plan's commands" : task.verify.map(unhidden).join("; ") || "nothing"],
    ["Begun", `${momentOr(task.started_at, "not yet")}${task.attempt > 1 ? `, attempt ${task.attempt}` : ""}`],
    ["Over", momentOr(task.finished_at, "not yet")],
  ];
  if (expected) facts.push(["Expected", expectedOf(expected)]);
  if (task.agent) facts.push(["Agent", unhidden(task.agent)]);
  if (task.model) facts.push(["Model", unhidden(task.model)]);
  if (task.best_of > 1) facts.push(["Best of", `${task.best_of} sessions at once`]);
  if (task.added_by) facts.push(["Added later by", <AddedBy key="added" by={task.added_by} />]);
  if (task.conflict_rounds > 0) facts.push(["Turns for conflicts", String(task.conflict_rounds)]);
  return facts;
}

/** An agent that works on another task of the plan, or a person. */
function AddedBy({ by }: { by: string }) {
  const session = by.startsWith("session:") ? by.slice("session:".length) : null;
  if (session === null) return <span className="numbers">{by}</span>;
  return (
    <SessionLink id={session} className="text-accent-ink underline">
      the agent of a session
    </SessionLink>
  );
}

function Keys({ keys, onOpen }: { keys: string[]; onOpen(key: string): void }) {
  if (keys.length === 0) return <>nobody</>;
  return (
    <span className="flex flex-wrap gap-1">
      {keys.map((key) => (
        <Button key={key} size="small" className="max-w-full font-mono" onClick={() => onOpen(key)}>
          <span className="truncate">{key}</span>
        </Button>
      ))}
    </span>
  );
}
