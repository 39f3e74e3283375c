import { createLazyRoute, useNavigate } from "@tanstack/react-router";
import { Eye, Play } from "lucide-react";
import { type FormEvent, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { useWhyNot } from "@/api/me";
import { type DraftedPlan, plans } from "@/api/plans";
import { useDraft } from "@/lib/draft";
import { planPage } from "@/lib/links";
import { sendingOnce } from "@/lib/once";
import { Button } from "@/ui/button";
import { AreaField, CheckField, LinesField, SelectField, TextField } from "@/ui/fields";
import { FormError } from "@/ui/form-dialog";
import { Page } from "@/ui/page";
import { EmptyState } from "@/ui/panels";
import { Drafted } from "./drafted";
import { draftOf, EMPTY, type PlanForm, type Problems, problemsIn, problemsOf, requestOf } from "./new-plan";
import { Source } from "./source";
import { Templates } from "./templates";

const OVERLAPS = [
  ["", "As the file says, else one after the other"],
  ["serialise", "One after the other"],
  ["warn", "At once, with a warning"],
] as const;

const REVIEWS = [
  ["", "As the file says, else nobody but the verification judges it"],
  ["reviewer", "The agent reviewer has to approve it"],
  ["another_model", "The agent reviewer has to approve it, on another model than its own"],
] as const;

const PUSHES = [
  ["", "As the file says, else its branch waits to be pushed by somebody"],
  ["verified", "Its branch is pushed, if it is verified"],
  ["always", "Its branch is pushed, whatever its verification says"],
] as const;

function NewPlanPage() {
  const whyNot = useWhyNot("sessions:write");
  return (
    <Page title="New plan" actions={<Templates whyNot={whyNot} />}>
      {whyNot ? <EmptyState title="You cannot hand in work here">{whyNot}</EmptyState> : <NewPlanForm />}
    </Page>
  );
}

function NewPlanForm() {
  const { draft, set, bind } = useDraft<PlanForm>(EMPTY);
  const { form, problems, error, isBusy, drafted, submit, look } = useHandIn(draft);
  const errorAt = (name: string) => problems[name as keyof PlanForm] ?? null;
  return (
    <form ref={form} noValidate className="flex min-h-0 grow flex-col" onSubmit={submit}>
      <div className="min-h-0 grow overflow-y-auto">
        <div className="mx-auto flex w-full max-w-4xl flex-col gap-4 p-4">
          <AreaField label="Goal" rows={3} required placeholder="What is to be reached." {...bind("goal", errorAt)} />
          <div className="grid gap-4 sm:grid-cols-[2fr_1fr]">
            <TextField
              label="Repository"
              hint="A URL, or an absolute path on the orchestrator's machine. Empty: a fresh repository."
              className="font-mono"
              {...bind("repository", errorAt)}
            />
            <TextField
              label="Branch, tag or commit"
              hint="Empty: the default branch."
              className="font-mono"
              {...bind("baseRef", errorAt)}
            />
          </div>
          <Source draft={draft} set={set} errorAt={errorAt} />
          {drafted && <Drafted plan={drafted} />}
          <Settings bind={bind} errorAt={errorAt} />
        </div>
      </div>
      <Foot
        error={error}
        isBusy={isBusy}
        whyNotLook={draft.source === "planner" ? "An agent makes them when the plan is handed in." : null}
        onLook={look}
      />
    </form>
  );
}

type Bind = ReturnType<typeof useDraft<PlanForm>>["bind"];

/** How its tasks are judged, run and handed over. */
function Settings({ bind, errorAt }: { bind: Bind; errorAt(name: string): string | null }) {
  return (
    <>
      <LinesField
        label="Verification commands"
        rows={3}
        hint="One a line; they judge every merge. Empty: those of .orchestrator.yml at the base."
        {...bind("verify", errorAt)}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField
          label="Tasks at work at once"
          inputMode="numeric"
          hint="Empty: as the file says, else 8."
          {...bind("atOnce", errorAt)}
        />
        <SelectField label="Tasks that change the same files" options={OVERLAPS} {...bind("overlap", errorAt)} />
      </div>
      <SelectField label="Before the work of a task is merged" options={REVIEWS} {...bind("review", errorAt)} />
      <SelectField label="Once it completed" options={PUSHES} {...bind("push", errorAt)} />
      <CheckField label="It waits for an approval before it begins" {...bind("requireApproval")} />
    </>
  );
}

interface FootProps {
  error: unknown;
  isBusy: boolean;
  whyNotLook: string | null;
  onLook(): void;
}

function Foot({ error, isBusy, whyNotLook, onLook }: FootProps) {
  return (
    <footer className="shrink-0 border-t border-line bg-panel">
      <div className="mx-auto flex w-full max-w-4xl flex-wrap gap-2 px-4 py-2.5">
        {error !== null && (
          <div className="w-full">
            <FormError error={error} />
          </div>
        )}
        <Button type="submit" look="primary" icon={<Play />} isBusy={isBusy} className="grow sm:grow-0">
          Hand in the plan
        </Button>
        <Button icon={<Eye />} isBusy={isBusy} whyNot={whyNotLook} className="grow sm:grow-0" onClick={onLook}>
          Show the tasks
        </Button>
      </div>
    </footer>
  );
}

/** Sends the form; what is refused goes to the field that it is about, or to the foot of the form. */
function useHandIn(draft: PlanForm) {
  const navigate = useNavigate();
  const form = useRef<HTMLFormElement>(null);
  const [problems, setProblems] = useState<Problems>({});
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const [drafted, setDrafted] = useState<DraftedPlan | null>(null);
  const [once] = useState(sendingOnce);
  const refuse = (found: Problems) => {
    // The field is known by how it is drawn.
    flushSync(() => setProblems(found));
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  };
  const run = async (deed: () => Promise<void>) => {
    const found = problemsOf(draft);
    if (isBusy || Object.keys(found).length > 0) return refuse(found);
    setBusy(true);
    setError(null);
    setProblems({});
    try {
      await deed();
    } catch (refused) {
      const at = problemsIn(refused, draft.source);
      if (at) refuse(at);
      else setError(refused);
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void run(async () => {
      const request = await requestOf(draft);
      const plan = await once(request, (key) => plans.handIn(request, key));
      await navigate(planPage(plan.id));
    });
  };
  const look = () => void run(async () => setDrafted(await draftOf(draft)));
  return { form, problems, error, isBusy, drafted, submit, look };
}

export const page = createLazyRoute("/shell/plans/new")({ component: NewPlanPage });
