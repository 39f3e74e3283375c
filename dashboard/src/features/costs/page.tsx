import { useQuery } from "@tanstack/react-query";
import { createLazyRoute, getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { costQueries } from "@/api/costs";
import { useWhyNot } from "@/api/me";
import { Select } from "@/ui/field";
import { Page } from "@/ui/page";
import { EmptyState, Loaded } from "@/ui/panels";
import { TabPanel, Tabs } from "@/ui/tabs";
import { Budgets } from "./budgets";
import { rangeOf, SPANS, type Span, usualSpan } from "./search";
import { Spend } from "./spend";

const route = getRouteApi("/shell/costs");

function CostsPage() {
  const whyNot = useWhyNot("usage:read");
  if (whyNot === null) return <Readable />;
  return (
    <Page title="Costs">
      <EmptyState title="Not for your role">{whyNot}</EmptyState>
    </Page>
  );
}

function Readable() {
  const search = route.useSearch();
  const navigate = useNavigate();
  const [openedAtMs] = useState(Date.now);
  const range = rangeOf(usualSpan(search.days), openedAtMs);
  const overview = useQuery(costQueries.overview(range));
  return (
    <Page
      title="Costs"
      note="in UTC days"
      actions={
        search.tab !== "budgets" && (
          <Select
            aria-label="Days"
            className="w-auto!"
            value={usualSpan(search.days)}
            onChange={(event) =>
              void navigate({
                to: "/costs",
                search: { tab: search.tab, days: event.target.value as Span },
                replace: true,
              })
            }
          >
            {Object.entries(SPANS).map(([span, days]) => (
              <option key={span} value={span}>
                Last {days} days
              </option>
            ))}
          </Select>
        )
      }
    >
      <Tabs
        label="Costs"
        tabs={[
          { name: "spend", label: "Spend" },
          { name: "budgets", label: "Quotas and budgets" },
        ]}
        open={search.tab ?? "spend"}
        onOpen={(tab) => void navigate({ to: "/costs", search: { days: search.days, tab }, replace: true })}
      >
        <TabPanel name="spend">
          <Loaded query={overview} label="costs">
            {(costs) =>
              costs.totals.requests === 0 ? (
                <NothingSpent span={usualSpan(search.days)} />
              ) : (
                <Spend costs={costs} range={range} />
              )
            }
          </Loaded>
        </TabPanel>
        <TabPanel name="budgets">
          <Budgets />
        </TabPanel>
      </Tabs>
    </Page>
  );
}

function NothingSpent({ span }: { span: Span }) {
  const link = "text-accent-ink underline";
  const whyNotNew = useWhyNot("sessions:write");
  return (
    <EmptyState
      title="Nothing was spent in these days"
      action={
        <span className="flex flex-wrap justify-center gap-4">
          {span !== "365d" && (
            <Link to="/costs" search={{ days: "365d" }} className={link}>
              Look at a year
            </Link>
          )}
          {whyNotNew === null && (
            <Link to="/new" className={link}>
              Hand in new work
            </Link>
          )}
        </span>
      }
    >
      What model calls cost appears here as soon as a session makes one.
    </EmptyState>
  );
}

export const page = createLazyRoute("/shell/costs")({ component: CostsPage });
