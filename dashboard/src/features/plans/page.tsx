import { useInfiniteQuery } from "@tanstack/react-query";
import { createLazyRoute, getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useWhyNot } from "@/api/me";
import { type PlanStatus, planQueries } from "@/api/plans";
import { planPage } from "@/lib/links";
import { useMore, useRows } from "@/lib/pages";
import { counted } from "@/lib/words";
import { Button } from "@/ui/button";
import { ClearFilters, FilterBar, FilterSelect } from "@/ui/filters";
import { Page } from "@/ui/page";
import { EmptyState, Loaded } from "@/ui/panels";
import { PLAN_STATUSES } from "./search";
import { PLAN_STATES } from "./states";
import { PlanTable } from "./table";

const route = getRouteApi("/shell/plans");

function Plans() {
  const { status } = route.useSearch();
  const navigate = useNavigate();
  const whyNot = useWhyNot("sessions:write");
  const list = useInfiniteQuery(planQueries.list(status ?? []));
  const rows = useRows(list);
  const more = useMore(list);
  return (
    <Page
      title="Plans"
      note={rows && (list.hasNextPage ? `${rows.length}+ plans` : counted(rows.length, "plan"))}
      actions={
        <Button
          look="primary"
          icon={<Plus />}
          whyNot={whyNot}
          onClick={() => void navigate({ to: "/plans/new", search: {} })}
        >
          New plan
        </Button>
      }
    >
      <Filters status={status} />
      <Loaded query={{ ...list, data: rows }} label="plans" rows={14}>
        {(plans) =>
          plans.length === 0 ? (
            <NoPlans isNarrowed={status !== undefined} />
          ) : (
            <PlanTable
              plans={plans}
              hasMore={list.hasNextPage}
              onEnd={more}
              onOpen={({ id }) => void navigate(planPage(id))}
            />
          )
        }
      </Loaded>
    </Page>
  );
}

function Filters({ status }: { status: PlanStatus[] | undefined }) {
  const navigate = useNavigate();
  const narrow = (next: PlanStatus[] | undefined) =>
    void navigate({ to: "/plans", search: { status: next }, replace: true });
  return (
    <FilterBar>
      <FilterSelect
        label="Status"
        value={status?.[0] ?? ""}
        onChange={(next) => narrow(next ? [next as PlanStatus] : undefined)}
      >
        <option value="">Any status</option>
        {PLAN_STATUSES.map((one) => (
          <option key={one} value={one}>
            {PLAN_STATES[one].label}
          </option>
        ))}
      </FilterSelect>
      {status && <ClearFilters onClear={() => narrow(undefined)} />}
    </FilterBar>
  );
}

function NoPlans({ isNarrowed }: { isNarrowed: boolean }) {
  const link = "text-accent-ink underline";
  if (isNarrowed) {
    return (
      <EmptyState
        title="No plan matches"
        action={
          <Link to="/plans" search={{}} className={link}>
            Show all
          </Link>
        }
      />
    );
  }
  return (
    <EmptyState
      title="No plans yet"
      action={
        <Link to="/plans/new" search={{}} className={link}>
          Hand in a plan
        </Link>
      }
    >
      A plan is a goal as tasks that depend on each other. They are worked on at once, merged onto one branch, and
      verified there together.
    </EmptyState>
  );
}

export const page = createLazyRoute("/shell/plans")({ component: Plans });
