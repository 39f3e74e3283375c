/** What can be done to a plan and to its tasks as they stand; null, or the reason against it. */
import type { Plan, PlanDeed, PlanStatus, Task, TaskDeed, TaskStatus } from "@/api/plans";

const OPEN: readonly PlanStatus[] = ["awaiting_approval", "running", "paused", "blocked"];
const POSSIBLE: Record<PlanDeed, readonly PlanStatus[]> = {
  approve: ["awaiting_approval"],
  pause: ["running"],
  resume: ["paused", "blocked"],
  cancel: OPEN,
  see: ["completed", "failed"],
};
const OF_TASKS: Record<TaskDeed, readonly TaskStatus[]> = {
  retry: ["failed", "cancelled"],
  cancel: ["pending", "running", "reviewing", "resolving", "blocked"],
};

export function canDo(deed: PlanDeed, { status, seen_at }: Pick<Plan, "status" | "seen_at">): boolean {
  return POSSIBLE[deed].includes(status) && (deed !== "see" || seen_at === null);
}

export function isOpen({ status }: Pick<Plan, "status">): boolean {
  return OPEN.includes(status);
}

/** Only what has not begun; of what has, its session is told. */
export function canChangeTask(plan: Pick<Plan, "status">, { status }: Pick<Task, "status">): boolean {
  return isOpen(plan) && (status === "pending" || status === "blocked");
}

export function canDoTask(deed: TaskDeed, plan: Pick<Plan, "status">, { status }: Pick<Task, "status">): boolean {
  const fits = deed === "retry" ? plan.status !== "cancelled" : isOpen(plan);
  return fits && OF_TASKS[deed].includes(status);
}
