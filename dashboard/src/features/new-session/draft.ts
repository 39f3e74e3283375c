/** What was typed and not sent yet survives a look at another page; it is in no storage, and gone with the window. */
import type { Form } from "./form";

let kept: Form | null = null;

export function draft(): Form | null {
  return kept;
}

export function keepDraft(form: Form | null): void {
  kept = form;
}
