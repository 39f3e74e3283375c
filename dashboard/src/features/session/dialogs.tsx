import { useState } from "react";
import { decide, keepSession, push, rebase } from "@/api/session-deeds";
import type { Session } from "@/lib/session-tabs";
import type { Deed } from "@/lib/status";
import { ConfirmDialog } from "@/ui/dialog";
import { Field, TextArea, TextInput } from "@/ui/field";
import { ForkDialog } from "@/ui/fork-dialog";
import { toast } from "@/ui/toast";
import { RatingDialog, RevertedDialog } from "./feedback";

export type Asking =
  | "stop"
  | "cancel"
  | "retry"
  | "fork"
  | "accept"
  | "reject"
  | "push"
  | "rebase"
  | "rate"
  | "reverted";

interface DialogsProps {
  session: Session;
  asking: Asking | null;
  onClose(): void;
  run(deed: Deed): Promise<void>;
}

/** One dialog for each deed that is asked about; none while `asking` is null. */
export function DeedDialogs(props: DialogsProps) {
  const { asking } = props;
  if (asking === null) return null;
  if (asking === "fork") return <ForkDialog session={props.session} onClose={props.onClose} />;
  if (asking === "accept" || asking === "reject") return <DecisionDialog {...props} decision={asking} />;
  if (asking === "rate") return <RatingDialog session={props.session} onClose={props.onClose} />;
  if (asking === "reverted") return <RevertedDialog session={props.session} onClose={props.onClose} />;
  if (asking === "rebase") return <RebaseDialog {...props} />;
  if (asking === "push") return <PushDialog {...props} />;
  return <EndDialog {...props} deed={asking} />;
}

const ENDS = {
  stop: {
    title: "Stop this session",
    says: "Its turn is cut short. What it has done so far stays on its branch, and a message starts it again.",
    confirm: "Stop it",
    isDangerous: true,
  },
  cancel: {
    title: "Cancel this session for good",
    says: "It ends at once and takes no message any more. Work since its last checkpoint is lost.",
    confirm: "Cancel it",
    isDangerous: true,
  },
  retry: {
    title: "Hand it in again",
    says: "A new session begins with the same prompt, from the base as it is now. This one stays as it is.",
    confirm: "Hand it in again",
    isDangerous: false,
  },
};

function EndDialog({ deed, onClose, run }: DialogsProps & { deed: keyof typeof ENDS }) {
  const { title, says, confirm, isDangerous } = ENDS[deed];
  return (
    <ConfirmDialog
      isOpen
      onOpenChange={onClose}
      title={title}
      description={says}
      confirmLabel={confirm}
      isDangerous={isDangerous}
      onConfirm={() => run(deed)}
    />
  );
}

function DecisionDialog({ session, decision, onClose }: DialogsProps & { decision: "accept" | "reject" }) {
  const [reason, setReason] = useState("");
  const isReject = decision === "reject";
  const confirm = async () => {
    keepSession(await decide(session.id, decision, reason.trim()));
    toast(isReject ? "Rejected." : "Accepted.");
  };
  return (
    <ConfirmDialog
      isOpen
      onOpenChange={onClose}
      title={isReject ? "Reject the result" : "Accept the result"}
      description={
        isReject
          ? "It stays on its branch. To have it mended instead, say below the transcript what is wrong."
          : "It no longer waits for a review. Nothing is pushed or merged by this."
      }
      confirmLabel={isReject ? "Reject" : "Accept"}
      isDangerous={isReject}
      onConfirm={confirm}
    >
      <Field label="Reason" hint="Kept with the session and in the audit log. May be left out.">
        {(ids) => <TextArea {...ids} value={reason} onChange={(event) => setReason(event.target.value)} />}
      </Field>
    </ConfirmDialog>
  );
}

function PushDialog({ session, onClose }: DialogsProps) {
  const confirm = async () => {
    const { branch, commit, moved } = await push(session.id);
    toast(moved ? `${branch} is pushed, at ${commit.slice(0, 10)}.` : `${branch} was at this commit already.`);
  };
  return (
    <ConfirmDialog
      isOpen
      onOpenChange={onClose}
      title="Push the branch"
      description={`${session.branch} is pushed to ${session.repository}.`}
      confirmLabel="Push"
      onConfirm={confirm}
    />
  );
}

function RebaseDialog({ session, onClose }: DialogsProps) {
  const [onto, setOnto] = useState("");
  const confirm = async () => {
    keepSession(await rebase(session.id, onto.trim()));
    toast("It is done when no turn runs. A conflict becomes a turn of the agent.");
  };
  return (
    <ConfirmDialog
      isOpen
      onOpenChange={onClose}
      title="Put the work upon its base as that is now"
      description="What comes of it is verified again. A paused or finished session goes on for it."
      confirmLabel="Rebase"
      onConfirm={confirm}
    >
      <Field label="Onto" hint="A branch, tag or commit. Empty: the branch that it began with.">
        {(ids) => (
          <TextInput
            {...ids}
            placeholder={session.base_ref ?? ""}
            value={onto}
            onChange={(event) => setOnto(event.target.value)}
          />
        )}
      </Field>
    </ConfirmDialog>
  );
}
