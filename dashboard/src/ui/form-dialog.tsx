import { type FormEvent, type ReactNode, useId, useState } from "react";
import { ApiError, toldOf } from "@/api/errors";
import { fieldMessage, fieldOf } from "@/api/field-errors";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { ErrorIds } from "./panels";

/** By the name of a field as the server names it: what is wrong with it. */
export type ErrorAt = (field: string) => string | null;

interface FormDialogProps {
  title: ReactNode;
  description?: ReactNode;
  submitLabel: string;
  /** The dialog closes when it is done, unless it answers false. */
  onSubmit(): Promise<unknown>;
  onClose(): void;
  whyNot?: string | null;
  /** Which field an error of that code is about. */
  fieldOfCode?: Record<string, string>;
  /** Further buttons, ahead of the others. */
  actions?: ReactNode;
  children(errorAt: ErrorAt): ReactNode;
}

/** A form in a dialog, which is on the page only while it is open. What the server refuses is shown at its field. */
export function FormDialog({
  title,
  description,
  submitLabel,
  onSubmit,
  onClose,
  whyNot,
  fieldOfCode,
  actions,
  children,
}: FormDialogProps) {
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const form = useId();
  const at = fieldOf(error, fieldOfCode);
  const shown = new Set<string>();
  const content = children((field) => {
    shown.add(field);
    return field === at && error instanceof ApiError ? fieldMessage(error) : null;
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy || whyNot) return;
    setBusy(true);
    setError(null);
    try {
      if ((await onSubmit()) !== false) onClose();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog
      isOpen
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={title}
      description={description}
      footer={
        <>
          {actions && <div className="mr-auto flex gap-2">{actions}</div>}
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" form={form} isBusy={isBusy} whyNot={whyNot}>
            {submitLabel}
          </Button>
        </>
      }
    >
      <form id={form} noValidate onSubmit={submit} className="flex flex-col gap-3">
        {error !== null && (at === null || !shown.has(at)) && <FormError error={error} />}
        {content}
      </form>
    </Dialog>
  );
}

/** What is wrong with a form as a whole. */
export function FormError({ error }: { error: unknown }) {
  const { message, hint, code, requestId } = toldOf(error);
  return (
    <div role="alert" className="border border-l-4 border-line-strong border-l-bad bg-bad-wash px-3 py-2">
      <p className="font-medium">{message}</p>
      {hint && <p className="text-ink-soft">{hint}</p>}
      <ErrorIds code={code} requestId={requestId} />
    </div>
  );
}
