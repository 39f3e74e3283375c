import { useState } from "react";
import { keepSession, rate, sayReverted } from "@/api/session-deeds";
import type { Session } from "@/lib/session-tabs";
import { ConfirmDialog } from "@/ui/dialog";
import { Field, Select, TextArea } from "@/ui/field";
import { toast } from "@/ui/toast";

type Choice = "good" | "bad" | "none";

const SAID: Record<Choice, string> = { good: "Rated good.", bad: "Rated bad.", none: "The rating is taken back." };

interface FeedbackProps {
  session: Session;
  onClose(): void;
}

/** How the work was done, which is another thing than whether its result is accepted. */
export function RatingDialog({ session, onClose }: FeedbackProps) {
  const [choice, setChoice] = useState<Choice>(session.rating?.value ?? "good");
  const [comment, setComment] = useState(session.rating?.comment ?? "");
  const confirm = async () => {
    keepSession(await rate(session.id, choice === "none" ? null : choice, comment.trim()));
    toast(SAID[choice]);
  };
  return (
    <ConfirmDialog
      isOpen
      onOpenChange={onClose}
      title="Rate the work"
      description="The record of its agent goes by it. It neither accepts nor rejects the result."
      confirmLabel="Rate"
      onConfirm={confirm}
    >
      <Field label="Rating">
        {(ids) => (
          <Select {...ids} value={choice} onChange={(event) => setChoice(event.target.value as Choice)}>
            <option value="good">Good</option>
            <option value="bad">Bad</option>
            <option value="none">No rating</option>
          </Select>
        )}
      </Field>
      <Field label="Comment" hint="Kept with the session and in the audit log. May be left out.">
        {(ids) => <TextArea {...ids} value={comment} onChange={(event) => setComment(event.target.value)} />}
      </Field>
    </ConfirmDialog>
  );
}

export function RevertedDialog({ session, onClose }: FeedbackProps) {
  const [reason, setReason] = useState("");
  const isTakenBack = session.reverted?.counts === true;
  const confirm = async () => {
    keepSession(await sayReverted(session.id, !isTakenBack, reason.trim()));
    toast(isTakenBack ? "It counts as not reverted." : "It counts against its agent.");
  };
  return (
    <ConfirmDialog
      isOpen
      onOpenChange={onClose}
      title={isTakenBack ? "The work was not reverted" : "The work was reverted"}
      description={
        isTakenBack
          ? "It no longer counts against its agent, whatever commits say."
          : "It was taken back after it had been handed over. Nothing is changed by this but the record of its agent."
      }
      confirmLabel={isTakenBack ? "It was not" : "It was"}
      onConfirm={confirm}
    >
      <Field label="Reason" hint="Kept with the session and in the audit log. May be left out.">
        {(ids) => <TextArea {...ids} value={reason} onChange={(event) => setReason(event.target.value)} />}
      </Field>
    </ConfirmDialog>
  );
}
