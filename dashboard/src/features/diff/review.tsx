/** The review beside the diff: what is gathered, sent as one message, and the decision on the result. */
import { useMutation } from "@tanstack/react-query";
import { Check, Pencil, Send, Trash2, X } from "lucide-react";
import { useState } from "react";
import { useWhyNot } from "@/api/me";
import { decide, keepSession, type NewMessage, say } from "@/api/session-deeds";
import { unhiddenName } from "@/lib/hidden";
import { sendingOnce } from "@/lib/once";
import type { Session } from "@/lib/session-tabs";
import { isFinal } from "@/lib/status";
import { counted } from "@/lib/words";
import { Badge } from "@/ui/badge";
import { Button, IconButton } from "@/ui/button";
import { ConfirmDialog } from "@/ui/dialog";
import { Field, TextArea } from "@/ui/field";
import { toast, toastError } from "@/ui/toast";
import type { Draft, Drafts } from "./kept";
import { linesInWords } from "./notes";

interface ReviewProps {
  session: Session;
  drafts: Drafts;
  onShow(draft: Draft): void;
  onEdit(draft: Draft): void;
  onSent(): void;
}

export function Review({ session, drafts, onShow, onEdit, onSent }: ReviewProps) {
  const whyNotWrite = useWhyNot("sessions:write");
  const [once] = useState(sendingOnce);
  const send = useMutation({
    mutationFn: () => {
      const message = messageOf(drafts);
      return once(message, (key) => say(session.id, message, key));
    },
    onSuccess: () => {
      drafts.clear();
      toast("The review is sent.", "The agent takes all comments in its next turn.");
      onSent();
    },
    onError: toastError,
  });
  const isEmpty = drafts.comments.length === 0 && drafts.text.trim() === "";
  const whyNot = whyNotWrite ?? overForGood(session) ?? (isEmpty ? "Comment on a line, or say something." : null);
  return (
    <aside aria-label="Review" className="flex shrink-0 flex-col border-line max-lg:border-t lg:w-80 lg:border-l">
      <div className="min-h-0 grow overflow-y-auto p-3">
        <h2 className="mb-2 flex items-center gap-2 font-semibold">
          Review <span className="numbers text-2xs text-ink-faint">{counted(drafts.comments.length, "comment")}</span>
        </h2>
        {drafts.comments.length === 0 && (
          <p className="text-xs text-ink-faint">
            Choose lines and press <kbd className="font-mono">c</kbd>, or click the + beside a line. All comments go to
            the agent as one message.
          </p>
        )}
        <ul aria-label="Comments to send" className="flex flex-col gap-px">
          {drafts.comments.map((draft) => (
            <li key={draft.id} className="border border-line bg-raised p-2">
              <div className="flex items-start gap-1">
                <button type="button" className="min-w-0 grow text-left" onClick={() => onShow(draft)}>
                  <span className="block truncate font-mono text-2xs text-ink-soft" title={draft.path}>
                    {unhiddenName(draft.path)}
                  </span>
                  <span className="text-2xs text-ink-faint">{linesInWords(draft)}</span>
                </button>
                <IconButton label="Edit the comment" size="small" className="w-6!" onClick={() => onEdit(draft)}>
                  <Pencil />
                </IconButton>
                <IconButton
                  label="Delete the comment"
                  size="small"
                  className="w-6!"
                  onClick={() => drafts.remove(draft.id)}
                >
                  <Trash2 />
                </IconButton>
              </div>
              <p className="line-clamp-3 text-xs whitespace-pre-wrap">{draft.body}</p>
            </li>
          ))}
        </ul>
        <div className="mt-3">
          <Field label="Say something about the whole (optional)">
            {(ids) => (
              <TextArea {...ids} value={drafts.text} onChange={(event) => drafts.setText(event.target.value)} />
            )}
          </Field>
        </div>
      </div>
      <div className="flex flex-col gap-2 border-t border-line p-3">
        <Button look="primary" icon={<Send />} whyNot={whyNot} isBusy={send.isPending} onClick={() => send.mutate()}>
          {drafts.comments.length > 0 ? `Send ${drafts.comments.length} to the agent` : "Send to the agent"}
        </Button>
        <Decide session={session} whyNotWrite={whyNotWrite} />
      </div>
    </aside>
  );
}

function overForGood({ status }: Session): string | null {
  return status === "cancelled" ? "This session was cancelled: fork it or hand it in again." : null;
}

function messageOf({ text, comments }: Drafts): NewMessage {
  const said = text.trim() === "" ? undefined : text;
  if (comments.length === 0) return { kind: "message", text: said };
  return {
    kind: "review_comment",
    text: said,
    comments: comments.map(({ path, side, line, endLine, body }) => ({ path, side, line, end_line: endLine, body })),
  };
}

type Verdict = "accept" | "reject";

function Decide({ session, whyNotWrite }: { session: Session; whyNotWrite: string | null }) {
  const [asked, setAsked] = useState<Verdict | null>(null);
  const [reason, setReason] = useState("");
  if (session.decision) {
    const by = session.decided_by ? ` by ${session.decided_by}` : "";
    return (
      <p className="flex flex-wrap items-center gap-2 text-xs text-ink-soft">
        <Badge tone={session.decision === "accepted" ? "good" : "bad"}>{session.decision}</Badge>
        {`${by}${session.decision_reason ? `: ${session.decision_reason}` : ""}`}
      </p>
    );
  }
  const isDecidable = isFinal(session.status) && session.status !== "cancelled";
  const whyNot = whyNotWrite ?? (isDecidable ? null : "There is no result to decide on yet.");
  const confirm = async () => {
    keepSession(await decide(session.id, asked as Verdict, reason.trim()));
    toast(asked === "accept" ? "The result is accepted." : "The result is rejected.");
  };
  return (
    <div className="flex gap-2">
      <Button className="grow" icon={<Check />} whyNot={whyNot} onClick={() => setAsked("accept")}>
        Accept
      </Button>
      <Button className="grow" look="danger" icon={<X />} whyNot={whyNot} onClick={() => setAsked("reject")}>
        Reject
      </Button>
      <ConfirmDialog
        isOpen={asked !== null}
        onOpenChange={(isOpen) => !isOpen && setAsked(null)}
        title={asked === "accept" ? "Accept the result" : "Reject the result"}
        confirmLabel={asked === "accept" ? "Accept" : "Reject"}
        isDangerous={asked === "reject"}
        onConfirm={confirm}
      >
        <Field label="Why (optional)">
          {(ids) => <TextArea {...ids} value={reason} onChange={(event) => setReason(event.target.value)} />}
        </Field>
      </ConfirmDialog>
    </div>
  );
}
