import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Check, FileDiff, MessageSquare, Pencil, RotateCcw, X } from "lucide-react";
import { useState } from "react";
import { act, queries, type Session } from "@/api/queries";
import { decide } from "@/api/session-deeds";
import { useShortcuts } from "@/lib/keys";
import { handInAgain, sessionPath } from "@/lib/links";
import { canDo } from "@/lib/status";
import { Button } from "@/ui/button";
import { Loaded } from "@/ui/panels";
import { type DetailProps, Parts } from "./parts";
import { ReasonForm } from "./reason-form";
import { SessionFacts } from "./session-facts";
import { useDeeds, useWhyNotDo } from "./use-deed";

/** A session that has ended: its result is accepted or rejected, or it goes on with what is said to it. */
export function ResultDetail({ sessionId, ...rest }: DetailProps & { sessionId: string }) {
  const session = useQuery(queries.session(sessionId));
  const [writing, setWriting] = useState<Writing>(null);
  const whyNot = useWhyNotDo(rest.item);
  const write = (what: "reject" | "message") => whyNot(what) === null && setWriting(what);
  // Heard while the result is still on the way.
  useShortcuts([
    { keys: "d", label: "Reject, with a reason", run: () => write("reject") },
    { keys: "m", label: "Say something", run: () => write("message") },
  ]);
  return (
    <Loaded query={session} label="the result">
      {(found) => <Result session={found} writing={writing} setWriting={setWriting} {...rest} />}
    </Loaded>
  );
}

type Writing = "reject" | "message" | null;

interface ResultProps extends DetailProps {
  session: Session;
  writing: Writing;
  setWriting(what: Writing): void;
}

function Result({ item, session, writing, setWriting, onDone }: ResultProps) {
  const { isBusy, isSending, run, send, sayTo } = useDeeds(onDone);
  const whyNot = useWhyNotDo(item);
  const navigate = useNavigate();
  const { id } = session;
  const review = () => void navigate({ to: sessionPath(id) as string, search: { tab: "diff" } as object });
  const accept = () => run("accept", () => decide(id, "accept", ""), "Accepted.");
  const retry = () => run("retry", () => act("retry", id), "Handed in again, as a new session that names this one.");
  useShortcuts([
    { keys: "Enter", label: "Review the diff", run: review },
    { keys: "a", label: "Accept", run: () => whyNot("accept") === null && accept() },
  ]);
  const deeds = {
    reject: (
      <ReasonForm
        label="What is wrong with it"
        hint="Kept with the result. To have it mended instead, say something: the session goes on."
        confirmLabel="Reject"
        look="danger"
        isBusy={isSending}
        onSend={(reason) => send("reject", () => decide(id, "reject", reason), "Rejected. The branch is kept.")}
        onCancel={() => setWriting(null)}
      />
    ),
    message: (
      <ReasonForm
        label="What is still to be done"
        hint="The session goes on with it, on the same branch and conversation."
        confirmLabel="Send"
        isRequired
        isBusy={isSending}
        onSend={(text) => sayTo(id, text, "Said. The session goes on.")}
        onCancel={() => setWriting(null)}
      />
    ),
    none: (
      <ResultButtons
        session={session}
        whyNot={whyNot}
        isBusy={isBusy}
        onReview={review}
        onAccept={accept}
        onRetry={retry}
        onWrite={setWriting}
      />
    ),
  };
  return (
    <Parts
      keys={[
        ["⏎", "review"],
        ["a", "accept"],
        ["d", "reject"],
        ["m", "say something"],
      ]}
      deeds={deeds[writing ?? "none"]}
    >
      <SessionFacts session={session} />
    </Parts>
  );
}

interface ButtonsProps {
  session: Session;
  whyNot(deed: string): string | null;
  isBusy: boolean;
  onReview(): void;
  onAccept(): void;
  onRetry(): void;
  onWrite(what: Writing): void;
}

function ResultButtons({ session, whyNot, isBusy, onReview, onAccept, onRetry, onWrite }: ButtonsProps) {
  const cannotRetry = canDo("retry", session.status) ? null : "It is at work again.";
  return (
    <div className="grid grid-cols-2 gap-2 sm:flex sm:flex-wrap">
      <Button look="primary" className="col-span-2" icon={<FileDiff />} onClick={onReview}>
        Review diff
      </Button>
      <Button icon={<Check />} whyNot={whyNot("accept")} isBusy={isBusy} onClick={onAccept}>
        Accept
      </Button>
      <Button look="danger" icon={<X />} whyNot={whyNot("reject")} isBusy={isBusy} onClick={() => onWrite("reject")}>
        Reject…
      </Button>
      <Button icon={<MessageSquare />} whyNot={whyNot("message")} isBusy={isBusy} onClick={() => onWrite("message")}>
        Say something…
      </Button>
      <Button icon={<RotateCcw />} whyNot={whyNot("retry") ?? cannotRetry} isBusy={isBusy} onClick={onRetry}>
        Retry
      </Button>
      {whyNot("retry") === null && (
        <Link
          {...handInAgain(session.id)}
          className="col-span-2 inline-flex h-8 items-center justify-center gap-1.5 px-2 text-ink-soft hover:bg-raised hover:text-ink pointer-coarse:h-10"
        >
          <Pencil aria-hidden className="size-3.5" /> Hand in again, changed
        </Link>
      )}
    </div>
  );
}
