import { useQuery } from "@tanstack/react-query";
import { Send, X } from "lucide-react";
import { type RefObject, useRef, useState } from "react";
import { type Approval, answer, approvalQueries, deny } from "@/api/approvals";
import { useShortcuts } from "@/lib/keys";
import { type Draft, isAnswered, NOTHING_SAID, type Question, questionsOf, toAnswers } from "@/lib/questions";
import { Button } from "@/ui/button";
import { Loaded } from "@/ui/panels";
import { QuestionField } from "@/ui/question-field";
import { type DetailProps, Parts } from "./parts";
import { ReasonForm } from "./reason-form";
import { useDeeds, useWhyNotDo } from "./use-deed";

export function QuestionDetail({ approvalId, ...rest }: DetailProps & { approvalId: string }) {
  const asked = useQuery(approvalQueries.one(approvalId));
  return (
    <Loaded query={asked} label="the question">
      {(approval) => <Asked approval={approval} {...rest} />}
    </Loaded>
  );
}

function Asked({ item, approval, onDone }: DetailProps & { approval: Approval }) {
  const { isBusy, isSending, send } = useDeeds(onDone);
  const whyNot = useWhyNotDo(item);
  const [drafts, setDrafts] = useState<Record<number, Draft>>({});
  const [isRefusing, setRefusing] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const may = { answer: whyNot("answer"), deny: whyNot("deny") };
  useShortcuts([
    { keys: "a", label: "Answer", run: () => form.current?.querySelector<HTMLElement>("input")?.focus() },
    { keys: "d", label: "Leave it unanswered, with a reason", run: () => may.deny === null && setRefusing(true) },
  ]);
  const questions = questionsOf(approval.detail);
  const isMissing = !questions.every((_, at) => isAnswered(drafts[at]));
  const reply = () => {
    if (isMissing || may.answer !== null) return;
    send("answer", () => answer(approval.id, toAnswers(questions, drafts)), "Answered. The agent goes on.");
  };
  const refuse = (reason: string) =>
    send("deny", () => deny(approval.id, "once", reason), "Left unanswered. The agent goes on without.");
  const deeds = isRefusing ? (
    <ReasonForm
      label="Why it stays unanswered"
      hint="The agent reads it in place of an answer. May be left empty."
      confirmLabel="Leave unanswered"
      look="danger"
      isBusy={isSending}
      onSend={refuse}
      onCancel={() => setRefusing(false)}
    />
  ) : (
    <div className="grid grid-cols-2 gap-2 sm:flex">
      <Button
        look="primary"
        icon={<Send />}
        whyNot={may.answer ?? (isMissing ? "Choose or write an answer to every question." : null)}
        isBusy={isBusy}
        onClick={reply}
      >
        Answer
      </Button>
      <Button icon={<X />} whyNot={may.deny} isBusy={isBusy} onClick={() => setRefusing(true)}>
        Leave unanswered…
      </Button>
    </div>
  );
  return (
    <Parts
      keys={[
        ["a", "answer"],
        ["d", "leave unanswered"],
      ]}
      deeds={deeds}
    >
      <QuestionForm
        form={form}
        questions={questions}
        drafts={drafts}
        isOff={may.answer !== null}
        onChange={(at, draft) => setDrafts((now) => ({ ...now, [at]: draft }))}
        onSend={reply}
      />
    </Parts>
  );
}

interface FormProps {
  form: RefObject<HTMLFormElement | null>;
  questions: readonly Question[];
  drafts: Record<number, Draft>;
  isOff: boolean;
  onChange(at: number, draft: Draft): void;
  onSend(): void;
}

/** ⌘ Enter sends it; Escape leaves the field, so that the keys of the page hold again. */
function QuestionForm({ form, questions, drafts, isOff, onChange, onSend }: FormProps) {
  return (
    <form
      ref={form}
      className="flex flex-col gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        onSend();
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) onSend();
        else if (event.key === "Escape" && event.target instanceof HTMLElement) event.target.blur();
      }}
    >
      {questions.map((question, at) => (
        <QuestionField
          key={question.question}
          question={question}
          draft={drafts[at] ?? NOTHING_SAID}
          isOff={isOff}
          onChange={(draft) => onChange(at, draft)}
        />
      ))}
    </form>
  );
}
