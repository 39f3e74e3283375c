import { useNavigate } from "@tanstack/react-router";
import { Pause, Play } from "lucide-react";
import { type FormEvent, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { toldOf } from "@/api/errors";
import { handIn } from "@/api/intake";
import { queryClient } from "@/api/queries";
import { keysForPeople } from "@/lib/keys";
import { sessionPath } from "@/lib/links";
import { sendingOnce } from "@/lib/once";
import { Button } from "@/ui/button";
import { Keys } from "@/ui/keys";
import { ErrorPanel } from "@/ui/panels";
import { keepDraft } from "./draft";
import { type Field, type Form, fieldOf, type PartProps, type Problems, problemsOf, requestOf } from "./form";
import { Limits } from "./limits";
import { Past } from "./past";
import { Verification } from "./verification";
import { Who } from "./who";
import { Work } from "./work";

export function SessionForm({ initial, keepsDraft = false }: { initial: Form; keepsDraft?: boolean }) {
  const [form, setForm] = useState(initial);
  const [problems, setProblems] = useState<Problems>({});
  const element = useRef<HTMLFormElement>(null);
  const set = (change: Partial<Form>) => {
    const next = { ...form, ...change };
    setForm(next);
    if (keepsDraft) keepDraft(next);
    setProblems((now) => without(now, Object.keys(change) as Field[]));
  };
  const refuse = (found: Problems) => {
    // The field is known by how it is drawn, and after an answer of the server the next frame can come before that.
    flushSync(() => setProblems(found));
    focusFirst(element.current);
  };
  const { isBusy, refusal, send } = useHandIn(form, refuse, () => keepsDraft && keepDraft(null));
  const submit = (start: boolean) => {
    const found = problemsOf(form);
    if (Object.keys(found).length > 0) refuse(found);
    else void send(start);
  };
  const parts: PartProps = {
    form,
    set,
    bind: (name) => ({
      value: form[name],
      error: problems[name] ?? null,
      onChange: (value) => set({ [name]: value }),
    }),
  };
  return (
    <form
      ref={element}
      noValidate
      className="flex min-h-0 grow flex-col"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        submit(true);
      }}
      onKeyDown={(event) => {
        if (event.key !== "Enter" || !(event.metaKey || event.ctrlKey)) return;
        event.preventDefault();
        submit(true);
      }}
    >
      <div className="min-h-0 grow overflow-y-auto">
        <div className="mx-auto flex w-full max-w-4xl flex-col gap-6 p-4">
          <Work {...parts} />
          <Who {...parts} />
          <Verification {...parts} />
          <Limits {...parts} />
        </div>
      </div>
      <footer className="shrink-0 border-t border-line bg-panel">
        <div className="mx-auto flex w-full max-w-4xl flex-wrap items-center gap-2 px-4 py-2.5">
          {refusal !== null && (
            <div className="w-full [&>div]:m-0">
              <ErrorPanel error={refusal} />
            </div>
          )}
          <Past form={form} />
          <Button type="submit" look="primary" icon={<Play />} isBusy={isBusy} className="grow sm:grow-0">
            Start now
          </Button>
          <Button icon={<Pause />} isBusy={isBusy} className="grow sm:grow-0" onClick={() => submit(false)}>
            Keep pending
          </Button>
          <span className="hidden text-xs text-ink-faint sm:inline">
            <Keys keys={keysForPeople("$mod+Enter")} /> starts it
          </span>
        </div>
      </footer>
    </form>
  );
}

/** Sends the form; what is refused goes to the field that it is about, or to the foot of the form. */
function useHandIn(form: Form, refuse: (found: Problems) => void, onSent: () => void) {
  const navigate = useNavigate();
  const [isBusy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<unknown>(null);
  const [once] = useState(sendingOnce);
  const isSending = useRef(false);
  const send = async (start: boolean) => {
    // A second click comes before the button is drawn as busy.
    if (isSending.current) return;
    isSending.current = true;
    setBusy(true);
    setRefusal(null);
    const request = requestOf(form, start);
    try {
      const session = await once(request, (key) => handIn(request, key));
      onSent();
      void queryClient.invalidateQueries({ queryKey: ["sessions"] });
      await navigate({ to: sessionPath(session.id) as string });
    } catch (error) {
      const field = fieldOf(error);
      const { message, hint } = toldOf(error);
      if (field) refuse({ [field]: `${message} ${hint}` });
      else setRefusal(error);
    }
    isSending.current = false;
    setBusy(false);
  };
  return { isBusy, refusal, send };
}

function without(problems: Problems, fields: readonly Field[]): Problems {
  const kept = Object.entries(problems).filter(([field]) => !fields.includes(field as Field));
  return Object.fromEntries(kept);
}

/** Whatever is wrong may be folded away or out of sight. */
function focusFirst(form: HTMLFormElement | null): void {
  const first = form?.querySelector<HTMLElement>('[aria-invalid="true"]');
  const fold = first?.closest("details");
  if (fold) fold.open = true;
  first?.focus();
}
