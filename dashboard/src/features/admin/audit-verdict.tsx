import { useQuery } from "@tanstack/react-query";
import { Hourglass, ShieldCheck, ShieldX } from "lucide-react";
import { useEffect } from "react";
import { adminQueries } from "@/api/admin";
import { moment } from "@/lib/time";
import { type State, StateBadge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { CopyButton } from "@/ui/copy-button";
import { toastError } from "@/ui/toast";

/** What the server found when it was asked, and when that was; never more than that. */
export function AuditVerdict() {
  const { data, isFetching, error, refetch } = useQuery(adminQueries.auditVerdict());
  useEffect(() => {
    if (error) toastError(error);
  }, [error]);
  const state = (): State => {
    if (error) return { label: "Not checked", tone: "bad", icon: ShieldX };
    if (!data) return { label: "Checking…", tone: "neutral", icon: Hourglass };
    if (data.intact) return { label: "Chain intact", tone: "good", icon: ShieldCheck };
    return { label: `Broken at entry ${data.broken_at}`, tone: "bad", icon: ShieldX };
  };
  return (
    <div
      role="status"
      aria-label="Verification"
      className="flex min-h-11 shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 py-1.5 text-xs text-ink-faint"
    >
      <StateBadge state={state()} />
      {data && (
        <>
          <span>
            {data.problem ?? `${data.entries} entries, each with the hash of the one before`}; checked at{" "}
            <time dateTime={data.checked_at} className="numbers">
              {moment(data.checked_at)}
            </time>
          </span>
          <span className="numbers flex items-center gap-1" title={data.head_hash}>
            head {data.head_hash.slice(0, 12)}{" "}
            <CopyButton
              text={`${data.entries} ${data.head_hash}`}
              label="Copy count and head, to keep them elsewhere"
            />
          </span>
        </>
      )}
      <Button size="small" className="ml-auto" isBusy={isFetching} onClick={() => void refetch()}>
        Check again
      </Button>
    </div>
  );
}
