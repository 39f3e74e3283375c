/** Which plans are listed, and what of a plan is looked at, lives in the address. */
import type { PlanStatus, TaskStatus } from "@/api/plans";
import { oneOf, someOf, textOf } from "@/lib/search";

/** Without their looks, which are not needed before the page is. */
export const PLAN_STATUSES = [
  "awaiting_approval",
  "running",
  "blocked",
  "paused",
  "completed",
  "failed",
  "cancelled",
] as const satisfies readonly PlanStatus[];
export const TASK_STATUSES = [
  "pending",
  "running",
  "reviewing",
  "merging",
  "resolving",
  "done",
  "failed",
  "blocked",
  "cancelled",
] as const satisfies readonly TaskStatus[];

interface PlansSearch {
  status?: PlanStatus[];
}

export function plansSearch(raw: Record<string, unknown>): PlansSearch {
  return { status: someOf<PlanStatus>(raw.status, PLAN_STATUSES) };
}

const TABS = ["tasks", "merges", "diff", "report"] as const;
export type PlanTab = (typeof TABS)[number];
const VIEWS = ["list", "graph"] as const;

export interface PlanSearch {
  tab?: PlanTab;
  /** The key of the task that is open. */
  task?: string;
  /** What of the tasks is seen where there is room for one of both. */
  view?: (typeof VIEWS)[number];
  q?: string;
  /** Only tasks that stand so. */
  only?: TaskStatus;
}

export function planSearch(raw: Record<string, unknown>): PlanSearch {
  return {
    tab: oneOf(raw.tab, TABS),
    task: textOf(raw.task),
    view: oneOf(raw.view, VIEWS),
    q: textOf(raw.q),
    only: oneOf<TaskStatus>(raw.only, TASK_STATUSES),
  };
}
