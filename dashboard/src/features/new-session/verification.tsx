import { useId } from "react";
import { AreaField } from "@/ui/fields";
import type { PartProps, VerifyBy } from "./form";
import { Section } from "./section";

const WAYS: { by: VerifyBy; label: string; told: string }[] = [
  {
    by: "repository",
    label: "As the repository says",
    told: "The commands of .orchestrator.yml at the commit that it starts from; without them it ends unverified.",
  },
  { by: "commands", label: "By these commands", told: "In place of those of the repository." },
  { by: "nothing", label: "Not at all", told: "It ends unverified, and is shown as such." },
];

/** Commands that the orchestrator runs itself. What judges the work never comes from files that the agent could change. */
export function Verification({ form, set, bind }: PartProps) {
  const name = useId();
  return (
    <Section title="How it is verified">
      <fieldset className="grid gap-2 sm:grid-cols-3">
        <legend className="sr-only">How it is verified</legend>
        {WAYS.map(({ by, label, told }) => (
          <label
            key={by}
            className="flex cursor-pointer gap-2.5 border border-line bg-panel p-2.5 hover:border-line-strong has-checked:border-accent has-checked:bg-accent-wash"
          >
            <input
              type="radio"
              name={name}
              className="mt-0.5 size-4 shrink-0 accent-(--accent)"
              checked={form.verifyBy === by}
              onChange={() => set({ verifyBy: by })}
            />
            <span>
              <span className="font-medium">{label}</span>
              <span className="block text-xs text-ink-soft">{told}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {form.verifyBy === "commands" && (
        <AreaField
          label="Commands, one a line"
          hint="Each has to exit with 0. They run in the session's sandbox, on the commit that the agent left."
          rows={3}
          spellCheck={false}
          className="font-mono"
          placeholder="python3 -m unittest -q"
          {...bind("commands")}
        />
      )}
    </Section>
  );
}
