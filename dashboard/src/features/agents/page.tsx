import { useQuery } from "@tanstack/react-query";
import { createLazyRoute, getRouteApi, useNavigate } from "@tanstack/react-router";
import { Plug } from "lucide-react";
import { type AgentListed, agentQueries } from "@/api/agents";
import { counted } from "@/lib/words";
import { Button } from "@/ui/button";
import { Page } from "@/ui/page";
import { EmptyState, Loaded } from "@/ui/panels";
import { TabPanel, Tabs } from "@/ui/tabs";
import { Filters, isNarrowed } from "./filters";
import { rowsFor } from "./listing";
import { Route } from "./route";
import type { AgentsSearch } from "./search";
import { AgentTable } from "./table";

const route = getRouteApi("/shell/agents");

function Agents() {
  const search = route.useSearch();
  const navigate = useNavigate();
  const agents = useQuery(agentQueries.list());
  return (
    <Page
      title="Agents"
      note={agents.data && <Told agents={agents.data} />}
      actions={
        <Button icon={<Plug />} onClick={() => void navigate({ to: "/agents/external", search: {} })}>
          External agents
        </Button>
      }
    >
      <Tabs
        label="Agents"
        tabs={[
          { name: "list", label: "All agents", count: agents.data?.length },
          { name: "route", label: "Who would do it" },
        ]}
        open={search.tab ?? "list"}
        onOpen={(tab) => void navigate({ to: "/agents", search: { ...search, tab } })}
      >
        <TabPanel name="list">
          <Loaded query={agents} label="agents">
            {(all) => <List agents={all} search={search} />}
          </Loaded>
        </TabPanel>
        <TabPanel name="route">
          <Loaded query={agents} label="agents">
            {(all) => <Route agents={all} search={search} />}
          </Loaded>
        </TabPanel>
      </Tabs>
    </Page>
  );
}

function Told({ agents }: { agents: readonly AgentListed[] }) {
  const on = agents.filter(({ enabled }) => enabled).length;
  return <span className="numbers">{`${on} of ${counted(agents.length, "agent takes", "agents take")} work`}</span>;
}

function List({ agents, search }: { agents: readonly AgentListed[]; search: AgentsSearch }) {
  const navigate = useNavigate();
  const load = useQuery(agentQueries.load());
  const rows = rowsFor(agents, load.data, search);
  return (
    <>
      <Filters agents={agents} search={search} />
      {rows.length > 0 ? (
        <AgentTable rows={rows} />
      ) : (
        <EmptyState
          title="No agent matches"
          action={isNarrowed(search) && <Button onClick={() => void navigate({ to: "/agents" })}>Show all</Button>}
        >
          An agent is made from its file: <code className="numbers">orchestrator agents import .opencode/agent</code>
        </EmptyState>
      )}
    </>
  );
}

export const page = createLazyRoute("/shell/agents")({ component: Agents });
