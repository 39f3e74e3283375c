import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { type AgentVersion, agentQueries } from "@/api/agents";
import type { ExternalAgent } from "@/api/external";
import { unhidden, unhiddenName } from "@/lib/hidden";
import { agentPage } from "@/lib/links";
import { moment, momentOr } from "@/lib/time";
import { Badge } from "@/ui/badge";
import { CopyButton } from "@/ui/copy-button";
import { Mono } from "@/ui/mono";
import { Facts, Panel } from "@/ui/panel";

/** All that is known of it, and what it says of itself. */
export function About({ agent }: { agent: ExternalAgent }) {
  const versions = useQuery(agentQueries.versions(agent.agent_id));
  const version = versions.data?.find(({ id }) => id === agent.version_id);
  return (
    <div className="grid min-h-0 grow auto-rows-min gap-3 overflow-y-auto p-3 lg:grid-cols-2">
      <Panel title="What is known here">
        <div className="p-3">
          <Facts facts={factsOf(agent, version)} />
        </div>
      </Panel>
      <div className="flex min-w-0 flex-col gap-3">
        <Told title="Metrics" note="as it says itself" values={agent.metrics} />
        <Told title="Metadata" note="as it says itself" values={agent.metadata} />
      </div>
    </div>
  );
}

function factsOf(agent: ExternalAgent, version: AgentVersion | undefined): [string, ReactNode][] {
  return [
    [
      "Agent",
      <Link key="agent" {...agentPage(agent.agent_id)} className="underline">
        {version ? `${agent.name} v${version.number}` : agent.name}
      </Link>,
    ],
    ["Capabilities", <Capabilities key="can" version={version} />],
    ["Type", unhiddenName(`${agent.agent_type} ${agent.version}`)],
    ["Protocol", `${agent.protocol_version}, ${agent.transport}`],
    [
      "Endpoint",
      agent.endpoint_url ? <Mono key="endpoint" text={unhiddenName(agent.endpoint_url)} isBroken /> : "none",
    ],
    ["Tasks at once", <span key="tasks" className="numbers">{`at most ${agent.max_tasks}`}</span>],
    ["Key", agent.proven ? "proven" : "not proven yet: it gets no work"],
    ["Last heartbeat", momentOr(agent.heartbeat_at, "none yet")],
    ["Joined", moment(agent.created_at)],
    ["Let in by", <Mono key="by" text={agent.created_by} isBroken />],
    ["Revoked", momentOr(agent.revoked_at, "–")],
    [
      "Id",
      <span key="id" className="numbers flex items-center gap-1 text-xs">
        {agent.id} <CopyButton text={agent.id} label="Copy the id" />
      </span>,
    ],
  ];
}

function Capabilities({ version }: { version: AgentVersion | undefined }) {
  if (!version) return "–";
  const { capabilities = [] } = version.definition;
  if (capabilities.length === 0) return "none";
  return (
    <span className="flex flex-wrap gap-1">
      {capabilities.map((one) => (
        <Badge key={one}>{one}</Badge>
      ))}
    </span>
  );
}

function Told({ title, note, values }: { title: string; note: string; values: Record<string, unknown> }) {
  const facts = Object.entries(values).map(([name, value]): [string, ReactNode] => [
    unhiddenName(name),
    <span key={name} className="numbers text-xs break-words whitespace-pre-wrap">
      {unhidden(typeof value === "string" ? value : JSON.stringify(value, null, 2))}
    </span>,
  ]);
  return (
    <Panel title={title} note={note}>
      <div className="p-3">
        {facts.length > 0 ? <Facts facts={facts} /> : <p className="text-ink-soft">It told none.</p>}
      </div>
    </Panel>
  );
}
