import { CircleHelp, ShieldQuestion } from "lucide-react";
import { useState } from "react";
import { type Approval, allow, answer, deny, type Remember } from "@/api/approvals";
import { type Draft, isAnswered, NOTHING_SAID, questionsOf, toAnswers } from "@/lib/questions";
import { RelativeTime } from "./amounts";
import { AskedFor, canBeRemembered } from "./asked";
import { Button } from "./button";
import { TextInput } from "./field";
import { QuestionField } from "./question-field";
import { useDeed } from "./use-deed";

interface CardProps {
  approval: Approval;
  whyNot: string | null;
  /** Answered, or found to be answered already: read again what waits. */
  onDone(): void;
}

/** What an agent asks for, answered where it is read. */
export function ApprovalCard(props: CardProps) {
  const { kind, asker, tool, deadline_at, default_action } = props.approval;
  const isQuestion = kind === "question";
  const Icon = isQuestion ? CircleHelp : ShieldQuestion;
  return (
    <section
      aria-label={isQuestion ? `Question of ${asker}` : `${asker} asks to use ${tool}`}
      className="border-l-4 border-attention bg-attention-wash px-3 py-2"
    >
      <p className="flex flex-wrap items-center gap-x-2">
        <Icon aria-hidden className="size-4 text-attention" />
        <span className="font-medium">{isQuestion ? `${asker} asks` : `${asker} asks to use ${tool}`}</span>
        <span className="text-xs text-ink-soft">
          {default_action === "answer" ? "answered by the policy " : `${default_action} by the policy `}
          <RelativeTime at={deadline_at} isAhead />
        </span>
      </p>
      {isQuestion ? <Questions {...props} /> : <Permission {...props} />}
    </section>
  );
}

function Permission({ approval, whyNot, onDone }: CardProps) {
  const [reason, setReason] = useState("");
  const [isBusy, run] = useDeed();
  const doAllow = (remember: Remember) => run(() => allow(approval.id, remember), "Allowed.").finally(onDone);
  const doDeny = () => run(() => deny(approval.id, "once", reason.trim()), "Denied.").finally(onDone);
  return (
    <>
      <div className="mt-1.5 flex flex-col gap-2">
        <AskedFor approval={approval} />
      </div>
      <div className="mt-1.5 flex flex-wrap items-center gap-2">
        <Button size="small" look="primary" whyNot={whyNot} isBusy={isBusy} onClick={() => void doAllow("once")}>
          Allow once
        </Button>
        {canBeRemembered(approval) && (
          <Button size="small" whyNot={whyNot} isBusy={isBusy} onClick={() => void doAllow("always")}>
            Allow for this session
          </Button>
        )}
        <Button size="small" look="danger" whyNot={whyNot} isBusy={isBusy} onClick={() => void doDeny()}>
          Deny
        </Button>
        <TextInput
          aria-label="Reason for denying, which the agent reads"
          placeholder="Reason for denying; the agent reads it"
          className="h-6! min-w-40 flex-1 text-xs!"
          disabled={whyNot !== null}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </div>
    </>
  );
}

function Questions({ approval, whyNot, onDone }: CardProps) {
  const questions = questionsOf(approval.detail);
  const [drafts, setDrafts] = useState<Record<number, Draft>>({});
  const [isBusy, run] = useDeed();
  const doAnswer = () => run(() => answer(approval.id, toAnswers(questions, drafts)), "Answered.").finally(onDone);
  const isMissing = !questions.every((_, at) => isAnswered(drafts[at]));
  return (
    <div className="mt-1.5 flex flex-col items-start gap-3 [&>fieldset]:w-full">
      {questions.map((question, at) => (
        <QuestionField
          key={question.question}
          question={question}
          draft={drafts[at] ?? NOTHING_SAID}
          isOff={whyNot !== null}
          onChange={(draft) => setDrafts((now) => ({ ...now, [at]: draft }))}
        />
      ))}
      <Button
        size="small"
        look="primary"
        whyNot={whyNot ?? (isMissing ? "Answer each question first." : null)}
        isBusy={isBusy}
        onClick={() => void doAnswer()}
      >
        Answer
      </Button>
    </div>
  );
}
