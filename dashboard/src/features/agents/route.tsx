import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Dices, Route as RouteIcon } from "lucide-react";
import type { FormEvent } from "react";
import { type AgentListed, agentQueries, type RoutingQuestion } from "@/api/agents";
import { queries } from "@/api/queries";
import { useDraft } from "@/lib/draft";
import { Button } from "@/ui/button";
import { SelectField, TextField } from "@/ui/fields";
import { EmptyState, Loaded } from "@/ui/panels";
import { Explanation } from "./explanation";
import { allCapabilities } from "./listing";
import { type AgentsSearch, needsOf, newSeed, questionOf } from "./search";

interface RouteProps {
  agents: readonly AgentListed[];
  search: AgentsSearch;
}

/** Who would do a piece of work, or why somebody does one. */
export function Route({ agents, search }: RouteProps) {
  const question = questionOf(search);
  if (search.decision) return <Decision id={search.decision} agents={agents} />;
  return (
    <div className="flex min-h-0 grow flex-col">
      <Question key={JSON.stringify(question)} agents={agents} search={search} />
      {question ? (
        <Answer question={question} agents={agents} />
      ) : (
        <EmptyState title="Who would do it?">
          Name what the work asks for. Nothing is made: you see whom routing would choose now, with the numbers of
          everybody who could be chosen.
        </EmptyState>
      )}
    </div>
  );
}

function Answer({ question, agents }: { question: RoutingQuestion; agents: readonly AgentListed[] }) {
  const answer = useQuery({ ...agentQueries.route(question), placeholderData: keepPreviousData });
  return (
    <Loaded query={answer} label="the candidates">
      {(routing) => <Explanation routing={routing} agents={agents} chosenTold="Would be chosen" />}
    </Loaded>
  );
}

function Decision({ id, agents }: { id: string; agents: readonly AgentListed[] }) {
  const decision = useQuery(agentQueries.decision(id));
  const navigate = useNavigate();
  return (
    <Loaded query={decision} label="the decision">
      {(routing) => (
        <>
          <div className="flex flex-wrap items-center gap-2 border-b border-line px-4 py-1.5">
            <p className="grow text-xs text-ink-faint">As it was decided when the session was handed in.</p>
            <Button
              size="small"
              icon={<RouteIcon />}
              onClick={() =>
                void navigate({
                  to: "/agents",
                  search: {
                    tab: "route",
                    asks: routing.capabilities,
                    model: routing.model ?? undefined,
                    seed: String(routing.seed),
                  },
                })
              }
            >
              Ask the same now
            </Button>
          </div>
          <Explanation routing={routing} agents={agents} chosenTold="Was chosen" />
        </>
      )}
    </Loaded>
  );
}

function Question({ agents, search }: RouteProps) {
  const navigate = useNavigate();
  const models = useQuery(queries.models()).data?.items ?? [];
  const { draft, set, bind } = useDraft({ needs: search.asks?.join(" ") ?? "", model: search.model ?? "" });
  const ask = (seed: string) =>
    void navigate({
      to: "/agents",
      search: { tab: "route", asks: needsOf(draft.needs), model: draft.model || undefined, seed },
    });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    ask(search.seed ?? newSeed());
  };
  return (
    <form onSubmit={submit} className="flex shrink-0 flex-col gap-2 border-b border-line p-3">
      <div className="grid items-end gap-3 sm:grid-cols-[2fr_1fr_auto]">
        <TextField
          label="What the work asks for"
          placeholder="bug-fix python"
          autoComplete="off"
          spellCheck={false}
          className="font-mono"
          {...bind("needs")}
        />
        <SelectField
          label="Model"
          options={[["", "Each agent's own"], ...models.map(({ name }) => [name, name] as const)]}
          {...bind("model")}
        />
        <span className="flex gap-2">
          <Button type="submit" look="primary" icon={<RouteIcon />} className="grow">
            Ask
          </Button>
          {search.seed && (
            <Button icon={<Dices />} className="grow" onClick={() => ask(newSeed())}>
              Draw again
            </Button>
          )}
        </span>
      </div>
      <Known agents={agents} typed={draft.needs} onChange={(needs) => set({ needs })} />
    </form>
  );
}

/** What agents here are good at, to be asked for by a click. */
function Known({
  agents,
  typed,
  onChange,
}: {
  agents: readonly AgentListed[];
  typed: string;
  onChange(typed: string): void;
}) {
  const asked = needsOf(typed) ?? [];
  const toggle = (name: string) =>
    onChange((asked.includes(name) ? asked.filter((one) => one !== name) : [...asked, name]).join(" "));
  return (
    <fieldset className="flex min-w-0 gap-1.5 overflow-x-auto sm:flex-wrap">
      <legend className="sr-only">Capabilities of agents here</legend>
      {allCapabilities(agents).map((name) => (
        <Button
          key={name}
          size="small"
          aria-pressed={asked.includes(name)}
          className={asked.includes(name) ? "border-accent! bg-accent-wash! font-mono" : "font-mono"}
          onClick={() => toggle(name)}
        >
          {name}
        </Button>
      ))}
    </fieldset>
  );
}
