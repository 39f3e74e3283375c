import { useQuery } from "@tanstack/react-query";
import { createLazyRoute, getRouteApi, useNavigate } from "@tanstack/react-router";
import { isNotFound } from "@/api/errors";
import { type ExternalAgent, externalQueries } from "@/api/external";
import { unhidden, unhiddenName } from "@/lib/hidden";
import { isId } from "@/lib/links";
import { RelativeTime } from "@/ui/amounts";
import { NotFound } from "@/ui/not-found";
import { Page } from "@/ui/page";
import { Fact } from "@/ui/panel";
import { Loaded } from "@/ui/panels";
import { TabPanel, Tabs } from "@/ui/tabs";
import { About } from "./about";
import { Assignments } from "./assignments";
import { Deeds } from "./deeds";
import { DesiredBadge, OwnStatus, StandingBadge } from "./states";
import { Leases, loadTold } from "./table";

const route = getRouteApi("/shell/agents/external/$id");

function ExternalAgentPage() {
  const { id } = route.useParams();
  const agent = useQuery({ ...externalQueries.one(id), enabled: isId(id) });
  if (!isId(id) || isNotFound(agent.error)) return <NotFound />;
  return (
    <Loaded query={agent} label="the external agent" rows={14}>
      {(one) => <Opened key={id} agent={one} />}
    </Loaded>
  );
}

function Opened({ agent }: { agent: ExternalAgent }) {
  const search = route.useSearch();
  const navigate = useNavigate();
  const go = (change: typeof search) =>
    void navigate({ to: "/agents/external/$id", params: { id: agent.id }, search: { ...search, ...change } });
  return (
    <Page
      title={agent.name}
      note={`an external agent: ${unhiddenName(`${agent.agent_type} ${agent.version}`)}`}
      actions={<Deeds agent={agent} />}
    >
      <Header agent={agent} />
      <Tabs
        label="Parts of this external agent"
        tabs={[
          { name: "assignments", label: "Assignments" },
          { name: "about", label: "About it" },
        ]}
        open={search.tab ?? "assignments"}
        onOpen={(tab) => go({ tab })}
      >
        <TabPanel name="assignments">
          <Assignments agent={agent.id} openId={search.open} onOpen={(open) => go({ open })} />
        </TabPanel>
        <TabPanel name="about">
          <About agent={agent} />
        </TabPanel>
      </Tabs>
    </Page>
  );
}

function Header({ agent }: { agent: ExternalAgent }) {
  return (
    <section aria-label="About this external agent" className="shrink-0 border-b border-line bg-panel px-4 py-2">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <StandingBadge agent={agent} />
        <span className="text-ink-soft">
          says it is <OwnStatus agent={agent} />
        </span>
        <DesiredBadge agent={agent} />
      </p>
      {agent.last_error && (
        <p className="mt-2 border-l-4 border-bad bg-bad-wash px-2 py-1">
          <span className="text-xs text-ink-soft">
            Its last error
            {agent.last_error_at && (
              <>
                , <RelativeTime at={agent.last_error_at} /> ago
              </>
            )}
            :{" "}
          </span>
          {unhidden(agent.last_error)}
        </p>
      )}
      <dl className="mt-2 flex flex-wrap gap-x-5 gap-y-1 text-xs">
        <Fact name="Leases">
          <Leases agent={agent} />
        </Fact>
        <Fact name="Load">{loadTold(agent.current_load)}</Fact>
        <Fact name="Heartbeat">
          {agent.heartbeat_at ? (
            <>
              <RelativeTime at={agent.heartbeat_at} /> ago
            </>
          ) : (
            "none yet"
          )}
        </Fact>
        <Fact name="Transport">{agent.transport}</Fact>
        <Fact name="Protocol">{agent.protocol_version}</Fact>
      </dl>
    </section>
  );
}

export const page = createLazyRoute("/shell/agents/external/$id")({ component: ExternalAgentPage });
