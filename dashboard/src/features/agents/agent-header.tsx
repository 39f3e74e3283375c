import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type Agent, type AgentVersion, agentQueries } from "@/api/agents";
import { unhidden } from "@/lib/hidden";
import { duration } from "@/lib/time";
import { counted } from "@/lib/words";
import { Money, RelativeTime } from "@/ui/amounts";
import { Badge } from "@/ui/badge";
import { Fact } from "@/ui/panel";
import { capabilitiesOf } from "./listing";
import { loadOf } from "./numbers";
import { Mean, Sure, TierBadge } from "./proved";

/** How good the shown version is, what it costs, and what it has to do now. */
export function AgentHeader({ agent, version }: { agent: Agent; version: AgentVersion }) {
  const { performance, definition } = version;
  const load = useQuery(agentQueries.load());
  return (
    <section aria-label="About this agent" className="shrink-0 border-b border-line bg-panel px-4 py-2">
      <p className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <TierBadge record={performance.overall} />
        <span>
          mean <Mean record={performance.overall} />, sure of <Sure record={performance.overall} />
        </span>
        <span className="flex flex-wrap gap-1">
          {capabilitiesOf(definition).map((one) => (
            <Badge key={one}>{one}</Badge>
          ))}
        </span>
      </p>
      <dl className="mt-2 flex flex-wrap gap-x-5 gap-y-1 text-xs">
        <Fact name="Model">{definition.model ? unhidden(definition.model) : "the session's, or the default"}</Fact>
        <Fact name="At work">
          <Link to="/fleet" search={{ agent: agent.name }} className="underline">
            {loadOf(load.data?.get(agent.name), definition.limits.max_concurrent_sessions)}
          </Link>
        </Fact>
        <Fact name="Ended">{counted(performance.sessions, "session")}</Fact>
        <Fact name="Mean cost">
          {performance.mean_cost_micro_usd === null ? "–" : <Money microUsd={performance.mean_cost_micro_usd} />}
        </Fact>
        <Fact name="Mean time">{performance.mean_seconds === null ? "–" : duration(performance.mean_seconds)}</Fact>
        <Fact name="Work reverted">{performance.reverted}</Fact>
        <Fact name="Mean feedback rounds">{performance.mean_feedback_rounds?.toFixed(1) ?? "–"}</Fact>
        <Fact name="Made">
          <RelativeTime at={version.created_at} /> ago{agent.built_in && ", built in"}
        </Fact>
      </dl>
    </section>
  );
}
