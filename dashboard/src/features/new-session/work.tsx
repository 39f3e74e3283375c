import { useQuery } from "@tanstack/react-query";
import { type ComponentProps, useId } from "react";
import { intakeQueries } from "@/api/intake";
import { Button } from "@/ui/button";
import { AreaField, TextField } from "@/ui/fields";
import type { PartProps } from "./form";
import { Section } from "./section";

const MOST_OFFERED = 4;

/** What is to be done, and where. */
export function Work({ form, set, bind }: PartProps) {
  const recent = useQuery(intakeQueries.recentRepositories()).data ?? [];
  const known = useId();
  return (
    <Section title="Work">
      <AreaField
        label="Prompt"
        autoFocus
        rows={9}
        required
        className="text-base! leading-6"
        placeholder="What the agent is to do. Name files and commands, and say what done looks like."
        {...bind("prompt")}
      />
      <div className="grid gap-4 sm:grid-cols-[2fr_1fr]">
        <LiteralField
          label="Repository"
          hint="A URL, or an absolute path on the orchestrator's machine. Empty: a fresh repository."
          list={known}
          {...bind("repository")}
        />
        <LiteralField label="Branch, tag or commit" hint="Empty: the default branch." {...bind("baseRef")} />
      </div>
      <datalist id={known}>
        {recent.map((repository) => (
          <option key={repository} value={repository} />
        ))}
      </datalist>
      <Recent
        repositories={recent.filter((one) => one !== form.repository)}
        onChoose={(repository) => set({ repository })}
      />
      <TextField label="Title" hint="Empty: the first line of the prompt." maxLength={200} {...bind("title")} />
    </Section>
  );
}

function LiteralField(props: ComponentProps<typeof TextField>) {
  return <TextField autoComplete="off" spellCheck={false} className="font-mono" {...props} />;
}

function Recent({ repositories, onChoose }: { repositories: readonly string[]; onChoose(repository: string): void }) {
  if (repositories.length === 0) return null;
  return (
    <div className="-mt-2 flex flex-wrap items-center gap-1.5">
      <span className="text-xs text-ink-faint">Recent:</span>
      {repositories.slice(0, MOST_OFFERED).map((repository) => (
        <Button
          key={repository}
          size="small"
          className="max-w-full font-mono pointer-coarse:h-9!"
          onClick={() => onChoose(repository)}
        >
          <span className="truncate">{repository}</span>
        </Button>
      ))}
    </div>
  );
}
