import { useQuery } from "@tanstack/react-query";
import { createLazyRoute, getRouteApi } from "@tanstack/react-router";
import { useWhyNot } from "@/api/me";
import { queries } from "@/api/queries";
import { Page } from "@/ui/page";
import { EmptyState, ErrorPanel, Skeleton } from "@/ui/panels";
import { SessionLink } from "@/ui/session-link";
import { draft } from "./draft";
import { EMPTY, formOf } from "./form";
import { SessionForm } from "./session-form";

const route = getRouteApi("/shell/new");

function NewSession() {
  const { from, repository } = route.useSearch();
  const whyNot = useWhyNot("sessions:write");
  if (whyNot) {
    return (
      <Page title="New session">
        <EmptyState title="You cannot hand in work here">{whyNot} Ask an ADMIN of the tenant for it.</EmptyState>
      </Page>
    );
  }
  if (from) return <Again key={from} id={from} />;
  const begun = draft() ?? EMPTY;
  return (
    <Page title="New session">
      <SessionForm initial={repository ? { ...begun, repository } : begun} keepsDraft />
    </Page>
  );
}

/** The same request once more, to be changed first. */
function Again({ id }: { id: string }) {
  const session = useQuery({ ...queries.session(id), staleTime: Number.POSITIVE_INFINITY });
  return (
    <Page
      title="Hand in again"
      note={
        session.data && (
          <>
            as <SessionLink id={id}>{session.data.title}</SessionLink>, changed
          </>
        )
      }
    >
      {session.isPending && <Skeleton rows={10} label="Loading the session" />}
      {session.isError && <ErrorPanel error={session.error} onRetry={() => session.refetch()} />}
      {session.data && <SessionForm initial={formOf(session.data)} />}
    </Page>
  );
}

export const page = createLazyRoute("/shell/new")({ component: NewSession });
