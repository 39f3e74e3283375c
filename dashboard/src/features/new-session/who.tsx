import { useQuery } from "@tanstack/react-query";
import { type Agent, type Model, queries } from "@/api/queries";
import { unhidden } from "@/lib/hidden";
import { count } from "@/lib/money";
import { SelectField } from "@/ui/fields";
import type { PartProps } from "./form";
import { Section } from "./section";

type Choice = [value: string, told: string, isOff?: boolean];

const USUAL_AGENT = "build";
/** The primary agents that OpenCode itself brings. */
const AGENTS = [
  { name: "build", told: "changes files and runs commands" },
  { name: "plan", told: "reads and plans, changes nothing" },
];

export function Who({ form, bind }: PartProps) {
  const models = useQuery(queries.models());
  const agents = useQuery(queries.agents());
  const offered = models.data?.items ?? [];
  const chosen = offered.find((one) => (form.model ? one.name === form.model : one.default));
  const agent = bind("agent");
  const model = bind("model");
  return (
    <Section title="Who does it">
      <div className="grid gap-4 sm:grid-cols-2">
        <SelectField
          label="Agent"
          options={agentsFor(form.agent, agents.data?.items ?? [])}
          {...agent}
          value={form.agent || USUAL_AGENT}
        />
        <SelectField
          label="Model"
          options={modelsFor(form.model, offered)}
          {...model}
          error={model.error ?? (models.isError ? "The models could not be read; the default is taken." : null)}
          hint={chosen && toldOf(chosen)}
        />
      </div>
    </Section>
  );
}

type Offered = Pick<Agent, "name" | "enabled"> & { version: { definition: { description?: string } } };

/** The one that an earlier session had is offered too, whichever it is: else another one would seem to be chosen. */
export function agentsFor(chosen: string, own: readonly Offered[]): Choice[] {
  const offered: Choice[] = [
    ...AGENTS.map(({ name, told }): Choice => [name, `${name} – ${told}`]),
    ...own.map(({ name, enabled, version }): Choice => {
      const told = enabled ? version.definition.description : "switched off now";
      return [name, told ? `${name} – ${unhidden(told)}` : name, !enabled];
    }),
  ];
  const isKnown = chosen === "" || offered.some(([name]) => name === chosen);
  return isKnown ? offered : [...offered, [chosen, chosen]];
}

export function modelsFor(chosen: string, offered: readonly Pick<Model, "name" | "usable" | "default">[]): Choice[] {
  const byDefault = offered.find((one) => one.default);
  const isKnown = chosen === "" || offered.some(({ name }) => name === chosen);
  return [
    ["", byDefault ? `Default: ${byDefault.name}` : "The provider's default"],
    ...(isKnown ? [] : [[chosen, `${chosen} – not offered now`] as Choice]),
    ...offered.map(({ name, usable }): Choice => [name, usable ? name : `${name} – out of use now`, !usable]),
  ];
}

function toldOf({ context_tokens, output_tokens, owner }: Model): string {
  const facts = [
    context_tokens === null ? null : `${count(context_tokens)} tokens of context`,
    output_tokens === null ? null : `${count(output_tokens)} of output`,
    owner === "tenant" ? "your tenant's own" : null,
  ];
  return facts.filter(Boolean).join(" · ");
}
