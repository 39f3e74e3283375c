import { type FormEvent, useRef, useState } from "react";
import { Button, type ButtonProps } from "@/ui/button";
import { Field, TextArea } from "@/ui/field";

interface ReasonFormProps {
  label: string;
  hint: string;
  confirmLabel: string;
  look?: ButtonProps["look"];
  isRequired?: boolean;
  isBusy: boolean;
  onSend(text: string): void;
  onCancel(): void;
}

/** Some words that go with a deed. ⌘ Enter sends them, Escape gives it up. */
export function ReasonForm(props: ReasonFormProps) {
  const { label, hint, confirmLabel, look = "primary", isRequired = false, isBusy, onSend, onCancel } = props;
  const [text, setText] = useState("");
  const form = useRef<HTMLFormElement>(null);
  const isMissing = isRequired && text.trim() === "";
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (!isMissing && !isBusy) onSend(text.trim());
  };
  return (
    <form
      ref={form}
      onSubmit={send}
      onKeyDown={(event) => {
        if (event.key === "Escape") onCancel();
        else if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) form.current?.requestSubmit();
        else return;
        event.preventDefault();
      }}
      className="flex flex-col gap-2"
    >
      <Field label={label} hint={hint}>
        {(ids) => (
          <TextArea
            {...ids}
            autoFocus
            rows={3}
            maxLength={4000}
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" look={look} isBusy={isBusy} whyNot={isMissing ? "Say something first." : null}>
          {confirmLabel}
        </Button>
      </div>
    </form>
  );
}
