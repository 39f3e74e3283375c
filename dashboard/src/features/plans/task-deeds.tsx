import { useQuery } from "@tanstack/react-query";
import { Ban, Pencil, RotateCcw, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useWhyNot } from "@/api/me";
import { type Plan, planQueries, plans, type Task } from "@/api/plans";
import { Button } from "@/ui/button";
import { useDeed } from "@/ui/use-deed";
import { canChangeTask, canDoTask } from "./deeds";
import { TaskForm } from "./task-form";

/** What can be done with a task as it and its plan stand. */
export function TaskDeeds({ plan, task }: { plan: Plan; task: Task }) {
  const whyNot = useWhyNot("sessions:write");
  const whole = useQuery(planQueries.task(plan.id, task.key)).data;
  const [isBusy, run] = useDeed();
  const [isChanging, setChanging] = useState(false);
  const button = (label: string, icon: ReactNode, onClick: () => void, look?: "primary" | "danger") => (
    <Button size="small" look={look} icon={icon} whyNot={whyNot} isBusy={isBusy} onClick={onClick}>
      {label}
    </Button>
  );
  const retry = () =>
    run(() => plans.actOnTask("retry", plan.id, task.key), `${task.key} is tried again, from the branch as it is now.`);
  const cancel = () =>
    run(() => plans.actOnTask("cancel", plan.id, task.key), `${task.key} is cancelled; what depends on it is blocked.`);
  const remove = () => run(() => plans.removeTask(plan.id, task.key), `${task.key} is no task of the plan any more.`);
  return (
    <>
      {canDoTask("retry", plan, task) && button("Retry", <RotateCcw />, retry, "primary")}
      {canChangeTask(plan, task) && button("Change", <Pencil />, () => setChanging(true))}
      {plan.status === "awaiting_approval" && button("Take out", <Trash2 />, remove)}
      {canDoTask("cancel", plan, task) && button("Cancel this task", <Ban />, cancel, "danger")}
      {isChanging && whole && <TaskForm plan={plan} task={whole} onClose={() => setChanging(false)} />}
    </>
  );
}
