import { useQuery } from "@tanstack/react-query";
import { approvalQueries } from "@/api/approvals";
import { useMe } from "@/api/me";
import { queryClient } from "@/api/queries";
import { whyNot } from "@/lib/permissions";
import type { Session } from "@/lib/session-tabs";
import { ApprovalCard } from "@/ui/approval-card";
import { ErrorPanel } from "@/ui/panels";

/** What the agent of this session waits for, answered in place. */
export function Approvals({ session }: { session: Session }) {
  const me = useMe();
  const approvals = useQuery(approvalQueries.pendingOf(session.id));
  if (approvals.isError && !approvals.data)
    return <ErrorPanel error={approvals.error} onRetry={() => approvals.refetch()} />;
  const pending = approvals.data?.items ?? [];
  if (pending.length === 0) return null;
  const refresh = () =>
    void queryClient.invalidateQueries({ queryKey: approvalQueries.pendingOf(session.id).queryKey });
  return (
    <div className="flex max-h-[45vh] shrink-0 flex-col gap-px overflow-y-auto border-t border-line">
      {pending.map((approval) => (
        <ApprovalCard key={approval.id} approval={approval} whyNot={whyNot(me, "sessions:write")} onDone={refresh} />
      ))}
    </div>
  );
}
