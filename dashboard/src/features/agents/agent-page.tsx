import { useQuery } from "@tanstack/react-query";
import { createLazyRoute, getRouteApi, useNavigate } from "@tanstack/react-router";
import { type Agent, type AgentVersion, agentQueries } from "@/api/agents";
import { isNotFound } from "@/api/errors";
import { unhidden } from "@/lib/hidden";
import { isId } from "@/lib/links";
import { Select } from "@/ui/field";
import { NotFound } from "@/ui/not-found";
import { Page } from "@/ui/page";
import { Loaded } from "@/ui/panels";
import { TabPanel, Tabs } from "@/ui/tabs";
import { AgentHeader } from "./agent-header";
import { AgentSwitch } from "./agent-switch";
import { DefinitionTab } from "./definition";
import { FileTab } from "./file";
import { RecordTab } from "./record";
import type { AgentTab } from "./search";
import { Versions } from "./versions";

const route = getRouteApi("/shell/agents/$id");

function AgentPage() {
  const { id } = route.useParams();
  const agent = useQuery({ ...agentQueries.one(id), enabled: isId(id) });
  const versions = useQuery({ ...agentQueries.versions(id), enabled: isId(id) });
  if (!isId(id) || isNotFound(agent.error)) return <NotFound />;
  return (
    <Loaded query={agent} label="the agent" rows={14}>
      {(one) => (
        <Loaded query={versions} label="its versions" rows={14}>
          {(all) => <Opened agent={one} versions={all} />}
        </Loaded>
      )}
    </Loaded>
  );
}

function Opened({ agent, versions }: { agent: Agent; versions: readonly AgentVersion[] }) {
  const search = route.useSearch();
  const navigate = useNavigate();
  const go = (change: { tab?: AgentTab; version?: string }) =>
    void navigate({ to: "/agents/$id", params: { id: agent.id }, search: { ...search, ...change } });
  const version = versions.find(({ number }) => String(number) === search.version) ?? agent.version;
  return (
    <Page
      title={agent.name}
      note={unhidden(version.definition.description)}
      actions={
        <>
          <AgentSwitch agent={agent} />
          <Select
            aria-label="Version"
            className="w-auto!"
            value={String(version.number)}
            onChange={({ target }) => go({ version: target.value })}
          >
            {versions.map(({ number }) => (
              <option key={number} value={String(number)}>
                {number === agent.version.number ? `Version ${number}, the newest` : `Version ${number}`}
              </option>
            ))}
          </Select>
        </>
      }
    >
      <AgentHeader agent={agent} version={version} />
      <Tabs
        label="Parts of this agent"
        tabs={[
          { name: "record", label: "What it proved" },
          { name: "versions", label: "Versions", count: versions.length },
          { name: "definition", label: "Definition" },
          { name: "file", label: "File" },
        ]}
        open={search.tab ?? "record"}
        onOpen={(tab: AgentTab) => go({ tab })}
      >
        <TabPanel name="record">
          <RecordTab version={version} />
        </TabPanel>
        <TabPanel name="versions">
          <Versions
            versions={versions}
            shown={version.number}
            onOpen={({ number }) => go({ version: String(number), tab: "record" })}
          />
        </TabPanel>
        <TabPanel name="definition">
          <DefinitionTab definition={version.definition} />
        </TabPanel>
        <TabPanel name="file">
          <FileTab agent={agent} version={version.number} />
        </TabPanel>
      </Tabs>
    </Page>
  );
}

export const page = createLazyRoute("/shell/agents/$id")({ component: AgentPage });
