import { useQuery } from "@tanstack/react-query";
import { createLazyRoute, getRouteApi, useNavigate } from "@tanstack/react-router";
import { Suspense, useCallback } from "react";
import { isNotFound } from "@/api/errors";
import { queries } from "@/api/queries";
import { isId } from "@/lib/links";
import { openTab, readTabAhead, type Session, sessionTabs } from "@/lib/session-tabs";
import { NotFound } from "@/ui/not-found";
import { Page } from "@/ui/page";
import { ErrorPanel, Skeleton } from "@/ui/panels";
import { TabPanel, Tabs } from "@/ui/tabs";
import { Actions } from "./actions";
import { SessionHeader } from "./header";
import { Summary } from "./summary";

const route = getRouteApi("/shell/sessions/$id");

function SessionPage() {
  const { id } = route.useParams();
  const session = useQuery({ ...queries.session(id), enabled: isId(id) });
  if (!isId(id) || isNotFound(session.error)) return <NotFound />;
  if (session.isPending) return <Skeleton rows={14} label="Loading the session" />;
  if (session.isError && !session.data) return <ErrorPanel error={session.error} onRetry={() => session.refetch()} />;
  return <OpenSession key={id} session={session.data} />;
}

function OpenSession({ session }: { session: Session }) {
  const search = route.useSearch();
  const navigate = useNavigate();
  const tabs = sessionTabs();
  const open = openTab(search.tab)?.name ?? "";
  const show = useCallback(
    (tab: string) => void navigate({ to: "/sessions/$id", params: { id: session.id }, search: { tab } }),
    [navigate, session.id],
  );
  return (
    <Page title={session.title} actions={<Actions session={session} />}>
      <SessionHeader session={session} />
      <Summary sessionId={session.id} />
      <Tabs
        label="Parts of this session"
        tabs={tabs.map(({ name, label, countOf }) => ({ name, label, count: countOf?.(session) }))}
        open={open}
        onOpen={show}
        onNear={readTabAhead}
      >
        {tabs.map(({ name, label, content: Content }) => (
          <TabPanel key={name} name={name}>
            <Suspense fallback={<Skeleton label={`Loading ${label}`} />}>
              <Content session={session} />
            </Suspense>
          </TabPanel>
        ))}
      </Tabs>
    </Page>
  );
}

export const page = createLazyRoute("/shell/sessions/$id")({ component: SessionPage });
