import { useQuery } from "@tanstack/react-query";
import { createLazyRoute, getRouteApi, useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import { useWhyNot } from "@/api/me";
import { type NodeList, nodeQueries } from "@/api/nodes";
import { counted } from "@/lib/words";
import { Page } from "@/ui/page";
import { EmptyState, Loaded } from "@/ui/panels";
import { Health } from "./health";
import { NodeDrawer } from "./node-drawer";
import { Queue } from "./queue";
import { NodeTable } from "./table";
import { capacityOf, versionsOf } from "./totals";

const route = getRouteApi("/shell/nodes");

function Nodes() {
  const whyNot = useWhyNot("operator");
  if (whyNot === null) return <Platform />;
  return (
    <Page title="Nodes">
      <EmptyState title="Nodes are for operators">
        {whyNot} The machines serve all tenants, so that what is on them is told to those who keep the platform.
      </EmptyState>
    </Page>
  );
}

function Platform() {
  const search = route.useSearch();
  const navigate = useNavigate();
  const nodes = useQuery(nodeQueries.list());
  const open = useCallback(
    (node: string | undefined) => void navigate({ to: "/nodes", search: (now) => ({ ...now, node }) }),
    [navigate],
  );
  return (
    <Page title="Nodes" note={nodes.data && <Capacity list={nodes.data} />}>
      <Loaded query={nodes} label="nodes">
        {(list) => <Machines list={list} openId={search.node} onOpen={open} />}
      </Loaded>
    </Page>
  );
}

function Capacity({ list }: { list: NodeList }) {
  const { slots, used, live } = capacityOf(list.items);
  const versions = versionsOf(list.items);
  return (
    <span className="numbers">
      {`${live} of ${counted(list.items.length, "node takes", "nodes take")} sessions · ${used} of ${counted(slots, "slot")} used · ${Math.max(0, slots - used)} free`}
      {versions.length > 1 && <span className="text-attention">{` · versions ${versions.join(", ")} at once`}</span>}
    </span>
  );
}

interface MachinesProps {
  list: NodeList;
  openId?: string;
  onOpen(id: string | undefined): void;
}

function Machines({ list, openId, onOpen }: MachinesProps) {
  const node = list.items.find(({ id }) => id === openId);
  return (
    <>
      <div className="grid shrink-0 gap-3 border-b border-line p-3 lg:grid-cols-2">
        <Health />
        <Queue queue={list.queue} nodes={list.items} />
      </div>
      {list.items.length === 0 ? (
        <EmptyState title="No node has joined">
          Start one with <code className="numbers">orchestrator worker</code> and the same DATABASE_URL.
        </EmptyState>
      ) : (
        <NodeTable nodes={list.items} onOpen={({ id }) => onOpen(id)} />
      )}
      {node && <NodeDrawer node={node} onClose={() => onOpen(undefined)} />}
    </>
  );
}

export const page = createLazyRoute("/shell/nodes")({ component: Nodes });
