/** How a plan and its tasks are told. */
import type { ListedPlan, Task } from "@/api/plans";

/** Of the time from its start on; undefined before that. */
export function tookSeconds(
  { started_at, finished_at }: Pick<ListedPlan, "started_at" | "finished_at">,
  nowMs: number,
): number | undefined {
  if (started_at === null) return undefined;
  const endMs = finished_at === null ? nowMs : Date.parse(finished_at);
  return Math.max(0, (endMs - Date.parse(started_at)) / 1000);
}

/** Why the task is where it is. What waits for others tells for which, when the server does not say it better. */
export function reasonOf(task: Task, tasks: ReadonlyMap<string, Task>): string | null {
  if (task.status_reason) return task.status_reason;
  if (task.status !== "pending") return null;
  const open = task.depends_on.filter((key) => tasks.get(key)?.status !== "done");
  return open.length > 0 ? `waits for ${open.join(", ")}` : null;
}

/** Who depends on it directly. */
export function followersOf(key: string, tasks: readonly Task[]): string[] {
  return tasks.filter(({ depends_on }) => depends_on.includes(key)).map((task) => task.key);
}
