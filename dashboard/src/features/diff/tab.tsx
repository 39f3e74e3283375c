import { useQuery } from "@tanstack/react-query";
import type { Session } from "@/lib/session-tabs";
import { EmptyState, ErrorPanel, Skeleton } from "@/ui/panels";
import { Changes } from "./changes";
import { diffQueries } from "./queries";

/** What the session changed: files, the changes of one of them, and the review of it all. */
export default function Diff({ session }: { session: Session }) {
  const changed = { of: "session", id: session.id } as const;
  const files = useQuery(diffQueries.files(changed, session.commit));
  if (session.commit === null) {
    return (
      <EmptyState title="Nothing to review yet">
        The changes are here as soon as the agent has finished its first turn, or has been paused.
      </EmptyState>
    );
  }
  if (files.isPending) return <Skeleton rows={12} label="Loading the changed files" />;
  if (files.isError && !files.data) return <ErrorPanel error={files.error} onRetry={() => files.refetch()} />;
  return <Changes changed={changed} session={session} all={files.data.files} commit={files.data.commit} />;
}
