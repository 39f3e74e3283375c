import { useQuery } from "@tanstack/react-query";
import { createLazyRoute, getRouteApi, useNavigate } from "@tanstack/react-router";
import { Suspense } from "react";
import { isNotFound } from "@/api/errors";
import { type Plan, type PlanGraph, planQueries } from "@/api/plans";
import { titleOf } from "@/lib/goal";
import { isId } from "@/lib/links";
import { loadable } from "@/lib/loadable";
import { planDiff } from "@/lib/plan-diff";
import { NotFound } from "@/ui/not-found";
import { Page } from "@/ui/page";
import { Loaded, Skeleton } from "@/ui/panels";
import { TabPanel, Tabs } from "@/ui/tabs";
import { PlanActions } from "./actions";
import { PlanHeader } from "./header";
import { Merges } from "./merges";
import type { PlanTab } from "./search";
import { Tasks } from "./tasks";

const route = getRouteApi("/shell/plans/$id");
const Report = loadable(() => import("./report"));

function PlanPage() {
  const { id } = route.useParams();
  const plan = useQuery({ ...planQueries.one(id), enabled: isId(id) });
  const graph = useQuery({ ...planQueries.graph(id), enabled: isId(id) });
  if (!isId(id) || isNotFound(plan.error)) return <NotFound />;
  return (
    <Loaded query={plan} label="the plan" rows={14}>
      {(one) => (
        <Loaded query={graph} label="its graph" rows={14}>
          {(of) => <Opened key={id} plan={one} graph={of} />}
        </Loaded>
      )}
    </Loaded>
  );
}

function Opened({ plan, graph }: { plan: Plan; graph: PlanGraph }) {
  const search = route.useSearch();
  const navigate = useNavigate();
  const Diff = planDiff();
  const go = (change: Partial<typeof search>) =>
    void navigate({
      to: "/plans/$id",
      params: { id: plan.id },
      search: { ...search, ...change },
      replace: !change.tab,
    });
  return (
    <Page title={titleOf(plan.goal)} actions={<PlanActions plan={plan} />}>
      <PlanHeader plan={plan} graph={graph} />
      <Tabs
        label="Parts of this plan"
        tabs={[
          { name: "tasks", label: "Tasks", count: plan.progress.total },
          { name: "merges", label: "Merges", count: graph.queue.length + graph.merges.length },
          { name: "diff", label: "Diff" },
          { name: "report", label: "Report" },
        ]}
        open={search.tab ?? "tasks"}
        onOpen={(tab: PlanTab) => go({ tab })}
      >
        <TabPanel name="tasks">
          <Tasks plan={plan} graph={graph} search={search} onChange={go} />
        </TabPanel>
        <TabPanel name="merges">
          <Merges plan={plan} graph={graph} />
        </TabPanel>
        <TabPanel name="diff">
          {Diff && (
            <Suspense fallback={<Skeleton label="Loading the diff" />}>
              <Diff id={plan.id} head={plan.head_commit} />
            </Suspense>
          )}
        </TabPanel>
        <TabPanel name="report">
          <Suspense fallback={<Skeleton label="Loading the report" />}>
            <Report id={plan.id} />
          </Suspense>
        </TabPanel>
      </Tabs>
    </Page>
  );
}

export const page = createLazyRoute("/shell/plans/$id")({ component: PlanPage });
