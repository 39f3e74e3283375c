import { type ComponentProps, type ReactNode, useEffect, useId, useRef } from "react";
import { cx } from "@/lib/cx";

const CONTROL =
  "h-8 w-full border border-line-strong bg-panel px-2 text-sm text-ink placeholder:text-ink-faint " +
  "disabled:opacity-55 aria-invalid:border-bad pointer-coarse:h-10 pointer-coarse:text-base";

interface FieldProps {
  label: string;
  hint?: ReactNode;
  error?: string | null;
  /** Given the ids that tie the control to its label, hint and error. */
  children(ids: { id: string; "aria-describedby"?: string; "aria-invalid"?: true }): ReactNode;
}

/** A form's control with its label above, and what there is to say about it below. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const told = error ?? hint;
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-xs font-medium text-ink-soft">
        {label}
      </label>
      {children({ id, "aria-describedby": told ? `${id}-told` : undefined, "aria-invalid": error ? true : undefined })}
      {told && (
        <p id={`${id}-told`} className={cx("text-xs", error ? "text-bad" : "text-ink-faint")}>
          {told}
        </p>
      )}
    </div>
  );
}

export function TextInput({ className, ...rest }: ComponentProps<"input">) {
  return <input type="text" {...rest} className={cx(CONTROL, className)} />;
}

export function TextArea({ className, ...rest }: ComponentProps<"textarea">) {
  return <textarea {...rest} className={cx(CONTROL, "h-auto! min-h-20 py-1.5", className)} />;
}

/** The browser's own list, which is at home on a phone and with a screen reader. */
export function Select({ className, ...rest }: ComponentProps<"select">) {
  return <select {...rest} className={cx(CONTROL, "pr-1", className)} />;
}

interface CheckboxProps extends ComponentProps<"input"> {
  label: string;
  /** `radio`: of several only one can be on. */
  type?: "checkbox" | "radio";
  isLabelHidden?: boolean;
  isPartly?: boolean;
}

export function Checkbox({
  label,
  isLabelHidden,
  isPartly = false,
  type = "checkbox",
  className,
  ...rest
}: CheckboxProps) {
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current) box.current.indeterminate = isPartly;
  }, [isPartly]);
  return (
    <label className={cx("inline-flex items-center gap-2", className)}>
      <input ref={box} type={type} className="size-3.5 accent-(--accent) pointer-coarse:size-5" {...rest} />
      <span className={isLabelHidden ? "sr-only" : ""}>{label}</span>
    </label>
  );
}
