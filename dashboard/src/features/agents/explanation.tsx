import { useNavigate } from "@tanstack/react-router";
import { CircleCheck, CircleSlash } from "lucide-react";
import type { AgentListed, Candidate, Routing } from "@/api/agents";
import { unhidden } from "@/lib/hidden";
import { agentPage } from "@/lib/links";
import { money } from "@/lib/money";
import { Badge } from "@/ui/badge";
import { CopyButton } from "@/ui/copy-button";
import { type Column, DataTable } from "@/ui/data-table";
import { Fact } from "@/ui/panel";
import { AgentLink } from "./agent-link";
import { loadOf, score, share } from "./numbers";

interface ExplanationProps {
  routing: Routing;
  agents: readonly AgentListed[];
  /** Of the chosen one: that it was, or would be. */
  chosenTold: string;
}

/** The reason in words, and the numbers of everybody who could have been chosen. */
export function Explanation({ routing, agents, chosenTold }: ExplanationProps) {
  const navigate = useNavigate();
  const idOf = (candidate: Candidate) => agents.find(({ name }) => name === candidate.agent)?.id;
  const isChosen = (candidate: Candidate) => candidate.version_id === routing.chosen?.version_id;
  const look = { chosenTold, isChosen, idOf };
  return (
    <>
      <Reason routing={routing} />
      <DataTable
        label="Candidates"
        rows={routing.candidates}
        rowKey={({ version_id }) => version_id}
        columns={columnsFor(look)}
        onOpen={(candidate) => {
          const id = idOf(candidate);
          if (id) void navigate(agentPage(id));
        }}
        card={(candidate) => <Card candidate={candidate} look={look} />}
      />
    </>
  );
}

function Reason({ routing: { reason, capabilities, model, seed } }: { routing: Routing }) {
  return (
    <section aria-label="The reason" className="shrink-0 border-b border-line bg-panel px-4 py-2">
      <p className="max-w-4xl">{unhidden(reason)}</p>
      <dl className="mt-1.5 flex flex-wrap gap-x-5 gap-y-1 text-xs">
        <Fact name="Asked for">{capabilities.length > 0 ? capabilities.join(", ") : "nothing in particular"}</Fact>
        <Fact name="Model">{model ?? "each agent's own"}</Fact>
        <Fact name="Seed">
          {seed} <CopyButton text={String(seed)} label="Copy the seed" />
        </Fact>
      </dl>
      <p className="mt-1.5 text-xs text-ink-faint">
        Each number goes from 0, which is bad, to 1; the score is their weighted sum, and quality weighs most. It is
        drawn from what an agent has proved, so that new ones get tried.
      </p>
    </section>
  );
}

interface Look {
  chosenTold: string;
  isChosen(candidate: Candidate): boolean;
  idOf(candidate: Candidate): string | undefined;
}

function columnsFor(look: Look): Column<Candidate>[] {
  const scored = (header: string, told: (one: Candidate) => string, from?: number): Column<Candidate> => ({
    id: header,
    header,
    width: "5rem",
    align: "right",
    from,
    cell: (one) => (one.excluded ? <Nothing /> : <span className="numbers">{told(one)}</span>),
  });
  return [
    {
      id: "agent",
      header: "Agent",
      width: "minmax(9rem, 1fr)",
      cell: (one) => <Name candidate={one} id={look.idOf(one)} />,
    },
    {
      id: "standing",
      header: "Standing",
      width: "minmax(11rem, 2fr)",
      cell: (one) => <Standing candidate={one} look={look} />,
    },
    scored("Score", (one) => score(one.score)),
    scored("Quality", (one) => score(one.quality)),
    scored("Recent", (one) => score(one.recent), 760),
    scored("Cost", (one) => score(one.cost), 820),
    scored("Load", (one) => score(one.load), 880),
    { ...scored("Proved", provedOf), width: "6.5rem", from: 700 },
    scored("Mean", (one) => (one.successes + one.failures === 0 ? "–" : share(one.mean)), 960),
    {
      id: "work",
      header: "At work",
      width: "5rem",
      align: "right",
      from: 1040,
      cell: ({ live, limit }) => <span className="numbers">{loadOf(live, limit)}</span>,
    },
    {
      id: "money",
      header: "A session",
      width: "6rem",
      align: "right",
      from: 1120,
      cell: ({ cost_micro_usd }) => (
        <span className="numbers">{cost_micro_usd === null ? "–" : money(cost_micro_usd)}</span>
      ),
    },
  ];
}

function provedOf({ successes, failures }: Candidate): string {
  return successes + failures === 0 ? "nothing" : `${successes} of ${successes + failures}`;
}

function Nothing() {
  return <span className="text-ink-faint">–</span>;
}

function Name({ candidate: { agent, version }, id }: { candidate: Candidate; id: string | undefined }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <span className="truncate">{id ? <AgentLink id={id} name={agent} /> : agent}</span>
      <span className="numbers text-2xs text-ink-faint">v{version}</span>
    </span>
  );
}

function Standing({ candidate, look }: { candidate: Candidate; look: Look }) {
  if (look.isChosen(candidate)) {
    return (
      <Badge tone="good" icon={CircleCheck}>
        {look.chosenTold}
      </Badge>
    );
  }
  if (!candidate.excluded) return <span className="text-xs text-ink-soft">could have it</span>;
  return (
    <span className="flex min-w-0 items-center gap-2" title={unhidden(candidate.excluded)}>
      <Badge tone="muted" icon={CircleSlash}>
        Left out
      </Badge>
      <span className="min-w-0 truncate text-xs text-ink-soft">{unhidden(candidate.excluded)}</span>
    </span>
  );
}

function Card({ candidate, look }: { candidate: Candidate; look: Look }) {
  return (
    <span className="flex min-w-0 flex-col gap-1">
      <span className="flex items-center gap-2">
        <Name candidate={candidate} id={look.idOf(candidate)} />
        {!candidate.excluded && <span className="numbers ml-auto">{score(candidate.score)}</span>}
      </span>
      <span className="flex min-w-0">
        <Standing candidate={candidate} look={look} />
      </span>
      {!candidate.excluded && (
        <span className="numbers truncate text-2xs text-ink-faint">
          {`quality ${score(candidate.quality)} · recent ${score(candidate.recent)} · cost ${score(candidate.cost)} · load ${score(candidate.load)} · proved ${provedOf(candidate)}`}
        </span>
      )}
    </span>
  );
}
