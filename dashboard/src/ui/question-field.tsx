import { useId } from "react";
import { unhidden } from "@/lib/hidden";
import { type Draft, type Question, toggled } from "@/lib/questions";
import { TextInput } from "./field";

interface QuestionFieldProps {
  question: Question;
  draft: Draft;
  isOff: boolean;
  onChange(draft: Draft): void;
}

/** What an agent asks: some of what it offers, or words of one's own. */
export function QuestionField({ question, draft, isOff, onChange }: QuestionFieldProps) {
  const name = useId();
  return (
    <fieldset disabled={isOff} className="flex flex-col gap-1.5">
      <legend className="mb-1.5">
        {question.header && <span className="label-caps block text-ink-faint">{unhidden(question.header)}</span>}
        <span className="text-base font-medium">{unhidden(question.question)}</span>
      </legend>
      {question.options.map(({ label, description }) => (
        <label
          key={label}
          className="flex min-h-9 cursor-pointer items-center gap-3 border border-line bg-panel px-3 py-1.5 hover:border-line-strong has-checked:border-accent has-checked:bg-accent-wash pointer-coarse:min-h-11"
        >
          <input
            type={question.multiple ? "checkbox" : "radio"}
            name={name}
            className="size-4 shrink-0 accent-(--accent)"
            checked={draft.chosen.includes(label)}
            onChange={() => onChange(toggled(question, draft, label))}
          />
          <span>
            <span className="font-medium">{unhidden(label)}</span>
            {description && description !== label && (
              <span className="block text-xs text-ink-soft">{unhidden(description)}</span>
            )}
          </span>
        </label>
      ))}
      <TextInput
        aria-label={`Your own words: ${unhidden(question.question)}`}
        placeholder={question.options.length > 0 ? "Or in your own words" : "In your own words"}
        maxLength={4000}
        value={draft.own}
        onChange={({ target }) => onChange({ chosen: question.multiple ? draft.chosen : [], own: target.value })}
      />
    </fieldset>
  );
}
