import { createLazyRoute, getRouteApi, useNavigate } from "@tanstack/react-router";
import { Page } from "@/ui/page";
import { TabPanel, Tabs } from "@/ui/tabs";
import { Datasets } from "./datasets";
import { Jobs } from "./jobs";
import { Models } from "./models";
import type { TrainingTab } from "./search";

const route = getRouteApi("/shell/training");

function TrainingPage() {
  const { tab } = route.useSearch();
  const navigate = useNavigate();
  return (
    <Page title="Training" note="from verified work to models of your own">
      <Tabs
        label="Parts of training"
        tabs={[
          { name: "datasets", label: "Datasets" },
          { name: "jobs", label: "Jobs" },
          { name: "models", label: "Models" },
        ]}
        open={tab ?? "jobs"}
        onOpen={(next: TrainingTab) => void navigate({ to: "/training", search: { tab: next } })}
      >
        <TabPanel name="datasets">
          <Datasets />
        </TabPanel>
        <TabPanel name="jobs">
          <Jobs />
        </TabPanel>
        <TabPanel name="models">
          <Models />
        </TabPanel>
      </Tabs>
    </Page>
  );
}

export const page = createLazyRoute("/shell/training")({ component: TrainingPage });
