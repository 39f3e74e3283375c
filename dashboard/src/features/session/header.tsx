import { Link } from "@tanstack/react-router";
import { CornerDownRight } from "lucide-react";
import { useState } from "react";
import { cx } from "@/lib/cx";
import { unhidden } from "@/lib/hidden";
import { planPage, routingPage } from "@/lib/links";
import type { Session } from "@/lib/session-tabs";
import { reasonOf } from "@/lib/status";
import { counted } from "@/lib/words";
import { Money, RelativeTime, Tokens } from "@/ui/amounts";
import { Badge, StatusBadge, VerificationBadge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { CopyButton } from "@/ui/copy-button";
import { LastActivity } from "@/ui/last-activity";
import { Fact } from "@/ui/panel";
import { SessionLink } from "@/ui/session-link";
import { ExternalFact } from "./external-fact";
import { nextOf } from "./next";

/** Where the session is and why, what moves it forward, and what it is about: in three lines. */
export function SessionHeader({ session }: { session: Session }) {
  const reason = reasonOf(session);
  const next = nextOf(session);
  const [isWhole, setWhole] = useState(false);
  return (
    <section aria-label="About this session" className="shrink-0 border-b border-line bg-panel px-4 py-2">
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <StatusBadge status={session.status} />
        {session.verification && <VerificationBadge verification={session.verification} />}
        {session.decision && (
          <Badge tone={session.decision === "accepted" ? "good" : "bad"}>{decisionOf(session)}</Badge>
        )}
        {session.rating && (
          <Badge tone={session.rating.value === "good" ? "good" : "bad"}>{`rated ${session.rating.value}`}</Badge>
        )}
        {session.reverted?.counts && <Badge tone="bad">reverted</Badge>}
        {reason && reason !== next && <span className="min-w-0 text-ink-soft">{reason}</span>}
        <span className="flex min-w-0 items-center gap-1 text-ink">
          <CornerDownRight aria-hidden className="size-3.5 shrink-0 text-ink-faint" />
          <span className="sr-only">Next: </span>
          {next}
        </span>
        <Button
          size="small"
          look="quiet"
          className="ml-auto md:hidden"
          aria-expanded={isWhole}
          onClick={() => setWhole(!isWhole)}
        >
          {isWhole ? "Fewer facts" : "Facts"}
        </Button>
      </p>
      {session.failure && <FailureNote session={session} failure={session.failure} />}
      <Facts session={session} isWhole={isWhole} />
    </section>
  );
}

function decisionOf({ decision, decided_by, decision_reason }: Session): string {
  const by = decided_by ? ` by ${decided_by}` : "";
  return `${decision}${by}${decision_reason ? `: ${decision_reason.slice(0, 80)}` : ""}`;
}

function FailureNote({ session, failure }: { session: Session; failure: NonNullable<Session["failure"]> }) {
  return (
    <div className="mt-2 flex flex-wrap items-baseline gap-x-2 border-l-4 border-bad bg-bad-wash px-2 py-1">
      <span className="numbers text-xs text-bad">{failure.class}</span>
      <span>{unhidden(failure.message)}</span>
      {failure.hint && <span className="text-ink-soft">{failure.hint}</span>}
      {failure.retry_at && session.status === "queued" && (
        <span className="text-ink-soft">
          Try {failure.retries + 1} <RelativeTime at={failure.retry_at} isAhead />
        </span>
      )}
    </div>
  );
}

/** On a phone they would leave no room for what the session is read for. */
function Facts({ session, isWhole }: { session: Session; isWhole: boolean }) {
  const { usage } = session;
  return (
    <dl className={cx("mt-2 flex flex-wrap gap-x-5 gap-y-1 text-xs", !isWhole && "max-md:hidden")}>
      <Fact name="Repository">
        <span className="max-w-64 truncate" title={session.repository ?? undefined}>
          {session.repository ?? "none"}
        </span>
      </Fact>
      <Fact name="Branch">
        <span className="max-w-56 truncate" title={session.branch}>
          {session.branch}
        </span>
        <CopyButton text={session.branch} label="Copy the branch" />
      </Fact>
      <Fact name="Base">
        {[session.base_ref, session.base_commit?.slice(0, 10)].filter(Boolean).join(" @ ") || "–"}
      </Fact>
      <Fact name="Agent">
        {session.agent_version === null ? session.agent : `${session.agent} v${session.agent_version}`}
        {session.routing_id && (
          <Link {...routingPage(session.routing_id)} className="underline">
            why
          </Link>
        )}
      </Fact>
      <ExternalFact session={session} />
      <Fact name="Model">{session.model}</Fact>
      <Fact name="Attempt">{session.attempt}</Fact>
      {session.changes && (
        <Fact name="Changes">
          {counted(session.changes.files, "file")} <span className="text-good">+{session.changes.added}</span>{" "}
          <span className="text-bad">−{session.changes.deleted}</span>
        </Fact>
      )}
      <Fact name="Tokens">
        <Tokens input={usage.input_tokens} output={usage.output_tokens} />
      </Fact>
      <Fact name="Cost">
        <Money microUsd={usage.cost_micro_usd} />
      </Fact>
      <Fact name="Age">
        <RelativeTime at={session.created_at} />
      </Fact>
      <Fact name="Active">
        <LastActivity session={session} />
      </Fact>
      <Fact name="Owner">{session.owner_name ?? session.owner}</Fact>
      {session.plan_id && (
        <Fact name="Plan">
          <Link {...planPage(session.plan_id, session.task_key ?? undefined)} className="underline">
            {session.task_key ? `task ${session.task_key}` : "a merge of it"}
          </Link>
        </Fact>
      )}
      {session.parent_id && (
        <Fact name={session.forked_checkpoint ? "Forked from" : "Retry of"}>
          <SessionLink id={session.parent_id} className="underline">
            {session.parent_id.slice(-8)}
          </SessionLink>
        </Fact>
      )}
    </dl>
  );
}
