import { Ban, Check, CirclePause, CirclePlay, Eye, Upload } from "lucide-react";
import { type ReactNode, useMemo, useState } from "react";
import { useWhyNot } from "@/api/me";
import { type Plan, type PlanDeed, planQueries, plans } from "@/api/plans";
import { queryClient } from "@/api/queries";
import { useCommands } from "@/lib/commands";
import { isOnThisMachine } from "@/lib/repository";
import { Button } from "@/ui/button";
import { ConfirmDialog } from "@/ui/dialog";
import { toast, toastError } from "@/ui/toast";
import { canDo } from "./deeds";

const DONE: Record<PlanDeed, string> = {
  approve: "Approved: its tasks begin.",
  pause: "Nothing more of it begins, and what works is paused.",
  resume: "It goes on.",
  cancel: "Cancelled. Its branch stays as it is.",
  see: "Seen: it has left the inbox.",
};
const LABELS: Record<PlanDeed, string> = {
  approve: "Approve",
  pause: "Pause",
  resume: "Resume",
  cancel: "Cancel",
  see: "Seen",
};
const ICONS: Record<PlanDeed, ReactNode> = {
  approve: <Check />,
  pause: <CirclePause />,
  resume: <CirclePlay />,
  cancel: <Ban />,
  see: <Eye />,
};
const DEEDS = Object.keys(LABELS) as PlanDeed[];

/** What can be done to the plan as it stands; to cancel it is asked about once more. */
export function PlanActions({ plan }: { plan: Plan }) {
  const whyNot = useWhyNot("sessions:write");
  const [busy, setBusy] = useState<PlanDeed | null>(null);
  const [isAsking, setAsking] = useState(false);
  const run = async (deed: PlanDeed) => {
    setBusy(deed);
    try {
      await plans.act(deed, plan.id);
      toast(DONE[deed]);
    } finally {
      setBusy(null);
    }
  };
  const begin = (deed: PlanDeed) => (deed === "cancel" ? setAsking(true) : void run(deed).catch(toastError));
  useDeclared(plan, whyNot, begin);
  return (
    <>
      {DEEDS.filter((deed) => canDo(deed, plan)).map((deed) => (
        <Button
          key={deed}
          look={deed === "cancel" ? "danger" : deed === "pause" || deed === "see" ? "plain" : "primary"}
          icon={ICONS[deed]}
          whyNot={whyNot}
          isBusy={busy === deed}
          onClick={() => begin(deed)}
        >
          {LABELS[deed]}
        </Button>
      ))}
      {plan.head_commit && <Push plan={plan} whyNot={whyNot} />}
      <ConfirmDialog
        isOpen={isAsking}
        onOpenChange={setAsking}
        title="Cancel the plan"
        description="Its sessions are cancelled, and nothing more of it begins. What is merged stays on its branch."
        confirmLabel="Cancel the plan"
        isDangerous
        onConfirm={() => run("cancel")}
      />
    </>
  );
}

/** What is on the branch goes to where the repository came from. */
function Push({ plan, whyNot }: { plan: Plan; whyNot: string | null }) {
  const [isAsking, setAsking] = useState(false);
  const run = async () => {
    const { moved, commit } = await plans.push(plan.id);
    await queryClient.invalidateQueries({ queryKey: planQueries.one(plan.id).queryKey });
    toast(moved ? `Pushed ${commit.slice(0, 10)}.` : `It is at ${commit.slice(0, 10)} there already.`);
  };
  return (
    <>
      <Button icon={<Upload />} whyNot={whyNot ?? whyNotPush(plan)} onClick={() => setAsking(true)}>
        Push
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onOpenChange={setAsking}
        title="Push the branch"
        description={`${plan.branch} goes to ${plan.repository}.`}
        confirmLabel="Push"
        onConfirm={run}
      />
    </>
  );
}

function whyNotPush({ repository }: Plan): string | null {
  if (repository === null) return "It has no repository to push to.";
  return isOnThisMachine(repository) ? "The repository is on the orchestrator's machine: the branch is in it." : null;
}

function useDeclared(plan: Plan, whyNot: string | null, begin: (deed: PlanDeed) => void): void {
  useCommands(
    // biome-ignore lint/correctness/useExhaustiveDependencies: what begins a deed differs with nothing but the plan.
    useMemo(
      () =>
        DEEDS.filter((deed) => canDo(deed, plan)).map((deed) => ({
          id: `plan-${deed}`,
          label: `${LABELS[deed]} this plan`,
          whyNot,
          run: () => begin(deed),
        })),
      [plan.id, plan.status, plan.seen_at, whyNot],
    ),
  );
}
