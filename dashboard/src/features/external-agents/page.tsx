import { useInfiniteQuery } from "@tanstack/react-query";
import { createLazyRoute, getRouteApi, useNavigate } from "@tanstack/react-router";
import { Plug } from "lucide-react";
import { useEffect, useState } from "react";
import { type ExternalAgent, externalQueries, type MadeEnrolment } from "@/api/external";
import { useWhyNot } from "@/api/me";
import { externalAgentPage } from "@/lib/links";
import { useMore, useRows } from "@/lib/pages";
import { counted } from "@/lib/words";
import { Button } from "@/ui/button";
import { Page } from "@/ui/page";
import { EmptyState, Loaded } from "@/ui/panels";
import { TabPanel, Tabs } from "@/ui/tabs";
import { Enrol } from "./enrol";
import { Enrolments } from "./enrolments";
import { Filters } from "./filters";
import { livingOf, wanted } from "./listing";
import { type ExternalSearch, isNarrowed } from "./search";
import { ExternalTable } from "./table";
import { TokenOnce } from "./token-once";

const route = getRouteApi("/shell/agents/external");

function ExternalAgents() {
  const search = route.useSearch();
  const navigate = useNavigate();
  const whyNot = useWhyNot("agents:write");
  const [isMinting, setMinting] = useState(false);
  const [minted, setMinted] = useState<MadeEnrolment | null>(null);
  const go = (change: ExternalSearch) =>
    void navigate({ to: "/agents/external", search: { ...search, ...change }, replace: change.tab === undefined });
  return (
    <Page
      title="External agents"
      note="they run elsewhere, and do sessions by the External Agent Protocol"
      actions={
        <>
          <Button onClick={() => void navigate({ to: "/agents", search: {} })}>All agents</Button>
          <Button look="primary" icon={<Plug />} whyNot={whyNot} onClick={() => setMinting(true)}>
            Let one join
          </Button>
        </>
      }
    >
      <Tabs
        label="External agents"
        tabs={[
          { name: "agents", label: "Joined" },
          { name: "enrolments", label: "Enrolments" },
        ]}
        open={search.tab ?? "agents"}
        onOpen={(tab) => go({ tab, open: undefined })}
      >
        <TabPanel name="agents">
          <Joined />
        </TabPanel>
        <TabPanel name="enrolments">
          <Enrolments openId={search.open} onOpen={(open) => go({ open })} />
        </TabPanel>
      </Tabs>
      {isMinting && <Enrol onMade={setMinted} onClose={() => setMinting(false)} />}
      {minted && <TokenOnce made={minted} onClose={() => setMinted(null)} />}
    </Page>
  );
}

function Joined() {
  const search = route.useSearch();
  const navigate = useNavigate();
  const list = useInfiniteQuery(externalQueries.list());
  const agents = useRows(list);
  const more = useMore(list);
  const isNarrow = isNarrowed(search);
  const { hasNextPage } = list;
  const loaded = agents?.length;
  // What is looked for may be on any page.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a page that has come is what makes the next be asked for.
  useEffect(() => {
    if (isNarrow && hasNextPage) more();
  }, [isNarrow, hasNextPage, more, loaded]);
  return (
    <>
      <Filters search={search} />
      <Loaded query={{ ...list, data: agents }} label="external agents" rows={14}>
        {(all) => {
          const rows = wanted(all, search);
          if (rows.length === 0) return <None isNarrow={isNarrow} />;
          return (
            <>
              <Told agents={all} hasMore={hasNextPage} />
              <ExternalTable
                agents={rows}
                hasMore={hasNextPage}
                onEnd={more}
                onOpen={({ id }) => void navigate(externalAgentPage(id))}
              />
            </>
          );
        }}
      </Loaded>
    </>
  );
}

function Told({ agents, hasMore }: { agents: readonly ExternalAgent[]; hasMore: boolean }) {
  const { live, joined, leases } = livingOf(agents);
  return (
    <p className="numbers shrink-0 border-b border-line px-4 py-1 text-xs text-ink-faint">
      {`${live} of ${counted(joined, "agent")} live · ${counted(leases, "lease")}${hasMore ? ", of the newest" : ""}`}
    </p>
  );
}

function None({ isNarrow }: { isNarrow: boolean }) {
  const navigate = useNavigate();
  if (!isNarrow) {
    return (
      <EmptyState title="No external agent has joined">
        A LEAD lets one join by a token: <em>Let one join</em>, or{" "}
        <code className="numbers">orchestrator external enrol</code>
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title="No external agent matches"
      action={<Button onClick={() => void navigate({ to: "/agents/external", search: {} })}>Show all</Button>}
    />
  );
}

export const page = createLazyRoute("/shell/agents/external")({ component: ExternalAgents });
