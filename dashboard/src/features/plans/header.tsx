import { useState } from "react";
import type { Plan, PlanGraph } from "@/api/plans";
import { cx } from "@/lib/cx";
import { unhidden } from "@/lib/hidden";
import { duration } from "@/lib/time";
import { counted } from "@/lib/words";
import { Money, RelativeTime, Tokens, useNow } from "@/ui/amounts";
import { StateBadge, VerificationBadge } from "@/ui/badge";
import { Button } from "@/ui/button";
import { CopyButton } from "@/ui/copy-button";
import { Fact } from "@/ui/panel";
import { leftOf, seconds } from "./forecast";
import { Done } from "./progress";
import { PLAN_STATES } from "./states";
import { tookSeconds } from "./words";

/** How the plan stands and why, how far it is, and what it is about. */
export function PlanHeader({ plan, graph }: { plan: Plan; graph: PlanGraph }) {
  const [isWhole, setWhole] = useState(false);
  return (
    <section aria-label="About this plan" className="shrink-0 border-b border-line bg-panel px-4 py-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <StateBadge state={PLAN_STATES[plan.status]} />
        <span className="w-40">
          <Done progress={plan.progress} />
        </span>
        {plan.verification && <VerificationBadge verification={plan.verification} />}
        <span className="min-w-0 text-ink-soft">{unhidden(plan.status_reason)}</span>
        <Button
          size="small"
          look="quiet"
          className="ml-auto"
          aria-expanded={isWhole}
          onClick={() => setWhole(!isWhole)}
        >
          {isWhole ? "Less" : "More"}
        </Button>
      </div>
      <Facts plan={plan} graph={graph} isWhole={isWhole} />
      {isWhole && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard.
        <p tabIndex={0} className="mt-2 max-h-40 max-w-4xl overflow-y-auto break-words whitespace-pre-wrap">
          {unhidden(plan.goal)}
        </p>
      )}
    </section>
  );
}

function Facts({ plan, graph, isWhole }: { plan: Plan; graph: PlanGraph; isWhole: boolean }) {
  const { usage, settings } = plan;
  const left = leftOf(graph.forecast);
  return (
    <dl className={cx("mt-2 flex flex-wrap gap-x-5 gap-y-1 text-xs", !isWhole && "max-md:hidden")}>
      <Fact name="Spent">
        <Money microUsd={usage.cost_micro_usd} />
        <Tokens input={usage.input_tokens} output={usage.output_tokens} /> tokens
      </Fact>
      <Fact name="Took">
        <Took plan={plan} />
      </Fact>
      {left && <Fact name="Left">{left}</Fact>}
      <Fact name="Critical path">{criticalTold(graph)}</Fact>
      <Fact name="Branch">
        <span className="max-w-56 truncate" title={plan.branch}>
          {plan.branch}
        </span>
        <CopyButton text={plan.branch} label="Copy the branch" />
      </Fact>
      <Fact name="Repository">
        <span className="max-w-64 truncate" title={plan.repository ?? undefined}>
          {plan.repository ?? "none"}
        </span>
      </Fact>
      {isWhole && (
        <>
          <Fact name="Base">{[plan.base_ref, plan.base_commit?.slice(0, 10)].filter(Boolean).join(" @ ") || "–"}</Fact>
          <Fact name="Head">{plan.head_commit?.slice(0, 10) ?? "nothing merged yet"}</Fact>
          {graph.forecast?.one_by_one_seconds && (
            <Fact name="One by one">{seconds(graph.forecast.one_by_one_seconds)}</Fact>
          )}
          <Fact name="At once">{settings.max_parallel}</Fact>
          <Fact name="Overlap">{settings.overlap}</Fact>
          <Fact name="Verified by">{plan.verify?.map(unhidden).join("; ") ?? ".orchestrator.yml"}</Fact>
          <Fact name="Revision">{plan.revision}</Fact>
          {plan.push && <Fact name="Push">{[plan.push.state, plan.push.reason].filter(Boolean).join(": ")}</Fact>}
          {plan.approved_by && <Fact name="Approved by">{plan.approved_by}</Fact>}
          <Fact name="Age">
            <RelativeTime at={plan.created_at} />
          </Fact>
        </>
      )}
    </dl>
  );
}

function Took({ plan }: { plan: Plan }) {
  const seconds = tookSeconds(plan, useNow());
  return <>{seconds === undefined ? "not begun" : duration(seconds)}</>;
}

function criticalTold({ nodes }: PlanGraph): string {
  const left = nodes.filter(({ critical }) => critical).length;
  return left === 0 ? "nothing left" : `${counted(left, "task")} left`;
}
