import { useQuery } from "@tanstack/react-query";
import { planQueries, type Template } from "@/api/plans";
import { queries } from "@/api/queries";
import { unhidden } from "@/lib/hidden";
import { Button } from "@/ui/button";
import { LinesField, SelectField, TextField } from "@/ui/fields";
import { EXAMPLE, type PlanForm, usualOf } from "./new-plan";

interface SourceProps {
  draft: PlanForm;
  set(change: Partial<PlanForm>): void;
  errorAt(name: string): string | null;
}

const SOURCES = { file: "A file", template: "A template", planner: "An agent, which reads the repository" } as const;

/** Where the tasks come from. */
export function Source({ draft, set, errorAt }: SourceProps) {
  return (
    <>
      <SelectField
        label="The tasks come from"
        options={SOURCES}
        value={draft.source}
        onChange={(source) => set({ source })}
      />
      {draft.source === "planner" && <Planner draft={draft} set={set} errorAt={errorAt} />}
      {draft.source === "template" && <FromTemplate draft={draft} set={set} errorAt={errorAt} />}
      {draft.source === "file" && (
        <>
          <LinesField
            label="File"
            rows={14}
            hint="YAML or JSON with the fields of a plan. A task has a key and a prompt; title, depends_on, capabilities, paths, verify, agent, model and best_of may follow."
            placeholder={EXAMPLE}
            value={draft.file}
            error={errorAt("file")}
            onChange={(file) => set({ file })}
          />
          {draft.file === "" && (
            <Button size="small" className="-mt-2 self-start" onClick={() => set({ file: EXAMPLE })}>
              Begin with an example
            </Button>
          )}
        </>
      )}
    </>
  );
}

function Planner({ draft, set, errorAt }: SourceProps) {
  const agents = useQuery(queries.agents()).data?.items ?? [];
  return (
    <SelectField
      label="Who makes the tasks"
      hint="Its task comes first, and the others are there when it is done; with an approval you see them before they begin."
      options={[
        ["", "Who has proved to be good at architecture"],
        ...agents.map(({ name, enabled }) => [name, name, !enabled] as const),
      ]}
      value={draft.planner}
      error={errorAt("planner")}
      onChange={(planner) => set({ planner })}
    />
  );
}

function FromTemplate({ draft, set, errorAt }: SourceProps) {
  const templates = useQuery(planQueries.templates());
  const all = templates.data ?? [];
  const chosen = all.find(({ name }) => name === draft.template);
  return (
    <>
      <SelectField
        label="Template"
        options={[["", "–"], ...all.map(({ name }) => [name, name] as const)]}
        hint={chosen && unhidden(chosen.description)}
        error={errorAt("template") ?? (templates.isError ? "The templates could not be read." : null)}
        value={draft.template}
        onChange={(template) => set({ template, parameters: {} })}
      />
      {chosen && <Parameters template={chosen} draft={draft} set={set} />}
    </>
  );
}

function Parameters({ template, draft, set }: Pick<SourceProps, "draft" | "set"> & { template: Template }) {
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      {Object.entries(template.parameters).map(([name, parameter]) => (
        <TextField
          key={name}
          label={parameter.many ? `${name}, with commas between several` : name}
          hint={unhidden(parameter.description)}
          placeholder={usualOf(parameter)}
          value={draft.parameters[name] ?? ""}
          onChange={(value) => set({ parameters: { ...draft.parameters, [name]: value } })}
        />
      ))}
    </div>
  );
}
