import { type ComponentProps, type ReactNode, useState } from "react";
import { SelectField, TextField } from "@/ui/fields";
import { isChanged, type Field as Name, type PartProps } from "./form";
import { Section } from "./section";

interface Limit {
  name: Name;
  label: string;
  hint: ReactNode;
}

const FIRST: Limit[] = [
  { name: "usd", label: "Budget in US dollars", hint: "Empty: only the tenant's and yours hold." },
  { name: "tokens", label: "Budget in tokens", hint: "Such as 500k or 2M. Empty: the tenant's limit of a session." },
  {
    name: "timeoutMinutes",
    label: "Time limit in minutes",
    hint: "From its start; waiting for people is not counted.",
  },
  { name: "feedbackRounds", label: "Feedback rounds", hint: "Turns that may follow a failed verification." },
];

const MORE: Limit[] = [
  { name: "priority", label: "Priority", hint: "-100 to 100. Higher runs first within the tenant." },
  { name: "turns", label: "Most turns", hint: "Of the whole session, follow-ups included." },
  { name: "steps", label: "Most steps of a turn", hint: "Empty: as the orchestrator is set." },
  { name: "stallSeconds", label: "Silence in seconds", hint: "So long a turn may say nothing. Empty: as is set." },
];

const ISOLATIONS = { tenant: "The tenant's OpenCode server", session: "An OpenCode server of its own" };

/** Budgets, time and rounds; what is seldom needed is folded away. */
export function Limits({ form, bind }: PartProps) {
  const [isOpen] = useState(() => isChanged(form, [...MORE.map(({ name }) => name), "isolation"]));
  return (
    <Section title="Limits">
      <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-4">
        {FIRST.map((limit) => (
          <LimitField key={limit.name} label={limit.label} hint={limit.hint} {...bind(limit.name)} />
        ))}
      </div>
      <details open={isOpen}>
        <summary className="w-fit text-xs font-medium text-ink-soft hover:text-ink pointer-coarse:py-2">
          More limits and isolation
        </summary>
        <div className="mt-3 grid gap-4 sm:grid-cols-2 lg:grid-cols-4">
          {MORE.map((limit) => (
            <LimitField key={limit.name} label={limit.label} hint={limit.hint} {...bind(limit.name)} />
          ))}
          <SelectField
            label="Isolation"
            hint="A server of its own takes more memory and starts later."
            options={ISOLATIONS}
            {...bind("isolation")}
          />
        </div>
      </details>
    </Section>
  );
}

function LimitField(props: ComponentProps<typeof TextField>) {
  return <TextField inputMode="decimal" autoComplete="off" className="font-mono" {...props} />;
}
