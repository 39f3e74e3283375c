import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useMe } from "@/api/me";
import { sessionPage } from "@/api/queries";
import { statusesFor } from "@/lib/status";
import { ConfirmDialog } from "@/ui/dialog";
import { ErrorPanel } from "@/ui/panels";
import { toast } from "@/ui/toast";
import { type Refusal, stopEverything, told } from "./bulk";

interface StopAllProps {
  isOpen: boolean;
  onOpenChange(isOpen: boolean): void;
  onRefused(refusals: Refusal[]): void;
}

/** Stops whatever can be stopped in the tenant, on whichever page of the list it is. */
export function StopAll({ isOpen, onOpenChange, onRefused }: StopAllProps) {
  const { memberships, tenant_id } = useMe();
  const [asked, setAsked] = useState(0);
  const open = useQuery({
    queryKey: ["sessions", "stoppable"],
    queryFn: ({ signal }) => stoppable(signal),
    enabled: isOpen,
    staleTime: 0,
  });
  const { data: found } = open;
  const tenant = memberships.find((one) => one.tenant_id === tenant_id)?.name ?? "this tenant";
  const stop = async () => {
    setAsked(0);
    const result = await stopEverything(setAsked);
    const { text, hint } = told("stop", result);
    toast(text, hint);
    onRefused(result.refused);
  };
  return (
    <ConfirmDialog
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      title="Stop all sessions"
      isDangerous
      confirmLabel={found === undefined ? "Counting…" : `Stop ${found} ${found === "1" ? "session" : "sessions"}`}
      whyNot={
        found === undefined
          ? "It is being counted how many there are."
          : found === "0"
            ? "No session is under way."
            : null
      }
      onConfirm={stop}
      description={
        <>
          Every session of <strong className="text-ink">{tenant}</strong> that works, waits, is queued or paused ends,
          whatever the filters show. Each keeps its last checkpoint and can go on with a message.
        </>
      }
    >
      {found === "0" && <p>No session is under way.</p>}
      {open.isError && <ErrorPanel error={open.error} onRetry={() => open.refetch()} />}
      {asked > 0 && (
        <p role="status" className="numbers">
          {asked} asked to stop
        </p>
      )}
    </ConfirmDialog>
  );
}

/** How many there are: exactly while they fit on a page. */
async function stoppable(signal: AbortSignal): Promise<string> {
  const page = await sessionPage({ status: [...statusesFor("stop")] }, null, signal);
  return `${page.items.length}${page.next_cursor ? "+" : ""}`;
}
