/** What is being typed into a form: one object, whose parts are bound to its fields by name. */
import { useState } from "react";

/** What is wrong with a field, by its name. */
type ErrorAt = (field: string) => string | null;

export function useDraft<Draft extends object>(initial: Draft | (() => Draft)) {
  const [draft, setDraft] = useState(initial);
  const set = (part: Partial<Draft>) => setDraft((now) => ({ ...now, ...part }));
  const bind = <Name extends keyof Draft & string>(name: Name, errorAt?: ErrorAt) => ({
    value: draft[name],
    onChange: (value: Draft[Name]) => set({ [name]: value } as unknown as Partial<Draft>),
    error: errorAt?.(name) ?? null,
  });
  return { draft, set, bind };
}

/** Null where nothing was typed. */
export function typedText(text: string): string | null {
  return text.trim() === "" ? null : text.trim();
}

/** Null where nothing was typed. What is no number goes as it is, and the server says so at its field. */
export function typedNumber(text: string): number | null {
  const value = Number(text);
  return text.trim() === "" ? null : Number.isFinite(value) ? value : (text as unknown as number);
}

/** What stands in the field of a number that may not be there. */
export function shownNumber(value: number | null | undefined): string {
  return value === null || value === undefined ? "" : String(value);
}
