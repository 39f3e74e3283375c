import { useQuery } from "@tanstack/react-query";
import { Check, TriangleAlert, X } from "lucide-react";
import { type PlanReport, planQueries } from "@/api/plans";
import { unhidden, unhiddenName } from "@/lib/hidden";
import { duration } from "@/lib/time";
import { Money } from "@/ui/amounts";
import { Badge, StateBadge, StatusBadge, VerificationBadge } from "@/ui/badge";
import { Fact } from "@/ui/panel";
import { Loaded } from "@/ui/panels";
import { Said } from "@/ui/said";
import { SessionLink } from "@/ui/session-link";
import { VirtualList } from "@/ui/virtual-list";
import { MERGE_STATES, TASK_STATES } from "./states";

type Told = PlanReport["tasks"][number] | PlanReport["merges"][number];
type Work = PlanReport["tasks"][number]["work"][number];
type Evidence = Work["evidence"][number];

/** What became of each task and each merge, with what the orchestrator ran itself. */
export default function Report({ id }: { id: string }) {
  const report = useQuery(planQueries.report(id));
  return (
    <Loaded query={report} label="the report">
      {(told) => (
        <>
          <Verdict report={told} />
          <VirtualList<Told>
            label="Report"
            rows={[...told.tasks, ...told.merges]}
            rowKey={(row) => ("number" in row ? `merge ${row.number}` : row.key)}
            estimatedHeight={120}
            render={(row) => ("number" in row ? <MergeRow merge={row} /> : <TaskRow task={row} />)}
          />
        </>
      )}
    </Loaded>
  );
}

function Verdict({ report: { base_commit, head_commit, plan } }: { report: PlanReport }) {
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-1 border-b border-line bg-panel px-4 py-2">
      {plan.verification ? (
        <VerificationBadge verification={plan.verification} />
      ) : (
        <span className="text-ink-soft">Nothing is on the branch yet that could be verified.</span>
      )}
      <dl className="flex flex-wrap gap-x-4 gap-y-1 text-xs">
        <Fact name="Branch">{plan.branch}</Fact>
        <Fact name="From">{base_commit?.slice(0, 10) ?? "–"}</Fact>
        <Fact name="To">{head_commit?.slice(0, 10) ?? "–"}</Fact>
        <Fact name="Spent">
          <Money microUsd={plan.usage.cost_micro_usd} />
        </Fact>
      </dl>
    </div>
  );
}

function TaskRow({ task }: { task: PlanReport["tasks"][number] }) {
  const workers = task.work.filter(({ role }) => role === "work");
  return (
    <article className="flex flex-col gap-2 border-b border-line px-4 py-2.5">
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <StateBadge state={TASK_STATES[task.status]} />
        <span className="font-medium">{unhiddenName(task.title)}</span>
        <span className="numbers text-xs text-ink-faint">{task.key}</span>
        {task.status_reason && (
          <span className="min-w-0 break-words text-ink-soft">{unhidden(task.status_reason)}</span>
        )}
      </p>
      {task.work.map((work) => (
        <WorkRow key={work.session_id} work={work} isOneOfSeveral={workers.length > 1} />
      ))}
    </article>
  );
}

function WorkRow({ work, isOneOfSeveral }: { work: Work; isOneOfSeveral: boolean }) {
  return (
    <div className="flex flex-col gap-1 border-l-2 border-line-strong pl-3">
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-xs">
        <SessionLink id={work.session_id} className="underline">
          {`${work.role === "review" ? "Review by " : ""}${work.agent} on ${work.model}`}
        </SessionLink>
        {work.role === "review" && <Badge>review</Badge>}
        <StatusBadge status={work.status} />
        {work.verification && <VerificationBadge verification={work.verification} />}
        {isOneOfSeveral && work.won !== null && (
          <Badge tone={work.won ? "good" : "muted"}>{work.won ? "taken" : "not taken"}</Badge>
        )}
        <Money microUsd={work.cost_micro_usd} />
        {(isOneOfSeveral || work.role === "review") && work.reason && (
          <span className="text-ink-soft">{unhidden(work.reason)}</span>
        )}
      </p>
      {work.summary && <Said text={work.summary} />}
      <Commands evidence={work.evidence} />
    </div>
  );
}

function MergeRow({ merge }: { merge: PlanReport["merges"][number] }) {
  return (
    <article className="flex flex-col gap-2 border-b border-line px-4 py-2.5">
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <StateBadge state={MERGE_STATES[merge.status]} />
        <SessionLink id={merge.session_id} tab="evidence" className="font-medium underline">
          {`Merge ${merge.number}`}
        </SessionLink>
        <span className="numbers text-xs text-ink-faint">{merge.task_keys.join(", ")}</span>
        {merge.verification && <VerificationBadge verification={merge.verification} />}
        {merge.reason && <span className="min-w-0 break-words text-ink-soft">{unhidden(merge.reason)}</span>}
      </p>
      <Commands evidence={merge.evidence} />
    </article>
  );
}

function Commands({ evidence }: { evidence: readonly Evidence[] }) {
  return (
    <ul className="flex flex-col gap-0.5">
      {evidence.map((one, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the same command may be there twice, and they stay in their order.
        <li key={at} className="flex items-start gap-2 text-xs">
          <Outcome one={one} />
          <code className="numbers min-w-0 grow break-words">{unhidden(one.command)}</code>
          <span className="numbers text-ink-faint">{duration(one.duration_ms / 1000)}</span>
        </li>
      ))}
    </ul>
  );
}

function Outcome({ one: { exit_code, timed_out, flaky, pre_existing } }: { one: Evidence }) {
  const isGood = exit_code === 0 && !timed_out;
  const Icon = isGood ? Check : pre_existing ? TriangleAlert : X;
  const words = timed_out ? "timed out" : isGood ? "passed" : `exit ${exit_code}`;
  const more = [flaky && "flaky", pre_existing && (isGood ? "failed at the base" : "as at the base")]
    .filter(Boolean)
    .join(", ");
  return (
    <span className={`numbers flex shrink-0 items-center gap-1 ${isGood ? "text-good" : "text-bad"}`}>
      <Icon aria-hidden className="size-3" /> {more ? `${words}, ${more}` : words}
    </span>
  );
}
