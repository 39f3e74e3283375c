import { useQuery } from "@tanstack/react-query";
import type { Session } from "@/api/queries";
import { type EvidenceItem, sessionQueries } from "@/api/session-queries";
import { unhidden } from "@/lib/hidden";
import { reasonOf } from "@/lib/status";
import { duration } from "@/lib/time";
import { Money, Tokens } from "@/ui/amounts";
import { Badge, StatusBadge, VerificationBadge } from "@/ui/badge";
import { Literal, Part } from "@/ui/literal";

/** The end of an output tells most; the session's page has all of it. */
const TAIL_LINES = 30;

/** What a decision on a session needs to know, without its transcript. */
export function SessionFacts({ session }: { session: Session }) {
  const { verification, changes, usage, failure, attempt } = session;
  const reason = reasonOf(session);
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        <StatusBadge status={session.status} />
        {verification && <VerificationBadge verification={verification} />}
        {changes && (
          <span className="numbers text-xs">
            {changes.files} {changes.files === 1 ? "file" : "files"} <span className="text-good">+{changes.added}</span>{" "}
            <span className="text-bad">−{changes.deleted}</span>
            {changes.protected > 0 && <span className="text-attention"> · {changes.protected} protected</span>}
          </span>
        )}
        <span className="numbers ml-auto flex gap-3 text-xs text-ink-faint">
          {attempt > 1 && <span>attempt {attempt}</span>}
          <Took session={session} />
          <span>
            <Tokens input={usage.input_tokens} output={usage.output_tokens} /> tokens
          </span>
          <Money microUsd={usage.cost_micro_usd} />
        </span>
      </div>
      {failure ? (
        <Part title="Why it failed">
          <p>{unhidden(failure.message)}</p>
          {failure.hint && <p className="text-ink-soft">{failure.hint}</p>}
        </Part>
      ) : (
        reason && <p className="text-ink-soft">{reason}</p>
      )}
      <Checks sessionId={session.id} />
      <Part title="What was asked">
        <Literal isLong>{session.prompt}</Literal>
      </Part>
    </>
  );
}

function Took({ session: { started_at, finished_at } }: { session: Session }) {
  if (!started_at || !finished_at) return null;
  const seconds = (Date.parse(finished_at) - Date.parse(started_at)) / 1000;
  return <span title="From its start to its end">{duration(seconds)}</span>;
}

function Checks({ sessionId }: { sessionId: string }) {
  const { data } = useQuery(sessionQueries.evidence(sessionId));
  const latest = latestRound(data?.items ?? []);
  if (latest.length === 0) return null;
  return (
    <Part title="What the orchestrator checked">
      {latest.map((one) => (
        <div key={one.command} className="flex flex-col gap-1">
          <p className="flex flex-wrap items-center gap-2">
            <Badge tone={hasPassed(one) ? "good" : "bad"}>{told(one)}</Badge>
            <code className="numbers text-xs break-all">{unhidden(one.command)}</code>
            <span className="numbers text-2xs text-ink-faint">{duration(one.duration_ms / 1000)}</span>
            {one.flaky && <Badge tone="attention">flaky</Badge>}
            {one.pre_existing && <Badge tone="muted">failed before the session too</Badge>}
          </p>
          {!hasPassed(one) && one.output.trim() && <Literal isLong>{tailOf(one.output)}</Literal>}
        </div>
      ))}
    </Part>
  );
}

/** Of the last round of the last attempt, those first that failed. */
export function latestRound(items: readonly EvidenceItem[]): EvidenceItem[] {
  const last = items.reduce((newest, one) => Math.max(newest, one.attempt * 1000 + one.round), 0);
  const latest = items.filter((one) => one.attempt * 1000 + one.round === last);
  return latest.toSorted((one, other) => Number(hasPassed(one)) - Number(hasPassed(other)));
}

function hasPassed({ exit_code, timed_out }: EvidenceItem): boolean {
  return exit_code === 0 && !timed_out;
}

function told(one: EvidenceItem): string {
  if (one.timed_out) return "timed out";
  return hasPassed(one) ? "passed" : `exit ${one.exit_code}`;
}

function tailOf(output: string): string {
  const lines = output.trimEnd().split("\n");
  return lines.length <= TAIL_LINES ? lines.join("\n") : ["…", ...lines.slice(-TAIL_LINES)].join("\n");
}
