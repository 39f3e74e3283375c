/** What an agent asks, and what of a person's choices is sent as the answer. */

export interface Question {
  question: string;
  header: string;
  options: { label: string; description: string }[];
  multiple: boolean;
}

export interface Draft {
  chosen: string[];
  /** Words of one's own. */
  own: string;
}

export const NOTHING_SAID: Draft = { chosen: [], own: "" };

/** The server sends the question as the agent wrote it, so that any part of it may be missing. */
export function questionsOf(detail: Record<string, unknown>): Question[] {
  return recordsOf(detail.questions).map((one) => ({
    question: textOf(one.question),
    header: textOf(one.header),
    options: recordsOf(one.options).map((option) => ({
      label: textOf(option.label),
      description: textOf(option.description),
    })),
    multiple: one.multiple === true,
  }));
}

/** Of one choice the other is no longer; what was written in its place goes too. */
export function toggled(question: Question, draft: Draft, label: string): Draft {
  if (!question.multiple) return { chosen: [label], own: "" };
  const isOn = draft.chosen.includes(label);
  return { ...draft, chosen: isOn ? draft.chosen.filter((one) => one !== label) : [...draft.chosen, label] };
}

export function isAnswered(draft: Draft | undefined): boolean {
  return draft !== undefined && (draft.chosen.length > 0 || draft.own.trim() !== "");
}

/** For each question its chosen labels in the order in which they were offered, and then the reader's own words. */
export function toAnswers(questions: Question[], drafts: Record<number, Draft>): string[][] {
  return questions.map(({ options }, at) => {
    const { chosen, own } = drafts[at] ?? NOTHING_SAID;
    const labels = options.map(({ label }) => label).filter((label) => chosen.includes(label));
    return own.trim() ? [...labels, own.trim()] : labels;
  });
}

function recordsOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "object" && one !== null) : [];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
