import { useNavigate } from "@tanstack/react-router";
import { Ban, Check, CirclePlay, Eye, Upload, Workflow } from "lucide-react";
import { useState } from "react";
import type { InboxItem } from "@/api/inbox";
import { type PlanDeed, plans } from "@/api/plans";
import { unhidden } from "@/lib/hidden";
import { useShortcuts } from "@/lib/keys";
import { planPage } from "@/lib/links";
import { VerificationBadge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { ConfirmDialog } from "@/ui/dialog";
import { Literal, Part } from "@/ui/literal";
import { type DetailProps, Parts } from "./parts";
import { useDeeds, useWhyNotDo } from "./use-deed";

type InboxPlan = NonNullable<InboxItem["plan"]>;

/** What takes a plan out of the inbox, by how it stands. */
const FIRST = {
  awaiting_approval: { deed: "approve", label: "Approve", icon: <Check />, done: "Approved: its tasks begin." },
  blocked: { deed: "resume", label: "Resume", icon: <CirclePlay />, done: "It goes on." },
  failed: { deed: "see", label: "Seen", icon: <Eye />, done: "Seen. What was merged stays on its branch." },
  completed: { deed: "see", label: "Seen", icon: <Eye />, done: "Seen." },
} as const satisfies Record<InboxPlan["status"], { deed: PlanDeed; label: string; icon: unknown; done: string }>;

export function PlanDetail({ item, plan, onDone }: DetailProps & { plan: InboxPlan }) {
  const { isBusy, run, send } = useDeeds(onDone);
  const whyNot = useWhyNotDo(item);
  const navigate = useNavigate();
  const [isAsking, setAsking] = useState(false);
  const { deed, label, icon, done } = FIRST[plan.status];
  const canPush = item.actions.some(({ name }) => name === "push");
  const canCancel = item.actions.some(({ name }) => name === "cancel");
  const open = () => void navigate(planPage(plan.id));
  const first = () => run(deed, () => plans.act(deed, plan.id), done);
  const push = () => run("push", () => plans.push(plan.id), "Pushed.");
  const cancel = async () =>
    send("cancel", () => plans.act("cancel", plan.id), "Cancelled. Its branch stays as it is.");
  useShortcuts([
    { keys: "Enter", label: "Open the plan", run: open },
    { keys: "a", label: `${label} (plan)`, run: () => whyNot(deed) === null && first() },
    { keys: "p", label: "Push it again", run: () => canPush && whyNot("push") === null && push() },
    { keys: "d", label: "Cancel it, after a question", run: () => canCancel && !whyNot("cancel") && setAsking(true) },
  ]);
  const keys: [string, string][] = [
    ["⏎", "open"],
    ["a", label.toLowerCase()],
    ...(canPush ? [["p", "push"] as [string, string]] : []),
  ];
  const deeds = (
    <div className="grid grid-cols-2 gap-2 sm:flex sm:flex-wrap">
      <Button look="primary" icon={<Workflow />} onClick={open}>
        Open the plan
      </Button>
      <Button icon={icon} whyNot={whyNot(deed)} isBusy={isBusy} onClick={first}>
        {label}
      </Button>
      {canPush && (
        <Button icon={<Upload />} whyNot={whyNot("push")} isBusy={isBusy} onClick={push}>
          Push again
        </Button>
      )}
      {canCancel && (
        <Button look="danger" icon={<Ban />} whyNot={whyNot("cancel")} isBusy={isBusy} onClick={() => setAsking(true)}>
          Cancel…
        </Button>
      )}
    </div>
  );
  return (
    <Parts keys={canCancel ? [...keys, ["d", "cancel"]] : keys} deeds={deeds}>
      {plan.verification && <VerificationBadge verification={plan.verification} />}
      <p className="break-words">{unhidden(item.summary)}</p>
      <Part title="What helps">
        <p className="break-words">{unhidden(plan.hint)}</p>
      </Part>
      <Part title="Its goal">
        <Literal isLong>{plan.goal}</Literal>
      </Part>
      <ConfirmDialog
        isOpen={isAsking}
        onOpenChange={setAsking}
        title="Cancel the plan"
        description="Its sessions are cancelled, and nothing more of it begins. What is merged stays on its branch."
        confirmLabel="Cancel the plan"
        isDangerous
        onConfirm={cancel}
      />
    </Parts>
  );
}
