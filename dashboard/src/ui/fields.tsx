/** Fields of the usual kinds, bound to a value as `useDraft` binds it. */
import type { ComponentProps, ReactNode } from "react";
import { cx } from "@/lib/cx";
import { Checkbox, Field, Select, TextArea, TextInput } from "./field";

interface Bound<Value> {
  label: string;
  hint?: ReactNode;
  error?: string | null;
  value: Value;
  onChange(value: Value): void;
}

type More<Tag extends "input" | "textarea" | "select"> = Omit<ComponentProps<Tag>, "value" | "onChange" | "id">;

export function TextField({ label, hint, error, onChange, ...rest }: Bound<string> & More<"input">) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => <TextInput {...rest} {...ids} onChange={({ target }) => onChange(target.value)} />}
    </Field>
  );
}

/** Of a secret, which is written and never read. */
export function SecretField(props: ComponentProps<typeof TextField>) {
  return <TextField type="password" autoComplete="off" spellCheck={false} {...props} />;
}

/** Words, of any number of lines. */
export function AreaField({ label, hint, error, onChange, ...rest }: Bound<string> & More<"textarea">) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => <TextArea {...rest} {...ids} onChange={({ target }) => onChange(target.value)} />}
    </Field>
  );
}

/** Lines that a machine reads. */
export function LinesField({ className, ...rest }: ComponentProps<typeof AreaField>) {
  return <AreaField spellCheck={false} {...rest} className={cx("numbers text-xs!", className)} />;
}

interface SelectProps<Value extends string> extends Bound<Value>, Omit<More<"select">, "children"> {
  /** In their order: values with the words for people, or the values alone, which are words already. */
  options: Options<Value>;
}

type Entry<Value> = readonly [value: Value, told: string, isOff?: boolean];
type Option<Value> = Value | Entry<Value>;
type Options<Value extends string> = Readonly<Record<Value, string>> | readonly Option<Value>[];

export function SelectField<Value extends string>(props: SelectProps<Value>) {
  const { label, hint, error, onChange, options, ...rest } = props;
  const entries: readonly Entry<string>[] = isList(options) ? options.map(withWords) : Object.entries<string>(options);
  return (
    <Field label={label} hint={hint} error={error}>
      {(ids) => (
        <Select {...rest} {...ids} onChange={({ target }) => onChange(target.value as Value)}>
          {entries.map(([value, told, isOff]) => (
            <option key={value} value={value} disabled={isOff}>
              {told}
            </option>
          ))}
        </Select>
      )}
    </Field>
  );
}

function isList<Value extends string>(options: Options<Value>): options is readonly Option<Value>[] {
  return Array.isArray(options);
}

function withWords<Value extends string>(option: Option<Value>): Entry<Value> {
  return typeof option === "string" ? [option, option] : option;
}

export function CheckField({ label, value, onChange }: Pick<Bound<boolean>, "label" | "value" | "onChange">) {
  return <Checkbox label={label} checked={value} onChange={({ target }) => onChange(target.checked)} />;
}
