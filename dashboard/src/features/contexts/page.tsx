import { useInfiniteQuery } from "@tanstack/react-query";
import { createLazyRoute, getRouteApi, useNavigate } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { useState } from "react";
import { contextQueries } from "@/api/contexts";
import { useWhyNot } from "@/api/me";
import { useRows } from "@/lib/pages";
import { Button } from "@/ui/button";
import { Page } from "@/ui/page";
import { TabPanel, Tabs } from "@/ui/tabs";
import { Conflicts } from "./conflicts";
import { Entries } from "./entries";
import type { ContextsSearch, ContextsTab } from "./search";
import { WriteForm } from "./write-form";

const route = getRouteApi("/shell/contexts");

function Contexts() {
  const search = route.useSearch();
  const navigate = useNavigate();
  const whyNot = useWhyNot("contexts:write");
  const [isWriting, setWriting] = useState(false);
  const open = useRows(useInfiniteQuery(contextQueries.conflicts(false)))?.length;
  const go = (change: ContextsSearch) =>
    void navigate({ to: "/contexts", search: { ...search, ...change }, replace: !change.tab });
  return (
    <Page
      title="Context"
      note="what sessions, agents and people share"
      actions={
        <Button look="primary" icon={<Plus />} whyNot={whyNot} onClick={() => setWriting(true)}>
          New entry
        </Button>
      }
    >
      <Tabs
        label="Context"
        tabs={[
          { name: "entries", label: "Entries" },
          { name: "conflicts", label: "Conflicts", count: open || undefined },
        ]}
        open={search.tab ?? "entries"}
        onOpen={(tab: ContextsTab) => go({ tab, entry: undefined, conflict: undefined })}
      >
        <TabPanel name="entries">
          <Entries search={search} onChange={go} />
        </TabPanel>
        <TabPanel name="conflicts">
          <Conflicts search={search} onChange={go} />
        </TabPanel>
      </Tabs>
      {isWriting && <WriteForm onClose={() => setWriting(false)} />}
    </Page>
  );
}

export const page = createLazyRoute("/shell/contexts")({ component: Contexts });
