import { type NewTask, type Plan, plans, type Task } from "@/api/plans";
import { shownNumber, typedNumber, typedText, useDraft } from "@/lib/draft";
import { LinesField, TextField } from "@/ui/fields";
import { FormDialog } from "@/ui/form-dialog";
import { toast } from "@/ui/toast";

interface TaskFormProps {
  plan: Plan;
  /** The one that is changed; none is a new one. */
  task?: Task;
  onClose(): void;
}

/** A further task, also while the plan runs; or another one in the place of one that has not begun. */
export function TaskForm({ plan, task, onClose }: TaskFormProps) {
  const { draft, bind } = useDraft(() => draftOf(task));
  const submit = async () => {
    const body = bodyOf(draft);
    if (task) await plans.changeTask(plan.id, task.key, body);
    else await plans.addTask(plan.id, { ...body, key: draft.key.trim(), title: body.title ?? undefined } as NewTask);
    toast(task ? `${task.key} is changed.` : `${draft.key.trim()} is a task of the plan now.`);
  };
  return (
    <FormDialog
      title={task ? `Change ${task.key}` : "Add a task"}
      submitLabel="Save"
      onSubmit={submit}
      onClose={onClose}
      fieldOfCode={{ plan_invalid: "depends_on", capability_invalid: "capabilities", unknown_agent: "agent" }}
    >
      {(errorAt) => (
        <>
          {!task && <TextField label="Key" hint="Its name within the plan." {...bind("key", errorAt)} />}
          <TextField label="Title" hint="Empty: the key." {...bind("title", errorAt)} />
          <LinesField label="Prompt" rows={8} {...bind("prompt", errorAt)} />
          <TextField label="Depends on" hint="Keys, with spaces between." {...bind("depends_on", errorAt)} />
          <TextField label="Asks for" hint="Capabilities, with spaces between." {...bind("capabilities", errorAt)} />
          <LinesField
            label="Paths"
            rows={3}
            hint="Files or globs that it will change, one a line."
            {...bind("paths", errorAt)}
          />
          <div className="grid gap-3 sm:grid-cols-3">
            <TextField label="Agent" hint="Empty: by routing." {...bind("agent", errorAt)} />
            <TextField label="Model" hint="Empty: the agent's." {...bind("model", errorAt)} />
            <TextField label="Best of" inputMode="numeric" hint="Sessions at once." {...bind("best_of", errorAt)} />
          </div>
        </>
      )}
    </FormDialog>
  );
}

function draftOf(task: Task | undefined) {
  return {
    key: "",
    title: task?.title ?? "",
    prompt: task?.prompt ?? "",
    depends_on: task?.depends_on.join(" ") ?? "",
    capabilities: task?.capabilities.join(" ") ?? "",
    paths: task?.paths.join("\n") ?? "",
    agent: task?.agent ?? "",
    model: task?.model ?? "",
    best_of: shownNumber(task?.best_of ?? 1),
  };
}

function bodyOf(draft: ReturnType<typeof draftOf>) {
  return {
    title: typedText(draft.title),
    prompt: draft.prompt,
    depends_on: wordsOf(draft.depends_on),
    capabilities: wordsOf(draft.capabilities),
    paths: wordsOf(draft.paths, "\n"),
    agent: typedText(draft.agent),
    model: typedText(draft.model),
    best_of: typedNumber(draft.best_of) ?? 1,
  };
}

function wordsOf(typed: string, between: string | RegExp = /[\s,]+/): string[] {
  return typed
    .split(between)
    .map((one) => one.trim())
    .filter(Boolean);
}
